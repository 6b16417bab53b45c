import type { ClientBase, Pool, QueryConfig } from 'pg'
import { authorSetting, type Author } from './db/author.ts'
import { runnerOf, type Queries } from './db/queries.ts'
import { inTransaction } from './db/transaction.ts'

/** Names the author of a transaction. To be sent first in it. */
export async function recordAs(transaction: Queries, author: Author): Promise<void> {
  await runnerOf(transaction).query(authorSetting(author))
}

/** The statement that does so; undefined: what the caller does here is not recorded. */
export function authorStatement(author: Author): QueryConfig | undefined {
  return author.origin === undefined ? undefined : authorSetting(author)
}

/** A transaction in which everything is recorded in the author's name. */
export const recorded = <Result>(
  queries: Queries,
  author: Author,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> => inTransaction(queries, work, { author })

/** The same on a connection of the pool. */
export const recordedOn = <Result>(
  pool: Pool,
  author: Author,
  work: (client: ClientBase) => Promise<Result>,
): Promise<Result> => inTransaction(pool, work, { author })
