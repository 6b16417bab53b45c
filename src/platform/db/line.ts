import type { Pool, PoolClient } from 'pg'

/** A connection of a line, for one transaction. */
export interface Held {
  readonly client: PoolClient
  /** @param lost why the connection is in no known state: it is closed, not kept. */
  readonly leave: (lost?: Error) => void
}

interface Shared {
  readonly client: PoolClient
  users: number
  lost: Error | undefined
}

/**
 * A connection on which transactions follow each other without a pause: the next one is sent behind a commit whose
 * result is not there yet. It comes from the pool with the first and goes back with the last.
 *
 * To be taken only when whoever has it has sent its commit.
 */
export class Line {
  readonly #pool: Pool
  #shared: Shared | undefined

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** What is sent on a connection that is there already shares a packet with the commit before it. */
  async take(): Promise<Held> {
    if (this.#shared !== undefined && this.#shared.lost === undefined) return this.#hold(this.#shared)
    const shared = { client: await this.#pool.connect(), users: 0, lost: undefined }
    this.#shared = shared
    return this.#hold(shared)
  }

  #hold(shared: Shared): Held {
    shared.users += 1
    return {
      client: shared.client,
      leave: (lost) => {
        shared.users -= 1
        shared.lost ??= lost
        if (shared.users > 0) return
        if (this.#shared === shared) this.#shared = undefined
        shared.client.release(shared.lost)
      },
    }
  }
}
