import type { Logger } from 'pino'
import { outageOf } from '../outage-rules.ts'
import { withTimeLimit } from '../time-limit.ts'
import type { Client } from './client.ts'
import type { Connections } from './connections.ts'

/**
 * Why the server cannot write at the moment.
 *
 * - `silent`: the database does not answer, or does not complete a commit.
 * - `away`: it cannot be reached, is starting, or rejects the server's login.
 * - `readOnly`: it accepts no writes, like a standby.
 * - `full`: its disk is full.
 * - `noConnections`: PostgreSQL has no connection left.
 */
export type Trouble = 'silent' | 'away' | 'readOnly' | 'full' | 'noConnections'

const logged: Readonly<Record<Trouble, string>> = {
  silent: 'the database does not answer',
  away: 'the database cannot be reached',
  readOnly: 'the database takes no writes',
  full: 'the disk of the database is full',
  noConnections: 'the database has no connection left',
}

const tooManyConnections = '53300'
const maxTickMs = 1_000
/** How long a probe of a balancer waits for an answer. */
const readinessMs = 2_000

/** Statements that PostgreSQL is working on, of those that have been silent. */
const askSql = `
select current_setting('transaction_read_only') = 'on' as "isReadOnly",
  array(select pid from pg_stat_activity where pid = any($1::int[]) and coalesce(state, '') not like 'idle%') as "workingPids"`

/** Goes the way of every commit (write-ahead log, disk, synchronous standby) and leaves no row. */
const writeSql = `select pg_logical_emit_message(true, 'counterfoil', 'is it possible to write?')`

interface Answer {
  readonly isReadOnly: boolean
  readonly workingPids: readonly number[]
}

/** The trouble that a failure shows; undefined: another kind of failure, or only too much work. */
function troubleOf(error: unknown): Trouble | undefined {
  if ((error as { code?: unknown } | null)?.code === tooManyConnections) return 'noConnections'
  const outage = outageOf(error)
  if (outage === 'unknown') return 'silent'
  return outage === 'overloaded' ? undefined : outage
}

/**
 * Notices that the database is gone although its connections are open, gives up the statements that wait for it, and
 * knows whether the server can write.
 *
 * A server asks the database once a second, on a connection kept for that. If a call has failed because of the database,
 * and until the trouble is over, it asks on a new connection and writes. A command asks only about statements that
 * have been silent.
 */
export class DatabaseWatch {
  readonly #connections: Connections
  readonly #log: Logger
  readonly #isDiskFull: () => boolean
  #kept: Client | undefined
  #trouble: { readonly kind: Trouble; readonly sinceMs: number } | undefined
  #isSuspect = false
  #fullAtMs = Number.NEGATIVE_INFINITY
  #look: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isServing = false

  constructor(connections: Connections, log: Logger, isDiskFull: () => boolean) {
    this.#connections = connections
    this.#log = log
    this.#isDiskFull = isDiskFull
  }

  start(): void {
    const tickMs = Math.min(maxTickMs, this.#connections.bounds.silenceMs / 4)
    this.#timer = setInterval(() => void this.#lookOnce(), tickMs).unref()
  }

  /** From now on calls depend on the database, and somebody asks whether it works. */
  serve(): void {
    this.#isServing = true
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#look
    this.#drop()
  }

  /** As it was last seen; undefined: the server can write. */
  get trouble(): Trouble | undefined {
    return this.#trouble?.kind
  }

  /** A call has failed: the database is examined, on a new connection. */
  note(error: unknown): void {
    const trouble = troubleOf(error)
    if (trouble === undefined) return
    this.#isSuspect = true
    if (trouble !== 'full') return
    // A write of another kind may succeed on a full disk, and tells nothing.
    this.#fullAtMs = performance.now()
    this.#tell('full')
  }

  /** Looks now, and waits for the result no longer than a probe may take. @returns undefined: the server can write. */
  async check(): Promise<Trouble | undefined> {
    return withTimeLimit(
      readinessMs,
      this.#lookOnce().then(() => this.trouble),
      () => this.trouble ?? 'silent',
    )
  }

  #lookOnce(): Promise<void> {
    this.#look ??= this.#lookNow().finally(() => (this.#look = undefined))
    return this.#look
  }

  async #lookNow(): Promise<void> {
    const { silenceMs } = this.#connections.bounds
    const nowMs = performance.now()
    const suspects = [...this.#connections.open].filter((one) => one.silentMs(nowMs) >= silenceMs)
    if (this.#timer !== undefined && !this.#isServing && suspects.length === 0) return
    try {
      const { isReadOnly, workingPids } = await this.#ask(suspects.map(({ backendPid }) => backendPid))
      for (const one of suspects) {
        if (workingPids.includes(one.backendPid)) one.excuse(performance.now())
        // A process that was itself paused has only now read what had arrived.
        else if (one.silentMs(performance.now()) >= silenceMs) one.giveUp(silenceMs)
      }
      if (isReadOnly) this.#connections.leaveReadOnly()
      this.#tell(isReadOnly ? 'readOnly' : undefined)
    } catch (error) {
      this.#drop()
      const trouble = troubleOf(error) ?? 'away'
      // Where new connections are refused, the database may still be working on those that are open.
      if (trouble === 'silent') this.#giveUpAll()
      this.#tell(trouble === 'away' && this.#isDiskFull() ? 'full' : trouble)
    }
  }

  /**
   * Also connections that nothing waits for: whoever took one of them would have to find out anew that the database is
   * gone. A connection that was heard of meanwhile is left.
   */
  #giveUpAll(): void {
    const { silenceMs } = this.#connections.bounds
    const nowMs = performance.now()
    for (const one of this.#connections.open)
      if (!one.isWaiting || one.silentMs(nowMs) >= silenceMs / 2) one.giveUp(silenceMs)
  }

  async #ask(pids: readonly number[]): Promise<Answer> {
    const isInDepth = this.#isSuspect || this.#trouble !== undefined
    this.#isSuspect = false
    if (!isInDepth && this.#kept !== undefined) {
      // The connection alone may have been ended; whether the database has, a new one tells.
      const answer = await this.#askOn(this.#kept, pids).catch((error: unknown) => {
        if (troubleOf(error) === 'silent') throw error
      })
      if (answer !== undefined) return answer
    }
    this.#drop()
    const client = await this.#connections.connect()
    try {
      const answer = await this.#askOn(client, pids)
      if (isInDepth && !answer.isReadOnly) await this.#query(client, writeSql)
      return answer
    } finally {
      if (this.#isServing) this.#kept = client
      else client.discard()
    }
  }

  async #askOn(client: Client, pids: readonly number[]): Promise<Answer> {
    const [answer] = await this.#query<Answer>(client, askSql, [pids])
    if (answer === undefined) throw new Error('one question has one answer')
    return answer
  }

  async #query<Row extends object>(client: Client, text: string, values?: unknown[]): Promise<Row[]> {
    const { silenceMs } = this.#connections.bounds
    const config = { text, values, query_timeout: silenceMs }
    return (await client.query<Row>(config)).rows
  }

  #drop(): void {
    this.#kept?.discard()
    this.#kept = undefined
  }

  /** Logs the beginning and the end of a trouble, however many calls meet it. */
  #tell(seen: Trouble | undefined): void {
    const nowMs = performance.now()
    const isFull = nowMs - this.#fullAtMs < 2 * this.#connections.bounds.silenceMs
    const kind = seen ?? (isFull ? 'full' : undefined)
    if (kind !== undefined) {
      if (this.#trouble === undefined && this.#isServing) this.#log.error({ database: kind }, logged[kind])
      this.#trouble = { kind, sinceMs: this.#trouble?.sinceMs ?? nowMs }
      return
    }
    if (this.#trouble === undefined) return
    const seconds = Math.round((nowMs - this.#trouble.sinceMs) / 1000)
    if (this.#isServing)
      this.#log.info({ database: 'works', seconds }, `the database works again, after ${seconds} s`)
    this.#trouble = undefined
  }
}
