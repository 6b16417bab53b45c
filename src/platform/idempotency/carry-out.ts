import type { Pool, PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import { authorStatement } from '../author.ts'
import type { PlatformContext } from '../context.ts'
import { Lane } from '../db/lane.ts'
import { Line } from '../db/line.ts'
import { runWriteBatch, unwrap, type BatchWork, type Settled, type Transaction } from '../db/write-batch.ts'
import { holdNow } from '../clock.ts'
import { answerOnce, type GivenAnswer, type PendingAnswer, type Retryable } from './stored-answers.ts'

/**
 * Carries out a batch of requests of an organisation; each is answered, or refused with 422 for its key.
 *
 * @param now what they are judged at; null: the clock of the database.
 */
export type Answering<Request> = (
  transaction: Transaction,
  requests: readonly Request[],
  now: Date | null,
) => Promise<readonly PendingAnswer[]>

export type WriteLane<Request> = Lane<Request, Settled<PendingAnswer>>

/** The writes that go in lanes. */
export type LaneKind = 'issue' | 'redeem' | 'reverse'

/** Measured: larger batches gain little and make the first of them wait longer. */
const limits = {
  maxBatch: 256,
  maxInFlight: 1,
  minBeside: 12,
  maxQueue: 2_000,
}

/**
 * Carries out a request in the lane of its organisation, in one transaction with what else waits there. One that is
 * recorded in the audit log has a transaction of its own, because that has one author.
 *
 * @param work what a batch of the lane does; that of the first request serves all.
 * @throws Refusal 422 when the key stands with another request, 503 under overload.
 */
export async function carryOutInLane<Request>(
  context: PlatformContext,
  lanes: Map<number, WriteLane<Request>>,
  kind: LaneKind,
  caller: Caller,
  request: Request,
  work: Answering<Request>,
): Promise<GivenAnswer> {
  const { database, metrics } = context
  const { orgId, isSandbox } = caller
  const judged: BatchWork<Request, PendingAnswer> = async (transaction, requests) =>
    work(transaction, requests, await holdNow(context, transaction.client, { orgId, isSandbox }))
  if (caller.origin !== undefined) {
    const alone: BatchWork<Request, PendingAnswer> = (transaction, requests) => {
      nameAuthor(transaction, caller)
      return judged(transaction, requests)
    }
    return (await runAlone(database.pool, request, alone))()
  }
  let lane = lanes.get(orgId)
  if (lane === undefined) {
    const line = new Line(database.pool)
    lane = new Lane(limits, (requests, makeRoom) => {
      if (!isSandbox) metrics.writeBatchSize.observe({ kind }, requests.length)
      return runWriteBatch(database.pool, requests, judged, { line, onCommitting: makeRoom })
    })
    lanes.set(orgId, lane)
  }
  return unwrap(await lane.submit(request))()
}

async function runAlone<Request, Result>(
  pool: Pool,
  request: Request,
  work: BatchWork<Request, Result>,
): Promise<Result> {
  const [settled] = await runWriteBatch(pool, [request], work)
  if (settled === undefined) throw new Error('a batch of one has one result')
  return unwrap(settled)
}

/** The triggers of the audit log take the author from the transaction: it goes before everything else. */
function nameAuthor({ client, unawaited }: Transaction, caller: Caller): void {
  const author = authorStatement(caller)
  if (author !== undefined) unawaited(client.query(author))
}

/** How a request is carried out that shares its transaction with no other. */
export interface Alone<Locked, Outcome> {
  /** Takes the locks under which the request is judged. */
  readonly lock: (client: PoolClient) => Promise<Locked>
  /**
   * Not called when the request has been answered before.
   *
   * @param now what it is judged at; null: the clock of the database.
   */
  readonly carryOut: (client: PoolClient, locked: Locked, now: Date | null) => Promise<Outcome>
}

/**
 * Carries out a request in a transaction of its own.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 422 when the key stands with another request, and what `lock` and `carryOut` throw.
 */
export async function carryOutAlone<Locked, Outcome>(
  context: PlatformContext,
  caller: Caller,
  request: Retryable<Outcome>,
  { lock, carryOut }: Alone<Locked, Outcome>,
): Promise<GivenAnswer> {
  return runAlone(context.database.pool, request, async (transaction, requests) => {
    const { client } = transaction
    nameAuthor(transaction, caller)
    const locked = await lock(client)
    // Behind the locks, of which one is on the organisation itself: whoever shares it first could not take that.
    const now = await holdNow(context, client, caller)
    const pending = await answerOnce(transaction, caller.orgId, requests, async () => [
      await carryOut(client, locked, now),
    ])
    return pending.map((answer) => answer())
  })
}
