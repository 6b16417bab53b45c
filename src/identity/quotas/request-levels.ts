import type { Quota } from '../../values/errors.ts'
import { sunk } from '../../values/level-rules.ts'
import { windowS } from '../../values/rate-rules.ts'

interface Level {
  level: number
  atMs: number
  perSecond: number
  /** Counted by this process and not yet written to the database. */
  untold: number
}

/** One caller's usage of a quota, as shared with the other processes. */
export interface ToldLevel {
  readonly key: string
  readonly perSecond: number
  readonly used: number
}

/** The decision on a request: within its quota, or how long it has to wait. */
export interface Admission {
  readonly waitMs: number
  readonly left: number
  readonly resetS: number
}

/** Maximum number of callers and addresses that a process tracks. The oldest are dropped first, with their usage. */
const maxKeys = 100_000
/**
 * Usage below this part of a quota is not shared: quiet tills, which are the majority, cost the database nothing. A
 * process may thus admit this part of a quota without the others' knowledge.
 */
const untoldPart = 1 / 8

/**
 * Request quotas, in memory: each is full at first, a request takes one unit, and units are replenished steadily over a
 * minute. The processes merge their counts once a second; see `merge-levels.ts`.
 */
export class RequestLevels {
  readonly #levels = new Map<string, Level>()
  readonly #toTell = new Set<string>()

  /** Takes one unit of a quota, unless none is left. */
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
    // Usage that has been replenished since need not be shared.
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

  /** Returns the usage to share with the other processes and marks it as shared. */
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

  /** Restores usage that could not be shared. */
  giveBack(told: readonly ToldLevel[]): void {
    for (const { key, used } of told) {
      const one = this.#levels.get(key)
      if (one === undefined) continue
      one.untold += used
      this.#toTell.add(key)
    }
  }

  /** Sets the total usage of all processes, excluding what this one has counted meanwhile. */
  learn(key: string, level: number, nowMs: number): void {
    const one = this.#levels.get(key)
    if (one === undefined) return
    one.level = level + one.untold
    one.atMs = nowMs
  }

  /** Removes callers whose quota is full again. */
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
