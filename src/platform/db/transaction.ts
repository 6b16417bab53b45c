import type { Queries } from './queries.ts'

/** Runs `work` in the transaction that the caller has opened, or in one of its own. */
export function inTransaction<Result>(
  queries: Queries,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> {
  return queries.isTransaction ? work(queries) : queries.transaction().execute(work)
}
