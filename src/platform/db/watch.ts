import type { Logger } from 'pino'
import { outageOf } from '../outage-rules.ts'
import { withTimeLimit } from '../time-limit.ts'
import type { Client } from './client.ts'
import type { Connections } from './connections.ts'

/**
 * Why the server cannot write at the moment.
 *
 * - `silent`: the database does not answer.
 * - `stalled`: it answers, and does not complete a commit.
 * - `away`: it cannot be reached, is starting, or rejects the server's login.
 * - `readOnly`: it accepts no writes, like a standby.
 * - `full`: its disk is full.
 * - `noConnections`: PostgreSQL has no connection left.
 */
export type Trouble = 'silent' | 'stalled' | 'away' | 'readOnly' | 'full' | 'noConnections'

const logged: Readonly<Record<Trouble, string>> = {
  silent: 'the database does not answer',
  stalled: 'the database does not complete writes',
  away: 'the database cannot be reached',
  readOnly: 'the database takes no writes',
  full: 'the disk of the database is full',
  noConnections: 'the database has no connection left',
}

const tooManyConnections = '53300'
const maxTickMs = 1_000
/** How long a load balancer's probe waits for an answer. */
const readinessMs = 2_000

/** Of the statements that have been silent, those that PostgreSQL is working on. */
const askSql = `
select current_setting('transaction_read_only') = 'on' as "isReadOnly",
  array(select pid from pg_stat_activity where pid = any($1::int[]) and coalesce(state, '') not like 'idle%') as "workingPids"`

/** Takes the path of every commit (write-ahead log, disk, synchronous standby) without writing a row. */
const writeSql = `select pg_logical_emit_message(true, 'counterfoil', 'is it possible to write?')`

interface Answer {
  readonly isReadOnly: boolean
  readonly workingPids: readonly number[]
  /** Absent: the answer does not include it. */
  readonly isStalled?: boolean
}

/** The trouble that a failure indicates; undefined: another kind of failure, or only overload. */
function troubleOf(error: unknown): Trouble | undefined {
  if ((error as { code?: unknown } | null)?.code === tooManyConnections) return 'noConnections'
  const outage = outageOf(error)
  if (outage === 'unknown') return 'silent'
  return outage === 'overloaded' ? undefined : outage
}

/**
 * Detects that the database is gone although its connections are open, closes the connections whose statements wait for
 * it, and knows whether the server can write.
 *
 * A server probes the database once a second, on a dedicated connection. After a call has failed because of the
 * database, and until the trouble is over, it probes on a new connection, including a write. A command probes only if
 * statements have been silent.
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
  #writing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #isServing = false

  constructor(connections: Connections, log: Logger, isDiskFull: () => boolean) {
    this.#connections = connections
    this.#log = log
    this.#isDiskFull = isDiskFull
  }

  start(): void {
    const tickMs = Math.min(maxTickMs, this.#connections.bounds.silenceMs / 4)
    this.#timer = setInterval(() => {
      this.#listen()
      void this.#lookOnce()
    }, tickMs).unref()
  }

  /** Also while a probe waits: what a connection received before that would otherwise count as received now. */
  #listen(): void {
    const nowMs = performance.now()
    for (const one of this.#connections.open) one.silentMs(nowMs)
  }

  /** From now on calls depend on the database: it is probed regularly. */
  serve(): void {
    this.#isServing = true
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#look
    this.#drop()
  }

  /** The last known state; undefined: the server can write. */
  get trouble(): Trouble | undefined {
    return this.#trouble?.kind
  }

  /** Call it if a call has failed: the database is then probed on a new connection. */
  note(error: unknown): void {
    const trouble = troubleOf(error)
    if (trouble === undefined) return
    this.#isSuspect = true
    if (trouble !== 'full') return
    // Another kind of write may succeed on a full disk, so a successful probe proves nothing.
    this.#fullAtMs = performance.now()
    this.#tell('full')
  }

  /**
   * Probes now, and waits for the result no longer than a readiness probe may take. @returns undefined: the server can
   * write.
   */
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
      const {
        isReadOnly,
        workingPids,
        isStalled = false,
      } = await this.#ask(suspects.map(({ backendPid }) => backendPid))
      for (const one of suspects) {
        if (workingPids.includes(one.backendPid)) one.excuse(performance.now())
        // If this process itself was paused, it has only now read what had arrived.
        else if (one.silentMs(performance.now()) >= silenceMs) one.giveUp(silenceMs)
      }
      if (isReadOnly) this.#connections.leaveReadOnly()
      this.#tell(isReadOnly ? 'readOnly' : isStalled ? 'stalled' : undefined)
    } catch (error) {
      this.#drop()
      const trouble = troubleOf(error) ?? 'away'
      // If new connections are refused, the database may still be working on open ones.
      if (trouble === 'silent') this.#giveUpAll()
      this.#tell(trouble === 'away' && this.#isDiskFull() ? 'full' : trouble)
    }
  }

  /**
   * Also closes idle connections: their next user would otherwise have to detect again that the database is gone. A
   * connection that has received data meanwhile is left open.
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
      // Perhaps only the connection has ended; a new one shows whether the database has, too.
      const answer = await this.#askOn(this.#kept, pids).catch((error: unknown) => {
        if (troubleOf(error) === 'silent') throw error
      })
      if (answer !== undefined) return answer
    }
    this.#drop()
    const client = await this.#connections.connect()
    try {
      const answer = await this.#askOn(client, pids)
      const isStalled = isInDepth && !answer.isReadOnly && !(await this.#completesWrite())
      return { ...answer, isStalled }
    } finally {
      if (this.#isServing) this.#kept = client
      else client.discard()
    }
  }

  /**
   * A commit that waits for a synchronous standby continues to wait in PostgreSQL after its connection is gone, so no
   * second one is sent before the first has ended.
   */
  async #completesWrite(): Promise<boolean> {
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
    // It may fail after nobody waits for it any more.
    this.#writing.catch(() => {})
    return withTimeLimit(
      this.#connections.bounds.silenceMs,
      this.#writing.then(() => true),
      () => false,
    )
  }

  async #write(): Promise<void> {
    const client = await this.#connections.connect()
    try {
      await client.query(writeSql)
    } finally {
      client.discard()
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

  /** Logs the beginning and the end of a trouble once, however many calls it affects. */
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
