import type pg from 'pg'
import type { SessionSettings } from './client.ts'
import type { Database } from './database.ts'

/**
 * Every statement of a file import probes indexes for the rows of one chunk. Planner statistics of a new organisation
 * or a chunk must not lead to scans of whole tables.
 */
const session: SessionSettings = { enable_seqscan: 'off', enable_mergejoin: 'off', enable_hashjoin: 'off' }

/**
 * Runs `work` on a dedicated connection outside the pool: COPY needs one without pipelining, and temporary tables need
 * one that stays open. The connection is closed afterwards, which ends any running statement.
 *
 * @param signal when aborted, the running statement is cancelled, so that the database does not continue useless work.
 */
export async function withCopyClient<Result>(
  { pool, connections }: Database,
  work: (client: pg.Client) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const client = await connections.connect(session)
  const cancel = (): void => {
    pool.query('select pg_cancel_backend($1::int)', [client.backendPid]).catch(() => {})
  }
  signal?.addEventListener('abort', cancel)
  try {
    return await work(client)
  } finally {
    signal?.removeEventListener('abort', cancel)
    await client.end()
  }
}
