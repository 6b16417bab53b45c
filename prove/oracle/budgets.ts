import type { Findings } from '../findings.ts'
import { dayOf } from './limits.ts'
import { keptOf } from './left-to-return.ts'
import type { Snapshot } from './snapshot.ts'

const everybody = 0
/** The day under which a budget is counted as a whole. */
const inAll = '1970-01-01'

/**
 * The counters of budgets equal the sums of the ledger, given minus returned: by series, by customer and by day in the
 * time zone of the budget.
 */
export function checkBudgets(findings: Findings, snapshot: Snapshot): void {
  const expected = new Map<string, { given: number; uses: number }>()
  for (const one of snapshot.redemptions.values()) {
    const { seriesId, customerId, redeemedAt, reversedAt, isDiscountKept } = one
    const series = snapshot.series.get(seriesId)
    const budget = series?.plan.budget
    if (!series || !budget || (reversedAt !== null && !isDiscountKept)) continue
    const { amount, uses, usesPerCustomer } = budget.perDay
    const day = dayOf(series.timeZone, redeemedAt)
    const rows = [
      [everybody, 'total', inAll],
      ...(budget.perCustomer === null ? [] : [[customerId, 'total', inAll]]),
      ...(amount === null && uses === null ? [] : [[everybody, 'day', day]]),
      ...(usesPerCustomer === null ? [] : [[customerId, 'day', day]]),
    ]
    for (const row of rows) {
      const name = [seriesId, ...row].join(' ')
      const sum = expected.get(name) ?? { given: 0, uses: 0 }
      expected.set(name, {
        given: sum.given + keptOf(one),
        uses: sum.uses + (reversedAt === null ? 1 : 0),
      })
    }
  }
  for (const { seriesId, customerId, per, startsOn, given, uses } of snapshot.budgets) {
    const name = [seriesId, customerId, per, startsOn].join(' ')
    const ledger = expected.get(name) ?? { given: 0, uses: 0 }
    expected.delete(name)
    findings.expect(
      given === ledger.given && uses === ledger.uses,
      'counter: budget_usage',
      () => `${name}: ${given} in ${uses}, ledger ${ledger.given} in ${ledger.uses}`,
    )
  }
  findings.expect(expected.size === 0, 'counter: every limit of a budget has one', () =>
    [...expected.keys()].slice(0, 5).join(', '),
  )
}
