import pg, { type Pool, type PoolClient } from 'pg'
import { Line, type Held } from './line.ts'
import { isTransient } from './transient.ts'

/** What became of one item of a batch. */
export type Settled<Out> = { readonly value: Out } | { readonly error: unknown }

/** The transaction of a batch. */
export interface Transaction {
  readonly client: PoolClient
  /**
   * Takes a statement whose result nobody needs, so that nobody waits for it: the next ones and the commit follow it
   * down the pipe, and PostgreSQL makes a rollback of the commit when it fails.
   */
  readonly unawaited: (statement: Promise<unknown>) => void
}

/** Works on items inside one transaction; answers one result per item, in their order. */
export type BatchWork<In, Out> = (transaction: Transaction, items: readonly In[]) => Promise<readonly Out[]>

const maxAttempts = 3
const failedBefore = '25P02'

/** `isWhole`: it says nothing about an item, and no item may be tried again. */
type Attempt<Out> =
  | { readonly results: readonly Out[] }
  | { readonly error: unknown; readonly isWhole: boolean }

/** PostgreSQL has answered that the statement failed, and goes on: the transaction is no more, or can be rolled back. */
const isStatementFailure = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && error.severity === 'ERROR'

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** One try. What fails before the commit is rolled back, by us or by the end of the connection. */
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
    // Its failure is told below; until somebody asks for it, it must not count as unhandled.
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
    // A statement that followed a failed one down the pipe says only that the transaction had failed before.
    const isConsequence = (error as { code?: string }).code === failedBefore
    return { error: isConsequence ? (cause ?? error) : error, isWhole: false }
  }
  const committed = outcomeOf(client.query('commit'))
  onCommitting()
  const [outcome, cause] = [await committed, await firstFailure(sent)]
  // PostgreSQL answers ROLLBACK, without an error, when a statement has failed before.
  if ('value' in outcome && outcome.value.command === 'COMMIT' && cause === undefined) {
    leave()
    return { results }
  }
  if ('value' in outcome ? outcome.value.command === 'ROLLBACK' : isStatementFailure(outcome.error)) {
    leave()
    return { error: 'error' in outcome ? outcome.error : cause, isWhole: false }
  }
  // The effects may be on disk: who carries them out once more may do it twice.
  const error = new Error('the outcome of a commit is not known', {
    cause: 'error' in outcome ? outcome.error : cause,
  })
  leave(error)
  return { error, isWhole: true }
}

/** Also a failure becomes a value, so that nothing counts as unhandled while others are waited for. */
function outcomeOf<Value>(statement: Promise<Value>): Promise<{ value: Value } | { error: unknown }> {
  return statement.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

/** Of statements in the order in which they were sent, when all have ended; undefined: none failed. */
async function firstFailure(sent: readonly Promise<unknown>[]): Promise<unknown> {
  const ends = await Promise.allSettled(sent)
  return ends.find((end) => end.status === 'rejected')?.reason as unknown
}

/** @param line of the first try; others have a connection of their own, since the line may belong to the next batch. */
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

/** Where a batch goes that others may follow. */
export interface Following {
  readonly line: Line
  /** Called when the commit has been sent: who takes the line now, goes out with it. */
  readonly onCommitting: () => void
}

/**
 * Carries out a batch in one transaction: all its effects are committed together, or, when one item makes the
 * database refuse, each item gets a transaction of its own and only the one at fault fails. When the connection is
 * lost all fail: nothing is carried out again whose commit may have taken place.
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

/** The result of an item, or the error that it failed with. */
export function unwrap<Out>(settled: Settled<Out>): Out {
  if ('error' in settled) throw settled.error
  return settled.value
}
