import type { Logger } from 'pino'
import { createIdentityState, type IdentityContext } from '../identity/context.ts'
import { withSecretKeys, type Config } from '../platform/config.ts'
import { createPlatformContext, type PlatformContext } from '../platform/context.ts'
import type { IdempotentCommand } from '../platform/idempotency/idempotent.ts'
import { WriteBatchers } from '../platform/idempotency/write-batchers.ts'
import { openDatabaseOfServer, openReadOnly, type Database } from '../platform/db/database.ts'
import { createLog } from '../platform/log.ts'
import type { HistoryLane } from './coupons/customer-coupons-lane.ts'
import { issueBatch } from './coupons/issue-batch.ts'
import type { IssueCommand, IssueOutcome } from './coupons/issue-coupons.ts'
import { judgeIssues } from './coupons/judge-issues.ts'
import { holdBatch } from './holds/hold-batch.ts'
import type { HoldCommand, HoldOutcome } from './holds/place-hold.ts'
import { createLookups, type Lookups } from './lookups/lookups.ts'
import { redeemBatch } from './redemptions/redeem-batch.ts'
import { judgeRedemptions } from './redemptions/judge-redemptions.ts'
import { judgeReversals } from './redemptions/judge-reversals.ts'
import type { RedeemCommand, RedeemOutcome } from './redemptions/redeem-coupons.ts'
import { reverseBatch, type ReverseCommand, type ReverseOutcome } from './redemptions/reverse-redemptions.ts'
import { SeriesMemory } from './series/series-memory.ts'

/** Executes a command in a batch with other waiting commands; the context of shadow mode only decides it. */
type Submit<Command extends IdempotentCommand, Outcome> = Pick<WriteBatchers<Command, Outcome>, 'submit'>

/** The ledger state that the process keeps in memory. */
interface LedgerState {
  readonly lookups: Lookups
  readonly lanes: {
    /** By organisation and variant of the statement. */
    readonly history: Map<string, HistoryLane>
    readonly issue: Submit<IssueCommand, IssueOutcome>
    readonly redeem: Submit<RedeemCommand, RedeemOutcome>
    readonly hold: Submit<HoldCommand, HoldOutcome>
    readonly reverse: Submit<ReverseCommand, ReverseOutcome>
  }
  readonly seriesMemory: SeriesMemory
}

/** Everything that a request needs. */
export interface Context extends IdentityContext, LedgerState {}

function createLedgerState(platform: PlatformContext): LedgerState {
  const seriesMemory = new SeriesMemory()
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
      hold: new WriteBatchers(platform, 'hold', (transaction, batch) =>
        holdBatch(seriesMemory, transaction, batch),
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

/** Enough for the statements of one request. */
const judgingConnections = 2

/**
 * Creates a context that answers calls without any effect: issues, redemptions and reversals are decided but not
 * written, quotas and failed look-ups are not counted, and PostgreSQL refuses every write on its connections. `close`
 * closes these connections.
 */
export function createJudgingContext(context: Context): Context {
  const { fixedNow } = context
  const config: Config = {
    ...context.config,
    abuseLimits: false,
    upstream: { ...context.config.upstream, url: undefined },
    shadow: { ...context.config.shadow, mode: 'off' },
  }
  const log = context.log.child({}, { level: 'silent' })
  const database = openReadOnly(context.database, judgingConnections)
  const judging = createContextOn(config, log, database, fixedNow)
  const lanes: LedgerState['lanes'] = {
    history: judging.lanes.history,
    issue: { submit: (caller, command) => judgeIssues(judging, caller, command) },
    redeem: { submit: (caller, command) => judgeRedemptions(judging, caller, command) },
    // No call of the contract places a hold.
    hold: judging.lanes.hold,
    reverse: { submit: (caller, command) => judgeReversals(judging, caller, command) },
  }
  return { ...judging, lanes }
}

/** @throws OperatorError when the database cannot be used. */
export async function createContext(config: Config, log: Logger = createLog(config)): Promise<Context> {
  const database = await openDatabaseOfServer(config, log)
  return createContextOn(withSecretKeys(config, database.secretKeys), log, database)
}
