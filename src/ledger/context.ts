import type { Logger } from 'pino'
import { createIdentityState, type IdentityContext } from '../identity/context.ts'
import { withSecretKeys, type Config } from '../platform/config.ts'
import { createPlatformContext, type PlatformContext } from '../platform/context.ts'
import { WriteBatchers } from '../platform/idempotency/write-batchers.ts'
import { openDatabase, type Database } from '../platform/db/database.ts'
import { createLog } from '../platform/log.ts'
import type { HistoryLane } from './coupons/customer-coupons-lane.ts'
import { issueBatch } from './coupons/issue-batch.ts'
import type { IssueCommand, IssueOutcome } from './coupons/issue-coupons.ts'
import { createLookups, type Lookups } from './lookups/lookups.ts'
import { redeemBatch } from './redemptions/redeem-batch.ts'
import type { RedeemCommand, RedeemOutcome } from './redemptions/redeem-coupons.ts'
import { reverseBatch, type ReverseCommand, type ReverseOutcome } from './redemptions/reverse-redemptions.ts'
import type { SeriesMemory } from './series/series-terms.ts'

/** The ledger state that the process keeps in memory. */
interface LedgerState {
  readonly lookups: Lookups
  readonly lanes: {
    /** By organisation and variant of the statement. */
    readonly history: Map<string, HistoryLane>
    readonly issue: WriteBatchers<IssueCommand, IssueOutcome>
    readonly redeem: WriteBatchers<RedeemCommand, RedeemOutcome>
    readonly reverse: WriteBatchers<ReverseCommand, ReverseOutcome>
  }
  readonly seriesMemory: SeriesMemory
}

/** Everything that a request needs. */
export interface Context extends IdentityContext, LedgerState {}

function createLedgerState(platform: PlatformContext): LedgerState {
  const seriesMemory: SeriesMemory = new Map()
  return {
    lookups: createLookups(),
    lanes: {
      history: new Map(),
      issue: new WriteBatchers(platform, 'issue', (transaction, batch) =>
        issueBatch(seriesMemory, transaction, batch),
      ),
      redeem: new WriteBatchers(platform, 'redeem', (transaction, batch) =>
        redeemBatch(seriesMemory, transaction, batch),
      ),
      reverse: new WriteBatchers(platform, 'reverse', reverseBatch),
    },
    seriesMemory,
  }
}

/** Creates a context on an open database; `close` closes the database. */
export function createContextOn(
  config: Config,
  log: Logger,
  database: Database,
  fixedNow: Date | null = null,
): Context {
  const platform = createPlatformContext(config, log, database, fixedNow)
  return { ...platform, ...createIdentityState(), ...createLedgerState(platform) }
}

/** @throws OperatorError when the database cannot be used. */
export async function createContext(config: Config, log: Logger = createLog(config)): Promise<Context> {
  const database = await openDatabase(config, log)
  return createContextOn(withSecretKeys(config, database.secretKeys), log, database)
}
