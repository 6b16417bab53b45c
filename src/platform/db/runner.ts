import type { QueryConfig, QueryResultRow } from 'pg'

/** An object that runs a statement: the pool, a connection, or a typed transaction (through `runnerOf`). */
export interface Runner {
  // As with the client itself, callers declare the row type of their statement.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | QueryConfig,
    values?: unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>
}
