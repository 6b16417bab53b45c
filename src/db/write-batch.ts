import type { Pool, PoolClient } from 'pg'

/** What became of one item of a batch. */
export type Settled<Out> = { readonly value: Out } | { readonly error: unknown }

/** Works on items inside one transaction; answers one result per item, in their order. */
export type BatchWork<In, Out> = (client: PoolClient, items: readonly In[]) => Promise<Out[]>

/** Deadlock, serialisation failure, or a unique row that another process wrote at the same moment. */
const transientCodes = new Set(['40P01', '40001', '23505'])
const maxAttempts = 3

async function inOneTransaction<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
): Promise<Out[]> {
  const client = await pool.connect()
  let failure: Error | undefined
  // The first statements follow it down the pipe without waiting for its answer.
  const begun = client.query('begin')
  const worked = work(client, items)
  try {
    const [results] = await Promise.all([worked, begun])
    await client.query('commit')
    return results
  } catch (error) {
    failure = error as Error
    // Nothing of the work may come after the rollback.
    await Promise.allSettled([worked, begun])
    await client.query('rollback').then(
      () => {
        failure = undefined
      },
      () => {},
    )
    throw error
  } finally {
    // A connection that could not roll back is in no known state: it is closed, not kept.
    client.release(failure)
  }
}

async function withRetries<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
): Promise<Out[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await inOneTransaction(pool, items, work)
    } catch (error) {
      const { code } = error as { code?: string }
      if (attempt === maxAttempts || code === undefined || !transientCodes.has(code)) throw error
    }
  }
}

/**
 * Carries out a batch in one transaction: all its effects are committed together, or, when one item makes the
 * database refuse, each item gets a transaction of its own and only the one at fault fails.
 */
export async function runWriteBatch<In, Out>(
  pool: Pool,
  items: readonly In[],
  work: BatchWork<In, Out>,
): Promise<Settled<Out>[]> {
  try {
    return (await withRetries(pool, items, work)).map((value) => ({ value }))
  } catch (error) {
    if (items.length === 1) return [{ error }]
  }
  const settled: Settled<Out>[] = []
  for (const item of items) {
    settled.push(
      await withRetries(pool, [item], work).then(
        ([value]) => ({ value: value as Out }),
        (error: unknown) => ({ error }),
      ),
    )
  }
  return settled
}

/** The result of an item, or the error that it failed with. */
export function unwrap<Out>(settled: Settled<Out>): Out {
  if ('error' in settled) throw settled.error
  return settled.value
}
