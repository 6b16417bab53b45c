import type { Pool } from 'pg'

/**
 * Event ids do not follow the order of commits: while one transaction is open, another may commit events with larger
 * ids. A reader that resumes from its last id would skip events that become visible below it later.
 *
 * A reader must therefore know up to which id no further event can appear. A writer of events holds a lock on the table
 * from before it draws ids until after they are visible. Hence the ids drawn at a moment are final when the holders of
 * the lock at that moment have ended. Writers pay nothing for it: no column, no index, no additional lock.
 */
const drawnSql = `select coalesce(pg_sequence_last_value('events_id_seq'), 0)::bigint as id`

/** A separate statement after the one above: a transaction that has drawn an id holds the lock by now, or has ended. */
const writersSql = `select virtualtransaction as writer from pg_locks
where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock' and granted
  and database = (select oid from pg_database where datname = current_database())`

export class EventHorizon {
  readonly #pool: Pool
  #finalId = 0
  /** Ids drawn at a moment, and the writers at that moment. */
  #open: { drawnId: number; writers: ReadonlySet<string> } | undefined

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Returns the final id, up to which every event is visible to later reads or will never exist, and the last id drawn:
   * if both are equal, nothing is pending.
   */
  async read(): Promise<{ finalId: number; drawnId: number }> {
    const drawn = await this.#pool.query<{ id: number }>({ name: 'events-drawn', text: drawnSql })
    const { rows } = await this.#pool.query<{ writer: string }>({ name: 'events-writers', text: writersSql })
    const drawnId = drawn.rows[0]?.id ?? 0
    const writers = new Set(rows.map(({ writer }) => writer))
    if (writers.size === 0) {
      this.#open = undefined
      this.#finalId = drawnId
      return { finalId: drawnId, drawnId }
    }
    if (this.#open && ![...this.#open.writers].some((one) => writers.has(one))) {
      this.#finalId = this.#open.drawnId
      this.#open = undefined
    }
    this.#open ??= { drawnId, writers }
    return { finalId: this.#finalId, drawnId }
  }
}
