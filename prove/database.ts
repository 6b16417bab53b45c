import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { passwordOf } from '../src/platform/embedded-postgres/client-authentication.ts'

const reachTimeoutMs = 60_000
const settleTimeoutMs = 60_000

/** Direct access to the database behind the servers, to read and prepare data. */
export class ProofDatabase {
  readonly config: pg.ClientConfig
  readonly isEmbedded: boolean
  readonly #clusterDir: string
  #client: pg.Client | undefined

  constructor(dataDir: string, databaseUrl: string | undefined) {
    this.isEmbedded = databaseUrl === undefined
    this.#clusterDir = join(dataDir, 'postgres')
    this.config =
      databaseUrl === undefined
        ? {
            host: this.#clusterDir,
            user: 'counterfoil',
            password: () => passwordOf(dataDir),
            database: 'counterfoil',
          }
        : { connectionString: databaseUrl }
  }

  /** The database server's address: a Unix socket of the embedded one, else host and port. */
  get address(): { path: string } | { host: string; port: number } {
    if (this.isEmbedded) return { path: join(this.#clusterDir, '.s.PGSQL.5432') }
    const url = new URL(String(this.config.connectionString))
    return { host: url.hostname, port: Number(url.port || 5432) }
  }

  /** The URL of the same database through a listener on a local `port`. */
  async urlThrough(port: number): Promise<string> {
    if (this.isEmbedded) {
      const password = await passwordOf(dirname(this.#clusterDir))
      return `postgresql://counterfoil:${password}@127.0.0.1:${port}/counterfoil`
    }
    const url = new URL(String(this.config.connectionString))
    url.hostname = '127.0.0.1'
    url.port = String(port)
    return url.href
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client
    const client = new pg.Client({ ...this.config, application_name: 'proof', options: '-c timezone=UTC' })
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined
    })
    await client.connect()
    this.#client = client
    return client
  }

  /** Retries until it is answered: the database may be recovering. */
  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const giveUpAt = Date.now() + reachTimeoutMs
    for (;;) {
      try {
        const client = await this.#connected()
        return (await client.query<Row>(text, values)).rows
      } catch (error) {
        const isRefused = error instanceof pg.DatabaseError && !/^(08|57P)/.test(error.code ?? '')
        if (isRefused || Date.now() > giveUpAt) throw error
        this.#client = undefined
        await sleep(100)
      }
    }
  }

  /** Backend processes that work for the servers being proved. */
  async backendPids(): Promise<number[]> {
    const rows = await this.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name like 'counterfoil%' and datname = current_database()`,
    )
    return rows.map(({ pid }) => pid)
  }

  async postmasterPid(): Promise<number | undefined> {
    const text = await readFile(join(this.#clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
    return Number(text.split('\n', 1)[0]) || undefined
  }

  /** Waits until no sent statement is still being executed. */
  async settle(): Promise<boolean> {
    const giveUpAt = Date.now() + settleTimeoutMs
    for (let quiet = 0; Date.now() < giveUpAt; await sleep(40)) {
      const [row] = await this.query<{ busy: number }>(
        `select count(*)::int as busy from pg_stat_activity
         where application_name like 'counterfoil%' and datname = current_database() and state <> 'idle'`,
      )
      quiet = row?.busy === 0 ? quiet + 1 : 0
      if (quiet === 3) return true
    }
    return false
  }

  async close(): Promise<void> {
    await this.#client?.end().catch(() => {})
    this.#client = undefined
  }
}
