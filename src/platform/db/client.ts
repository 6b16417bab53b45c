import type { Socket } from 'node:net'
import pg from 'pg'
import type { Bounds } from './bounds-rules.ts'
import type { Hosts } from './hosts.ts'

/** Settings of a session, by their names in PostgreSQL. */
export type SessionSettings = Readonly<Record<string, string>>

export interface ClientSettings extends pg.ClientConfig {
  readonly bounds: Bounds
  /** Undefined: the address lists one server, which need not accept writes. */
  readonly hosts: Hosts | undefined
  readonly session: SessionSettings
}

/** Private properties of a connection of node-postgres. */
interface Internals {
  readonly connection: { readonly stream: Socket }
  readonly _activeQuery: unknown
  readonly _queryQueue: readonly unknown[]
  readonly _sentQueryQueue: readonly unknown[]
}

const internalsOf = (client: pg.ClientBase): Internals => client as unknown as Internals

export const socketOf = (client: pg.ClientBase): Socket => internalsOf(client).connection.stream

/**
 * Sets the settings with a statement rather than the startup packet, which poolers refuse. It also returns the id of
 * the PostgreSQL process that works for the connection: behind a pooler, the protocol reports another one.
 */
const beginSql = `
select pg_backend_pid() as pid, current_setting('transaction_read_only') = 'on' as "isReadOnly",
  (select count(set_config(s.name, s.value, false)) from unnest($1::text[], $2::text[]) as s(name, value)) as "settings"`

const secondsOf = (ms: number): string => `${Math.round(ms / 100) / 10} seconds`

/** A failure with the code that PostgreSQL itself uses. */
export const takesNoWrites = (): Error =>
  Object.assign(new Error('the server accepts no writes'), { code: '25006' })

/** The connection was closed because the database did not answer. */
export const silence = (ms: number): Error =>
  Object.assign(new Error(`the database has not answered for ${secondsOf(ms)}`), { code: 'DATABASE_SILENT' })

/** Whether this process closed the connection. */
export const isGivenUp = (error: unknown): boolean =>
  ['DATABASE_SILENT', '25006'].includes((error as { code?: string }).code ?? '')

/** A connection that knows its server and for how long it has been silent. */
export class Client extends pg.Client {
  readonly #settings: ClientSettings
  #heardBytes = -1
  #heardAtMs = 0
  /** Process id in PostgreSQL; 0: not connected yet. */
  backendPid = 0

  constructor(settings: ClientSettings) {
    // A pool hides the password in its options.
    super({ ...settings, password: settings.password, connectionTimeoutMillis: settings.bounds.connectMs })
    this.#settings = settings
    // A lost connection fails its statements. From the start: a pool listens only some microtasks after the connection is
    // ready, and an error without a listener would end the process.
    this.on('error', () => {})
  }

  override connect(): Promise<this>
  override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void
  override connect(callback?: unknown): unknown {
    const connected = this.#connect()
    if (callback === undefined) return connected
    const tell = callback as (error: Error | null) => void
    connected.then(() => tell(null), tell)
    return undefined
  }

  async #connect(): Promise<this> {
    const { hosts } = this.#settings
    try {
      if (hosts !== undefined) {
        const { host, port } = await hosts.choose()
        Object.assign(this, { host, port })
        // The pool has stopped waiting for the connection meanwhile.
        if (socketOf(this).destroyed) throw silence(this.#settings.bounds.poolWaitMs)
      }
      await super.connect()
      return this
    } catch (error) {
      hosts?.forget(this)
      throw error
    }
  }

  /** Sets the session up. @throws if the server accepts no writes although the address requires it. */
  async begin(): Promise<void> {
    const { bounds, hosts, session } = this.#settings
    const begun = await super.query<{ pid: number; isReadOnly: boolean }>({
      text: beginSql,
      values: [Object.keys(session), Object.values(session)],
      query_timeout: bounds.connectMs,
    } as pg.QueryConfig)
    const [row] = begun.rows
    if (hosts !== undefined && row?.isReadOnly === true) {
      hosts.forget(this)
      throw takesNoWrites()
    }
    this.backendPid = row?.pid ?? 0
  }

  /** Whether a statement has not been answered yet. */
  get isWaiting(): boolean {
    const { _activeQuery, _queryQueue, _sentQueryQueue } = internalsOf(this)
    return Boolean(_activeQuery) || _queryQueue.length > 0 || _sentQueryQueue.length > 0
  }

  /**
   * For how long a statement has been unanswered without a byte from the database; 0: no statement is. Call it
   * regularly.
   */
  silentMs(nowMs: number): number {
    const { bytesRead } = socketOf(this)
    if (!this.isWaiting || bytesRead !== this.#heardBytes) {
      this.#heardBytes = bytesRead
      this.#heardAtMs = nowMs
    }
    return nowMs - this.#heardAtMs
  }

  /** The database is working on the statement: the silence is counted anew. */
  excuse(nowMs: number): void {
    this.#heardAtMs = nowMs
  }

  /** Closes a connection that is no longer needed, without waiting. */
  discard(): void {
    if (this.isWaiting) socketOf(this).destroy()
    else this.end().catch(() => {})
  }

  /** Closes the connection at once; its statements fail. */
  giveUp(ms: number): void {
    this.#settings.hosts?.forget(this)
    socketOf(this).destroy(silence(ms))
  }
}
