import type { Cluster } from '../cluster.ts'
import type { Findings } from '../findings.ts'
import type { World } from '../world.ts'
import type { CouponRow, Snapshot } from './snapshot.ts'

interface HistoryCoupon {
  id: number
  code: string
  redemptionCount: number
  redemptionsLeft: number
  redemptions: { id: number }[]
  reversedRedemptions: { id: number }[]
}

const maxCustomers = 12

/** The smallest remainder of the limits that apply; -1 if none applies. */
function leftOf(snapshot: Snapshot, coupon: CouponRow, customerId: number): number {
  const plan = snapshot.series.get(coupon.seriesId)?.plan
  const standing = [...snapshot.redemptions.values()].filter(({ reversedAt }) => reversedAt === null)
  const onCoupon = standing.filter(({ couponId }) => couponId === coupon.id).length
  const inSeries = standing.filter(({ seriesId }) => seriesId === coupon.seriesId)
  const rests = [
    [plan?.maxRedeemed, inSeries.length],
    [plan?.maxPerCustomer, inSeries.filter((one) => one.customerId === customerId).length],
    [plan?.maxPerCoupon, onCoupon],
    [plan?.isMultipleUse === false ? 1 : null, onCoupon],
    [coupon.maxRedeemed, onCoupon],
  ] as const
  const applying = rests.flatMap(([limit, used]) => (typeof limit === 'number' ? [limit - used] : []))
  return applying.length === 0 ? -1 : Math.max(0, Math.min(...applying))
}

/** The history that a server returns matches the database. */
export async function checkHistories(
  findings: Findings,
  cluster: Cluster,
  world: World,
  snapshot: Snapshot,
): Promise<void> {
  const byCoupon = new Map<number, { standing: number[]; reversed: number[] }>()
  for (const { id, couponId, reversedAt } of snapshot.redemptions.values()) {
    const lists = byCoupon.get(couponId) ?? { standing: [], reversed: [] }
    lists[reversedAt === null ? 'standing' : 'reversed'].push(id)
    byCoupon.set(couponId, lists)
  }
  const sorted = (ids: readonly number[]): string => [...ids].sort((a, b) => a - b).join(' ')
  for (const [n, customerId] of world.customerIds.slice(0, maxCustomers).entries()) {
    const server = cluster.servers[n % cluster.servers.length]
    const answer = await server?.http.send({
      method: 'GET',
      path: `/v2/customers/coupons?id=${customerId}&limit=1000&coupon_code_case=AS_IT_IS`,
      headers: { authorization: world.tenant.authorization },
      body: undefined,
    })
    findings.expect(
      answer?.status === 200,
      'a history is answered',
      () => `${answer?.status} ${answer?.text.slice(0, 200)}`,
    )
    if (answer?.status !== 200) continue
    const { entity } = JSON.parse(answer.text) as {
      entity: { pagination: { total: number }; customers: { coupons: HistoryCoupon[] }[] }
    }
    const listed = entity.customers[0]?.coupons ?? []
    const expected = [...snapshot.coupons.values()].filter(
      (one) => one.customerId === customerId && one.revokedAt === null,
    )
    findings.expect(
      entity.pagination.total === expected.length,
      'the history has all coupons',
      () => `customer ${customerId}: total ${entity.pagination.total}, ledger ${expected.length}`,
    )
    for (const one of listed) {
      const row = snapshot.coupons.get(one.id)
      const { standing, reversed } = byCoupon.get(one.id) ?? { standing: [], reversed: [] }
      findings.expect(
        row?.customerId === customerId && row.revokedAt === null && row.code === one.code,
        'the history lists what the customer holds',
        () => `customer ${customerId}: ${JSON.stringify(one).slice(0, 300)}`,
      )
      findings.expect(
        one.redemptionCount === standing.length &&
          sorted(one.redemptions.map(({ id }) => id)) === sorted(standing) &&
          sorted(one.reversedRedemptions.map(({ id }) => id)) === sorted(reversed),
        'the history is the ledger',
        () =>
          `coupon ${one.id}: ${JSON.stringify(one).slice(0, 300)}, ledger ${sorted(standing)} and ${sorted(reversed)}`,
      )
      const left = row ? leftOf(snapshot, row, customerId) : 0
      findings.expect(
        one.redemptionsLeft === left,
        'redemptionsLeft is right',
        () => `coupon ${one.id}: ${one.redemptionsLeft}, expected ${left}`,
      )
    }
  }
}
