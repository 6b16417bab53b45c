import { isDeepStrictEqual } from 'node:util'
import type { Pool } from 'pg'
import { jsonAnswerSql, wrongCountersSql } from './comparison-sql.ts'
import { mobileOf } from './dataset.ts'

export interface CheckResult {
  readonly checked: number
  /** Descriptions of the faults; empty: none. */
  readonly faults: readonly string[]
}

/** PostgreSQL's JSON functions write null for what JSON omits. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (value === null || typeof value !== 'object') return value
  const kept = Object.entries(value).filter(([, each]) => each !== null)
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutNulls(each)]))
}

/**
 * Compares the server's answers with those of one plain statement, field by field, and the counters of the whole
 * database with the ledger.
 */
export async function checkAnswers(
  pool: Pool,
  origin: string,
  headers: Record<string, string>,
  customerIds: readonly number[],
): Promise<CheckResult> {
  const faults: string[] = []
  for (const id of customerIds) {
    const mobile = mobileOf(id)
    const response = await fetch(`${origin}/v2/customers/coupons?mobile=${mobile}`, { headers })
    const text = await response.text()
    const { rows } = await pool.query<{ body: string }>(jsonAnswerSql, [mobile])
    const expected = withoutNulls(JSON.parse(rows[0]?.body ?? 'null'))
    if (response.status !== 200 || !isDeepStrictEqual(JSON.parse(text), expected)) {
      faults.push(
        `customer ${id}: ${text.slice(0, 200)} instead of ${JSON.stringify(expected).slice(0, 200)}`,
      )
    }
  }
  const { rows } = await pool.query<Record<string, number>>(wrongCountersSql)
  for (const [table, wrong] of Object.entries(rows[0] ?? {})) {
    if (wrong !== 0) faults.push(`${wrong} counters of ${table} differ from the ledger`)
  }
  return { checked: customerIds.length, faults }
}
