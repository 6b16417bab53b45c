import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import type { Pool, QueryConfig } from 'pg'
import type { DB } from './schema.gen.ts'

/** Typed statements, on the pool or inside a transaction. */
export type Queries = Kysely<DB>

export function createQueries(pool: Pool): Queries {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** Runs statements as they are sent to a connection, in a typed transaction. */
export const runnerOf = (transaction: Queries) => ({
  query: ({ text, values }: QueryConfig): Promise<{ readonly rows: unknown[] }> =>
    transaction.executeQuery(CompiledQuery.raw(text, values)),
})
