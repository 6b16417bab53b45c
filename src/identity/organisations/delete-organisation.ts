import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { deleteInSteps } from '../../platform/db/delete-in-steps.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { organisationTables } from '../../platform/db/organisation-tables.ts'

/** Servers re-read the holder of a verified credential after a second; requests in progress then get one more. */
const untilEverybodyKnowsMs = 2_000
/** Servers flush counts every few seconds, so an emptied table may get another row. */
const maxRounds = 5

/** Number of deleted rows, by table. */
export type DeletedRows = Readonly<Record<string, number>>

/**
 * Deletes an organisation with all its data. From the first step on nobody of it can sign in. Its rows are deleted a
 * few thousand at a time, so that other organisations do not wait, and the organisation itself is deleted last. To
 * complete an interrupted deletion, call it again.
 */
export async function deleteOrganisation(pool: Pool, orgId: number): Promise<DeletedRows> {
  await closeOrganisation(pool, orgId)
  await sleep(untilEverybodyKnowsMs)
  const tables = await organisationTables(pool)
  const client = await pool.connect()
  try {
    // Permits deleting its audit log on this connection, which ends with the deletion.
    await client.query("select set_config('counterfoil.deleting_organisation', $1, false)", [orgId])
    return await empty(client, tables, orgId)
  } finally {
    client.release(true)
  }
}

async function empty(client: PoolClient, tables: readonly string[], orgId: number): Promise<DeletedRows> {
  const deleted: Record<string, number> = {}
  for (let round = 1; ; round++) {
    try {
      for (const table of tables)
        deleted[table] = (deleted[table] ?? 0) + (await deleteInSteps(client, table, 'org_id = $1', [orgId]))
      return deleted
    } catch (error) {
      const isReferredTo = (error as { code?: string }).code === '23503'
      if (!isReferredTo || round === maxRounds) throw error
    }
  }
}

/** Revokes all credentials and stops all jobs, so that the data to delete no longer grows. */
async function closeOrganisation(pool: Pool, orgId: number): Promise<void> {
  await inTransaction(pool, async (client) => {
    for (const sql of [
      'delete from logins where org_id = $1',
      'update tills set revoked_at = coalesce(revoked_at, now()) where org_id = $1',
      'update clients set revoked_at = coalesce(revoked_at, now()) where org_id = $1',
      'update users set disabled_at = coalesce(disabled_at, now()) where org_id = $1',
      'delete from user_sessions where org_id = $1',
      'delete from code_batches where org_id = $1',
    ])
      await client.query(sql, [orgId])
  })
}
