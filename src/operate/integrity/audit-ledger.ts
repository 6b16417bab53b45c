import type { ClientBase, Pool } from 'pg'
import { inTransaction } from '../../platform/db/transaction.ts'
import type { LedgerCheck } from './ledger-check.ts'
import { ledgerChecks } from './ledger-checks.ts'

interface Fault {
  /** The subject, such as `coupon 17`. */
  readonly subject: string
  readonly found: string
  readonly expected: string
}

export interface CheckResult {
  readonly name: string
  /** Number of faults. */
  readonly faults: number
  /** The first of them. */
  readonly examples: readonly Fault[]
  readonly elapsedMs: number
}

const maxExamples = 20

/**
 * Compares the counters and events of an organisation with its ledger, in one snapshot, while servers continue.
 * PostgreSQL sorts and aggregates, using disk beyond its `work_mem`; only the faults to be shown are transferred.
 */
export function auditLedger(
  pool: Pool,
  orgId: number,
  onChecked: (result: CheckResult) => void = () => {},
  checks: readonly LedgerCheck[] = ledgerChecks,
): Promise<CheckResult[]> {
  const check = async (client: ClientBase): Promise<CheckResult[]> => {
    const results: CheckResult[] = []
    for (const { name, sql } of checks) {
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
