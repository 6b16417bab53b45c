import { dayOf, firstDayOf } from '../../values/calendar.ts'
import { amountOf, floorTo, moneyOf, type Money } from '../../values/money.ts'
import type { Budget, PeriodLimits } from '../series/terms.ts'

/** The uses and discounts of standing redemptions and live holds that count against a limit. */
export interface Counted {
  readonly given: Money
  readonly uses: number
  /** The part that live holds reserve; undefined: none, or not distinguished. */
  readonly held?: Counted
}

/** The usage of a budget that a redemption of one customer at one instant is judged by. */
export interface BudgetUsage {
  readonly total: Counted
  /** Of the customer, in total. */
  readonly ofCustomer: Counted
  /** The current periods, in the order of the budget. */
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
 * Adds held uses of the series to the usage of a budget. A held use counts as one that takes place now: what is held at
 * the end of a period will be redeemed in the next one, which must reserve room for it from its beginning.
 *
 * @param all held uses in the series.
 * @param ofCustomer held uses of the customer.
 * @param current first days of the current periods, if the usage may be of earlier ones; undefined: it is of the
 * current ones.
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

/** The first days of the budget's periods that contain an instant. */
export const periodsAt = ({ periods, timeZone }: Budget, atS: number): string[] =>
  periods.map(({ per }) => firstDayOf(per, dayOf(timeZone, Math.floor(atS))))

export type AmountLimit = 'budget' | 'customerBudget' | 'periodBudget'
export type UsesLimit = 'periodUses' | 'customerPeriodUses'

interface AmountLeft {
  readonly rule: AmountLimit
  /** Undefined: the limit is of the total. */
  readonly period: { readonly per: PeriodLimits['per']; readonly startsOn: string } | undefined
  readonly limit: number
  readonly given: Money
  /** Reserved by live holds, in addition to what is given. */
  readonly held: Money
  /** Not below 0, even if the limit was set below the amount already given. */
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
  /** The part of `used` that is held. */
  readonly held: number
}

/** The limits on uses, with the number used. */
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
 * The greatest discount that may be computed: what is left of the budget if discounts may be given in part. If that is
 * less than the smallest unit, it is one unit, so that only the limits without room for it refuse the redemption.
 */
export function greatestPart(budget: Budget, usage: BudgetUsage, unit: Money): Money {
  if (budget.whenItDoesNotFit === 'refuse') return Number.POSITIVE_INFINITY
  const room = roomFor(budget, usage)
  return Number.isFinite(room) ? Math.max(unit, floorTo(unit, room)) : room
}

/**
 * A limit in money refuses a discount that it has no room for. Once nothing is left of it, it refuses every redemption,
 * even one with an unknown discount, except those that are reserved.
 */
export const isTooMuch = (
  { left }: AmountLeft,
  { discount, isReserved = false }: { readonly discount?: Money | undefined; readonly isReserved?: boolean },
): boolean => (left === 0 && !isReserved) || (discount !== undefined && discount > left)

/** The values that an explanation shows for a limit in money: those of the limit with the least left. */
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

/** The values that an explanation shows for a limit on uses. */
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
 * Decides whether the discount of a counted redemption may change. A discount that does not increase always fits.
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

/** The properties of a redemption that its budget is counted by. */
export interface CountedRedemption {
  readonly seriesId: number
  readonly customerId: number
  readonly budget: Budget
  /** As read from the database. */
  readonly read: BudgetUsage
}

/**
 * The usage of budgets while a batch is decided. The first state that is read of a limit is authoritative: later ones
 * may have been read after a part of the batch was written.
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

  /** @param redemption one that was passed to `of` before. */
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
