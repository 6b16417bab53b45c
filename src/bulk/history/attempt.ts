import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'

/**
 * Runs `work` so that its failure leaves nothing behind and can be followed by another try: in a transaction of its
 * own, or behind a savepoint in the one that the caller has opened.
 */
export async function attempt<Result>(
  queries: Queries,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> {
  if (!queries.isTransaction) return queries.transaction().execute(work)
  await sql`savepoint attempt`.execute(queries)
  try {
    const result = await work(queries)
    await sql`release savepoint attempt`.execute(queries)
    return result
  } catch (error) {
    await sql`rollback to savepoint attempt`.execute(queries)
    await sql`release savepoint attempt`.execute(queries)
    throw error
  }
}

const sqlState = (error: unknown): string => (error as { code?: string } | null)?.code ?? ''

/** Another transaction was in the way: a deadlock, a lost race, or the same row written first. */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01', '23505'].includes(sqlState(error))
}

/** The data is at fault, not the database: a constraint or a value out of range. */
export function isRefusedByDatabase(error: unknown): boolean {
  return /^2[23]...$/.test(sqlState(error))
}
