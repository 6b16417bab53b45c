import { setTimeout as sleep } from 'node:timers/promises'
import { unavailable } from '../src/values/unavailable.ts'
import type { Cluster } from './cluster.ts'
import type { Findings } from './findings.ts'
import type { HttpAnswer } from './http.ts'
import type { Random } from './random.ts'
import type { Wish } from './requests.ts'

/** The outcome of a wish, as its client knows it. */
export interface Outcome {
  readonly wish: Wish
  readonly key: string | undefined
  readonly sentAtMs: number
  readonly endedAtMs: number
  /** Undefined: the client never received an answer and could not ask again. */
  readonly answer: HttpAnswer | undefined
  /**
   * The server reported that it did nothing: 422, or 503 to a request that was not repeated, unless it says that the
   * database was lost before it confirmed the request.
   */
  readonly isAbsent: boolean
}

const answerDeadlineMs = 90_000
const targetsOf = (wish: Wish): string[] => [
  ...wish.codes.map(({ code }) => code),
  ...wish.redemptionIds.map((id) => `redemption ${id}`),
  ...(wish.reference === undefined ? [] : [`checkout ${wish.reference}`]),
  ...(wish.kind.startsWith('issue') ? wish.seriesIds.map((id) => `series ${id}`) : []),
]

/** Realistic clients: they retry, send duplicates, disconnect midway and return. */
export class Clients {
  /** While servers are being killed, failures are expected. */
  isUnderFire = false
  readonly #cluster: Cluster
  readonly #authorization: string
  readonly #random: Random
  readonly #findings: Findings
  readonly #inFlight = new Map<string, number>()

  constructor(cluster: Cluster, authorization: string, random: Random, findings: Findings) {
    this.#cluster = cluster
    this.#authorization = authorization
    this.#random = random
    this.#findings = findings
  }

  /** Sends a request to one server, chosen at random unless given. */
  async #send(wish: Wish, key: string | undefined, at: number, hangUpAfterMs?: number): Promise<HttpAnswer> {
    const { servers } = this.#cluster
    const server = servers[at % servers.length]
    if (server === undefined) throw new Error('there is no server')
    const findings = this.#findings
    findings.count('requests')
    const targets = targetsOf(wish)
    if (targets.some((target) => (this.#inFlight.get(target) ?? 0) > 0)) findings.count('races')
    for (const target of targets) this.#inFlight.set(target, (this.#inFlight.get(target) ?? 0) + 1)
    try {
      const sent = await server.http.send(
        {
          method: wish.method,
          path: wish.path,
          headers: {
            authorization: this.#authorization,
            ...wish.headers,
            ...(wish.body !== undefined && { 'content-type': 'application/json' }),
            ...(key !== undefined && { 'idempotency-key': key }),
          },
          body: wish.body === undefined ? undefined : JSON.stringify(wish.body),
        },
        hangUpAfterMs,
      )
      // A problem has the id of its own request, which a retry does not repeat.
      const answer = { ...sent, text: sent.text.replace(/"requestId":"[^"]*"/, '"requestId":""') }
      if (answer.isReplay) findings.count('replays')
      if (answer.status >= 500) findings.count(`answers ${answer.status}`)
      if (answer.status >= 500 && answer.status !== 503 && !this.isUnderFire)
        findings.violate(
          'a server does not fail',
          `${answer.status} to ${wish.kind} ${wish.tag} at ${server.name}: ${server.lastWords()}`,
        )
      return answer
    } finally {
      for (const target of targets) this.#inFlight.set(target, (this.#inFlight.get(target) ?? 1) - 1)
    }
  }

  /** Repeats the request at any server until it is answered. */
  async #untilAnswered(wish: Wish, key: string | undefined, at: number): Promise<HttpAnswer | undefined> {
    const giveUpAt = Date.now() + answerDeadlineMs
    for (let attempt = 0; Date.now() < giveUpAt; attempt++) {
      if (attempt > 0) {
        this.#findings.count('retries')
        await sleep(this.#random.int(10, Math.min(1_000, 50 * 2 ** attempt)))
      }
      const answer = await this.#send(wish, key, at + attempt).catch(() => undefined)
      if (answer && answer.status < 500) return answer
      // An inexcusable failure is already reported, and repeating the request would not end.
      if (answer && answer.status !== 503 && !this.isUnderFire) return answer
    }
    this.#findings.violate('every request with a key is answered', `${wish.kind} ${wish.tag} ${key ?? ''}`)
    return undefined
  }

  #anyServer(): number {
    return this.#random.int(0, this.#cluster.servers.length - 1)
  }

  #end(wish: Wish, key: string | undefined, sentAtMs: number, answer: HttpAnswer | undefined): Outcome {
    const mayBeDone = answer?.text.includes(unavailable.unknown.message) === true
    const isAbsent = answer?.status === 422 || (answer?.status === 503 && !mayBeDone)
    const isAnswered = answer !== undefined && !isAbsent && answer.status < 500
    if (isAnswered) this.#findings.count('acknowledged')
    return { wish, key, sentAtMs, endedAtMs: Date.now(), answer: isAnswered ? answer : undefined, isAbsent }
  }

  /** A read: repeated until it is answered. */
  async read(wish: Wish): Promise<Outcome> {
    const sentAtMs = Date.now()
    return this.#end(wish, undefined, sentAtMs, await this.#untilAnswered(wish, undefined, this.#anyServer()))
  }

  /** Without a key, once: whatever happens to it, it may have at most one effect. */
  async once(wish: Wish, hangsUp: boolean): Promise<Outcome> {
    const sentAtMs = Date.now()
    const hangUpAfterMs = hangsUp ? this.#random.int(0, 20) : undefined
    if (hangsUp) this.#findings.count('hang-ups')
    const answer = await this.#send(wish, undefined, this.#anyServer(), hangUpAfterMs).catch(() => undefined)
    return this.#end(wish, undefined, sentAtMs, answer)
  }

  /** With a key, until it is answered; possibly disconnected midway before. */
  async withKey(wish: Wish, hangsUp: boolean): Promise<Outcome> {
    const sentAtMs = Date.now()
    const key = `key-${wish.tag}`
    const at = this.#anyServer()
    if (hangsUp) {
      this.#findings.count('hang-ups')
      await this.#send(wish, key, at, this.#random.int(0, 20)).catch(() => undefined)
    }
    return this.#end(wish, key, sentAtMs, await this.#untilAnswered(wish, key, at + 1))
  }

  /** The same request to several servers at once, identified by its key: one outcome with identical answers. */
  async twins(wish: Wish): Promise<Outcome> {
    const sentAtMs = Date.now()
    const key = `key-${wish.tag}`
    const at = this.#anyServer()
    const copies = this.#random.int(2, 4)
    this.#findings.count('duplicated')
    const answers = await Promise.all(
      Array.from({ length: copies }, (_, n) => this.#untilAnswered(wish, key, at + n)),
    )
    const heard = answers.flatMap((one) => (one !== undefined && one.status < 500 ? [one] : []))
    // A refusal that is not stored tells what was left at its own instant.
    const texts = new Set(
      heard.map(({ status, text }) => (status >= 400 && wish.forgetsRefusals ? status : `${status} ${text}`)),
    )
    this.#findings.expect(
      texts.size <= 1,
      'a key has one answer',
      () =>
        `${wish.kind} ${key}: ${heard.map(({ status, text }) => `${status} ${text.slice(0, 300)}`).join(' AND ')}`,
    )
    return this.#end(wish, key, sentAtMs, heard[0] ?? answers[0])
  }

  /** One key for two different requests at once: one of them must be refused. */
  async sharedKey(wish: Wish, other: Wish): Promise<Outcome[]> {
    const sentAtMs = Date.now()
    const key = `key-${wish.tag}`
    const at = this.#anyServer()
    const answers = await Promise.all([
      this.#untilAnswered(wish, key, at),
      this.#untilAnswered(other, key, at + 1),
    ])
    this.#findings.expect(
      answers.some((answer) => answer === undefined || answer.status >= 500) ||
        answers.filter((answer) => answer?.status === 422).length === 1,
      'a key stands for one request (422 for another)',
      () => `${wish.kind} ${key}: ${answers.map((answer) => answer?.status).join(' and ')}`,
    )
    return [wish, other].map((one, n) => this.#end(one, key, sentAtMs, answers[n]))
  }

  /** A till that missed the answer and repeats the request without a key, identified by its transaction. */
  async repeatingTill(wish: Wish): Promise<Outcome> {
    const sentAtMs = Date.now()
    const at = this.#anyServer()
    this.#findings.count('duplicated')
    const answers = await Promise.all([0, 1].map((n) => this.#untilAnswered(wish, undefined, at + n)))
    const granted = answers.find((answer) => answer?.text.includes('"redemptionId"'))
    return this.#end(wish, undefined, sentAtMs, granted ?? answers[0])
  }

  /** Repeats a request with a key much later. */
  again({ wish, key }: Outcome): Promise<HttpAnswer | undefined> {
    return this.#untilAnswered(wish, key, this.#anyServer())
  }
}
