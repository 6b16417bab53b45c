import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation, createTestServer } from '../../../test/support/harness.ts'
import type { TestOrganisation } from '../../../test/support/harness.ts'
import {
  answerOf,
  anyAnswers,
  customerIn,
  demoFolder,
  importAnswers,
  importFiles,
  readDemo,
  savedCoupon,
  savedCustomer,
  savedRedemption,
  type Answer,
} from '../../../test/support/saved-answers.ts'
import { countersAndLedger, rowCounts } from '../../../test/support/ledger.ts'

const context = await createTestContext({ now: '2026-01-01T00:00:00Z' })
const app = await createTestServer(context)

async function ask({ authorization }: TestOrganisation, query: string): Promise<Answer> {
  const answer = await app.inject({ url: `/v2/customers/coupons?${query}`, headers: { authorization } })
  expect(answer.statusCode).toBe(200)
  return answer.json<Answer>()
}

describe('the demo fixtures', async () => {
  const organisation = await createTestOrganisation(context)
  const imported = await importFiles(context, organisation, [demoFolder])

  test('are imported completely: 2 customers, 30 coupons, 45 redemptions, nothing refused', () => {
    expect(imported.refused).toEqual([])
    expect(imported.summary).toMatchObject({
      answers: 2,
      customers: { new: 2, present: 0, refused: 0 },
      coupons: { new: 30, present: 0, refused: 0 },
      redemptions: { new: 45, present: 0, refused: 0 },
      stores: { new: 2 },
      series: { new: 18 },
    })
  })

  test('are returned as they were saved, key by key and in their order', async () => {
    const answer = await ask(organisation, 'mobile=919400488244')
    expect(JSON.stringify(answer)).toBe(JSON.stringify(await readDemo(565039504)))
  })

  test('that lack validTillDateTime are returned with the end of their last day in addition', async () => {
    const saved = await readDemo(345635529)
    for (const coupon of customerIn(saved).coupons) {
      coupon['validTillDateTime'] = String(coupon['validTill']).replace('00:00:00', '23:59:59')
    }
    const answer = await ask(organisation, 'mobile=917003222195&coupon_code_case=LOWER')
    expect(JSON.stringify(answer)).toBe(JSON.stringify(saved))
  })

  test('change nothing when they are imported again', async () => {
    const before = await rowCounts(context, organisation.orgId)
    const { summary, refused } = await importFiles(context, organisation, [demoFolder])
    expect(refused).toEqual([])
    expect(summary).toMatchObject({
      customers: { new: 0, present: 2 },
      coupons: { new: 0, present: 30 },
      redemptions: { new: 0, present: 45 },
      stores: { new: 0 },
      series: { new: 0 },
    })
    expect(await rowCounts(context, organisation.orgId)).toEqual(before)
  })

  test('leave counters that equal the ledger', async () => {
    const { counters, ledger } = await countersAndLedger(context, organisation.orgId)
    expect(counters).toEqual(ledger)
  })

  test('can be imported into two organisations independently', async () => {
    const other = await createTestOrganisation(context)
    expect((await importFiles(context, other, [demoFolder])).summary.coupons.new).toBe(30)
  })
})

test.each(['UTC', 'Asia/Kolkata'])(
  'any saved answer is returned unchanged after its import (%s)',
  async (timeZone) => {
    await fc.assert(
      fc.asyncProperty(anyAnswers(timeZone), async (answers) => {
        const organisation = await createTestOrganisation(context, { timeZone })
        const { summary, refused } = await importAnswers(context, organisation, answers, { timeZone })
        expect(refused).toEqual([])
        expect(summary.customers.new).toBe(answers.length)
        for (const saved of answers) {
          const { id } = customerIn(saved)
          expect(await ask(organisation, `id=${id}&coupon_code_case=AS_IT_IS`)).toEqual(saved)
        }
        const { counters, ledger } = await countersAndLedger(context, organisation.orgId)
        expect(counters).toEqual(ledger)
        const again = await importAnswers(context, organisation, answers, { timeZone })
        expect(again.refused).toEqual([])
        expect(again.summary.coupons.new + again.summary.customers.new).toBe(0)
      }),
      { numRuns: 15 },
    )
  },
)

test('custom fields of redemptions are imported, appear in version 1.1, and contradict different ones', async () => {
  const organisation = await createTestOrganisation(context)
  const answerWith = (first: unknown, second?: unknown) => [
    answerOf(
      savedCustomer(1, [
        savedCoupon(1, {
          redemptionCount: 2,
          redemptions: [
            savedRedemption(1, { customFields: first }),
            savedRedemption(2, second === undefined ? {} : { customFields: second }),
          ],
        }),
      ]),
    ),
  ]
  const fields = { counter: '4', paid: 'card' }
  expect((await importAnswers(context, organisation, answerWith(fields))).refused).toEqual([])
  const kept = () =>
    context.database.queries
      .selectFrom('redemptions')
      .select(['id', 'custom_fields'])
      .where('org_id', '=', organisation.orgId)
      .orderBy('id')
      .execute()
  const expected = [
    { id: 1, custom_fields: fields },
    { id: 2, custom_fields: null },
  ]
  expect(await kept()).toEqual(expected)
  const { authorization } = organisation
  const shown = await app.inject({ url: '/v1.1/customer/redemptions?id=1', headers: { authorization } })
  expect(shown.body).toContain(
    '"custom_fields":{"field":[{"name":"paid","value":"card"},{"name":"counter","value":"4"}]}',
  )

  const reordered = [{ name: 'paid', value: 'card' }, { counter: 4 }]
  for (const again of [answerWith(reordered), answerWith(undefined), answerWith(fields, { a: 'b' })])
    expect((await importAnswers(context, organisation, again)).refused).toEqual([])
  const { refused } = await importAnswers(context, organisation, answerWith({ counter: '5' }))
  expect(refused).toEqual([expect.stringContaining('the customFields of redemption 1')])
  const broken = await importAnswers(context, organisation, answerWith({ counter: { at: 4 } }))
  expect(broken.refused).toEqual([
    expect.stringContaining('customFields must be an object of names and texts'),
  ])
  expect(await kept()).toEqual(expected)
})

test('a dry run reports what would be imported and refused, and stores nothing', async () => {
  const organisation = await createTestOrganisation(context)
  const before = await rowCounts(context, organisation.orgId)
  const answers = [
    answerOf(savedCustomer(1, [savedCoupon(1), savedCoupon(2, { code: 'code1' })])),
    answerOf(savedCustomer(2, [savedCoupon(3, { code: 'CODE1' })])),
  ]
  const { summary, refused } = await importAnswers(context, organisation, answers, { isDryRun: true })
  expect(summary).toMatchObject({ customers: { new: 2 }, coupons: { new: 1, refused: 2 } })
  expect(refused).toHaveLength(2)
  expect(await rowCounts(context, organisation.orgId)).toEqual(before)
})

const anyCouponSql = `insert into coupons (org_id, series_id, created_at, valid_until, code)
  select org_id, id, now(), now(), $2 from series where org_id = $1 limit 1 returning id`

async function nextCouponId(orgId: number): Promise<number> {
  const { rows } = await context.database.pool.query<{ id: number }>(anyCouponSql, [orgId, randomUUID()])
  return rows[0]?.id ?? 0
}

test('new ids continue above the imported ones, and those of coupons with room above the highest existing one', async () => {
  const organisation = await createTestOrganisation(context)
  const coupon = savedCoupon(2 ** 45 + 7, {
    seriesId: 6_000_000_000,
    redemptionCount: 1,
    redemptions: [savedRedemption(8_000_000_000)],
  })
  await importAnswers(context, organisation, [answerOf(savedCustomer(5_000_000_000, [coupon]))])
  const { rows } = await context.database.pool.query<Record<string, number>>(`select
    nextval('customers_id_seq') as customer, nextval('series_id_seq') as series,
    nextval('redemptions_id_seq') as redemption`)
  expect(rows[0]?.['customer']).toBeGreaterThan(5_000_000_000)
  expect(rows[0]?.['series']).toBeGreaterThan(6_000_000_000)
  const next = await nextCouponId(organisation.orgId)
  expect(next).toBeGreaterThan(2 ** 45 + 7)
  expect(next).toBeLessThan(2 ** 45 + 2 ** 32)
  expect(rows[0]?.['redemption']).toBeGreaterThan(8_000_000_000)
})

test('sequences never go back', async () => {
  const organisation = await createTestOrganisation(context)
  await context.database.pool.query(`select setval('coupon_numbers_seq', 900000000)`)
  await importAnswers(context, organisation, [answerOf(savedCustomer(11, [savedCoupon(12)]))])
  const { rows } = await context.database.pool.query(`select nextval('coupon_numbers_seq') as id`)
  expect(rows).toEqual([{ id: 900_000_001 }])
})

test('a limit is returned as redemptionsLeft: −1 for none, otherwise the remaining uses', async () => {
  const organisation = await createTestOrganisation(context)
  const redemptions = [savedRedemption(1), savedRedemption(2)]
  const coupons = [-1, 0, 3].map((redemptionsLeft, at) =>
    at === 1
      ? savedCoupon(2, { redemptionsLeft, redemptionCount: 2, redemptions })
      : savedCoupon(at + 1, { redemptionsLeft }),
  )
  await importAnswers(context, organisation, [answerOf(savedCustomer(1, coupons))])
  const { rows } = await context.database.pool.query(
    'select id, max_redeemed, redeemed from coupons where org_id = $1 order by id',
    [organisation.orgId],
  )
  expect(rows).toEqual([
    { id: 1, max_redeemed: null, redeemed: 0 },
    { id: 2, max_redeemed: 2, redeemed: 2 },
    { id: 3, max_redeemed: 3, redeemed: 0 },
  ])
})

test('a later coupon moves the end of its imported series forward, and an earlier one never moves it back', async () => {
  const organisation = await createTestOrganisation(context)
  const validUntil = async (id: number, validTillDateTime: string) => {
    await importAnswers(context, organisation, [
      answerOf(savedCustomer(1, [savedCoupon(id, { validTillDateTime })])),
    ])
    const { rows } = await context.database.pool.query<{ valid_until: Date }>(
      'select valid_until from series where org_id = $1',
      [organisation.orgId],
    )
    return rows[0]?.valid_until.toISOString()
  }
  expect(await validUntil(1, '2027-06-11T23:59:59Z')).toBe('2027-06-11T23:59:59.000Z')
  expect(await validUntil(2, '2028-06-11T23:59:59Z')).toBe('2028-06-11T23:59:59.000Z')
  expect(await validUntil(3, '2026-06-11T23:59:59Z')).toBe('2028-06-11T23:59:59.000Z')
})

test('a store keeps its present name, with one warning', async () => {
  const organisation = await createTestOrganisation(context)
  const issuedAt = { code: organisation.storeCode, name: 'Another name' }
  const coupons = [savedCoupon(1, { issuedAt }), savedCoupon(2, { issuedAt })]
  const { warnings, summary } = await importAnswers(context, organisation, [
    answerOf(savedCustomer(1, coupons)),
  ])
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('Another name')
  expect(summary.coupons.new).toBe(2)
})

test('two concurrent imports of the same data import each record once, and refuse none', async () => {
  const organisation = await createTestOrganisation(context)
  const answers = Array.from({ length: 40 }, (_, at) =>
    answerOf(
      savedCustomer(
        at + 1,
        Array.from({ length: 40 }, (_, n) => savedCoupon(at * 40 + n + 1)),
      ),
    ),
  )
  const both = await Promise.all([1, 2].map(() => importAnswers(context, organisation, answers)))
  expect(both.flatMap((one) => one.refused)).toEqual([])
  expect(both.reduce((sum, { summary }) => sum + summary.coupons.new, 0)).toBe(1_600)
  expect(both.reduce((sum, { summary }) => sum + summary.coupons.present, 0)).toBe(1_600)
  const { counters, ledger } = await countersAndLedger(context, organisation.orgId)
  expect(counters).toEqual(ledger)
})

test('concurrent imports into several organisations all succeed', async () => {
  const organisations = await Promise.all([1, 2, 3].map(() => createTestOrganisation(context)))
  const done = await Promise.all(organisations.map((one) => importFiles(context, one, [demoFolder])))
  expect(done.map(({ summary }) => summary.coupons.new)).toEqual([30, 30, 30])
})

test('an import inside a transaction of the caller is rolled back with it', async () => {
  const organisation = await createTestOrganisation(context)
  const before = await rowCounts(context, organisation.orgId)
  const { queries } = context.database
  const undone = queries.transaction().execute(async (transaction) => {
    const inside = { ...context, database: { ...context.database, queries: transaction } }
    await importFiles(inside, organisation, [demoFolder])
    throw new Error('undo')
  })
  await expect(undone).rejects.toThrow('undo')
  expect(await rowCounts(context, organisation.orgId)).toEqual(before)
})

test('answers are read at the pace of writing, with two batches in memory', async () => {
  const organisation = await createTestOrganisation(context)
  const couponsEach = 50
  let read = 0
  let most = 0
  async function* generate() {
    for (let at = 0; at < 200; at += 1) {
      read += couponsEach
      const coupons = Array.from({ length: couponsEach }, (_, n) => savedCoupon(at * couponsEach + n + 1))
      const value = answerOf(savedCustomer(at + 1, coupons))
      yield JSON.stringify(value)
    }
  }
  async function* bytes() {
    for await (const line of generate()) yield Buffer.from(`${line}\n`)
  }
  const { importHistory } = await import('./import-history.ts')
  const { readAnswers } = await import('./read-answers.ts')
  const { orgId } = organisation
  const place = { orgId, name: 'Brand', timeZone: 'UTC', country: 'IN', currency: null, isSandbox: false }
  const answers = readAnswers([{ name: '-', sizeBytes: undefined }], bytes())
  const summary = await importHistory(context.database.queries, place, answers, {
    onProgress: ({ coupons }) => (most = Math.max(most, read - coupons.new)),
  })
  expect(summary.coupons.new).toBe(10_000)
  expect(most).toBeLessThan(2_500)
})
