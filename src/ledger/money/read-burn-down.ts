import type { Caller } from '../../values/caller.ts'
import { moneyOf } from '../../values/money.ts'
import type { Context } from '../context.ts'
import { readMoneyFigures } from '../reports/read-money-figures.ts'
import { budgetFigures } from './budget-figures-rules.ts'
import { burnDown, moneyOfText, type BurnDown } from './burn-down-rules.ts'
import { readBudget } from './read-budget.ts'

/**
 * Reads how the budget of a series was spent in the last days.
 *
 * @param dayCount including today.
 * @throws Refusal 404 if the organisation has no such series.
 */
export async function readBurnDown(
  context: Pick<Context, 'database' | 'fixedNow'>,
  organisation: Pick<Caller, 'orgId' | 'isSandbox' | 'timeZone' | 'currency'>,
  seriesId: number,
  dayCount: number,
): Promise<BurnDown> {
  const { currency } = organisation
  const state = await readBudget(context, organisation, seriesId)
  const { days } = await readMoneyFigures(context, organisation, { seriesId, dayCount })
  const total = state.budget?.total ?? null
  return burnDown(
    {
      total: total === null ? null : moneyOf(total),
      taken: moneyOfText(budgetFigures(state, organisation).given),
      currency,
    },
    days.map(({ day, discountGiven, discountReversed, discountReturned }) => ({
      day,
      given: moneyOfText(discountGiven),
      givenBack: moneyOfText(discountReversed) + moneyOfText(discountReturned),
    })),
  )
}
