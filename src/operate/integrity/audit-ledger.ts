import type { ClientBase, Pool } from 'pg'
import { inTransaction } from '../../platform/db/transaction.ts'
import { ledgerChecks } from './ledger-checks.ts'

interface Fault {
  /** What it is about, as in `coupon 17`. */
  readonly subject: string
  readonly found: string
  readonly expected: string
}

export interface CheckResult {
  readonly name: string
  /** How many things are wrong. */
  readonly faults: number
  /** The first of them. */
  readonly examples: readonly Fault[]
  readonly elapsedMs: number
}

const maxExamples = 20

/**
 * Holds the counters and events of an organisation against its ledger, in one snapshot, while servers go on. PostgreSQL
 * sorts and sums, and goes to disk for what exceeds its `work_mem`; here only the faults that are shown arrive.
 */
export function auditLedger(
  pool: Pool,
  orgId: number,
  onChecked: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const check = async (client: ClientBase): Promise<CheckResult[]> => {
    const results: CheckResult[] = []
    for (const { name, sql } of ledgerChecks) {
      const startedAt = performance.now()
      const { rows } = await client.query<Fault & { total: number }>(
        `select *, count(*) over ()::int as total from (${sql}) faults limit ${maxExamples}`,
        [orgId],
      )
      const result = {
        name,
        faults: rows[0]?.total ?? 0,
        examples: rows.map(({ subject, found, expected }) => ({ subject, found, expected })),
        elapsedMs: performance.now() - startedAt,
      }
      results.push(result)
      onChecked(result)
    }
    return results
  }
  return inTransaction(pool, check, { mode: 'isolation level repeatable read read only' })
}
