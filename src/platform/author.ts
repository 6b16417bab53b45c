import type { ClientBase, Pool } from 'pg'
import type { Author } from './db/author.ts'
import type { Queries } from './db/queries.ts'
import { inTransaction } from './db/transaction.ts'

/** Runs a transaction whose changes are recorded in the author's name. */
export const recorded = <Result>(
  queries: Queries,
  author: Author,
  work: (transaction: Queries) => Promise<Result>,
): Promise<Result> => inTransaction(queries, work, { author })

/** `recorded` on a connection of the pool. */
export const recordedOn = <Result>(
  pool: Pool,
  author: Author,
  work: (client: ClientBase) => Promise<Result>,
): Promise<Result> => inTransaction(pool, work, { author })
