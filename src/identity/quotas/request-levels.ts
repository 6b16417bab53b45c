import type { Quota } from '../../values/errors.ts'
import { sunk } from '../../values/level-rules.ts'
import { windowS } from '../../values/rate-rules.ts'

interface Level {
  level: number
  atMs: number
  perSecond: number
  /** Counted here and not yet told to the database. */
  untold: number
}

/** What one caller has used of a quota, as it is told to the other processes. */
export interface ToldLevel {
  readonly key: string
  readonly perSecond: number
  readonly used: number
}

/** What became of a request: within its quota, or how long it has to wait. */
export interface Admission {
  readonly waitMs: number
  readonly left: number
  readonly resetS: number
}

/** As many callers and addresses as one process keeps in mind. The oldest go first, with what they had used. */
const maxKeys = 100_000
/**
 * Who has used less of a quota here is not told of: quiet tills, which are most, cost the database nothing. So a process may
 * let in this part of a quota without the others knowing.
 */
const untoldPart = 1 / 8

/**
 * Quotas of requests, in memory: each is full at first, a request takes one, and they come back steadily over a minute. What
 * the processes count is put together once a second; see `merge-levels.ts`.
 */
export class RequestLevels {
  readonly #levels = new Map<string, Level>()
  readonly #toTell = new Set<string>()

  /** Takes one of a quota, unless none is left. */
  take(key: string, quota: number, nowMs: number): Admission {
    const perSecond = quota / windowS
    let one = this.#levels.get(key)
    if (one === undefined) {
      one = { level: 0, atMs: nowMs, perSecond, untold: 0 }
      this.#remember(key, one)
    }
    const level = sunk(one.level, nowMs - one.atMs, perSecond)
    one.atMs = nowMs
    one.perSecond = perSecond
    const isLeft = level + 1 <= quota
    one.level = isLeft ? level + 1 : level
    // What has come back since it was used need not be told.
    one.untold = Math.min(one.untold, level)
    if (isLeft && ++one.untold >= quota * untoldPart) this.#toTell.add(key)
    return {
      waitMs: isLeft ? 0 : ((level + 1 - quota) / perSecond) * 1000,
      left: Math.max(0, Math.floor(quota - one.level)),
      resetS: Math.ceil(one.level / perSecond),
    }
  }

  #remember(key: string, one: Level): void {
    this.#levels.set(key, one)
    if (this.#levels.size <= maxKeys) return
    const [oldest] = this.#levels.keys()
    if (oldest !== undefined) this.#levels.delete(oldest)
  }

  /** What is to be told to the others. From now on it counts as told. */
  takeUntold(): ToldLevel[] {
    const told: ToldLevel[] = []
    for (const key of this.#toTell) {
      const one = this.#levels.get(key)
      if (one === undefined) continue
      told.push({ key, perSecond: one.perSecond, used: one.untold })
      one.untold = 0
    }
    this.#toTell.clear()
    return told
  }

  /** It could not be told. */
  giveBack(told: readonly ToldLevel[]): void {
    for (const { key, used } of told) {
      const one = this.#levels.get(key)
      if (one === undefined) continue
      one.untold += used
      this.#toTell.add(key)
    }
  }

  /** What all processes together have used, without what was counted here meanwhile. */
  learn(key: string, level: number, nowMs: number): void {
    const one = this.#levels.get(key)
    if (one === undefined) return
    one.level = level + one.untold
    one.atMs = nowMs
  }

  /** Forgets who has all of the quota again. */
  prune(nowMs: number): void {
    for (const [key, { level, atMs, perSecond }] of this.#levels) {
      if (!this.#toTell.has(key) && sunk(level, nowMs - atMs, perSecond) === 0) this.#levels.delete(key)
    }
  }

  get size(): number {
    return this.#levels.size
  }
}

export const quotaFacts = (policy: string, quota: number, { left, resetS }: Admission): Quota => ({
  policy,
  quota,
  windowS,
  left,
  resetS,
})
