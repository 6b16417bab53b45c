import { expect, test } from 'vitest'
import { caller, countEverything, startFront, startOriginal, type Front } from '../support/shadow-cases.ts'

/** Issues and reversals in shadow mode: only the original executes them, and the verdict of this server is compared. */

const differencesOf = async (front: Front): Promise<unknown[]> => {
  const own = (await front.report()).find(({ orgId }) => orgId === front.orgId)
  return (own?.differences ?? [])
    .map(({ call, theirs, ours }) => `${call}: ${theirs}, ${ours}`)
    .toSorted((one, other) => one.localeCompare(other))
}

const countsOf = async (front: Front, wanted: string): Promise<unknown> => {
  const own = (await front.report()).find(({ orgId }) => orgId === front.orgId)
  const found = own?.calls.find(({ call }) => call === wanted)
  return found && [found.equal, found.different, found.stale, found.skipped]
}

/** An original with customers who each hold a coupon of a series, all of which the front has learned. */
async function openLearned(count: number) {
  const original = await startOriginal()
  const { shop } = original
  const front = await startFront(original.url, shop.tillCode, { SHADOW_LEARN: '1' })
  const till = caller(front, original)
  const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
  const people = await Promise.all(
    Array.from({ length: count }, async () => {
      const id = await shop.customer()
      return { id, code: (await shop.coupon(seriesId, id)).code }
    }),
  )
  const learn = async (): Promise<void> => {
    for (const { id } of people)
      expect((await till('GET', `/v2/customers/coupons?id=${id}`)).status).toBe(200)
    await front.report()
  }
  await learn()
  const { pool } = front.context.database
  return {
    shop,
    front,
    till,
    seriesId,
    ids: people.map(({ id }) => id),
    codes: people.map((one) => one.code),
    learn,
    pool,
  }
}

test('an issue is executed once, by the original, and a rule that would refuse it here is reported for every call', async () => {
  const { shop, front, till, seriesId, ids, learn, pool } = await openLearned(6)
  const [single, bulk, multiple, older, olderXml, last] = ids
  await pool.query('update series set is_multiple_per_customer_allowed = true where org_id = $1', [
    front.orgId,
  ])
  const before = await countEverything(front)
  const issue = (id: number | undefined) => till('POST', '/v2/coupon/issue', { seriesId, customer: { id } })
  // With the same terms on both sides there is no difference.
  expect((await issue(last)).status).toBe(200)
  expect(await countsOf(front, 'POST /v2/coupon/issue')).toEqual([1, 0, 0, 0])
  // A coupon that the original has issued is unknown here until it is learned.
  expect((await issue(last)).status).toBe(200)
  expect(await countsOf(front, 'POST /v2/coupon/issue')).toEqual([1, 0, 1, 0])
  expect(await countEverything(front)).toEqual(before)
  await learn()

  await pool.query('update series set max_coupons_per_customer = 1 where org_id = $1', [front.orgId])
  const learned = await countEverything(front)
  expect((await issue(single)).status).toBe(200)
  expect((await issue(undefined)).status).toBe(400)
  const customer = (id: number | undefined) => ({ customer: { id } })
  expect(
    (await till('POST', '/v2/coupon/bulk/issue', { seriesIds: [seriesId], ...customer(bulk) })).status,
  ).toBe(200)
  const several = { seriesId, count: 2, ...customer(multiple) }
  expect((await till('POST', '/v2/coupon/issue/multiple', several)).status).toBe(200)
  const root = { root: { coupon: [{ series_id: seriesId, ...customer(older) }] } }
  expect((await till('POST', '/v1.1/coupon/issue?format=json', root)).status).toBe(200)
  const xml = `<root><coupon><series_id>${seriesId}</series_id><customer><id>${olderXml}</id></customer></coupon></root>`
  expect((await till('POST', '/v1/coupon/issue?format=xml', xml)).status).toBe(200)
  expect(await differencesOf(front)).toEqual([
    'POST /v1.1/coupon/issue: accepted, 5002',
    'POST /v1/coupon/issue: accepted, 5002',
    'POST /v2/coupon/bulk/issue: accepted, 5002',
    'POST /v2/coupon/issue: accepted, 5002',
    'POST /v2/coupon/issue/multiple: accepted, 5002',
    'POST /v2/coupon/issue/multiple: accepted, absent',
  ])
  expect(await countEverything(front)).toEqual(learned)
  const { rows } = await front.context.database.pool.query('select 1 from idempotency_keys')
  expect(rows).toEqual([])
  expect(await shop.history(single ?? 0)).toHaveLength(2)
  expect(await shop.history(multiple ?? 0)).toHaveLength(3)
})

test('a verdict on a series of uploaded codes assigns none of them', async () => {
  const { shop, front, till, ids, learn, pool } = await openLearned(1)
  const [id] = ids
  const seriesId = await shop.series({
    client_handling_type: 'DISC_CODE_PIN',
    is_multiple_per_customer_allowed: true,
  })
  await shop.pool(seriesId, ['WAITING0001', 'WAITING0002', 'WAITING0003'])
  const issue = () => till('POST', '/v2/coupon/issue', { seriesId, customer: { id } })
  await shop.issue(seriesId, id ?? 0)
  await learn()
  await pool.query(
    "update series set client_handling_type = 'DISC_CODE_PIN', is_multiple_per_customer_allowed = true where org_id = $1 and id = $2",
    [front.orgId, seriesId],
  )
  await pool.query(
    "insert into coupons (org_id, series_id, created_at, valid_until, code) values ($1, $2, now(), '2099-12-31', 'WAITING0002')",
    [front.orgId, seriesId],
  )
  const waits = async (): Promise<number> =>
    (await pool.query('select 1 from coupons where customer_id is null')).rows.length
  expect(await waits()).toBe(1)
  await issue()
  expect(await countsOf(front, 'POST /v2/coupon/issue')).toEqual([1, 0, 0, 0])
  expect(await waits()).toBe(1)
})

test('a reversal is executed once, by the original, and judged here by the learned history', async () => {
  const { shop, front, till, ids, codes, learn, pool } = await openLearned(3)
  const redeem = async (at: number): Promise<number> => {
    const answer = await till('POST', '/v2/coupon/redeem', {
      redemptionRequestList: [{ code: codes[at] }],
      user: { id: ids[at] },
      billAmount: 100,
      transactionNumber: `B-${at}`,
    })
    expect(answer.status).toBe(200)
    const [one] = (JSON.parse(answer.text) as { redemption: { redemptionId: string }[] }).redemption
    return Number(one?.redemptionId)
  }
  const reverse = (...redemptionIds: number[]) => till('POST', '/v2/coupon/reactivate', { redemptionIds })
  const counts = () => countsOf(front, 'POST /v2/coupon/reactivate')
  const redemptions = [await redeem(0), await redeem(1)] as const
  await learn()
  expect((await reverse(redemptions[0])).status).toBe(200)
  expect(await counts()).toEqual([1, 0, 0, 0])
  // An unknown redemption is refused by both.
  await reverse(999_999_999)
  expect(await counts()).toEqual([2, 0, 0, 0])
  // A redemption that has not been learned yet is not a difference of rules.
  expect((await reverse(await redeem(2))).status).toBe(200)
  expect(await counts()).toEqual([2, 0, 1, 0])
  await pool.query('update coupons set revoked_at = now() where org_id = $1 and code = $2', [
    front.orgId,
    codes[1],
  ])
  const before = await countEverything(front)
  expect((await reverse(redemptions[1])).status).toBe(200)
  expect(await differencesOf(front)).toEqual(['POST /v2/coupon/reactivate: accepted, 660'])
  expect(await countEverything(front)).toEqual(before)
  await shop.expectLedgerAdds()
})
