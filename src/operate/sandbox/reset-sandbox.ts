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

/** Rows of a transaction. */
const chunkRows = 5_000

/** What came of using the sandbox, what refers to something before that; jobs first, so that nobody goes on with them. */
const used = [
  'code_batches',
  'uploads',
  'upload_rows',
  'webhook_messages',
  'webhook_attempts',
  'event_scans',
  'events',
  'idempotency_keys',
  'import_lines',
  'reversals',
  'redemptions',
  'customer_series_usage',
  'coupons',
  'customer_identifiers',
  'customers',
] as const
const ofSeries = ['series_versions', 'series_usage', 'series'] as const

type Emptied = (typeof used)[number] | (typeof ofSeries)[number]

/** How many rows of each table are gone. */
export type ResetCounts = Readonly<Partial<Record<Emptied, number>>>

/** The code that all customers of a series share is kept by a coupon of nobody, which belongs to the series. */
const isKeeper = `x.customer_id is null and exists (
  select from series s where s.org_id = x.org_id and s.id = x.series_id and s.client_handling_type = 'GENERIC')`

/** $1 organisation, $2 rows at the most. */
function deleteSql(table: Emptied, keepsSeries: boolean): string {
  const condition = table === 'coupons' && keepsSeries ? `and not (${isKeeper})` : ''
  return `delete from ${table} where org_id = $1 and ctid = any(array(
    select x.ctid from ${table} x where x.org_id = $1 ${condition} limit $2))`
}

/**
 * Empties a sandbox: what was issued, redeemed, registered, told or stored is gone, its counters are 0 and its clock shows
 * real time. What it is made of stays, so that the same credentials begin afresh: stores, tills, clients, users, access
 * groups, webhooks, the audit log, and series unless said otherwise.
 *
 * Done in transactions of at most 5,000 rows. From its beginning to its end everything else that reads the clock of the
 * sandbox is refused with 503, so nobody meets half of it; one that breaks off is completed by calling it again.
 *
 * @throws Refusal 409 when the organisation is no sandbox, 503 when another reset is under way.
 */
export function resetSandbox(
  database: Database,
  caller: Caller,
  { keepsSeries }: { readonly keepsSeries: boolean },
): Promise<ResetCounts> {
  const { orgId } = caller
  const { queries } = database
  return withCopyClient(database, async (client) => {
    // The lock is the session's, and goes with it when the process is killed.
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
    // What people made is recorded one by one; what came of it is not.
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
