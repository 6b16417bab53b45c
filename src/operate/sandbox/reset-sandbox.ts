import type { Client } from 'pg'
import type { Caller } from '../../values/caller.ts'
import { recorded } from '../../platform/author.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { recordEntry } from '../../identity/audit-log/record-entry.ts'
import { withCopyClient } from '../../platform/db/copy-client.ts'
import type { Database } from '../../platform/db/database.ts'
import { emptyCountersSql } from '../../ledger/post/limits.ts'
import { refuse } from '../../values/errors.ts'
import { requireSandbox } from './require-sandbox.ts'

/** Rows per transaction. */
const chunkRows = 5_000

/**
 * Tables filled by using the sandbox, referring rows first; jobs come first of all, so that no process continues them.
 */
const used = [
  'code_batches',
  'uploads',
  'upload_rows',
  'webhook_messages',
  'webhook_attempts',
  'event_scans',
  'shadow_counts',
  'shadow_differences',
  'shadow_changes',
  // Before the events: a new chain begins with the events that come then.
  'event_links',
  'event_chains',
  'events',
  'idempotency_keys',
  'import_lines',
  'returns',
  'redemption_items',
  'reversals',
  'redemptions',
  'hold_items',
  'holds',
  'customer_series_usage',
  'budget_usage',
  'budget_shares',
  'coupons',
  'customer_notes',
  'customer_identifiers',
  'customer_merges',
  'customers',
] as const
const ofSeries = ['series_versions', 'series_usage', 'series'] as const

type Emptied = (typeof used)[number] | (typeof ofSeries)[number]

/** Number of deleted rows, by table. */
export type ResetCounts = Readonly<Partial<Record<Emptied, number>>>

/** The shared code of a series is reserved by an unassigned coupon, which belongs to the series. */
const isKeeper = `x.customer_id is null and exists (
  select from series s where s.org_id = x.org_id and s.id = x.series_id and s.client_handling_type = 'GENERIC')`

/** $1 organisation, $2 maximum number of rows. */
function deleteSql(table: Emptied, keepsSeries: boolean): string {
  const condition = table === 'coupons' && keepsSeries ? `and not (${isKeeper})` : ''
  return `delete from ${table} where org_id = $1 and ctid = any(array(
    select x.ctid from ${table} x where x.org_id = $1 ${condition} limit $2))`
}

/**
 * Empties a sandbox: everything issued, redeemed, registered, reported or stored is deleted, its counters are 0 and its
 * clock shows real time. The setup remains, so that the same credentials start afresh: stores, tills, clients, users,
 * access groups, webhooks, the audit log, and series unless specified otherwise.
 *
 * Runs in transactions of at most 5,000 rows. From its beginning to its end, everything else that reads the sandbox's
 * clock is refused with 503, so nothing sees a partial state; an interrupted reset is completed by calling it again.
 *
 * @throws Refusal 409 if the organisation is not a sandbox, 503 if another reset is in progress.
 */
export function resetSandbox(
  database: Database,
  caller: Caller,
  { keepsSeries }: { readonly keepsSeries: boolean },
): Promise<ResetCounts> {
  const { orgId } = caller
  const { queries } = database
  return withCopyClient(database, async (client) => {
    // The lock belongs to the session, and is released if the process is killed.
    const { rows } = await client.query<{ isOurs: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as "isOurs"',
      [`counterfoil sandbox ${orgId}`],
    )
    if (!rows[0]?.isOurs)
      throw refuse.unavailable('Another reset of the sandbox is under way', { retryAfterS: 1 })
    await recorded(queries, caller, async (transaction) => {
      await requireSandbox(transaction, orgId)
      await transaction
        .updateTable('organisations')
        .set({ reset_began_at: new Date() })
        .where('org_id', '=', orgId)
        .execute()
      await recordEntry(transaction, orgId, 'sandbox.reset', orgId, { keeps_series: keepsSeries })
    })
    const counts = await empty(client, caller, keepsSeries)
    await recorded(queries, caller, (transaction) =>
      transaction
        .updateTable('organisations')
        .set({ clock_at: null, reset_began_at: null })
        .where('org_id', '=', orgId)
        .execute(),
    )
    return counts
  })
}

async function empty(client: Client, caller: Caller, keepsSeries: boolean): Promise<ResetCounts> {
  const { orgId } = caller
  const counts: Partial<Record<Emptied, number>> = {}
  for (const table of keepsSeries ? used : [...used, ...ofSeries]) {
    const sql = deleteSql(table, keepsSeries)
    // Deletions of records that people created are recorded individually; those of other data are not.
    const author = table === 'series' && caller.origin !== undefined ? caller : undefined
    let deleted: number
    do {
      const { rowCount } = await inTransaction(client, () => client.query(sql, [orgId, chunkRows]), {
        author,
      })
      deleted = rowCount ?? 0
      counts[table] = (counts[table] ?? 0) + deleted
    } while (deleted === chunkRows)
  }
  await client.query(emptyCountersSql, [orgId])
  return counts
}
