import { moneyOf, moneyText, type Money } from '../../values/money.ts'

/** A day in the organisation's time zone. Amounts are decimal texts. */
interface DayOfBudget {
  /** YYYY-MM-DD */
  readonly day: string
  /** Discounts of the day's redemptions, including those reversed later. */
  readonly given: string
  /** Returned or reversed on the day, whenever the redemptions were made. */
  readonly givenBack: string
  /** Discounts of standing redemptions at the end of the day. */
  readonly takenInAll: string
  /** Left of the current total; null: the budget has no total. */
  readonly left: string | null
}

export interface BurnDown {
  readonly currency: string | null
  readonly total: string | null
  readonly days: readonly DayOfBudget[]
}

/**
 * Computes how a budget was spent day by day, backwards from the current usage, so that the last day matches the
 * budget's figures.
 *
 * @param taken discounts of redemptions that stand now.
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
