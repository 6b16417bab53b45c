import type { Logger } from 'pino'
import { createIdentityState, type IdentityContext } from '../identity/context.ts'
import { withSecretKeys, type Config } from '../platform/config.ts'
import { createPlatformContext } from '../platform/context.ts'
import { openDatabase, type Database } from '../platform/db/database.ts'
import { createLog } from '../platform/log.ts'
import type { HistoryLane } from './coupons/customer-coupons-lane.ts'
import type { IssueLane } from './coupons/issue-coupons.ts'
import { createLookups, type Lookups } from './lookups/lookups.ts'
import type { RedeemLane } from './redemptions/redeem-coupons.ts'
import type { ReverseLane } from './redemptions/reverse-redemptions.ts'
import type { SeriesMemory } from './series/series-terms.ts'

/** What the process remembers of the ledger. */
export interface LedgerState {
  readonly lookups: Lookups
  readonly lanes: {
    /** Per organisation and form of the statement. */
    readonly history: Map<string, HistoryLane>
    /** Per organisation: writes of one kind go one batch at a time. */
    readonly issue: Map<number, IssueLane>
    readonly redeem: Map<number, RedeemLane>
    readonly reverse: Map<number, ReverseLane>
  }
  readonly seriesMemory: SeriesMemory
}

/** Everything that a request needs. */
export interface Context extends IdentityContext, LedgerState {}

const createLedgerState = (): LedgerState => ({
  lookups: createLookups(),
  lanes: { history: new Map(), issue: new Map(), redeem: new Map(), reverse: new Map() },
  seriesMemory: new Map(),
})

/** A context on a database that is open already; `close` closes it. */
export function createContextOn(
  config: Config,
  log: Logger,
  database: Database,
  fixedNow: Date | null = null,
): Context {
  return {
    ...createPlatformContext(config, log, database, fixedNow),
    ...createIdentityState(),
    ...createLedgerState(),
  }
}

/** @throws OperatorError when the database cannot be used. */
export async function createContext(config: Config, log: Logger = createLog(config)): Promise<Context> {
  const database = await openDatabase(config, log)
  return createContextOn(withSecretKeys(config, database.secretKeys), log, database)
}
