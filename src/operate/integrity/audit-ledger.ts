import type { Pool } from 'pg'
import { ledgerChecks } from './ledger-checks.ts'

export interface Fault {
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
export async function auditLedger(
  pool: Pool,
  orgId: number,
  onChecked: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const client = await pool.connect()
  const results: CheckResult[] = []
  try {
    await client.query('begin isolation level repeatable read read only')
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
    await client.query('commit')
    return results
  } finally {
    // A transaction that failed ends with its connection.
    client.release(results.length < ledgerChecks.length)
  }
}
