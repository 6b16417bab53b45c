import type { Context } from '../../ledger/context.ts'
import {
  hasNamed,
  isChanged,
  noteChanges,
  resolveNamed,
  type References,
} from '../../operate/shadow/changes.ts'
import { createHash, type HashValue } from '../../operate/shadow/hash-values.ts'
import { learnHistory } from '../../operate/shadow/learn-history.ts'
import type { Caller } from '../../values/caller.ts'
import { assess, notCompared, unknownHere, type Assessment, type ReadAnswer } from './assess.ts'
import type { Asked, Exchange, KeptAnswer } from './exchange.ts'
import type { Judge } from './judge.ts'
import { isHistory, isWholeHistory } from './learned-rules.ts'
import { readAnswer, readBody } from './read-answer.ts'
import { isAboutHolders } from './calls-rules.ts'
import { subjectsOf } from './subjects-rules.ts'
import { isRefusal } from './writes-rules.ts'

/** A request that this server has answered, and which is still to be sent to the other service. */
export interface OwnAnswer {
  readonly asked: Asked
  readonly caller: Caller
  readonly body: Buffer
  readonly answer: KeptAnswer
}

/** The context of the server, which learns and records, and of the judge, which cannot change anything. */
export interface Contexts {
  readonly own: Context
  readonly judging: Context
}

interface Named {
  readonly found: References
  /** The request names a redemption that is unknown here, which the code of its refusal does not show. */
  readonly lacksRedemption: boolean
}

export const noAnswer = 'the other service did not answer'
const changedThere = 'the other service has changed it since it was learned'

/** Compares a request with the decision of this server, learns histories, and records changes by the other service. */
export class Comparer {
  readonly #own: Context
  readonly #judging: Context
  readonly #judge: Judge
  readonly #hash: HashValue

  /** @throws OperatorError without a key for hashing examples. */
  constructor({ own, judging }: Contexts, judge: Judge) {
    this.#own = own
    this.#judging = judging
    this.#judge = judge
    this.#hash = createHash(own.config.secrets.keys)
  }

  /** Whether this ledger knows the subjects of a read, and the other service has not changed them since. */
  async isCurrent(caller: Caller, url: string, pattern: string): Promise<boolean> {
    const { pool } = this.#own.database
    const subjects = subjectsOf(url, undefined)
    const named = subjects.identifiers.length + subjects.ids.length + subjects.codes.length
    if (named === 0) return !isAboutHolders(pattern)
    const found = await resolveNamed(pool, caller, subjects)
    return hasNamed(subjects, found) && !(await isChanged(pool, caller.orgId, found))
  }

  /**
   * Compares a forwarded exchange with the answer that this server would give.
   *
   * @param theirs the parsed answer; undefined: none. @throws Error if the judge fails.
   */
  async compareExchange(
    { asked, requestBody, failure, answer, began }: Exchange,
    caller: Caller,
    theirs: ReadAnswer | 'unreadable' | undefined,
  ): Promise<Assessment> {
    if (asked.kind === 'other') return notCompared('skipped', 'there is no dry verdict for this call')
    if (requestBody === undefined || (answer === undefined && failure === undefined))
      return notCompared('skipped', 'the request or the answer is too large')
    if (theirs === undefined) return notCompared('skipped', failure ?? noAnswer)
    if (theirs === 'unreadable')
      return notCompared('skipped', 'the answer of the other service cannot be read')
    await this.#learn(caller, asked, theirs, began)
    const named = await this.#named(caller, asked, requestBody)
    if (await this.#isStale(caller, named)) return notCompared('stale', changedThere)
    const ours = await this.#judge.ask(caller, asked, requestBody)
    const result = this.#assess(asked, theirs, await readAnswer(ours))
    return result.outcome === 'different' && named?.lacksRedemption === true
      ? notCompared('stale', unknownHere)
      : result
  }

  /** Compares an answer that this server has given. @param began when the request was sent to the other service. */
  async compareOwn(
    { asked, caller, body, answer }: OwnAnswer,
    theirs: KeptAnswer,
    began: Date,
  ): Promise<Assessment> {
    if (theirs.status >= 500 || theirs.status === 429) return notCompared('skipped', noAnswer)
    if (theirs.status === 401 || theirs.status === 403)
      return notCompared('skipped', 'the other service refused the caller')
    const read = await readAnswer(theirs)
    const named = await this.#named(caller, asked, body)
    if (await this.#isStale(caller, named)) {
      // The answer was given before, so learning only affects later ones.
      await this.#learn(caller, asked, read, began)
      return notCompared('stale', changedThere)
    }
    const result = this.#assess(asked, read, await readAnswer(answer))
    await this.#learn(caller, asked, read, began)
    return result
  }

  /** Records the subjects that a write may have changed, unless the other service refused all of it. */
  async noteWrite(
    { asked, requestBody, ended = new Date() }: Exchange,
    caller: Caller,
    theirs: ReadAnswer | undefined,
  ): Promise<void> {
    if (theirs !== undefined && isRefusal(asked, theirs)) return
    const { pool } = this.#own.database
    const named = requestBody && (await this.#named(caller, asked, requestBody))
    await noteChanges(pool, caller.orgId, named?.found ?? 'all', ended)
    // Only the answer contains the issued codes.
    if (theirs?.value === undefined) return
    const given = await resolveNamed(pool, caller, subjectsOf('', theirs.value))
    await noteChanges(pool, caller.orgId, given, ended)
  }

  #assess({ kind }: Asked, theirs: ReadAnswer, ours: ReadAnswer): Assessment {
    if (ours.status >= 500 || ours.status === 429) return notCompared('skipped', 'this server failed')
    return assess(kind, theirs, ours, this.#hash)
  }

  async #learn(caller: Caller, asked: Asked, theirs: ReadAnswer, began: Date): Promise<void> {
    if (!this.#own.config.shadow.learn || theirs.status !== 200 || !isHistory(asked)) return
    await learnHistory(this.#own, caller.orgId, theirs.value, isWholeHistory(asked), began)
  }

  async #isStale({ orgId }: Caller, named: Named | undefined): Promise<boolean> {
    return named !== undefined && isChanged(this.#judging.database.pool, orgId, named.found)
  }

  /** Undefined: the body is unreadable, so its subjects are unknown. */
  async #named(caller: Caller, { url, headers }: Asked, body: Buffer): Promise<Named | undefined> {
    const read = await readBody(body, headers).catch(() => null)
    if (read === null) return undefined
    const subjects = subjectsOf(url, read)
    const found = await resolveNamed(this.#judging.database.pool, caller, subjects)
    return { found, lacksRedemption: subjects.redemptionIds.some((id) => !found.redemptions.includes(id)) }
  }
}
