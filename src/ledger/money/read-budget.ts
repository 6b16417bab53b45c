import { readNow, type TimedOrganisation } from '../../platform/clock.ts'
import { refuse } from '../../values/errors.ts'
import { moneyOf } from '../../values/money.ts'
import type { Context } from '../context.ts'
import { measuredLimits } from '../post/budget.ts'
import { readHeld } from '../holds/read-held.ts'
import { keepsDiscount } from '../sql.ts'
import type { Budget } from '../series/terms.ts'
import { rateDays, type BudgetState, type ReachedShare } from './budget-figures-rules.ts'
import { besideHolds, nothing } from './budget-rules.ts'
import { everybody, readBudgetUsage } from './read-budget-usage.ts'

/** $1 organisation, $2 series, $3 and $4 the instants from and until. */
const givenSql = `
select coalesce(sum(r.discount_amount), 0)::float8 as given from redemptions r
where r.org_id = $1 and r.series_id = $2 and r.redeemed_at > $3 and r.redeemed_at <= $4 and ${keepsDiscount('r')}`

/** Of the current limits. $1 organisation, $2 series, $3 the instant. */
const reachedSql = `
select r.per, r.measure as "limitOf", r.percent, date_part('epoch', r.reached_at) as "atS"
from series s
cross join lateral (${measuredLimits('$3::timestamptz', '$1')}) l
join budget_shares r on r.org_id = $1 and r.series_id = $2 and r.per = l.per and r.starts_on = l.starts_on
  and r.measure = l.measure and r.max = l.max
where s.org_id = $1 and s.id = $2
order by r.reached_at, r.percent, r.per, r.measure`

/**
 * Reads the budget of a series, with the amounts given and held.
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
  const fixed = await readNow(context, pool, organisation)
  const now = fixed ?? new Date()
  const nowS = now.getTime() / 1000
  const { budget } = row
  if (budget === null) return { ...row, nowS }
  const from = new Date(now.getTime() - rateDays * 86_400_000)
  const [[usage], held, lately, reached] = await Promise.all([
    readBudgetUsage(pool, orgId, [{ seriesId: id, budget, customerId: everybody, atS: nowS }]),
    readHeld(pool, orgId, { seriesIds: [id], couponIds: [], customerIds: [] }, fixed),
    pool.query<{ given: number }>(givenSql, [orgId, id, from, now]),
    pool.query<ReachedShare>(reachedSql, [orgId, id, now]),
  ])
  if (usage === undefined) throw new Error('one question has one usage')
  return {
    ...row,
    usage: besideHolds(usage, held.others.get(id) ?? nothing, nothing),
    givenLately: moneyOf(lately.rows[0]?.given ?? 0),
    reached: reached.rows,
    nowS,
  }
}
