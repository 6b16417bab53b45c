import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { RefusalCounts } from './refusals/refusal-counts.ts'

/**
 * The context that every room needs: created once, closed once, passed as an argument and never imported. Each room
 * above adds its own state (`identity/context.ts`, `ledger/context.ts`).
 */
export interface PlatformContext {
  readonly config: Config
  readonly log: Logger
  readonly database: Database
  readonly metrics: Metrics
  /** Refusal counts that have not been written yet. */
  readonly refusals: RefusalCounts
  /**
   * The instant of judgement; null: the database clock. Set only by tests. Operations use `clock.ts`, which also
   * handles organisations with a clock of their own.
   */
  readonly fixedNow: Date | null
  /** Whether the process is stopping. It is then no longer ready, and keeps no connection alive. */
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
    metrics: createMetrics(database),
    refusals: new RefusalCounts(),
    fixedNow,
    life: { isStopping: false },
    close: () => database.close(),
  }
}
