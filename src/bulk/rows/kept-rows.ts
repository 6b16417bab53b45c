import type { Client } from 'pg'

/** A value with its key. `waitsIn` and `line`: the series of an unassigned code, and the line that added it. */
export interface KeptRow<Value> {
  readonly key: string
  readonly value: Value
  readonly waitsIn?: number | null
  readonly line?: number | null
}

/**
 * What a dry run remembers of earlier chunks. A dry run writes nothing that a later chunk could read, so this is in a
 * temporary table of its connection: files of any size are judged in constant memory. Writes belong to the transaction
 * of the chunk.
 */
export class KeptRows<Value> {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /** Call before the first chunk; discards the entries of another file. */
  async create(): Promise<void> {
    await this.#client.query('drop table if exists kept')
    await this.#client.query(
      'create temporary table kept (key text primary key, value json not null, waits_in bigint, line int)',
    )
    await this.#client.query('create index on kept (waits_in, line) where waits_in is not null')
  }

  async read(keys: readonly string[]): Promise<KeptRow<Value>[]> {
    const { rows } = await this.#client.query<KeptRow<Value>>(
      'select key, value from kept where key = any($1::text[])',
      [[...new Set(keys)]],
    )
    return rows
  }

  /** Reads the oldest unassigned codes of each series. */
  async readWaiting(counts: ReadonlyMap<number, number>): Promise<KeptRow<Value>[]> {
    const { rows } = await this.#client.query<KeptRow<Value>>(
      `select k.key, k.value from unnest($1::bigint[], $2::int[]) as w(series_id, n)
       cross join lateral (select key, value, line from kept where waits_in = w.series_id order by line limit w.n) k
       order by k.line`,
      [[...counts.keys()], [...counts.values()]],
    )
    return rows
  }

  async write(rows: readonly KeptRow<Value>[]): Promise<void> {
    await this.#client.query(
      `insert into kept select * from unnest($1::text[], $2::json[], $3::bigint[], $4::int[])
       on conflict (key) do update set value = excluded.value, waits_in = excluded.waits_in, line = excluded.line`,
      [
        rows.map(({ key }) => key),
        rows.map(({ value }) => JSON.stringify(value)),
        rows.map(({ waitsIn }) => waitsIn ?? null),
        rows.map(({ line }) => line ?? null),
      ],
    )
  }
}
