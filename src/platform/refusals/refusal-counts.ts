import type { Code } from '../../values/errors.ts'
import { dayOf } from '../../values/calendar.ts'

export type RefusedOperation = 'redeem' | 'issue'

/** How often an operation was refused for a reason. */
export interface RefusalCount {
  /** YYYY-MM-DD in the organisation's time zone. */
  readonly day: string
  readonly operation: RefusedOperation
  /** 0: unknown. */
  readonly seriesId: number
  readonly code: Code
  readonly refused: number
}

export interface Refused {
  readonly operation: RefusedOperation
  readonly seriesId: number | undefined
  readonly code: Code
}

/** Maximum number of counts between two writes; beyond it, refusals count for an unknown series. */
const maxCounts = 20_000

/** Refusals since the last write. In memory only, so that no request waits for them. */
export class RefusalCounts {
  #counts = new Map<string, RefusalCount & { readonly orgId: number }>()

  /** @param atS epoch seconds. */
  add(
    { orgId, timeZone }: { readonly orgId: number; readonly timeZone: string },
    atS: number,
    refused: readonly Refused[],
  ): void {
    for (const { operation, seriesId = 0, code } of refused)
      this.#add(orgId, { day: dayOf(timeZone, Math.floor(atS)), operation, seriesId, code, refused: 1 })
  }

  /** Returns the counts by organisation, in the order of the primary key, and resets them. */
  take(): ReadonlyMap<number, RefusalCount[]> {
    const ordered = [...this.#counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    this.#counts = new Map()
    const taken = new Map<number, RefusalCount[]>()
    for (const [, { orgId, ...count }] of ordered) taken.set(orgId, [...(taken.get(orgId) ?? []), count])
    return taken
  }

  /** Restores counts that could not be written. */
  giveBack(orgId: number, counts: readonly RefusalCount[]): void {
    for (const count of counts) this.#add(orgId, count)
  }

  #add(orgId: number, count: RefusalCount): void {
    const { day, operation, code, refused } = count
    const isFull = this.#counts.size >= maxCounts
    const seriesId = isFull && !this.#counts.has(keyOf(orgId, count)) ? 0 : count.seriesId
    const key = keyOf(orgId, { ...count, seriesId })
    const before = this.#counts.get(key)?.refused ?? 0
    this.#counts.set(key, { orgId, day, operation, seriesId, code, refused: before + refused })
  }
}

/** Sorts like the primary key, which prevents deadlocks between processes that write concurrently. */
const keyOf = (orgId: number, { day, operation, seriesId, code }: RefusalCount): string =>
  [String(orgId).padStart(16, '0'), day, operation, String(seriesId).padStart(16, '0'), code].join(' ')
