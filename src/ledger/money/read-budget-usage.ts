import { moneyOf } from '../../values/money.ts'
import { numberArray } from '../../platform/db/number-array.ts'
import { totalStartsOn } from '../post/budget.ts'
import type { QueryRunner } from '../series/series-terms.ts'
import type { Budget } from '../series/terms.ts'
import { nothing, periodsAt, type BudgetUsage, type Counted } from './budget-rules.ts'

/** A customer who redeems in a series with a budget at an instant. */
export interface BudgetQuestion {
  readonly seriesId: number
  readonly budget: Budget
  readonly customerId: number
  readonly atS: number
}

const sql = `
select b.series_id, b.customer_id, b.per, b.starts_on::text, b.given::float8, b.uses
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::date[]) as w(series_id, customer_id, per, starts_on)
join budget_usage b on b.org_id = $1 and b.series_id = w.series_id and b.customer_id = w.customer_id
  and b.per = w.per and b.starts_on = w.starts_on`

type Row = [seriesId: number, customerId: number, per: string, startsOn: string, given: number, uses: number]

/** The customer id under which all customers are counted. */
export const everybody = 0

const keyOf = (seriesId: number, customerId: number, per: string, startsOn: string): string =>
  `${seriesId} ${customerId} ${per} ${startsOn}`

/**
 * Reads the usage of budgets; without questions, no statement runs. It stays valid while the caller holds the locks on
 * the series.
 *
 * @returns one for each question, in the same order.
 */
export async function readBudgetUsage(
  runner: QueryRunner,
  orgId: number,
  questions: readonly BudgetQuestion[],
): Promise<BudgetUsage[]> {
  if (questions.length === 0) return []
  const asked = questions.map(({ budget, atS }) => periodsAt(budget, atS))
  const wanted = new Map<string, [number, number, string, string]>()
  for (const [at, { seriesId, budget, customerId }] of questions.entries())
    for (const whose of [everybody, customerId]) {
      const add = (per: string, startsOn: string) =>
        wanted.set(keyOf(seriesId, whose, per, startsOn), [seriesId, whose, per, startsOn])
      add('total', totalStartsOn)
      for (const [n, { per }] of budget.periods.entries()) add(per, asked[at]?.[n] ?? '')
    }
  const rows = [...wanted.values()]
  const { rows: found } = await runner.query<Row>({
    name: 'budget-usage',
    text: sql,
    rowMode: 'array',
    values: [
      orgId,
      numberArray(rows.map((row) => row[0])),
      numberArray(rows.map((row) => row[1])),
      rows.map((row) => row[2]),
      rows.map((row) => row[3]),
    ],
  })
  const counted = new Map<string, Counted>(
    found.map(([seriesId, customerId, per, startsOn, given, uses]) => [
      keyOf(seriesId, customerId, per, startsOn),
      { given: moneyOf(given), uses },
    ]),
  )
  return questions.map(({ seriesId, budget, customerId }, at) => {
    const of = (whose: number, per: string, startsOn: string) =>
      counted.get(keyOf(seriesId, whose, per, startsOn)) ?? nothing
    return {
      total: of(everybody, 'total', totalStartsOn),
      ofCustomer: of(customerId, 'total', totalStartsOn),
      periods: budget.periods.map(({ per }, n) => {
        const startsOn = asked[at]?.[n] ?? ''
        return { startsOn, all: of(everybody, per, startsOn), ofCustomer: of(customerId, per, startsOn) }
      }),
    }
  })
}
