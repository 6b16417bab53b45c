import { dayOf, firstDayOf } from '../../values/calendar.ts'
import { amountOf, floorTo, moneyOf, type Money } from '../../values/money.ts'
import type { Budget, PeriodLimits } from '../series/terms.ts'

/** What standing redemptions take from a limit. */
export interface Counted {
  readonly given: Money
  readonly uses: number
}

/** The usage of a budget, as far as a redemption of one customer at one instant is judged by it. */
export interface BudgetUsage {
  readonly total: Counted
  /** In all; of the customer. */
  readonly ofCustomer: Counted
  /** The current ones, in the order of the budget. */
  readonly periods: readonly PeriodUsage[]
}

interface PeriodUsage {
  /** The first day of the period. */
  readonly startsOn: string
  readonly all: Counted
  readonly ofCustomer: Counted
}

export const nothing: Counted = { given: 0, uses: 0 }

/** The first days of the periods of a budget that an instant is in. */
export const periodsAt = ({ periods, timeZone }: Budget, atS: number): string[] =>
  periods.map(({ per }) => firstDayOf(per, dayOf(timeZone, Math.floor(atS))))

export type AmountLimit = 'budget' | 'customerBudget' | 'periodBudget'
export type UsesLimit = 'periodUses' | 'customerPeriodUses'

interface AmountLeft {
  readonly rule: AmountLimit
  /** Of a period. */
  readonly period: { readonly per: PeriodLimits['per']; readonly startsOn: string } | undefined
  readonly limit: number
  readonly given: Money
  /** Not below 0, although a limit may have been set below what was given. */
  readonly left: Money
}

/** What is left of each limit in money. */
export function amountsLeft(budget: Budget, usage: BudgetUsage): AmountLeft[] {
  const left = (
    rule: AmountLimit,
    limit: number | null,
    { given }: Counted,
    period?: AmountLeft['period'],
  ): AmountLeft[] =>
    limit === null ? [] : [{ rule, period, limit, given, left: Math.max(0, moneyOf(limit) - given) }]
  return [
    ...left('budget', budget.total, usage.total),
    ...left('customerBudget', budget.perCustomer, usage.ofCustomer),
    ...budget.periods.flatMap(({ per, amount }, at) => {
      const { startsOn = '', all = nothing } = usage.periods[at] ?? {}
      return left('periodBudget', amount, all, { per, startsOn })
    }),
  ]
}

interface UsesLeft {
  readonly rule: UsesLimit
  readonly per: PeriodLimits['per']
  readonly startsOn: string
  readonly limit: number
  readonly used: number
}

/** The limits of uses, with what is used. */
export function usesOf(budget: Budget, usage: BudgetUsage): UsesLeft[] {
  return budget.periods.flatMap(({ per, uses, usesPerCustomer }, at): UsesLeft[] => {
    const { startsOn = '', all = nothing, ofCustomer = nothing } = usage.periods[at] ?? {}
    return [
      ...(uses === null ? [] : [{ rule: 'periodUses' as const, per, startsOn, limit: uses, used: all.uses }]),
      ...(usesPerCustomer === null
        ? []
        : [
            {
              rule: 'customerPeriodUses' as const,
              per,
              startsOn,
              limit: usesPerCustomer,
              used: ofCustomer.uses,
            },
          ]),
    ]
  })
}

/** The greatest discount that all limits have room for; infinite without limits in money. */
export const roomFor = (budget: Budget, usage: BudgetUsage): Money =>
  amountsLeft(budget, usage).reduce((room, { left }) => Math.min(room, left), Number.POSITIVE_INFINITY)

/**
 * The greatest discount that is computed: what is left of the budget where a discount is given in part. A sum below the
 * smallest unit is nothing, and is refused.
 */
export function greatestPart(budget: Budget, usage: BudgetUsage, unit: Money): Money {
  if (budget.whenItDoesNotFit === 'refuse') return Number.POSITIVE_INFINITY
  const room = roomFor(budget, usage)
  const part = Number.isFinite(room) ? floorTo(unit, room) : room
  return part > 0 ? part : Number.POSITIVE_INFINITY
}

/**
 * A limit in money refuses a discount that it has no room for, and everything once nothing is left of it: also a redemption
 * whose discount is unknown.
 */
export const isTooMuch = ({ left }: AmountLeft, discount: Money | undefined): boolean =>
  left === 0 || (discount !== undefined && discount > left)

/** What an explanation tells of a limit in money: the one with the least left. */
export function seenAmount(limits: readonly AmountLeft[], rule: AmountLimit, discount: Money | undefined) {
  const [least] = limits.filter((one) => one.rule === rule).toSorted((a, b) => a.left - b.left)
  return {
    ...(least?.period && { per: least.period.per, startsOn: least.period.startsOn }),
    limit: least?.limit ?? null,
    given: least === undefined ? null : amountOf(least.given),
    left: least === undefined ? null : amountOf(least.left),
    discount: discount === undefined ? null : amountOf(discount),
  }
}

/** The same of a limit of uses. */
export function seenUses(limits: readonly UsesLeft[], rule: UsesLimit) {
  const [least] = limits
    .filter((one) => one.rule === rule)
    .toSorted((a, b) => a.limit - a.used - (b.limit - b.used))
  return {
    per: least?.per ?? null,
    startsOn: least?.startsOn ?? null,
    used: least?.used ?? null,
    limit: least?.limit ?? null,
  }
}

const plus = (counted: Counted, discount: Money, uses: number): Counted => ({
  given: counted.given + discount,
  uses: counted.uses + uses,
})

/** The contract's refusals of a corrected discount that a limit has no room for. */
export type CorrectionRefusal = 728 | 736

/**
 * Whether the discount of a redemption that is counted may change. Less always fits, and so does the same.
 *
 * @param usage without the change.
 */
export function fitCorrection(
  budget: Budget,
  usage: BudgetUsage,
  {
    before,
    after,
    isComputed,
    unit,
  }: { readonly before: Money; readonly after: Money; readonly isComputed: boolean; readonly unit: Money },
): { readonly amount: Money } | { readonly refusal: CorrectionRefusal } {
  const more = after - before
  const tooSmall = amountsLeft(budget, usage).find(({ left }) => more > 0 && more > left)
  if (tooSmall === undefined) return { amount: after }
  const part = floorTo(unit, before + roomFor(budget, usage))
  if (isComputed && budget.whenItDoesNotFit === 'part' && part > before) return { amount: part }
  return { refusal: tooSmall.rule === 'customerBudget' ? 736 : 728 }
}

/** A redemption, as far as its budget is counted. */
export interface CountedRedemption {
  readonly seriesId: number
  readonly customerId: number
  readonly budget: Budget
  /** As it was read from the database. */
  readonly read: BudgetUsage
}

/**
 * The usage of budgets while a batch is decided. What was read first of a limit holds: later states may have been read
 * after a part of the batch was written.
 */
export class BudgetTally {
  readonly #counted = new Map<string, Counted>()

  /** The usage after the redemptions counted so far. */
  of(redemption: CountedRedemption): BudgetUsage {
    const { read } = redemption
    const known = (key: string, counted: Counted): Counted => {
      const found = this.#counted.get(key)
      if (found === undefined) this.#counted.set(key, counted)
      return found ?? counted
    }
    const keys = keysOf(redemption)
    return {
      total: known(keys.total, read.total),
      ofCustomer: known(keys.ofCustomer, read.ofCustomer),
      periods: read.periods.map((one, at) => ({
        startsOn: one.startsOn,
        all: known(keys.periods[at]?.all ?? '', one.all),
        ofCustomer: known(keys.periods[at]?.ofCustomer ?? '', one.ofCustomer),
      })),
    }
  }

  /** @param redemption one that `of` was asked for. */
  count(redemption: CountedRedemption, discount: Money, uses: number): void {
    const { total, ofCustomer, periods } = keysOf(redemption)
    for (const key of [total, ofCustomer, ...periods.flatMap((one) => [one.all, one.ofCustomer])])
      this.#counted.set(key, plus(this.#counted.get(key) ?? nothing, discount, uses))
  }
}

function keysOf({ seriesId, customerId, budget, read: { periods } }: CountedRedemption) {
  return {
    total: `${seriesId}`,
    ofCustomer: `${seriesId} ${customerId}`,
    periods: periods.map(({ startsOn }, at) => {
      const key = `${seriesId} ${budget.periods[at]?.per} ${startsOn}`
      return { all: key, ofCustomer: `${key} ${customerId}` }
    }),
  }
}
