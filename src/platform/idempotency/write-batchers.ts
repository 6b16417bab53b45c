import type { Caller } from '../../values/caller.ts'
import { authorSetting } from '../db/author.ts'
import { holdNow } from '../clock.ts'
import type { PlatformContext } from '../context.ts'
import { Lane } from '../db/lane.ts'
import { describeSpan } from '../tracing.ts'
import { Line } from '../db/line.ts'
import { runWriteBatch, unwrap, type Settled, type Transaction } from '../db/write-batch.ts'
import type { Done, IdempotentCommand } from './idempotent.ts'

/** The commands of one organisation that one transaction executes. */
export interface Batch<Command> {
  readonly orgId: number
  readonly commands: readonly Command[]
  /** The instant of judgement; null: the database clock. */
  readonly now: Date | null
}

/** Executes a batch and returns one result per command, in order. */
export type ExecuteBatch<Command, Outcome> = (
  transaction: Transaction,
  batch: Batch<Command>,
) => Promise<readonly Settled<Done<Outcome>>[]>

interface Submitted<Command> {
  readonly caller: Caller
  readonly command: Command
}

/** Measured: larger batches gain little and delay their first commands. */
const limits = {
  maxBatch: 256,
  maxInFlight: 1,
  minBeside: 12,
  maxQueue: 2_000,
}

type Work<Command, Outcome> = (
  transaction: Transaction,
  submitted: readonly Submitted<Command>[],
) => Promise<readonly Settled<Done<Outcome>>[]>

/** The batchers for one kind of write: one per organisation, each executing one batch at a time. */
export class WriteBatchers<Command extends IdempotentCommand, Outcome> {
  readonly #context: PlatformContext
  readonly #kind: string
  readonly #work: Work<Command, Outcome>
  readonly #lanes = new Map<number, Lane<Submitted<Command>, Settled<Settled<Done<Outcome>>>>>()

  /** @param kind as named in metrics. */
  constructor(context: PlatformContext, kind: string, execute: ExecuteBatch<Command, Outcome>) {
    this.#context = context
    this.#kind = kind
    this.#work = async (transaction, submitted) => {
      const [first] = submitted
      if (first === undefined) return []
      const { caller } = first
      nameAuthor(transaction, caller)
      const now = await holdNow(context, transaction.client, caller)
      return execute(transaction, {
        orgId: caller.orgId,
        commands: submitted.map(({ command }) => command),
        now,
      })
    }
  }

  /**
   * Executes a command in one transaction with the other waiting commands of its organisation. A command that is
   * recorded in the audit log gets its own transaction, because a transaction has one author.
   *
   * @throws Refusal 422 if the idempotency key was used for another request, 503 under overload.
   */
  async submit(caller: Caller, command: Command): Promise<Done<Outcome>> {
    if (caller.origin !== undefined)
      return unwrap(await runAlone(this.#context, { caller, command }, this.#work))
    return unwrap(unwrap(await this.#laneOf(caller).submit({ caller, command })))
  }

  #laneOf({ orgId, isSandbox }: Caller): Lane<Submitted<Command>, Settled<Settled<Done<Outcome>>>> {
    const known = this.#lanes.get(orgId)
    if (known !== undefined) return known
    const { database, metrics } = this.#context
    const line = new Line(database.pool)
    const lane = new Lane<Submitted<Command>, Settled<Settled<Done<Outcome>>>>(
      { ...limits, name: this.#kind },
      (submitted, makeRoom) => {
        describeSpan({ 'counterfoil.organisation': orgId })
        if (!isSandbox) metrics.writeBatchSize.observe({ kind: this.#kind }, submitted.length)
        return runWriteBatch(database.pool, submitted, this.#work, { line, onCommitting: makeRoom })
      },
    )
    this.#lanes.set(orgId, lane)
    return lane
  }
}

/** Runs a batch of one item. */
export async function runAlone<Item, Result>(
  { database }: PlatformContext,
  item: Item,
  work: (transaction: Transaction, items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result> {
  const [settled] = await runWriteBatch(database.pool, [item], work)
  if (settled === undefined) throw new Error('a batch of one has one result')
  return unwrap(settled)
}

/** Sets the author before everything else: the triggers of the audit log read it from the transaction. */
export function nameAuthor({ client, unawaited }: Transaction, caller: Caller): void {
  if (caller.origin !== undefined) unawaited(client.query(authorSetting(caller)))
}
