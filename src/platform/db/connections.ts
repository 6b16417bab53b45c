import pg from 'pg'
import type { Logger } from 'pino'
import { isTracing, traceConnections, traceStatements } from '../tracing.ts'
import type { Bounds } from './bounds-rules.ts'
import {
  Client,
  isGivenUp,
  socketOf,
  takesNoWrites,
  type ClientSettings,
  type SessionSettings,
} from './client.ts'
import type { Hosts } from './hosts.ts'

/** Parses bigint, alone and in arrays, as a number: all ids are below 2^53. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)
const int8Array = 1016
types.setTypeParser(int8Array, (text: string) =>
  text === '{}' ? [] : text.slice(1, -1).split(',').map(Number),
)

const keepAliveMs = 10_000

/**
 * For every connection. The last four let PostgreSQL detect a server of ours that has vanished and release its locks,
 * after 25 seconds without an acknowledgement.
 */
const sessionOfAll: SessionSettings = {
  TimeZone: 'UTC',
  plan_cache_mode: 'force_generic_plan',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '25000',
}

const sessionOf = ({ idleInTransactionMs, lockMs, statementMs }: Bounds): SessionSettings => ({
  ...sessionOfAll,
  idle_in_transaction_session_timeout: String(idleInTransactionMs),
  lock_timeout: String(lockMs),
  statement_timeout: String(statementMs),
})

/**
 * Sends statements issued together in one packet: waking the database for each costs more than sending it (measured:
 * 0.2 ms on a virtual machine).
 */
function packStatements(client: pg.PoolClient): void {
  const stream = socketOf(client)
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

/** The limits on batches of each pool. */
const boundsOfPools = new WeakMap<pg.Pool, Bounds>()

/** @returns 0: batches on the pool are not limited. */
export const batchLimitMs = (pool: pg.Pool): number => boundsOfPools.get(pool)?.batchMs ?? 0

/** Opens the connections of this process to one database, and lists the open ones. */
export class Connections {
  readonly #base: pg.ClientConfig
  readonly #log: Logger
  readonly bounds: Bounds
  readonly #longBounds: Bounds
  readonly #hosts: Hosts | undefined
  readonly #open = new Set<Client>()

  /** @param longBounds for dedicated connections, which run files and other long work. */
  constructor(
    base: pg.ClientConfig,
    log: Logger,
    { bounds, longBounds, hosts }: { bounds: Bounds; longBounds: Bounds; hosts?: Hosts | undefined },
  ) {
    this.#base = base
    this.#log = log
    this.bounds = bounds
    this.#longBounds = longBounds
    this.#hosts = hosts
  }

  get open(): ReadonlySet<Client> {
    return this.#open
  }

  #settings(bounds: Bounds, session: SessionSettings): ClientSettings & pg.PoolConfig {
    return {
      ...this.#base,
      types,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
      bounds,
      hosts: this.#hosts,
      session: { ...sessionOf(bounds), ...session },
    }
  }

  async #begin(client: Client): Promise<void> {
    this.#open.add(client)
    client.once('end', () => this.#open.delete(client))
    await client.begin()
  }

  /** A pool. Statements that do not depend on each other's rows are sent together, which saves round trips. */
  pool(size: number, session: SessionSettings = {}, use: 'usual' | 'long work' = 'usual'): pg.Pool {
    const isTraced = isTracing()
    const log = this.#log
    const bounds = use === 'usual' ? this.bounds : this.#longBounds
    // The pool waits for the returned promise, although its type does not declare it.
    const begin: unknown = (client: Client) => this.#begin(client)
    const pool = new pg.Pool({
      ...this.#settings(bounds, session),
      Client: Client as unknown as new () => pg.Client,
      max: size,
      pipeline: true,
      connectionTimeoutMillis: bounds.poolWaitMs,
      idleTimeoutMillis: 0,
      onConnect: begin as NonNullable<pg.PoolConfig['onConnect']>,
    })
    boundsOfPools.set(pool, bounds)
    pool.on('connect', (client) => {
      packStatements(client)
      if (isTraced) traceStatements(client)
    })
    if (isTraced) traceConnections(pool)
    pool.on('error', (error) => {
      if (pool.ending) return
      // The database watch reports the connections that it closes itself.
      const level = isGivenUp(error) ? 'debug' : 'warn'
      log[level]({ reason: error.message }, 'an idle database connection was lost')
    })
    return pool
  }

  /** A connection outside the pools, for long work. The caller closes it. */
  async connect(session: SessionSettings = {}): Promise<Client> {
    const client = new Client(this.#settings(this.#longBounds, session))
    try {
      await client.connect()
      await this.#begin(client)
      return client
    } catch (error) {
      socketOf(client).destroy()
      throw error
    }
  }

  /**
   * Called when the server no longer accepts writes: if other hosts are listed, all connections are reopened to one
   * that does.
   */
  leaveReadOnly(): void {
    if (this.#hosts === undefined) return
    for (const client of this.#open) {
      this.#hosts.forget(client)
      socketOf(client).destroy(takesNoWrites())
    }
  }

  /** Closes connections that are still open, for example to a host that no longer answers. */
  close(): void {
    for (const client of this.#open) socketOf(client).destroy()
  }
}
