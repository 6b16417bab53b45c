import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moneyOf } from '../../values/money.ts'
import type { Budget } from '../series/terms.ts'
import {
  amountsLeft,
  BudgetTally,
  fitCorrection,
  greatestPart,
  isTooMuch,
  nothing,
  periodsAt,
  roomFor,
  type BudgetUsage,
} from './budget-rules.ts'

const none: Budget = {
  total: null,
  perCustomer: null,
  periods: [],
  whenItDoesNotFit: 'refuse',
  timeZone: 'UTC',
}
const limit = (given: Partial<Budget>): Budget => ({ ...none, ...given })
const unused: BudgetUsage = { total: nothing, ofCustomer: nothing, periods: [] }

describe('the periods that contain an instant', () => {
  const budget = (timeZone: string) =>
    limit({
      timeZone,
      periods: (['day', 'week', 'month'] as const).map((per) => ({
        per,
        amount: 1,
        uses: null,
        usesPerCustomer: null,
      })),
    })
  test.each([
    ['UTC', '2026-03-01T00:00:00Z', ['2026-03-01', '2026-02-23', '2026-03-01']],
    ['Asia/Kolkata', '2026-02-28T18:30:00Z', ['2026-03-01', '2026-02-23', '2026-03-01']],
    ['Asia/Kolkata', '2026-02-28T18:29:59.9Z', ['2026-02-28', '2026-02-23', '2026-02-01']],
    // A Monday; in Havana midnight is skipped on 8 March 2026, and occurs twice on 1 November.
    ['UTC', '2026-06-01T00:00:00Z', ['2026-06-01', '2026-06-01', '2026-06-01']],
    ['America/Havana', '2026-03-08T05:00:00Z', ['2026-03-08', '2026-03-02', '2026-03-01']],
    ['America/Havana', '2026-11-01T04:00:00Z', ['2026-11-01', '2026-10-26', '2026-11-01']],
    ['America/Havana', '2026-11-01T05:30:00Z', ['2026-11-01', '2026-10-26', '2026-11-01']],
    ['UTC', '2028-02-29T23:59:59Z', ['2028-02-29', '2028-02-28', '2028-02-01']],
    ['UTC', '2027-01-01T12:00:00Z', ['2027-01-01', '2026-12-28', '2027-01-01']],
  ])('in %s at %s', (timeZone, at, expected) => {
    expect(periodsAt(budget(timeZone), Date.parse(at) / 1000)).toEqual(expected)
  })
})

test('discounts that are granted one after the other never exceed any limit, in whole or in part', () => {
  const money = fc.integer({ min: 1, max: 60 }).map((units) => units / 100)
  fc.assert(
    fc.property(
      fc.record({ total: fc.option(money), perCustomer: fc.option(money), amount: money }),
      fc.constantFrom('refuse' as const, 'part' as const),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(300)), { maxLength: 30 }),
      ({ total, perCustomer, amount }, whenItDoesNotFit, wishes) => {
        const period = { per: 'day', amount, uses: null, usesPerCustomer: null } as const
        const budget = limit({ total, perCustomer, periods: [period], whenItDoesNotFit })
        const tally = new BudgetTally()
        const given = new Map<number, number>()
        for (const [customerId, wish] of wishes) {
          const read = { ...unused, periods: [{ startsOn: '2026-06-01', all: nothing, ofCustomer: nothing }] }
          const redemption = { seriesId: 1, customerId, budget, read }
          const usage = tally.of(redemption)
          const discount = Math.min(wish, greatestPart(budget, usage, 10))
          if (amountsLeft(budget, usage).some((one) => isTooMuch(one, { discount }))) continue
          tally.count(redemption, discount, 1)
          given.set(customerId, (given.get(customerId) ?? 0) + discount)
        }
        const all = [...given.values()].reduce((sum, one) => sum + one, 0)
        expect(all).toBeLessThanOrEqual(moneyOf(Math.min(total ?? Infinity, amount)))
        for (const one of given.values())
          expect(one).toBeLessThanOrEqual(perCustomer === null ? Infinity : moneyOf(perCustomer))
      },
    ),
  )
})

test('a count that is taken back leaves the usage as if it had never been made', () => {
  const budget = limit({ total: 10 })
  const tally = new BudgetTally()
  const redemption = { seriesId: 1, customerId: 2, budget, read: unused }
  tally.of(redemption)
  tally.count(redemption, 4_000, 1)
  expect(roomFor(budget, tally.of(redemption))).toBe(6_000)
  // A later state was read after a part of the batch was written.
  const later = { ...redemption, read: { ...unused, total: { given: 4_000, uses: 1 } } }
  expect(roomFor(budget, tally.of(later))).toBe(6_000)
  tally.count(redemption, -4_000, -1)
  expect(tally.of(redemption)).toEqual(unused)
})

test('a correction may always give less, and more only as far as there is room', () => {
  const usage = { ...unused, total: { given: 9_000, uses: 2 } }
  const correct = (before: number, after: number, given: Partial<Budget> = {}, isComputed = true) =>
    fitCorrection(limit({ total: 10, ...given }), usage, { before, after, isComputed, unit: 10 })
  expect(correct(4_000, 5_000)).toEqual({ amount: 5_000 })
  expect(correct(4_000, 5_010)).toEqual({ refusal: 728 })
  expect(correct(4_000, 5_010, { whenItDoesNotFit: 'part' })).toEqual({ amount: 5_000 })
  expect(correct(4_000, 5_010, { whenItDoesNotFit: 'part' }, false)).toEqual({ refusal: 728 })
  expect(correct(4_000, 3_000, { total: 1 })).toEqual({ amount: 3_000 })
  expect(correct(4_000, 4_000, { total: 1 })).toEqual({ amount: 4_000 })
  expect(correct(4_000, 4_010, { total: 1 })).toEqual({ refusal: 728 })
  expect(correct(0, 10, { total: null, perCustomer: 0.005 })).toEqual({ refusal: 736 })
})
