import type { Pool, PoolClient } from 'pg'
import { silence, socketOf } from './client.ts'
import { batchLimitMs } from './connections.ts'

/** A connection of a line, held for one transaction. */
export interface Held {
  readonly client: PoolClient
  /** @param lost why the connection's state is unknown: it is closed instead of kept. */
  readonly leave: (lost?: Error) => void
}

interface Shared {
  readonly client: PoolClient
  users: number
  lost: Error | undefined
}

/**
 * A connection on which transactions follow each other without a pause: the next one is sent before the result of the
 * preceding commit arrives. The first transaction takes the connection from the pool and the last one returns it.
 *
 * It may be taken only after its current owner has sent its commit. A transaction that exceeds the limit of the pool
 * loses the connection, and so do those that follow it there.
 */
export class Line {
  readonly #pool: Pool
  #shared: Shared | undefined

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** A statement sent at once on an existing connection shares a packet with the preceding commit. */
  async take(): Promise<Held> {
    if (this.#shared !== undefined && this.#shared.lost === undefined) return this.#hold(this.#shared)
    const shared = { client: await this.#pool.connect(), users: 0, lost: undefined }
    this.#shared = shared
    return this.#hold(shared)
  }

  #hold(shared: Shared): Held {
    shared.users += 1
    const limitMs = batchLimitMs(this.#pool)
    // A commit may wait for an absent synchronous standby indefinitely; PostgreSQL itself has no limit for it.
    const limit =
      limitMs > 0 ? setTimeout(() => socketOf(shared.client).destroy(silence(limitMs)), limitMs) : undefined
    return {
      client: shared.client,
      leave: (lost) => {
        clearTimeout(limit)
        shared.users -= 1
        shared.lost ??= lost
        if (shared.users > 0) return
        if (this.#shared === shared) this.#shared = undefined
        shared.client.release(shared.lost)
      },
    }
  }
}
