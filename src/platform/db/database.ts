import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { OperatorError } from '../../values/errors.ts'
import { hasCluster } from '../embedded-postgres/cluster.ts'
import { applicationName } from './common-key.ts'
import { startEmbedded } from '../embedded-postgres/embedded.ts'
import { migrate } from './migrate.ts'
import { createQueries, type Queries } from './queries.ts'
import { loadSecretKeys } from './secret-keys.ts'
import { isTracing, traceConnections, traceStatements } from '../tracing.ts'

/** The one database. Hot statements use `pool` (named, prepared once per connection), all others `queries`. */
export interface Database {
  readonly pool: pg.Pool
  readonly queries: Queries
  /** Names of the migrations that opening it has applied. */
  readonly migrated: readonly string[]
  /** Whether it is the embedded one, and does not run because its disk is full. */
  isDiskFull(): boolean
  /** What secrets in it are encrypted with: what is stated, and the key of an embedded one's file. */
  readonly secretKeys: readonly Buffer[]
  close(): Promise<void>
}

const oldestMajor = 15
const connectTimeoutMs = 10_000
const databaseName = 'counterfoil'
const recoveryTimeoutMs = 60_000
const recoveryPauseMs = 500

/** bigint, alone and in arrays, as numbers: every id of ours is below 2^53. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)
const int8Array = 1016
types.setTypeParser(int8Array, (text: string) =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(Number),
)

const sessionOptions =
  '-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c plan_cache_mode=force_generic_plan'

/**
 * Statements that are sent at once leave in one packet: waking the database for each costs more than sending it
 * (measured: 0.2 ms on a virtual machine).
 */
function packStatements(client: pg.PoolClient): void {
  const { stream } = (client as unknown as pg.Client).connection
  const query = client.query.bind(client)
  let isPacking = false
  client.query = ((...statement: Parameters<typeof query>) => {
    if (!isPacking) {
      isPacking = true
      stream.cork()
      process.nextTick(() => {
        isPacking = false
        stream.uncork()
      })
    }
    return query(...statement)
  }) as typeof query
}

export function createPool(connection: pg.PoolConfig, size: number, log: Logger): pg.Pool {
  const isTraced = isTracing()
  const pool = new pg.Pool({
    ...connection,
    // A pool hides it in its options, from which others are made.
    password: connection.password,
    types,
    max: size,
    // Statements that do not wait for each other's rows go out together: a transaction costs fewer round trips.
    pipeline: true,
    options: sessionOptions,
    application_name: connection.application_name ?? applicationName([]),
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 0,
  })
  pool.on('connect', (client) => {
    // A connection that is lost while it is in use fails its statements; without a listener it would end the process.
    client.on('error', () => {})
    packStatements(client)
    if (isTraced) traceStatements(client)
  })
  if (isTraced) traceConnections(pool)
  pool.on('error', ({ message }) => {
    if (!pool.ending) log.warn({ reason: message }, 'an idle database connection was lost')
  })
  return pool
}

async function ensureDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    // To try it and be refused would stand in PostgreSQL's log as an error, once for every command.
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName}`)
  } catch (error) {
    // There already, or made this moment by a process that starts beside this one.
    if (!['42P04', '23505'].includes((error as pg.DatabaseError).code ?? '')) throw error
  } finally {
    await client.end()
  }
}

function describeConnectFailure(error: unknown, databaseUrl: string): OperatorError {
  const url = new URL(databaseUrl)
  const { code, message } = error as NodeJS.ErrnoException
  const silence = isSilent(error) && `no answer within ${connectTimeoutMs / 1000} seconds`
  const reason = silence || (code === 'ECONNREFUSED' ? 'connection refused' : message)
  return new OperatorError(
    `cannot reach the database at ${url.host}${url.pathname} (DATABASE_URL): ${reason}`,
  )
}

/** The connection failed, or PostgreSQL refused it: no statement of ours is at fault. */
function isConnectFailure(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string }
  return (
    /^(E[A-Z]+|08\w{3}|28\w{3}|3D000|57P0\d|53\w{3})$/.test(code) ||
    // TLS: OpenSSL's words for certificates, and Node's own.
    /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_/.test(code) ||
    /terminated|timeout|SSL/i.test(message)
  )
}

/** Nobody has answered. */
const isSilent = (error: unknown): boolean => /connection timeout/.test((error as Error).message)

/** PostgreSQL is there and not ready: it starts, recovers, or has just closed its sessions to do so. */
function isRecovering(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string }
  return /^(57P0[123]|ECONNRESET|EPIPE)$/.test(code) || /Connection terminated/.test(message)
}

/** Tries again for as long as a database that was reached is not ready, within bounds. */
async function whileRecovering<Result>(
  work: () => Promise<Result>,
  isWorthWaiting: (error: unknown) => boolean,
): Promise<Result> {
  const giveUpAt = Date.now() + recoveryTimeoutMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isWorthWaiting(error) || Date.now() > giveUpAt) throw error
      await sleep(recoveryPauseMs)
    }
  }
}

async function checkVersion(queries: Queries): Promise<void> {
  const { rows } = await queries.executeQuery<{ server_version_num: string }>(
    CompiledQuery.raw('show server_version_num'),
  )
  const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
  if (major < oldestMajor) {
    throw new OperatorError(`the database is PostgreSQL ${major}; ${oldestMajor} or newer is needed`)
  }
}

/**
 * Reaches the database that the configuration names (starting the embedded one when it names none) and brings its
 * schema up to date.
 *
 * @throws OperatorError when it cannot be reached, is too old, or has a schema that this version does not know.
 */
export function openDatabase(config: Config, log: Logger): Promise<Database> {
  return reachDatabase(config, log, migrate, true)
}

/** The same for a database that is there already: an embedded one is not made. @throws OperatorError when there is none, too. */
export async function openExistingDatabase(config: Config, log: Logger): Promise<Database> {
  await requireCluster(config)
  return reachDatabase(config, log, migrate, true)
}

/** The same, and its schema stays as it is. @throws OperatorError when there is none. */
export async function openDatabaseAsItIs(config: Config, log: Logger): Promise<Database> {
  await requireCluster(config)
  return reachDatabase(config, log, () => Promise.resolve([]), false)
}

async function requireCluster({ isEmbedded, dataDir }: Config): Promise<void> {
  if (!isEmbedded || (await hasCluster(dataDir))) return
  throw new OperatorError(
    `there is no database in DATA_DIR ${dataDir} yet: npx counterfoil migrate makes one, and so does a server that starts; if there should be one, state its DATA_DIR or DATABASE_URL`,
  )
}

async function reachDatabase(
  config: Config,
  log: Logger,
  prepare: (queries: Queries) => Promise<string[]>,
  makesKey: boolean,
): Promise<Database> {
  const { databaseUrl } = config.secrets
  const embedded = config.isEmbedded ? await startEmbedded(config.dataDir, log) : undefined
  const connection: pg.ClientConfig = embedded
    ? { host: embedded.host, user: embedded.user, password: embedded.password, database: databaseName }
    : { connectionString: databaseUrl }
  let pool: pg.Pool | undefined
  const close = async (): Promise<void> => {
    await pool?.end()
    await embedded?.release()
  }
  try {
    if (embedded) await ensureDatabase(connection)
    const secretKeys = await loadSecretKeys(config, makesKey)
    const named = { ...connection, application_name: applicationName(secretKeys) }
    pool = createPool(named, config.databaseConnections, log)
    const queries = createQueries(pool)
    // The embedded one has answered already; elsewhere there may be nobody.
    const isWorthWaiting = (error: unknown): boolean =>
      isRecovering(error) && (embedded !== undefined || !isSilent(error))
    const migrated = await whileRecovering(async () => {
      await checkVersion(queries)
      return prepare(queries)
    }, isWorthWaiting).catch((error: unknown) => {
      if (error instanceof OperatorError || databaseUrl === undefined || !isConnectFailure(error)) throw error
      throw describeConnectFailure(error, databaseUrl)
    })
    const isDiskFull = (): boolean => embedded?.isDiskFull() === true
    return { pool, queries, migrated, secretKeys, isDiskFull, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}
