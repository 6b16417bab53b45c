import { sql } from 'kysely'
import type { ClientBase, Pool, QueryConfig } from 'pg'
import type { Caller } from '../values/caller.ts'
import type { Queries } from './db/queries.ts'

/**
 * The audit log is written by triggers (and by `record-entry.ts` where no row shows it), in the transaction of the change
 * and in the name of its author, which is a setting of the transaction: see migration 0012. What a person does is always recorded, because every transaction of a
 * person begins with this.
 */
export type Author = Pick<Caller, 'kind' | 'holderId' | 'origin'>

function settingOf({ kind, holderId, origin }: Author): string {
  return JSON.stringify({ kind, id: holderId, ...origin })
}

/** Names the author of a transaction. To be sent first in it. */
export async function recordAs(transaction: Queries, author: Author): Promise<void> {
  await sql`select set_config('counterfoil.author', ${settingOf(author)}, true)`.execute(transaction)
}

/** The same as a statement; undefined: what the caller does here is not recorded. */
export function authorStatement(author: Author): QueryConfig | undefined {
  return author.origin === undefined ? undefined : authorSetting(author)
}

function authorSetting(author: Author): QueryConfig {
  return {
    name: 'audit-author',
    text: `select set_config('counterfoil.author', $1, true)`,
    values: [settingOf(author)],
  }
}

/** A transaction in which everything is recorded in the author's name. */
export function recorded<Result>(
  queries: Queries,
  author: Author,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> {
  return queries.transaction().execute(async (transaction) => {
    await recordAs(transaction, author)
    return work(transaction)
  })
}

/** The same on a connection of the pool. */
export async function recordedOn<Result>(
  pool: Pool,
  author: Author,
  work: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let lost: Error | undefined
  try {
    await client.query('begin')
    await client.query(authorSetting(author))
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((reason: Error) => (lost = reason))
    throw error
  } finally {
    client.release(lost)
  }
}
