import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import type { Pool, QueryConfig, QueryResultRow } from 'pg'
import type { Runner } from './runner.ts'
import type { DB } from './schema.gen.ts'

/** Typed statements, on the pool or inside a transaction. */
export type Queries = Kysely<DB>

export function createQueries(pool: Pool): Queries {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** Returns a runner that executes statements inside a typed transaction. */
export function runnerOf(transaction: Queries): Runner {
  return {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
    query: async <Row extends QueryResultRow>(statement: string | QueryConfig, values?: unknown[]) => {
      const given = typeof statement === 'string' ? { text: statement, values } : statement
      const query = CompiledQuery.raw(given.text, given.values)
      const { rows, numAffectedRows } = await transaction.executeQuery<Row>(query)
      return { rows, rowCount: numAffectedRows === undefined ? null : Number(numAffectedRows) }
    },
  }
}
