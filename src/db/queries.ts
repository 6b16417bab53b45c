import { Kysely, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import type { DB } from './schema.gen.ts'

/** Typed statements, on the pool or inside a transaction. */
export type Queries = Kysely<DB>

export function createQueries(pool: Pool): Queries {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}
