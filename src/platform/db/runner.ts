import type { QueryConfig, QueryResultRow } from 'pg'

/** Something that runs a statement: the pool, a connection, or a typed transaction (by `runnerOf`). */
export interface Runner {
  query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | QueryConfig,
    values?: unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>
}
