import { pino, type Logger } from 'pino'
import { createSignIn, type SignIn } from './access/sign-in.ts'
import { NoticedProxies } from './access/noticed-proxies.ts'
import { ExpiringCache } from './access/expiring-cache.ts'
import type { Config } from './config.ts'
import type { HistoryLane } from './coupons/customer-coupons-lane.ts'
import type { IssueLane } from './coupons/issue-coupons.ts'
import { openDatabase, type Database } from './db/database.ts'
import { Lane } from './db/lane.ts'
import { createLimits, type Limits } from './limits/limits.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { RefusalCounts } from './refusals/refusal-counts.ts'
import type { RedeemLane } from './redemptions/redeem-coupons.ts'
import type { ReverseLane } from './redemptions/reverse-redemptions.ts'
import type { SeriesMemory } from './series/series-terms.ts'

/** Everything that a request needs, built once and closed once. Passed along, never imported. */
export interface Context {
  readonly config: Config
  readonly log: Logger
  readonly database: Database
  readonly metrics: Metrics
  readonly signIn: SignIn
  readonly limits: Limits
  readonly noticedProxies: NoticedProxies
  /** Checks of till passwords: each takes a core for milliseconds, so few at once and a bounded queue. */
  readonly slowHashes: Lane<() => Promise<boolean>, boolean>
  readonly tokenKeys: {
    readonly current: ExpiringCache<{ kid: string; secret: Buffer }>
    readonly byKid: ExpiringCache<Buffer | undefined>
  }
  /** Per organisation and form of the statement. */
  readonly historyLanes: Map<string, HistoryLane>
  /** Per organisation: writes of one kind go one batch at a time. */
  readonly issueLanes: Map<number, IssueLane>
  readonly redeemLanes: Map<number, RedeemLane>
  readonly reverseLanes: Map<number, ReverseLane>
  readonly seriesMemory: SeriesMemory
  /** What was refused, until it is written. */
  readonly refusals: RefusalCounts
  /**
   * The instant that rules are judged at; null: the clock of the database. Set by tests only. Verbs ask
   * `sandbox/clock.ts`, which knows of organisations with a clock of their own.
   */
  readonly fixedNow: Date | null
  /** Whether the process is told to stop: then it is not ready, and asks for no further request on a connection. */
  readonly life: { isStopping: boolean }
  close(): Promise<void>
}

const slowHashLimits = { maxBatch: 1, maxInFlight: 2, minBeside: 1, maxQueue: 100 }
const tokenKeyTtlMs = 60_000

/** Structured lines to a file descriptor: 1 for the server, 2 for commands, whose stdout is data. */
export function createLog(config: Config, fileDescriptor: 1 | 2 = 1): Logger {
  return pino(
    {
      level: config.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        // An error of PostgreSQL brings values of rows along, and they may be somebody's.
        paths: [
          '*.password',
          '*.secret',
          '*.authorization',
          '*.connectionString',
          'err.detail',
          'err.where',
          'err.cause.detail',
          'err.cause.where',
        ],
        censor: '(secret)',
      },
    },
    pino.destination({ dest: fileDescriptor, sync: true }),
  )
}

/** A context on a database that is open already; `close` closes it. */
export function createContextOn(
  config: Config,
  log: Logger,
  database: Database,
  fixedNow: Date | null = null,
): Context {
  return {
    config,
    log,
    database,
    metrics: createMetrics(database.pool),
    signIn: createSignIn(),
    limits: createLimits(),
    noticedProxies: new NoticedProxies(),
    slowHashes: new Lane(slowHashLimits, async (checks) => Promise.all(checks.map((check) => check()))),
    tokenKeys: { current: new ExpiringCache(tokenKeyTtlMs, 1), byKid: new ExpiringCache(tokenKeyTtlMs, 100) },
    historyLanes: new Map(),
    issueLanes: new Map(),
    redeemLanes: new Map(),
    reverseLanes: new Map(),
    seriesMemory: new Map(),
    refusals: new RefusalCounts(),
    fixedNow,
    life: { isStopping: false },
    close: () => database.close(),
  }
}

/** @throws OperatorError when the database cannot be used. */
export async function createContext(config: Config, log: Logger = createLog(config)): Promise<Context> {
  const database = await openDatabase(config, log)
  return createContextOn({ ...config, secretKeys: database.secretKeys }, log, database)
}
