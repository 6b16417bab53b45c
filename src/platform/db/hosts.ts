import pg from 'pg'
import { socketOf, takesNoWrites } from './client.ts'

interface Host {
  readonly host: string
  readonly port: number
}

/** A host that hangs must not use up the time for which a caller waits for a connection. */
const maxProbeMs = 2_000

/** The servers that `DATABASE_URL` lists; the first that accepts writes is used. */
export class Hosts {
  readonly #urls: readonly string[]
  readonly #timeoutMs: number
  #chosen: Host | undefined
  #search: Promise<Host> | undefined

  /** @param urls one address for each host. @param timeoutMs time limit for the answer of a host. */
  constructor(urls: readonly string[], timeoutMs: number) {
    this.#urls = urls
    this.#timeoutMs = Math.min(timeoutMs, maxProbeMs)
  }

  /**
   * Returns the server for a new connection. After `forget`, the hosts are probed again in their order, so that all
   * processes choose the same one.
   *
   * @throws the error of the last host if none accepts writes.
   */
  async choose(): Promise<Host> {
    if (this.#chosen !== undefined) return this.#chosen
    this.#search ??= this.#find().finally(() => (this.#search = undefined))
    return this.#search
  }

  /** Call it if a connection to this server has failed, or the server no longer accepts writes. */
  forget({ host, port }: Host): void {
    if (this.#chosen?.host === host && this.#chosen.port === port) this.#chosen = undefined
  }

  async #find(): Promise<Host> {
    let reason: unknown
    for (const url of this.#urls) {
      try {
        this.#chosen = await this.#ask(url)
        return this.#chosen
      } catch (error) {
        reason = error
      }
    }
    throw reason
  }

  async #ask(connectionString: string): Promise<Host> {
    const client = new pg.Client({
      connectionString,
      connectionTimeoutMillis: this.#timeoutMs,
      query_timeout: this.#timeoutMs,
    })
    client.on('error', () => {})
    try {
      await client.connect()
      const { rows } = await client.query<{ isReadOnly: boolean }>(
        `select current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
      )
      if (rows[0]?.isReadOnly !== false) throw takesNoWrites()
      return { host: client.host, port: client.port }
    } finally {
      socketOf(client).destroy()
    }
  }
}
