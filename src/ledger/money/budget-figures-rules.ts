import { formatInstant, lastS } from '../../values/calendar.ts'
import { divideHalfUp, moneyOf, moneyText, unitOf, type Money } from '../../values/money.ts'
import { defaultAlertShares, type Budget, type PeriodLimits } from '../series/terms.ts'
import { nothing, type BudgetUsage } from './budget-rules.ts'

/** The rate at which a budget is spent is the average of this many days before now. */
export const rateDays = 7

export interface BudgetState {
  /** The version of the series; it changes with the budget. */
  readonly version: number
  readonly budget: Budget | null
  /** Of all customers together, including held uses; undefined: there is no budget. */
  readonly usage?: BudgetUsage
  /** The discounts of standing redemptions of the last `rateDays` days. */
  readonly givenLately?: Money
  /** Announced shares of the current limits. */
  readonly reached?: readonly ReachedShare[]
  readonly nowS: number
}

/** A share of a limit that has been announced; in chronological order. */
export interface ReachedShare {
  readonly per: 'total' | PeriodLimits['per']
  readonly limitOf: 'amount' | 'uses'
  readonly percent: number
  readonly atS: number
}

/** A budget as shown to people. Amounts are decimal texts; a limit of null does not apply. */
interface BudgetFigures {
  readonly total: string | null
  readonly perCustomer: string | null
  readonly periods: (Pick<PeriodLimits, 'per' | 'uses' | 'usesPerCustomer'> & {
    readonly amount: string | null
    /** The first day of the current period. */
    readonly startsOn: string
    readonly given: string
    readonly left: string | null
    readonly used: number
    readonly usesLeft: number | null
  })[]
  /** Null, like `timeZone`: there is no budget. */
  readonly whenItDoesNotFit: Budget['whenItDoesNotFit'] | null
  readonly alertAtPercent: readonly number[]
  readonly reached: readonly (Omit<ReachedShare, 'atS'> & { readonly reachedAt: string })[]
  readonly timeZone: string | null
  readonly currency: string | null
  readonly given: string
  /** The amount that live holds reserve, in total and in each current period; it is not available to others. */
  readonly held: string
  readonly usesHeld: number
  readonly left: string | null
  readonly ratePerDay: string
  readonly runsOutAt: string | null
}

/** Computes what is given and left of a budget, and when it will run out. */
export function budgetFigures(
  state: BudgetState,
  { currency, timeZone }: { readonly currency: string | null; readonly timeZone: string },
): BudgetFigures {
  const { budget, usage, givenLately = 0, reached = [] } = state
  const text = (sum: Money): string => moneyText(sum, currency)
  const limit = (stated: number | null | undefined): string | null =>
    stated === null || stated === undefined ? null : text(moneyOf(stated))
  const leftOf = (stated: number | null | undefined, given: Money): string | null =>
    stated === null || stated === undefined ? null : text(Math.max(0, moneyOf(stated) - given))
  const { given, held = nothing } = usage?.total ?? nothing
  const unit = unitOf(currency)
  const endsAtS = runsOutAtS(state)
  return {
    total: limit(budget?.total),
    perCustomer: limit(budget?.perCustomer),
    periods: (budget?.periods ?? []).map((one, at) => {
      const { startsOn = '', all = nothing } = usage?.periods[at] ?? {}
      return {
        ...one,
        amount: limit(one.amount),
        startsOn,
        given: text(all.given - held.given),
        left: leftOf(one.amount, all.given),
        used: all.uses - held.uses,
        usesLeft: one.uses === null ? null : Math.max(0, one.uses - all.uses),
      }
    }),
    whenItDoesNotFit: budget?.whenItDoesNotFit ?? null,
    alertAtPercent: budget === null ? [] : [...(budget.alertAtPercent ?? defaultAlertShares)],
    reached: reached.map(({ atS, ...share }) => ({
      ...share,
      reachedAt: formatInstant(timeZone, Math.floor(atS)),
    })),
    timeZone: budget?.timeZone ?? null,
    currency,
    given: text(given - held.given),
    held: text(held.given),
    usesHeld: held.uses,
    left: leftOf(budget?.total, given),
    ratePerDay: text(divideHalfUp(givenLately, 1, rateDays * unit) * unit),
    runsOutAt: endsAtS === undefined ? null : formatInstant(timeZone, Math.min(Math.floor(endsAtS), lastS)),
  }
}

/** When a budget runs out at the recent rate; undefined: it does not, or nothing is left. */
function runsOutAtS({ budget, usage, givenLately = 0, nowS }: BudgetState): number | undefined {
  if (budget === null || budget.total === null || usage === undefined) return undefined
  const left = moneyOf(budget.total) - usage.total.given
  if (left <= 0 || givenLately <= 0) return undefined
  return nowS + (left / givenLately) * rateDays * 86_400
}
