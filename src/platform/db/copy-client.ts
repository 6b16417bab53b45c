import pg from 'pg'
import type { Database } from './database.ts'

/**
 * Every statement of a file import probes indexes for the rows of one chunk. Planner statistics of a new organisation
 * or a chunk must not lead to scans of whole tables.
 */
const sessionOptions =
  '-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_mergejoin=off -c enable_hashjoin=off'

/**
 * Runs `work` on a dedicated connection outside the pool: COPY needs one without pipelining, and temporary tables need
 * one that stays open. The connection is closed afterwards, which ends any running statement.
 *
 * @param signal when aborted, the running statement is cancelled, so that the database does not continue useless work.
 */
export async function withCopyClient<Result>(
  { pool }: Database,
  work: (client: pg.Client) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const client = new pg.Client({
    ...pool.options,
    // The copied options do not include the password.
    password: pool.options.password,
    pipeline: false,
    options: sessionOptions,
  })
  // A lost connection fails its statement; without a listener, the error would end the process.
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const cancel = (): void => {
    pool.query('select pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => {})
  }
  signal?.addEventListener('abort', cancel)
  try {
    return await work(client)
  } finally {
    signal?.removeEventListener('abort', cancel)
    await client.end()
  }
}
