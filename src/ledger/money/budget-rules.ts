import { dayOf, firstDayOf } from '../../values/calendar.ts'
import { amountOf, floorTo, moneyOf, type Money } from '../../values/money.ts'
import type { Budget, PeriodLimits } from '../series/terms.ts'

/** What standing redemptions and live holds take from a limit. */
export interface Counted {
  readonly given: Money
  readonly uses: number
  /** The part that live holds reserve; undefined: none, or it is not told apart. */
  readonly held?: Counted
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

export const plus = (counted: Counted, discount: Money, uses: number): Counted => ({
  given: counted.given + discount,
  uses: counted.uses + uses,
})

/**
 * The usage of a budget with what live holds of its series reserve. A held use counts as one that takes place now: what is
 * held when a period ends is redeemed in the next one, which must have room for it from its beginning.
 *
 * @param all what is held in the series.
 * @param ofCustomer what is held for the customer.
 * @param current the first days of the current periods, if the usage is of others; undefined: it is of the current ones.
 */
export function besideHolds(
  usage: BudgetUsage,
  all: Counted,
  ofCustomer: Counted,
  current?: readonly string[],
): BudgetUsage {
  if (all.uses === 0) return usage
  const beside = (counted: Counted, held: Counted): Counted =>
    held.uses === 0 ? counted : { ...plus(counted, held.given, held.uses), held }
  return {
    total: beside(usage.total, all),
    ofCustomer: beside(usage.ofCustomer, ofCustomer),
    periods: usage.periods.map((one, at) =>
      current === undefined || current[at] === one.startsOn
        ? { ...one, all: beside(one.all, all), ofCustomer: beside(one.ofCustomer, ofCustomer) }
        : one,
    ),
  }
}

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
  /** Beside what is given. */
  readonly held: Money
  /** Not below 0, although a limit may have been set below what was given. */
  readonly left: Money
}

/** What is left of each limit in money. */
export function amountsLeft(budget: Budget, usage: BudgetUsage): AmountLeft[] {
  const left = (
    rule: AmountLimit,
    limit: number | null,
    { given, held = nothing }: Counted,
    period?: AmountLeft['period'],
  ): AmountLeft[] => {
    if (limit === null) return []
    const left = Math.max(0, moneyOf(limit) - given)
    return [{ rule, period, limit, given: given - held.given, held: held.given, left }]
  }
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
  /** The part of what is used that is held. */
  readonly held: number
}

/** The limits of uses, with what is used. */
export function usesOf(budget: Budget, usage: BudgetUsage): UsesLeft[] {
  return budget.periods.flatMap(({ per, uses, usesPerCustomer }, at): UsesLeft[] => {
    const { startsOn = '', all = nothing, ofCustomer = nothing } = usage.periods[at] ?? {}
    const left = (rule: UsesLimit, limit: number | null, { uses: used, held = nothing }: Counted) =>
      limit === null ? [] : [{ rule, per, startsOn, limit, used, held: held.uses }]
    return [...left('periodUses', uses, all), ...left('customerPeriodUses', usesPerCustomer, ofCustomer)]
  })
}

/** The greatest discount that all limits have room for; infinite without limits in money. */
export const roomFor = (budget: Budget, usage: BudgetUsage): Money =>
  amountsLeft(budget, usage).reduce((room, { left }) => Math.min(room, left), Number.POSITIVE_INFINITY)

/**
 * The greatest discount that is computed: what is left of the budget where a discount is given in part. If that is less than
 * the smallest unit, it is the unit: only the limits that have no room for it refuse it then.
 */
export function greatestPart(budget: Budget, usage: BudgetUsage, unit: Money): Money {
  if (budget.whenItDoesNotFit === 'refuse') return Number.POSITIVE_INFINITY
  const room = roomFor(budget, usage)
  return Number.isFinite(room) ? Math.max(unit, floorTo(unit, room)) : room
}

/**
 * A limit in money refuses a discount that it has no room for, and everything once nothing is left of it: also a redemption
 * whose discount is unknown, but not one that is reserved.
 */
export const isTooMuch = (
  { left }: AmountLeft,
  { discount, isReserved = false }: { readonly discount?: Money | undefined; readonly isReserved?: boolean },
): boolean => (left === 0 && !isReserved) || (discount !== undefined && discount > left)

/** What an explanation tells of a limit in money: the one with the least left. */
export function seenAmount(limits: readonly AmountLeft[], rule: AmountLimit, discount: Money | undefined) {
  const [least] = limits.filter((one) => one.rule === rule).toSorted((a, b) => a.left - b.left)
  return {
    ...(least?.period && { per: least.period.per, startsOn: least.period.startsOn }),
    limit: least?.limit ?? null,
    given: least === undefined ? null : amountOf(least.given),
    ...(least !== undefined && least.held > 0 && { held: amountOf(least.held) }),
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
    used: least === undefined ? null : least.used - least.held,
    ...(least !== undefined && least.held > 0 && { held: least.held }),
    limit: least?.limit ?? null,
  }
}

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
