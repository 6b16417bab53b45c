import type { Context } from '../context.ts'
import { alertShares, measuredLimits } from '../post/budget.ts'

/**
 * Limits of the budgets of series that have not ended, in all organisations except sandboxes, which must not trigger
 * alerts. An unused limit has no row.
 */
const sharesSql = `
select s.org_id::text as organisation, s.id::text as series, l.per, l.measure,
  (l.taken / l.max)::float8 as share, array(select p.percent from ${alertShares}) as "alertAtPercent"
from series s
join organisations o on o.org_id = s.org_id and not o.is_sandbox
cross join lateral (${measuredLimits('statement_timestamp()', 's.org_id')}) l
where s.budget is not null and s.valid_until >= statement_timestamp()
order by s.org_id, s.id limit 10000`

/**
 * Updates the metrics of budgets: the used share of each limit, and the announced shares that are currently reached.
 */
export async function measureBudgets({
  database,
  metrics,
}: Pick<Context, 'database' | 'metrics'>): Promise<void> {
  const { rows } = await database.pool.query<{
    organisation: string
    series: string
    per: string
    measure: string
    share: number
    alertAtPercent: string[]
  }>({ name: 'budget-shares', text: sharesSql })
  const { budgetShare, budgetShareReached } = metrics
  for (const gauge of [budgetShare, budgetShareReached]) gauge.reset()
  for (const { share, alertAtPercent, ...labels } of rows) {
    budgetShare.set(labels, share)
    for (const percent of alertAtPercent)
      budgetShareReached.set({ ...labels, percent }, share * 100 >= Number(percent) ? 1 : 0)
  }
}
