import { readNow, type TimedOrganisation } from '../../platform/clock.ts'
import { refuse } from '../../values/errors.ts'
import { moneyOf, type Money } from '../../values/money.ts'
import type { Context } from '../context.ts'
import { isStanding } from '../sql.ts'
import type { Budget } from '../series/terms.ts'
import type { BudgetUsage } from './budget-rules.ts'
import { everybody, readBudgetUsage } from './read-budget-usage.ts'

/** The rate of a budget is the average of so many days before now. */
export const rateDays = 7

export interface BudgetState {
  /** Of the series; it changes with the budget. */
  readonly version: number
  readonly budget: Budget | null
  /** Of all customers together; undefined: there is no budget. */
  readonly usage?: BudgetUsage
  /** What standing redemptions of the last `rateDays` days have given. */
  readonly givenLately?: Money
  readonly nowS: number
}

/** $1 organisation, $2 series, $3 and $4 the instants from and until. */
const givenSql = `
select coalesce(sum(r.discount_amount), 0)::float8 as given from redemptions r
where r.org_id = $1 and r.series_id = $2 and r.redeemed_at > $3 and r.redeemed_at <= $4 and ${isStanding('r')}`

/**
 * Reads the budget of a series with what was given from it.
 *
 * @throws Refusal 404 if the organisation has no such series.
 */
export async function readBudget(
  context: Pick<Context, 'database' | 'fixedNow'>,
  organisation: TimedOrganisation,
  id: number,
): Promise<BudgetState> {
  const { pool } = context.database
  const { orgId } = organisation
  const { rows } = await pool.query<{ version: number; budget: Budget | null }>(
    'select version, budget from series where org_id = $1 and id = $2',
    [orgId, id],
  )
  const [row] = rows
  if (row === undefined) throw refuse.notFound(`There is no coupon series ${id}`)
  const now = (await readNow(context, pool, organisation)) ?? new Date()
  const nowS = now.getTime() / 1000
  const { budget } = row
  if (budget === null) return { ...row, nowS }
  const from = new Date(now.getTime() - rateDays * 86_400_000)
  const [[usage], lately] = await Promise.all([
    readBudgetUsage(pool, orgId, [{ seriesId: id, budget, customerId: everybody, atS: nowS }]),
    pool.query<{ given: number }>(givenSql, [orgId, id, from, now]),
  ])
  if (usage === undefined) throw new Error('one question has one usage')
  return { ...row, usage, givenLately: moneyOf(lately.rows[0]?.given ?? 0), nowS }
}

/** When a budget runs out at the rate of the last days; undefined: it does not, or nothing is left. */
export function runsOutAtS({ budget, usage, givenLately = 0, nowS }: BudgetState): number | undefined {
  if (budget === null || budget.total === null || usage === undefined) return undefined
  const left = moneyOf(budget.total) - usage.total.given
  if (left <= 0 || givenLately <= 0) return undefined
  return nowS + (left / givenLately) * rateDays * 86_400
}
