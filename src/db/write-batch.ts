import type { Pool, PoolClient } from 'pg'

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

/** Deadlock, serialisation failure, or a unique row that another process wrote at the same moment. */
const transientCodes = new Set(['40P01', '40001', '23505'])
const maxAttempts = 3
const failedBefore = '25P02'

/** `isWhole`: it says nothing about an item, and no item may be tried again. */
type Attempt<Out> =
  | { readonly results: readonly Out[] }
  | { readonly error: unknown; readonly isWhole: boolean }

/** One try. What fails before the commit is rolled back, by us or by the end of the connection. */
async function inOneTransaction<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
): Promise<Attempt<Out>> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    return { error, isWhole: true }
  }
  let isCommitting = false
  let lost: Error | undefined
  const sent: Promise<unknown>[] = []
  const unawaited = (statement: Promise<unknown>): void => {
    // Its failure is told below; until somebody asks for it, it must not count as unhandled.
    statement.catch(() => {})
    sent.push(statement)
  }
  unawaited(client.query('begin'))
  const worked = work({ client, unawaited }, items)
  try {
    const results = await worked
    isCommitting = true
    const [{ command }] = await Promise.all([client.query('commit'), ...sent])
    // PostgreSQL answers so, without an error, when a statement has failed before.
    if (command !== 'COMMIT') throw new Error(`a transaction ended with ${command} in place of COMMIT`)
    return { results }
  } catch (error) {
    // Nothing of the work may come after the rollback.
    const [, ...ends] = await Promise.allSettled([worked, ...sent])
    const cause = ends.find((end) => end.status === 'rejected')?.reason as unknown
    // A statement that followed a failed one down the pipe says only that the transaction had failed before.
    const reason = (error as { code?: string }).code === failedBefore ? (cause ?? error) : error
    lost = await client.query('rollback').then(
      () => undefined,
      (failure: Error) => failure,
    )
    if (lost === undefined) return { error: reason, isWhole: false }
    // The effects may be on disk: who carries them out once more may do it twice.
    if (isCommitting)
      return { error: new Error('the outcome of a commit is not known', { cause: error }), isWhole: true }
    return { error, isWhole: true }
  } finally {
    // A connection that could not roll back is in no known state: it is closed, not kept.
    client.release(lost)
  }
}

async function withRetries<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
): Promise<Attempt<Out>> {
  for (let number = 1; ; number++) {
    const attempt = await inOneTransaction(pool, items, work)
    if ('results' in attempt || attempt.isWhole || number === maxAttempts) return attempt
    const { code } = attempt.error as { code?: string }
    if (code === undefined || !transientCodes.has(code)) return attempt
  }
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
): Promise<Settled<Out>[]> {
  const together = await withRetries(pool, items, work)
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
