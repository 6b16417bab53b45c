import pg from 'pg'
import type { Database } from './database.ts'

/**
 * Every statement of a file import probes indexes for the rows of one chunk. What the planner knows of an organisation
 * that is new, or of a chunk, must not make it scan whole tables.
 */
const sessionOptions =
  '-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_mergejoin=off -c enable_hashjoin=off'

/**
 * Runs `work` on a connection of its own, outside the pool: COPY needs one without pipelining, temporary tables one that
 * stays. It is closed afterwards, which ends whatever it was doing.
 *
 * @param signal aborted: the statement that runs is cancelled, so that the database does not go on for nobody.
 */
export async function withCopyClient<Result>(
  { pool }: Database,
  work: (client: pg.Client) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const client = new pg.Client({
    ...pool.options,
    // Not among those that are copied.
    password: pool.options.password,
    pipeline: false,
    options: sessionOptions,
  })
  // A connection that is lost fails its statement; without a listener it would end the process.
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
