import type { Cluster } from '../cluster.ts'
import type { Findings } from '../findings.ts'
import { thousandthsOf } from '../money.ts'
import type { World } from '../world.ts'
import type { HeldUse } from './held-uses.ts'
import { dayOf, limitsOf, sumsOf, usesOf } from './limits.ts'
import { keptOf } from './left-to-return.ts'
import type { CouponRow, RedemptionRow, Snapshot } from './snapshot.ts'
import { trackNames as of } from './track.ts'

interface HistoryCoupon {
  id: number
  code: string
  redemptionCount: number
  redemptionsLeft: number
  redemptions: HistoryRedemption[]
  reversedRedemptions: HistoryRedemption[]
}

interface HistoryRedemption {
  id: number
  discountAmount: string | null
  discountReturned?: string
  discountKept?: string
}

/** A redemption is told with its discount, what was returned of it, and what is kept although the use was given back. */
function isToldOf(told: HistoryRedemption, row: RedemptionRow | undefined): boolean {
  const { discountAmount, discountReturned = '0', discountKept = '0' } = told
  if (row === undefined || row.discount === null) return discountAmount === null
  return (
    thousandthsOf(discountAmount ?? -1) === row.discount &&
    thousandthsOf(discountReturned) === row.returned &&
    thousandthsOf(discountKept) === (row.isDiscountKept ? row.kept : 0)
  )
}

const maxCustomers = 12

type Taken = ReadonlyMap<string, number>

/** What redemptions take of each limit: their uses, and what they keep of their discounts. */
function takenBy(snapshot: Snapshot): Taken {
  const taken = new Map<string, number>()
  const add = (name: string, by: number): void => void taken.set(name, (taken.get(name) ?? 0) + by)
  for (const one of snapshot.redemptions.values()) {
    const [uses, sum] = [one.reversedAt === null ? 1 : 0, keptOf(one)]
    const day = dayOf(snapshot.series.get(one.seriesId)?.timeZone ?? 'UTC', one.redeemedAt)
    for (const name of usesOf(one)) for (const each of [name, of.onDay(name, day)]) add(each, uses)
    for (const name of sumsOf(one)) for (const each of [name, of.onDay(name, day)]) add(each, sum)
  }
  return taken
}

/** What holds that are live at an instant reserve of each limit. */
function reservedBy(held: readonly HeldUse[], at: number): Taken {
  const reserved = new Map<string, number>()
  const add = (name: string, by: number): void => void reserved.set(name, (reserved.get(name) ?? 0) + by)
  for (const use of held) {
    if (use.untilAtMost <= at) continue
    for (const name of usesOf(use)) add(of.reserved(name), 1)
    for (const name of sumsOf(use)) add(of.reserved(name), use.discount)
  }
  return reserved
}

/** The smallest remainder of the limits that apply at an instant; -1 if none applies. */
function leftOf(
  snapshot: Snapshot,
  [taken, reserved]: readonly [Taken, Taken],
  coupon: CouponRow,
  customerId: number,
  at: number,
): number {
  const series = snapshot.series.get(coupon.seriesId)
  if (series === undefined) return -1
  const subject = { couponId: coupon.id, customerId, seriesId: coupon.seriesId, ownLimit: coupon.maxRedeemed }
  const rests = limitsOf(series, subject, at).flatMap((limit) => {
    const left = limit.limit - (taken.get(limit.used) ?? 0) - (reserved.get(limit.reserved) ?? 0)
    // A limit in money has no number of uses, and another customer may redeem the coupon.
    const isUncounted = limit.isMoney ? left > 0 : limit.rule === 'redemptions of a coupon by one customer'
    return isUncounted ? [] : [left]
  })
  return rests.length === 0 ? -1 : Math.max(0, Math.min(...rests))
}

/** The history that a server returns matches the database. */
export async function checkHistories(
  findings: Findings,
  cluster: Cluster,
  world: World,
  snapshot: Snapshot,
  held: readonly HeldUse[],
): Promise<void> {
  const byCoupon = new Map<number, { standing: number[]; reversed: number[] }>()
  for (const { id, couponId, reversedAt } of snapshot.redemptions.values()) {
    const lists = byCoupon.get(couponId) ?? { standing: [], reversed: [] }
    lists[reversedAt === null ? 'standing' : 'reversed'].push(id)
    byCoupon.set(couponId, lists)
  }
  const taken = takenBy(snapshot)
  const sorted = (ids: readonly number[]): string => [...ids].sort((a, b) => a - b).join(' ')
  for (const [n, customerId] of world.customerIds.slice(0, maxCustomers).entries()) {
    const server = cluster.servers[n % cluster.servers.length]
    const askedAtUs = Date.now() * 1_000
    const answer = await server?.http.send({
      method: 'GET',
      path: `/v2/customers/coupons?id=${customerId}&limit=1000&coupon_code_case=AS_IT_IS&include=discount`,
      headers: { authorization: world.tenant.authorization },
      body: undefined,
    })
    findings.expect(
      answer?.status === 200,
      'a history is answered',
      () => `${answer?.status} ${answer?.text.slice(0, 200)}`,
    )
    if (answer?.status !== 200) continue
    // Holds may have expired while it was read.
    const reserved = [askedAtUs, Date.now() * 1_000].map((at) => [at, reservedBy(held, at)] as const)
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
          sorted(one.reversedRedemptions.map(({ id }) => id)) === sorted(reversed) &&
          [...one.redemptions, ...one.reversedRedemptions].every((told) =>
            isToldOf(told, snapshot.redemptions.get(told.id)),
          ),
        'the history is the ledger',
        () =>
          `coupon ${one.id}: ${JSON.stringify(one).slice(0, 300)}, ledger ${sorted(standing)} and ${sorted(reversed)}`,
      )
      const left = reserved.map(([at, of]) => (row ? leftOf(snapshot, [taken, of], row, customerId, at) : 0))
      findings.expect(
        one.redemptionsLeft >= Math.min(...left) && one.redemptionsLeft <= Math.max(...left),
        'redemptionsLeft is right',
        () => `coupon ${one.id}: ${one.redemptionsLeft}, expected ${left.join(' to ')}`,
      )
    }
  }
}
