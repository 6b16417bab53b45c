import type { Pool } from 'pg'
import type { Outcome, SeenExample } from './figures.ts'

interface ReportedReason {
  readonly outcome: Outcome
  readonly reason: string
  readonly requests: number
}

export interface ReportedCall {
  readonly call: string
  readonly equal: number
  readonly different: number
  readonly stale: number
  readonly skipped: number
  /** Why requests were stale or skipped. */
  readonly reasons: readonly ReportedReason[]
}

export interface ReportedDifference {
  readonly call: string
  readonly field: string
  readonly theirs: string
  readonly ours: string
  readonly requests: number
  readonly firstAt: string
  readonly lastAt: string
  readonly examples: readonly SeenExample[]
}

export interface OrganisationReport {
  /** 0: callers that are unknown here. */
  readonly orgId: number
  readonly name: string
  readonly calls: readonly ReportedCall[]
  readonly differences: readonly ReportedDifference[]
}

interface CountRow {
  org_id: number
  name: string | null
  call: string
  outcome: Outcome
  reason: string
  requests: number
}

/** Returns the results of shadow mode. @param orgId undefined: all organisations, and unknown callers. */
export async function readShadowReport(pool: Pool, orgId?: number): Promise<OrganisationReport[]> {
  const { rows } = await pool.query<CountRow>(
    `select c.org_id, o.name, c.call, c.outcome, c.reason, c.requests from shadow_counts c
     left join organisations o on o.org_id = c.org_id
     where c.org_id = coalesce($1, c.org_id) order by c.org_id, c.call, c.outcome, c.reason`,
    [orgId ?? null],
  )
  const { rows: differences } = await pool.query<ReportedDifference & { orgId: number }>(
    `select org_id as "orgId", call, field, theirs, ours, requests, examples,
       to_json(first_at) #>> '{}' as "firstAt", to_json(last_at) #>> '{}' as "lastAt"
     from shadow_differences where org_id = coalesce($1, org_id)
     order by org_id, requests desc, call, field, theirs, ours`,
    [orgId ?? null],
  )
  return [...new Set(rows.map((row) => row.org_id))].map((id) => {
    const own = rows.filter((row) => row.org_id === id)
    return {
      orgId: id,
      name: own[0]?.name ?? '',
      calls: [...new Set(own.map(({ call }) => call))].map((call) => callOf(call, own)),
      differences: differences.filter((one) => one.orgId === id).map(({ orgId: _orgId, ...one }) => one),
    }
  })
}

function callOf(call: string, rows: readonly CountRow[]): ReportedCall {
  const own = rows.filter((row) => row.call === call)
  const sum = (outcome: Outcome): number =>
    own.filter((row) => row.outcome === outcome).reduce((all, { requests }) => all + requests, 0)
  return {
    call,
    equal: sum('equal'),
    different: sum('different'),
    stale: sum('stale'),
    skipped: sum('skipped'),
    reasons: own
      .filter(({ reason }) => reason !== '')
      .map(({ outcome, reason, requests }) => ({ outcome, reason, requests })),
  }
}

/**
 * Deletes the results of shadow mode.
 *
 * @param orgId undefined: of all organisations.
 * @param withChanges also deletes the recorded changes by the other service, which is right after the ledger was
 * imported again.
 */
export async function clearShadow(
  pool: Pool,
  orgId: number | undefined,
  withChanges: boolean,
): Promise<void> {
  const tables = ['shadow_counts', 'shadow_differences', ...(withChanges ? ['shadow_changes'] : [])]
  for (const table of tables)
    await pool.query(`delete from ${table} where org_id = coalesce($1, org_id)`, [orgId ?? null])
}
