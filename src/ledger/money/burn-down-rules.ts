import { moneyOf, moneyText, type Money } from '../../values/money.ts'

/** A day in the organisation's time zone. Amounts are decimal texts. */
interface DayOfBudget {
  /** YYYY-MM-DD */
  readonly day: string
  /** By redemptions of the day, whether they stand or not. */
  readonly given: string
  /** Of redemptions that were reversed on the day, whenever they were made. */
  readonly givenBack: string
  /** What standing redemptions had taken at the end of the day. */
  readonly takenInAll: string
  /** Of the present total; null: there is none. */
  readonly left: string | null
}

export interface BurnDown {
  readonly currency: string | null
  readonly total: string | null
  readonly days: readonly DayOfBudget[]
}

/**
 * How a budget was taken day by day, counted back from what is taken now, so that the last day ends with the figures of the
 * budget.
 *
 * @param taken by redemptions that stand now.
 * @param days consecutive, up to today.
 */
export function burnDown(
  {
    total,
    taken,
    currency,
  }: { readonly total: Money | null; readonly taken: Money; readonly currency: string | null },
  days: readonly { readonly day: string; readonly given: Money; readonly givenBack: Money }[],
): BurnDown {
  const text = (money: Money): string => moneyText(Math.max(0, money), currency)
  const shown: DayOfBudget[] = []
  let takenInAll = taken
  for (const { day, given, givenBack } of days.toReversed()) {
    shown.unshift({
      day,
      given: text(given),
      givenBack: text(givenBack),
      takenInAll: text(takenInAll),
      left: total === null ? null : text(total - takenInAll),
    })
    takenInAll -= given - givenBack
  }
  return { currency, total: total === null ? null : text(total), days: shown }
}

/** The sum that a decimal text stands for. */
export const moneyOfText = (text: string): Money => moneyOf(Number(text))
