import type { Pool } from 'pg'

/**
 * Ids of events do not follow the order of commits: while one transaction is open, another may commit events with larger
 * ids. Whoever reads the log from where he left off would skip those that become visible behind him.
 *
 * So a reader must know up to which id nothing can appear any more. Whoever writes events holds a lock on the table, from
 * before its ids are drawn until after they are visible; so what was drawn at a moment is final when those who held the
 * lock at that moment have ended. That costs writers nothing: no column, no index, no further lock.
 */
const drawnSql = `select coalesce(pg_sequence_last_value('events_id_seq'), 0)::bigint as id`

/** A statement of its own, after the one above: who has drawn an id holds the lock by now, or has ended. */
const writersSql = `select virtualtransaction as writer from pg_locks
where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock' and granted
  and database = (select oid from pg_database where datname = current_database())`

export class EventHorizon {
  readonly #pool: Pool
  #finalId = 0
  /** Ids that had been drawn at a moment, and those who were writing then. */
  #open: { drawnId: number; writers: ReadonlySet<string> } | undefined

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * The id up to which every event is visible to whoever reads from now on, or will never be, and the last one that was
   * drawn: there is nothing between them when they are the same.
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
