import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation } from '../../../test/support/harness.ts'
import { countersAndLedger } from '../../../test/support/ledger.ts'
import {
  answerOf,
  importAnswers,
  savedCoupon,
  savedCustomer,
  savedRedemption,
  type SavedCoupon,
} from '../../../test/support/saved-answers.ts'

const context = await createTestContext()
const customer = '$.entity.customers[0]'

/** Existing records: customer 1 with coupon 1, which was redeemed twice and reversed once. */
const there = (more: object = {}): SavedCoupon =>
  savedCoupon(1, {
    redemptionCount: 1,
    redemptions: [savedRedemption(1)],
    reversedRedemptions: [
      savedRedemption(2, { transactionNumber: undefined, reversedOn: '2025-08-21T10:00:00Z' }),
    ],
    ...more,
  })
const person = { mobile: '919400000001', email: 'asha@example.com', externalId: 'x-1' }

async function importOver(...answers: unknown[]) {
  const organisation = await createTestOrganisation(context)
  const first = await importAnswers(context, organisation, [answerOf(savedCustomer(1, [there()], person))])
  expect(first.refused).toEqual([])
  const second = await importAnswers(context, organisation, answers)
  const { counters, ledger } = await countersAndLedger(context, organisation.orgId)
  expect(counters).toEqual(ledger)
  return second
}

const neighbour = savedCoupon(9)

describe('a coupon that exists with other content is refused, and its neighbours are imported', () => {
  const cases: [name: string, coupon: SavedCoupon, reason: string][] = [
    ['code', there({ code: 'OTHER' }), 'code "CODE1", here it is "OTHER"'],
    ['series', there({ seriesId: 501 }), 'series 500, here it is 501'],
    [
      'date of issue',
      there({ createdDate: '2025-08-19T16:52:12Z' }),
      'createdDate "2025-08-19T16:52:11Z", here it is "2025-08-19T16:52:12Z"',
    ],
    [
      'validity',
      there({ validTillDateTime: '2027-06-12T23:59:59Z' }),
      'validity "2027-06-11T23:59:59Z", here it is "2027-06-12T23:59:59Z"',
    ],
    ['transaction number', there({ transactionNumber: 'T' }), 'transactionNumber absent, here it is "T"'],
    ['store', there({ issuedAt: { code: 's2', name: 'Two' } }), 'store "s1", here it is "s2"'],
    ['limit', there({ redemptionsLeft: 4 }), 'own limit 2, here it is 5'],
    ['redemptions', there({ redemptions: [savedRedemption(3)] }), 'redemption 1 "there", here it is absent'],
    [
      'date of a redemption',
      there({ redemptions: [savedRedemption(1, { date: '2025-08-20T10:00:01Z' })] }),
      'the date of redemption 1 "2025-08-20T10:00:00Z", here it is "2025-08-20T10:00:01Z"',
    ],
    [
      'bill of a redemption',
      there({ redemptions: [savedRedemption(1, { transactionNumber: 'b2' })] }),
      'the transactionNumber of redemption 1 "bill-1", here it is "b2"',
    ],
    [
      'reversal',
      there({
        redemptionCount: 2,
        redemptions: [savedRedemption(1), savedRedemption(2)],
        reversedRedemptions: [],
        redemptionsLeft: 0,
      }),
      'the reversal of redemption 2 "2025-08-21T10:00:00Z", here it is absent',
    ],
  ]
  test.each(cases)('%s', async (_name, coupon, reason) => {
    const { refused, summary } = await importOver(answerOf(savedCustomer(1, [coupon, neighbour], person)))
    expect(refused).toEqual([`${customer}.coupons[0]: coupon 1 is there with ${reason}`])
    expect(summary).toMatchObject({ customers: { present: 1 }, coupons: { new: 1, present: 0, refused: 1 } })
  })
})

describe('a new coupon that contradicts existing records is refused, and its neighbours are imported', () => {
  const cases: [name: string, coupon: SavedCoupon, reason: string][] = [
    [
      'a code of another coupon, whatever its letter case',
      savedCoupon(2, { code: 'code1' }),
      'code "code1" belongs to coupon 1 of customer 1',
    ],
    [
      'a redemption of another coupon',
      savedCoupon(2, { redemptionCount: 1, redemptions: [savedRedemption(2)] }),
      'redemption 2 belongs to coupon 1',
    ],
    [
      'a series with another description',
      savedCoupon(2, { description: 'Eleven off' }),
      'series 500 is there with description "Ten off", here it is "Eleven off"',
    ],
    [
      'a series with another discount',
      savedCoupon(2, { discountValue: 11 }),
      'series 500 is there with discountValue 10, here it is 11',
    ],
    [
      'a series with other custom properties',
      savedCoupon(2, { customProperty: [{ name: 'a', value: 'b' }] }),
      'series 500 is there with customProperty absent, here it is "[{"name":"a","value":"b"}]"',
    ],
  ]
  test.each(cases)('%s', async (_name, coupon, reason) => {
    const { refused, summary } = await importOver(answerOf(savedCustomer(2, [coupon, neighbour])))
    expect(refused).toEqual([`${customer}.coupons[0]: ${reason}`])
    expect(summary).toMatchObject({ customers: { new: 1 }, coupons: { new: 1, refused: 1 } })
  })

  test('two descriptions that differ beyond the part that a reason shows', async () => {
    const long = 'x'.repeat(100)
    const { refused } = await importOver(
      answerOf(
        savedCustomer(2, [
          savedCoupon(2, { seriesId: 7, description: `${long}1` }),
          savedCoupon(3, { seriesId: 7, description: `${long}2` }),
        ]),
      ),
    )
    expect(refused).toHaveLength(1)
  })
})

describe('a customer who contradicts existing records is refused with all coupons, and others are imported', () => {
  const cases: [name: string, saved: object, reason: string][] = [
    [
      'another first name',
      savedCustomer(1, [neighbour], { ...person, firstname: 'Ana' }),
      'customer 1 is there with first name "Asha", here it is "Ana"',
    ],
    [
      'another e-mail',
      savedCustomer(1, [neighbour], { ...person, email: 'else@example.com' }),
      'customer 1 is there with e-mail "asha@example.com", here it is "else@example.com"',
    ],
    [
      'an identifier less',
      savedCustomer(1, [neighbour], { ...person, externalId: undefined }),
      'customer 1 is there with external id "x-1", here it is absent',
    ],
    [
      'a mobile number of another customer, written otherwise',
      savedCustomer(2, [neighbour], { mobile: '9400000001' }),
      'mobile "9400000001" belongs to customer 1',
    ],
    [
      'an e-mail of another customer in other capitals',
      savedCustomer(2, [neighbour], { email: 'ASHA@example.com' }),
      'e-mail "ASHA@example.com" belongs to customer 1',
    ],
  ]
  test.each(cases)('%s', async (_name, saved, reason) => {
    const other = savedCustomer(3, [savedCoupon(10)])
    const { refused, summary } = await importOver(answerOf(saved as never), answerOf(other))
    expect(refused).toEqual([`${customer}: ${reason}`])
    expect(summary).toMatchObject({
      customers: { new: 1, refused: 1 },
      coupons: { new: 1, refused: 1 },
    })
  })
})

test('a repetition within a file counts as present, and a contradiction within it is refused', async () => {
  const organisation = await createTestOrganisation(context)
  const { summary, refused } = await importAnswers(context, organisation, [
    answerOf(savedCustomer(1, [there(), there()], person)),
    answerOf(savedCustomer(1, [there({ code: 'X' })], person)),
  ])
  expect(summary).toMatchObject({
    customers: { new: 1, present: 1 },
    coupons: { new: 1, present: 1, refused: 1 },
    redemptions: { new: 2, present: 2, refused: 2 },
    reversals: { new: 1, present: 1, refused: 1 },
  })
  expect(refused).toHaveLength(1)
})

test('a code in another letter case is the same code', async () => {
  const { refused, summary } = await importOver(
    answerOf(savedCustomer(1, [there({ code: 'code1' })], person)),
  )
  expect(refused).toEqual([])
  expect(summary.coupons.present).toBe(1)
})

test('a series of this ledger keeps its limits, and records that would exceed them are refused', async () => {
  const organisation = await createTestOrganisation(context)
  const { pool } = context.database
  await pool.query(
    `insert into series (org_id, id, code, description, discount_type, discount_value, client_handling_type,
      valid_until) values ($1, 500, 'own', 'Ten off', 'ABS', 10, 'DISC_CODE', '2030-01-01')`,
    [organisation.orgId],
  )
  await pool.query('insert into series_usage (org_id, series_id, max_issued) values ($1, 500, 2)', [
    organisation.orgId,
  ])
  const coupons = [1, 2, 3].map((id) => savedCoupon(id))
  const { refused, summary } = await importAnswers(context, organisation, [
    answerOf(savedCustomer(1, coupons)),
  ])
  expect(refused).toEqual([`${customer}.coupons[2]: series 500 is issued up to its limit`])
  expect(summary.coupons.new).toBe(2)
  const { rows } = await pool.query('select valid_until::date::text as until from series where org_id = $1', [
    organisation.orgId,
  ])
  expect(rows).toEqual([{ until: '2030-01-01' }])
})

test('a series whose code is taken is refused', async () => {
  const organisation = await createTestOrganisation(context)
  await context.database.pool.query(
    `insert into series (org_id, id, code, description, discount_type, discount_value, client_handling_type,
      valid_until) values ($1, 77, '500', '', 'ABS', 10, 'DISC_CODE', '2030-01-01')`,
    [organisation.orgId],
  )
  const { refused } = await importAnswers(context, organisation, [
    answerOf(savedCustomer(1, [savedCoupon(1)])),
  ])
  expect(refused).toEqual([
    `${customer}.coupons[0]: series 500 would get the code "500", which belongs to series 77`,
  ])
})

test('a fault that only the database detects does not affect neighbouring records', async () => {
  const organisation = await createTestOrganisation(context)
  const { pool } = context.database
  await pool.query(`alter table coupons add constraint coupons__test check (code <> 'CODE13')`)
  try {
    const coupons = Array.from({ length: 40 }, (_, at) => savedCoupon(at + 1))
    const { refused, summary } = await importAnswers(context, organisation, [
      answerOf(savedCustomer(1, coupons)),
    ])
    expect(refused).toHaveLength(1)
    expect(refused[0]).toContain(
      `${customer}.coupons[12]: the ledger rejects it: a value breaks a rule of the ledger (coupons__test, SQLSTATE 23514)`,
    )
    expect(summary).toMatchObject({ customers: { new: 1 }, coupons: { new: 39, refused: 1 } })
  } finally {
    await pool.query('alter table coupons drop constraint coupons__test')
  }
})

test('a code that another session takes during the import is refused with its owner, and its neighbours are imported', async () => {
  const organisation = await createTestOrganisation(context)
  const { orgId } = organisation
  await importAnswers(context, organisation, [answerOf(savedCustomer(1, [savedCoupon(1)]))])
  const client = await context.database.pool.connect()
  try {
    await client.query('begin')
    await client.query(
      `insert into coupons (org_id, id, series_id, customer_id, created_at, valid_until, code)
       values ($1, 99, 500, 1, now(), '2027-06-11T23:59:59Z', 'code2')`,
      [orgId],
    )
    await client.query(
      'update customer_series_usage set issued = issued + 1, last_issued_at = now() where org_id = $1',
      [orgId],
    )
    await client.query('update series_usage set issued = issued + 1 where org_id = $1', [orgId])
    const coupons = [savedCoupon(2), savedCoupon(3)]
    const running = importAnswers(context, organisation, [answerOf(savedCustomer(2, coupons))])
    await setTimeout(200)
    await client.query('commit')
    const { refused, summary } = await running
    expect(refused).toEqual([`${customer}.coupons[0]: code "CODE2" belongs to coupon 99 of customer 1`])
    expect(summary).toMatchObject({ customers: { new: 1 }, coupons: { new: 1, refused: 1 } })
    const { counters, ledger } = await countersAndLedger(context, orgId)
    expect(counters).toEqual(ledger)
  } finally {
    client.release()
  }
})
