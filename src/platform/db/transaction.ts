import { Kysely, sql } from 'kysely'
import pg from 'pg'
import { outageOf, OutcomeUnknown } from '../outage-rules.ts'
import { authorSetting, type Author } from './author.ts'
import { runnerOf, type Queries } from './queries.ts'
import { isTransient, type Transient } from './transient.ts'

const usualTries = 3

export interface TransactionOptions {
  /** The author that the audit log records for changes; omitted: changes are not recorded. */
  readonly author?: Author | undefined
  /** Failures that cause a retry of the whole transaction; omitted: none. */
  readonly retryOn?: Transient
  readonly maxTries?: number
}

interface ConnectionOptions extends TransactionOptions {
  readonly mode?: 'isolation level repeatable read read only'
}

type Work<On, Result> = (transaction: On) => Promise<Result>

/**
 * Runs `work` in a transaction: its changes are committed when it returns and rolled back when it throws. Inside a
 * transaction of typed statements it uses a savepoint, so that the caller can continue after a failure.
 *
 * @param on typed statements, the pool, or a connection outside a transaction.
 */
export function inTransaction<Result>(
  on: Queries,
  work: Work<Queries, Result>,
  options?: TransactionOptions,
): Promise<Result>
export function inTransaction<Result>(
  on: pg.Pool | pg.ClientBase,
  work: Work<pg.ClientBase, Result>,
  options?: ConnectionOptions,
): Promise<Result>
export async function inTransaction<Result>(
  on: Queries | pg.Pool | pg.ClientBase,
  work: Work<never, Result>,
  options: ConnectionOptions = {},
): Promise<Result> {
  const { retryOn, maxTries = usualTries } = options
  for (let tries = 1; ; tries += 1) {
    try {
      if (on instanceof Kysely) return await inTyped(on, work as Work<Queries, Result>, options)
      const connected = work as Work<pg.ClientBase, Result>
      return await (on instanceof pg.Pool ? onPool(on, connected, options) : onClient(on, connected, options))
    } catch (error) {
      if (retryOn === undefined || tries >= maxTries || !isTransient(error, retryOn)) throw error
    }
  }
}

async function inTyped<Result>(
  queries: Queries,
  work: Work<Queries, Result>,
  { author }: TransactionOptions,
): Promise<Result> {
  const authored = async (transaction: Queries): Promise<Result> => {
    if (author !== undefined) await runnerOf(transaction).query(authorSetting(author))
    return work(transaction)
  }
  if (!queries.isTransaction) return committed(queries, authored)
  await sql`savepoint attempt`.execute(queries)
  try {
    const result = await authored(queries)
    await sql`release savepoint attempt`.execute(queries)
    return result
  } catch (error) {
    await sql`rollback to savepoint attempt`.execute(queries)
    await sql`release savepoint attempt`.execute(queries)
    throw error
  }
}

/** The failure of a commit that PostgreSQL may have received. */
function failureOfCommit(error: unknown): unknown {
  const outage = outageOf(error)
  return outage === 'away' || outage === 'silent' ? new OutcomeUnknown(error) : error
}

/** @throws OutcomeUnknown if the connection is lost after the work was done. */
async function committed<Result>(queries: Queries, work: Work<Queries, Result>): Promise<Result> {
  let isDone = false
  try {
    return await queries.transaction().execute(async (transaction) => {
      const result = await work(transaction)
      isDone = true
      return result
    })
  } catch (error) {
    throw isDone ? failureOfCommit(error) : error
  }
}

async function onPool<Result>(
  pool: pg.Pool,
  work: Work<pg.ClientBase, Result>,
  options: ConnectionOptions,
): Promise<Result> {
  const client = await pool.connect()
  let lost: Error | undefined
  try {
    return await onClient(client, work, options, (reason) => (lost = reason))
  } finally {
    client.release(lost)
  }
}

/** @param onLost called if the rollback fails: the connection's state is then unknown. */
async function onClient<Result>(
  client: pg.ClientBase,
  work: Work<pg.ClientBase, Result>,
  { author, mode }: ConnectionOptions,
  onLost: (reason: Error) => void = () => {},
): Promise<Result> {
  try {
    await client.query(mode === undefined ? 'begin' : `begin ${mode}`)
    if (author !== undefined) await client.query(authorSetting(author))
    const result = await work(client)
    await client.query('commit').catch((error: unknown) => {
      throw mode === undefined ? failureOfCommit(error) : error
    })
    return result
  } catch (error) {
    await client.query('rollback').catch(onLost)
    throw error
  }
}
