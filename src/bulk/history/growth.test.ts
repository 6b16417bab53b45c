import { describe, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation } from '../../../test/support/harness.ts'
import { countersAndLedger } from '../../../test/support/ledger.ts'
import { answerOf, savedCoupon, savedCustomer, savedRedemption } from '../../../test/support/saved-answers.ts'
import { findOrganisation } from '../../identity/organisations/find-organisation.ts'
import { importHistory } from './import-history.ts'

const context = await createTestContext()
const { queries } = context.database

const person = { mobile: '919400000001', email: 'asha@example.com', externalId: 'x-1' }
const before = savedCoupon(1, { redemptionCount: 1, redemptionsLeft: 2, redemptions: [savedRedemption(1)] })
const withCoupon = (more: object) => answerOf(savedCustomer(1, [savedCoupon(1, more)], person))

async function importOver(later: unknown, addsToCoupons: boolean) {
  const { orgId } = await createTestOrganisation(context)
  const organisation = await findOrganisation(queries, String(orgId))
  const one = async function* (value: unknown) {
    yield { file: 'one', root: '$', value }
  }
  const first = await importHistory(queries, organisation, one(answerOf(savedCustomer(1, [before], person))))
  expect(first.refusals).toBe(0)
  const { refusals } = await importHistory(queries, organisation, one(later), { addsToCoupons })
  const again = await importHistory(queries, organisation, one(later), { addsToCoupons })
  expect(again.refusals).toBe(refusals)
  const { counters, ledger } = await countersAndLedger(context, orgId)
  expect(counters).toEqual(ledger)
  const { rows } = await context.database.pool.query<{ redeemed: number; max: number }>(
    'select redeemed, max_redeemed as max from coupons where org_id = $1',
    [orgId],
  )
  return { refusals, coupon: rows[0] }
}

const later = {
  redemptionCount: 1,
  redemptionsLeft: 1,
  redemptions: [savedRedemption(3)],
  reversedRedemptions: [
    savedRedemption(1, { transactionNumber: undefined, reversedOn: '2025-08-21T10:00:00Z' }),
    savedRedemption(2, { transactionNumber: undefined, reversedOn: '2025-08-21T10:00:00Z' }),
  ],
}

test('a later history adds redemptions, reversals and remaining uses to an existing coupon', async () => {
  expect(await importOver(withCoupon(later), true)).toEqual({ refusals: 0, coupon: { redeemed: 1, max: 2 } })
})

test('without the option, as in an import of files, a later history is a contradiction', async () => {
  expect(await importOver(withCoupon(later), false)).toEqual({ refusals: 1, coupon: { redeemed: 1, max: 3 } })
})

test.each([
  ['another code', { ...later, code: 'OTHER' }],
  ['fewer redemptions', { redemptionCount: 0, redemptionsLeft: 3, redemptions: [] }],
])('a history with %s is a contradiction in any case', async (_name, more) => {
  expect(await importOver(withCoupon(more), true)).toMatchObject({ refusals: 1, coupon: { redeemed: 1 } })
})

describe('of a redemption with a discount, a later history', () => {
  const withDiscount = (more: object, redemption: object) => {
    const one = savedRedemption(1, { discountAmount: '10.00', ...redemption })
    return withCoupon({ redemptionCount: 1, redemptionsLeft: 2, redemptions: [one], ...more })
  }
  const returned = (sum: string, returnedOn: string) => ({ discountReturned: sum, returnedOn })
  const reversedOn = '2025-08-25T10:00:00Z'
  const list = (
    ...returns: readonly (readonly [amount: string, returnedOn: string, useReturned?: boolean])[]
  ) => ({
    returns: returns.map(([amount, returnedOn, useReturned = false]) => ({
      amount,
      returnedOn,
      useReturned,
    })),
  })
  const [one, two, three] = ['2025-08-21T10:00:00Z', '2025-08-22T10:00:00Z', '2025-08-23T10:00:00Z'] as const

  /** @returns the returns and what the redemption keeps. */
  async function importInTurn(...answers: readonly unknown[]) {
    const { orgId } = await createTestOrganisation(context)
    const organisation = await findOrganisation(queries, String(orgId))
    let refusals = 0
    for (const value of answers) {
      const saved = async function* () {
        yield { file: 'one', root: '$', value }
      }
      const summary = await importHistory(queries, organisation, saved(), { addsToCoupons: true })
      refusals += summary.refusals
    }
    const { counters, ledger } = await countersAndLedger(context, orgId)
    expect(counters).toEqual(ledger)
    const { rows } = await context.database.pool.query<{ amount: string; day: number; use: boolean }>(
      `select amount::float8, extract(day from returned_at at time zone 'UTC')::int as day, returns_use as use
       from returns where org_id = $1 order by id`,
      [orgId],
    )
    const kept = await context.database.pool.query<{ kept: number }>(
      'select discount_amount::float8 as kept from redemptions where org_id = $1',
      [orgId],
    )
    return {
      refusals,
      kept: kept.rows[0]?.kept,
      returns: rows.map(({ amount, day, use }) => [amount, day, use]),
    }
  }

  test('that states only the sum adds the difference as one return', async () => {
    expect(
      await importInTurn(
        withDiscount({}, returned('4.00', one)),
        withDiscount({}, returned('4.00', one)),
        withDiscount({}, returned('7.50', three)),
      ),
    ).toEqual({
      refusals: 0,
      kept: 2.5,
      returns: [
        [4, 21, false],
        [3.5, 23, false],
      ],
    })
  })

  test('that lists the returns adds those beyond the known sum', async () => {
    expect(
      await importInTurn(
        withDiscount({}, returned('6.00', two)),
        withDiscount(
          {},
          { ...returned('7.50', three), ...list(['4.00', one], ['2.00', two], ['1.50', three]) },
        ),
      ),
    ).toEqual({
      refusals: 0,
      kept: 2.5,
      returns: [
        [6, 22, false],
        [1.5, 23, false],
      ],
    })
  })

  test('that reverses it gives the rest back, unless a return gave the use back and kept the rest', async () => {
    const before = withDiscount({}, { discountAmount: '10.00' })
    const reversed = (more: object) => {
      const redemption = savedRedemption(1, {
        transactionNumber: undefined,
        discountAmount: '10.00',
        ...more,
      })
      return withCoupon({
        redemptionCount: 0,
        redemptionsLeft: 3,
        redemptions: [],
        reversedRedemptions: [redemption],
      })
    }
    const whole = { ...returned('4.00', one), ...list(['4.00', one]), reversedOn }
    expect(await importInTurn(before, reversed(whole))).toMatchObject({
      refusals: 0,
      returns: [[4, 21, false]],
    })
    const kept = {
      ...returned('4.00', three),
      ...list(['0.00', one, true], ['4.00', three]),
      reversedOn: one,
      discountKept: '6.00',
    }
    expect(await importInTurn(before, reversed(kept), reversed(kept))).toEqual({
      refusals: 0,
      kept: 6,
      returns: [
        [0, 21, true],
        [4, 23, false],
      ],
    })
  })

  test.each([
    ['less was returned', withDiscount({}, returned('3.00', two))],
    [
      'the sum is not that of the list',
      withDiscount({}, { ...returned('5.00', two), ...list(['4.00', two]) }),
    ],
    [
      'a use was returned and nothing is reversed',
      withDiscount({}, { ...returned('5.00', two), ...list(['5.00', two, true]) }),
    ],
    ['more was returned than given', withDiscount({}, returned('10.01', two))],
  ])('is refused if %s', async (_name, answer) => {
    expect(await importInTurn(withDiscount({}, returned('4.00', one)), answer)).toMatchObject({
      refusals: 1,
      kept: 6,
    })
  })
})
