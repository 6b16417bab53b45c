import type { Client } from 'pg'
import { findRepetitions, type NamedRow, type Repetition } from './repetition-rules.ts'

/** Stores keys with their lines, and returns those stored before. $1 keys, $2 lines. */
const rememberSql = `
with given as materialized (
  select * from unnest($1::text[], $2::int[]) as g(key, line)
), added as (
  insert into named select key, min(line) from given group by key on conflict do nothing
)
select n.key, n.line from given g
cross join lateral (select * from named n where n.key = g.key limit 1) n`

/**
 * Finds rows of a file that repeat an earlier one at any distance. The keys of rows are in a temporary table of the
 * connection, so that files of any size are searched in constant memory.
 */
export class FileRepetitions {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** Call before the first chunk; discards the keys of another file. */
  async create(): Promise<void> {
    await this.#client.query('drop table if exists named')
    await this.#client.query('create temporary table named (key text primary key, line int not null)')
  }

  /** @param rows of the next chunk, in order of their lines. */
  async find(rows: readonly NamedRow[]): Promise<Repetition[]> {
    const named = rows.flatMap(({ line, keys }) => keys.map((key) => ({ key, line })))
    if (named.length === 0) return []
    const { rows: known } = await this.#client.query<{ key: string; line: number }>({
      name: 'file-repetitions',
      text: rememberSql,
      values: [named.map(({ key }) => key), named.map(({ line }) => line)],
    })
    return findRepetitions(rows, new Map(known.map(({ key, line }) => [key, line])))
  }
}
