import { atOnceOf, freeOf, levelAt, type LookupKind, type OwnKind } from '../../values/lookup-rules.ts'

/** The subject that failures are counted for. */
export interface LookupSubject {
  readonly orgId: number
  readonly kind: LookupKind
  /** An id, or a network address range. */
  readonly subject: string
}

/** The caller of the last failure, recorded as the author of reports about the subject. */
export interface LastFailure {
  readonly kind: OwnKind
  readonly holderId: number
  readonly address: string
  readonly requestId: string
}

/** The failures counted for a subject, and the look-ups in progress on its behalf. */
export interface Counted extends LookupSubject {
  perHour: number
  level: number
  atMs: number
  failedAtMs: number
  /** Counted by this process, less credits, and not yet published to the database. */
  untold: number
  last: LastFailure | undefined
  /** Number of look-ups in progress. */
  underWay: number
  readonly waiting: { readonly asked: number; readonly begin: () => void }[]
}

/** A change to share with the other processes. */
export interface ToldFailures {
  readonly counted: Counted
  readonly change: number
  readonly failedAtMs: number
}

/** The total counted by all processes. */
export interface LearntFailures extends LookupSubject {
  readonly perHour: number
  readonly level: number
  readonly changedAgoMs: number
  readonly failedAgoMs: number
}

const maxCounted = 100_000
const keyOf = ({ orgId, kind, subject }: LookupSubject): string => `${orgId} ${kind} ${subject}`

/** Failed look-ups of codes, coupon ids and customers, in memory. The processes merge their counts once a second. */
export class FailedLookups {
  readonly #counted = new Map<string, Counted>()
  readonly #toTell = new Set<Counted>()
  /** By organisation, the series whose codes are being guessed. */
  readonly #pressedSeries = new Map<number, Set<Counted>>()

  find(subject: LookupSubject): Counted | undefined {
    return this.#counted.get(keyOf(subject))
  }

  /** Returns the entry of a subject, with its current limit. */
  get(subject: LookupSubject, perHour: number): Counted {
    const key = keyOf(subject)
    let one = this.#counted.get(key)
    if (one === undefined) {
      one = {
        ...subject,
        perHour,
        level: 0,
        atMs: 0,
        failedAtMs: 0,
        untold: 0,
        last: undefined,
        underWay: 0,
        waiting: [],
      }
      this.#counted.set(key, one)
      this.#dropOldest()
    }
    one.perHour = perHour
    return one
  }

  #dropOldest(): void {
    if (this.#counted.size <= maxCounted) return
    for (const [key, one] of this.#counted) {
      if (one.underWay > 0) continue
      this.#counted.delete(key)
      return
    }
  }

  fail(one: Counted, count: number, last: LastFailure, nowMs: number): void {
    one.level = levelAt(one, one.perHour, nowMs) + count
    one.atMs = nowMs
    one.failedAtMs = nowMs
    one.untold += count
    one.last = last
    this.#toTell.add(one)
    this.#notePressure(one)
  }

  /** Takes off some failures. If none are counted, the credit is not even shared. */
  credit(one: Counted, amount: number, nowMs: number): void {
    const level = levelAt(one, one.perHour, nowMs)
    if (level === 0) return
    const taken = Math.min(level, amount)
    one.level = level - taken
    one.atMs = nowMs
    one.untold -= taken
    this.#toTell.add(one)
  }

  #notePressure(one: Counted): void {
    if (one.kind !== 'series' || one.level < freeOf(one.perHour)) return
    const pressed = this.#pressedSeries.get(one.orgId) ?? new Set()
    this.#pressedSeries.set(one.orgId, pressed.add(one))
  }

  /** Ids of the organisation's series whose codes are being guessed. */
  pressedSeries(orgId: number, nowMs: number): number[] {
    const pressed = this.#pressedSeries.get(orgId)
    if (pressed === undefined) return []
    for (const one of pressed) if (levelAt(one, one.perHour, nowMs) < freeOf(one.perHour)) pressed.delete(one)
    if (pressed.size === 0) this.#pressedSeries.delete(orgId)
    return [...pressed].map(({ subject }) => Number(subject))
  }

  /**
   * Begins look-ups: at once, or when enough of the same caller's look-ups in progress have ended.
   *
   * @returns undefined if they have begun, else a promise to wait for.
   */
  begin(one: Counted, asked: number): Promise<void> | undefined {
    if (one.waiting.length > 0 || !hasRoom(one, asked))
      return new Promise<void>((begin) => one.waiting.push({ asked, begin }))
    one.underWay += asked
    return undefined
  }

  end(one: Counted, asked: number): void {
    one.underWay -= asked
    for (;;) {
      const [next] = one.waiting
      if (next === undefined || !hasRoom(one, next.asked)) return
      one.waiting.shift()
      one.underWay += next.asked
      next.begin()
    }
  }

  /** Returns the changes to share with the other processes and marks them as shared. */
  takeUntold(): ToldFailures[] {
    const told = [...this.#toTell].map((counted) => {
      const { untold: change, failedAtMs } = counted
      counted.untold = 0
      return { counted, change, failedAtMs }
    })
    this.#toTell.clear()
    return told
  }

  /** Restores changes that could not be shared. */
  giveBack(told: readonly ToldFailures[]): void {
    for (const { counted, change } of told) {
      counted.untold += change
      this.#toTell.add(counted)
    }
  }

  learn(learnt: LearntFailures, nowMs: number): void {
    const one = this.find(learnt) ?? this.get(learnt, learnt.perHour)
    one.level = Math.max(0, learnt.level + one.untold)
    one.atMs = nowMs - learnt.changedAgoMs
    one.failedAtMs = Math.max(one.failedAtMs, nowMs - learnt.failedAgoMs)
    this.#notePressure(one)
  }

  /** Removes subjects without remaining failures. */
  prune(nowMs: number): void {
    for (const [key, one] of this.#counted) {
      const isIdle = one.underWay === 0 && !this.#toTell.has(one)
      if (isIdle && levelAt(one, one.perHour, nowMs) === 0) this.#counted.delete(key)
    }
  }

  get size(): number {
    return this.#counted.size
  }
}

/** A request that exceeds the number of concurrent look-ups runs alone. */
const hasRoom = ({ underWay, perHour }: Counted, asked: number): boolean =>
  underWay === 0 || underWay + asked <= atOnceOf(perHour)
