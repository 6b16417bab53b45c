import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { RefusalCounts } from './refusals/refusal-counts.ts'

/**
 * What every room needs: built once, closed once, passed along and never imported. Each room above adds the state of its
 * own (`identity/context.ts`, `ledger/context.ts`).
 */
export interface PlatformContext {
  readonly config: Config
  readonly log: Logger
  readonly database: Database
  readonly metrics: Metrics
  /** Counts of refusals that are not written yet. */
  readonly refusals: RefusalCounts
  /**
   * The instant at which rules are judged; null: the clock of the database. Set by tests only. Verbs ask `clock.ts`, which
   * knows organisations with a clock of their own.
   */
  readonly fixedNow: Date | null
  /** Whether the process has been asked to stop. It is no longer ready then, and keeps no connection alive. */
  readonly life: { isStopping: boolean }
  close(): Promise<void>
}

/** `close` closes the database. */
export function createPlatformContext(
  config: Config,
  log: Logger,
  database: Database,
  fixedNow: Date | null,
): PlatformContext {
  return {
    config,
    log,
    database,
    metrics: createMetrics(database.pool),
    refusals: new RefusalCounts(),
    fixedNow,
    life: { isStopping: false },
    close: () => database.close(),
  }
}
