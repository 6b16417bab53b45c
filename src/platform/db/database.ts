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

/** The database. Hot statements use `pool` (named, prepared once per connection), all others use `queries`. */
export interface Database {
  readonly pool: pg.Pool
  readonly queries: Queries
  /** Names of the migrations applied when the database was opened. */
  readonly migrated: readonly string[]
  /** Whether the embedded database has stopped because its disk is full. */
  isDiskFull(): boolean
  /** The keys that encrypt its secrets: the configured keys, and the key file of an embedded database. */
  readonly secretKeys: readonly Buffer[]
  close(): Promise<void>
}

const oldestMajor = 15
const connectTimeoutMs = 10_000
const databaseName = 'counterfoil'
const recoveryTimeoutMs = 60_000
const recoveryPauseMs = 500

/** Parses bigint, alone and in arrays, as a number: all ids are below 2^53. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)
const int8Array = 1016
types.setTypeParser(int8Array, (text: string) =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(Number),
)

const sessionOptions =
  '-c timezone=UTC -c idle_in_transaction_session_timeout=60s -c plan_cache_mode=force_generic_plan'

/**
 * Sends statements issued together in one packet: waking the database for each costs more than sending it (measured:
 * 0.2 ms on a virtual machine).
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

export function createPool(
  connection: pg.PoolConfig,
  size: number,
  log: Logger,
  options = sessionOptions,
): pg.Pool {
  const isTraced = isTracing()
  const pool = new pg.Pool({
    ...connection,
    // A pool hides the password in its options, from which others are created.
    password: connection.password,
    types,
    max: size,
    // Statements that do not depend on each other's rows are sent together: a transaction needs fewer round trips.
    pipeline: true,
    options,
    application_name: connection.application_name ?? applicationName([]),
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 0,
  })
  pool.on('connect', (client) => {
    // A connection lost while in use fails its statements; without a listener, the error would end the process.
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

/** Longer than any statement of a call takes, so that a stuck one does not hold its connection. */
const readOnlyTimeoutMs = 10_000

/**
 * The same database through connections of its own, on which PostgreSQL refuses every write.
 *
 * @param size the number of connections.
 */
export function openReadOnly(database: Database, size: number, log: Logger): Database {
  const { pool: writable } = database
  const options = `${sessionOptions} -c default_transaction_read_only=on -c statement_timeout=${readOnlyTimeoutMs}`
  const connection = { ...writable.options, password: writable.options.password }
  const pool = createPool(connection, size, log, options)
  return { ...database, pool, queries: createQueries(pool), close: () => pool.end() }
}

async function ensureDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    // A failed attempt would be logged as an error by PostgreSQL, once for every command.
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName}`)
  } catch (error) {
    // It already exists, or a concurrently starting process has just created it.
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

/** The connection failed or PostgreSQL rejected it; the statement is not at fault. */
function isConnectFailure(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string }
  return (
    /^(E[A-Z]+|08\w{3}|28\w{3}|3D000|57P0\d|53\w{3})$/.test(code) ||
    // TLS: certificate error codes of OpenSSL, and those of Node.
    /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_/.test(code) ||
    /terminated|timeout|SSL/i.test(message)
  )
}

/** The server did not answer. */
const isSilent = (error: unknown): boolean => /connection timeout/.test((error as Error).message)

/** PostgreSQL is running but not ready: it is starting, recovering, or has just closed its sessions to do so. */
function isRecovering(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string }
  return /^(57P0[123]|ECONNRESET|EPIPE)$/.test(code) || /Connection terminated/.test(message)
}

/** Retries while a reachable database is not ready, within bounds. */
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
 * Connects to the configured database (starting the embedded one if none is configured) and migrates its schema.
 *
 * @throws OperatorError if it cannot be reached, is too old, or has a schema that this version does not know.
 */
export function openDatabase(config: Config, log: Logger): Promise<Database> {
  return reachDatabase(config, log, migrate, true)
}

/** The same for an existing database: an embedded one is not created. @throws OperatorError also if there is none. */
export async function openExistingDatabase(config: Config, log: Logger): Promise<Database> {
  await requireCluster(config)
  return reachDatabase(config, log, migrate, true)
}

/** Opens an existing database without migrating its schema. @throws OperatorError if there is none. */
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
    // An embedded database has already answered; an external one may not be running.
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
