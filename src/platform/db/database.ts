import { setTimeout as sleep } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { OperatorError } from '../../values/errors.ts'
import { outageOf } from '../outage-rules.ts'
import { hasCluster } from '../embedded-postgres/cluster.ts'
import { boundsOfCalls, boundsOfLongWork } from './bounds-rules.ts'
import { applicationName } from './common-key.ts'
import { Connections } from './connections.ts'
import { readDatabaseUrl, type DatabaseUrl } from './database-url-rules.ts'
import { Hosts } from './hosts.ts'
import { requireSessions } from './pooler.ts'
import { startEmbedded } from '../embedded-postgres/embedded.ts'
import { migrate } from './migrate.ts'
import { createQueries, type Queries } from './queries.ts'
import { loadSecretKeys } from './secret-keys.ts'
import { DatabaseWatch } from './watch.ts'

/** The database. Hot statements use `pool` (named, prepared once per connection), all others use `queries`. */
export interface Database {
  readonly pool: pg.Pool
  readonly queries: Queries
  /** Opens connections outside the pool. */
  readonly connections: Connections
  /** Checks whether the database works. */
  readonly watch: DatabaseWatch
  /** Names of the migrations applied when the database was opened. */
  readonly migrated: readonly string[]
  /** Whether the embedded database has stopped because its disk is full. */
  isDiskFull(): boolean
  /** The keys that encrypt its secrets: the configured keys, and the key file of an embedded database. */
  readonly secretKeys: readonly Buffer[]
  close(): Promise<void>
}

const oldestMajor = 15
const usualTimeoutMs = 5_000
const databaseName = 'counterfoil'
/** The migrator needs one for its lock and one for its work. */
const preparingConnections = 2
const recoveryTimeoutMs = 60_000
const recoveryPauseMs = 500

/** Creates connections to a database that has not been examined, such as that of a test. */
export function createConnections(
  connection: pg.ClientConfig,
  log: Logger,
  timeoutMs = usualTimeoutMs,
): Connections {
  return new Connections({ application_name: applicationName([]), ...connection }, log, {
    bounds: boundsOfCalls(timeoutMs),
    longBounds: boundsOfLongWork(timeoutMs),
  })
}

export const createPool = (connection: pg.ClientConfig, size: number, log: Logger): pg.Pool =>
  createConnections(connection, log).pool(size)

/** Longer than any statement of a call takes, so that a stuck statement does not occupy its connection. */
const readOnlyTimeoutMs = 10_000

/**
 * Opens the same database through separate connections, on which PostgreSQL refuses every write.
 *
 * @param size the number of connections.
 */
export function openReadOnly(database: Database, size: number): Database {
  const pool = database.connections.pool(size, {
    default_transaction_read_only: 'on',
    statement_timeout: String(readOnlyTimeoutMs),
  })
  return { ...database, pool, queries: createQueries(pool), close: () => pool.end() }
}

async function ensureDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  // A lost connection fails its statement; without a listener, the error would end the process.
  client.on('error', () => {})
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

function describeConnectFailure(error: unknown, stated: DatabaseUrl, timeoutMs: number): OperatorError {
  const urls = stated.urls.map((one) => new URL(one))
  const { code, message } = error as NodeJS.ErrnoException
  const silence = isSilent(error) && `no answer within ${timeoutMs / 1000} seconds`
  const reason = silence || (code === 'ECONNREFUSED' ? 'connection refused' : message)
  return new OperatorError(
    `cannot reach the database at ${urls.map(({ host }) => host).join(',')}${urls[0]?.pathname ?? ''} (DATABASE_URL): ${reason}`,
  )
}

/** The connection failed or PostgreSQL rejected it; the statement is not at fault. */
function isConnectFailure(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string }
  return (
    /^(E[A-Z]+|08\w{3}|25006|28\w{3}|3D000|57P0\d|53\w{3})$/.test(code) ||
    // TLS: certificate error codes of OpenSSL, and those of Node.
    /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_/.test(code) ||
    /terminated|timeout|SSL/i.test(message)
  )
}

/** The server did not answer. */
const isSilent = (error: unknown): boolean => outageOf(error) === 'silent'

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

/** Schema changes have no time limit, and nothing else uses their connections. */
const prepared =
  (connections: Connections, prepare: (queries: Queries) => Promise<string[]>) =>
  async (): Promise<string[]> => {
    const pool = connections.pool(preparingConnections, {}, 'long work')
    try {
      const queries = createQueries(pool)
      await checkVersion(queries)
      await requireSessions(connections)
      return await prepare(queries)
    } finally {
      await pool.end()
    }
  }

function connectionsOf(
  connection: pg.ClientConfig,
  log: Logger,
  timeoutMs: number,
  isServing: boolean,
  stated: DatabaseUrl | undefined,
): Connections {
  const longBounds = boundsOfLongWork(timeoutMs)
  return new Connections(connection, log, {
    bounds: isServing ? boundsOfCalls(timeoutMs) : longBounds,
    longBounds,
    hosts: stated?.needsWrites === true ? new Hosts(stated.urls, timeoutMs) : undefined,
  })
}

/**
 * Connects to the configured database (starting the embedded one if none is configured) and migrates its schema.
 *
 * @throws OperatorError if it cannot be reached, is too old, or has a schema that this version does not know.
 */
export function openDatabase(config: Config, log: Logger): Promise<Database> {
  return reachDatabase(config, log, { prepare: migrate })
}

/** `openDatabase` for a server: its statements have time limits, and it watches whether the database works. */
export function openDatabaseOfServer(config: Config, log: Logger): Promise<Database> {
  return reachDatabase(config, log, { prepare: migrate, isServing: true })
}

/**
 * `openDatabase` for an existing database: an embedded one is not created. @throws OperatorError also if it does not
 * exist.
 */
export async function openExistingDatabase(config: Config, log: Logger): Promise<Database> {
  await requireCluster(config)
  return reachDatabase(config, log, { prepare: migrate })
}

/** Opens an existing database without migrating its schema. @throws OperatorError if it does not exist. */
export async function openDatabaseAsItIs(config: Config, log: Logger): Promise<Database> {
  await requireCluster(config)
  return reachDatabase(config, log, { makesKey: false })
}

async function requireCluster({ isEmbedded, dataDir }: Config): Promise<void> {
  if (!isEmbedded || (await hasCluster(dataDir))) return
  throw new OperatorError(
    `there is no database in DATA_DIR ${dataDir} yet: npx counterfoil migrate makes one, and so does a server that starts; if there should be one, state its DATA_DIR or DATABASE_URL`,
  )
}

interface Reaching {
  /** Migrates the schema. @returns the migrations that it has applied. */
  readonly prepare?: (queries: Queries) => Promise<string[]>
  readonly makesKey?: boolean
  readonly isServing?: boolean
}

async function reachDatabase(
  config: Config,
  log: Logger,
  { prepare = () => Promise.resolve([]), makesKey = true, isServing = false }: Reaching,
): Promise<Database> {
  const { databaseUrl } = config.secrets
  const stated = databaseUrl === undefined ? undefined : readDatabaseUrl(databaseUrl)
  const embedded = config.isEmbedded ? await startEmbedded(config.dataDir, log) : undefined
  const connection: pg.ClientConfig = embedded
    ? { host: embedded.host, user: embedded.user, password: embedded.password, database: databaseName }
    : { connectionString: stated?.urls[0] ?? '' }
  const isDiskFull = (): boolean => embedded?.isDiskFull() === true
  let pool: pg.Pool | undefined
  let watch: DatabaseWatch | undefined
  let connections: Connections | undefined
  const close = async (): Promise<void> => {
    // The watch closes connections that the pool would wait for.
    await pool?.end()
    await watch?.stop()
    connections?.close()
    await embedded?.release()
  }
  try {
    if (embedded) await ensureDatabase(connection)
    const secretKeys = await loadSecretKeys(config, makesKey)
    const named = { ...connection, application_name: applicationName(secretKeys) }
    connections = connectionsOf(named, log, config.databaseTimeoutMs, isServing, stated)
    watch = new DatabaseWatch(connections, log, isDiskFull)
    watch.start()
    pool = connections.pool(config.databaseConnections)
    // An embedded database has already answered; an external one may not be running.
    const isWorthWaiting = (error: unknown): boolean =>
      isRecovering(error) && (embedded !== undefined || !isSilent(error))
    const migrated = await whileRecovering(prepared(connections, prepare), isWorthWaiting).catch(
      (error: unknown) => {
        if (error instanceof OperatorError || stated === undefined || !isConnectFailure(error)) throw error
        throw describeConnectFailure(error, stated, config.databaseTimeoutMs)
      },
    )
    if (isServing) watch.serve()
    const queries = createQueries(pool)
    return { pool, queries, connections, watch, migrated, secretKeys, isDiskFull, close }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}
