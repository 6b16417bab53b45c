import pg, { type Pool, type PoolClient } from 'pg'
import { isOutage, OutcomeUnknown } from '../outage-rules.ts'
import { Line, type Held } from './line.ts'
import { isTransient } from './transient.ts'

/** The result of one item of a batch. */
export type Settled<Out> = { readonly value: Out } | { readonly error: unknown }

/** The transaction of a batch. */
export interface Transaction {
  readonly client: PoolClient
  /**
   * Takes a statement whose result is not needed, so that nothing waits for it: subsequent statements and the commit
   * are pipelined behind it, and if it fails, PostgreSQL turns the commit into a rollback.
   */
  readonly unawaited: (statement: Promise<unknown>) => void
}

/** Executes items inside one transaction; returns one result per item, in order. */
export type BatchWork<In, Out> = (transaction: Transaction, items: readonly In[]) => Promise<readonly Out[]>

const maxAttempts = 3
const failedBefore = '25P02'

/** `isWhole`: the failure is not specific to an item, and no item may be retried. */
type Attempt<Out> =
  | { readonly results: readonly Out[] }
  | { readonly error: unknown; readonly isWhole: boolean }

/** PostgreSQL reported a failed statement and keeps running: the transaction has ended, or can be rolled back. */
const isStatementFailure = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && error.severity === 'ERROR'

/** A cause in the database itself, such as a lock that is held for too long, affects every item. */
const failedWith = (error: unknown): { error: unknown; isWhole: boolean } => ({
  error,
  isWhole: isOutage(error) && !isTransient(error, 'interference'),
})

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** One attempt. A failure before the commit causes a rollback, explicitly or by the end of the connection. */
async function inOneTransaction<In, Out>(
  line: Line,
  items: readonly In[],
  work: BatchWork<In, Out>,
  onCommitting: () => void,
): Promise<Attempt<Out>> {
  let held: Held
  try {
    held = await line.take()
  } catch (error) {
    return { error, isWhole: true }
  }
  const { client, leave } = held
  const sent: Promise<unknown>[] = []
  const unawaited = (statement: Promise<unknown>): void => {
    // Its failure is reported below; until it is awaited, it must not count as unhandled.
    statement.catch(() => {})
    sent.push(statement)
  }
  unawaited(client.query('begin'))
  let results: readonly Out[]
  try {
    results = await work({ client, unawaited }, items)
  } catch (error) {
    const cause = await firstFailure(sent)
    const rolledBack = await outcomeOf(client.query('rollback'))
    if ('error' in rolledBack) {
      leave(asError(rolledBack.error))
      return { error, isWhole: true }
    }
    leave()
    // A statement pipelined after a failed one only reports that the transaction had failed before.
    const isConsequence = (error as { code?: string }).code === failedBefore
    return failedWith(isConsequence ? (cause ?? error) : error)
  }
  const committed = outcomeOf(client.query('commit'))
  onCommitting()
  const [outcome, cause] = [await committed, await firstFailure(sent)]
  // PostgreSQL answers ROLLBACK, without an error, if an earlier statement failed.
  if ('value' in outcome && outcome.value.command === 'COMMIT' && cause === undefined) {
    leave()
    return { results }
  }
  if ('value' in outcome ? outcome.value.command === 'ROLLBACK' : isStatementFailure(outcome.error)) {
    leave()
    return failedWith('error' in outcome ? outcome.error : cause)
  }
  // The effects may be on disk: a retry could execute them twice.
  const error = new OutcomeUnknown('error' in outcome ? outcome.error : cause)
  leave(error)
  return { error, isWhole: true }
}

/** Converts a failure to a value, so that it does not count as unhandled while others are awaited. */
function outcomeOf<Value>(statement: Promise<Value>): Promise<{ value: Value } | { error: unknown }> {
  return statement.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

/** The first failure in the order of sending, once all statements have ended; undefined: none failed. */
async function firstFailure(sent: readonly Promise<unknown>[]): Promise<unknown> {
  const ends = await Promise.allSettled(sent)
  return ends.find((end) => end.status === 'rejected')?.reason as unknown
}

/**
 * @param line for the first attempt; retries use a separate connection, since the line may belong to the next batch.
 */
async function withRetries<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
  line: Line = new Line(pool),
  onCommitting: () => void = () => {},
): Promise<Attempt<Out>> {
  let attempt = await inOneTransaction(line, items, work, onCommitting)
  for (let number = 2; number <= maxAttempts; number++) {
    if ('results' in attempt || attempt.isWhole) return attempt
    if (!isTransient(attempt.error, 'races')) return attempt
    attempt = await inOneTransaction(new Line(pool), items, work, () => {})
  }
  return attempt
}

/** A line for batches that may follow each other. */
export interface Following {
  readonly line: Line
  /** Called when the commit has been sent: the next batch on the line is sent together with it. */
  readonly onCommitting: () => void
}

/**
 * Executes a batch in one transaction: all its effects are committed together. If one item makes the database fail,
 * each item gets its own transaction, and only the faulty one fails. If the connection is lost, all fail: a batch whose
 * commit may have succeeded is never executed again.
 */
export async function runWriteBatch<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
  following?: Following,
): Promise<Settled<Out>[]> {
  const together = await withRetries(pool, items, work, following?.line, following?.onCommitting)
  if ('results' in together) return together.results.map((value) => ({ value }))
  if (items.length === 1 || together.isWhole) return items.map(() => ({ error: together.error }))
  const settled: Settled<Out>[] = []
  for (const item of items) {
    const alone = await withRetries(pool, [item], work)
    settled.push('results' in alone ? { value: alone.results[0] as Out } : { error: alone.error })
  }
  return settled
}

/** Returns the result of an item, or throws its error. */
export function unwrap<Out>(settled: Settled<Out>): Out {
  if ('error' in settled) throw settled.error
  return settled.value
}
