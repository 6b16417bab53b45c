import type { Code } from '../../values/errors.ts'
import { dayOf } from '../../values/calendar.ts'

export type RefusedOperation = 'redeem' | 'issue'

/** So often was an operation refused for a reason. */
export interface RefusalCount {
  /** YYYY-MM-DD on the clock of the organisation. */
  readonly day: string
  readonly operation: RefusedOperation
  /** 0: not known. */
  readonly seriesId: number
  readonly code: Code
  readonly refused: number
}

export interface Refused {
  readonly operation: RefusedOperation
  readonly seriesId: number | undefined
  readonly code: Code
}

/** Series that are told apart until the counts are written; beyond it they count as not known. */
const maxCounts = 20_000

/** What was refused since it was written last. In memory alone: nobody waits for it. */
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

  /** By organisation, in the order of the primary key; they are counted no longer. */
  take(): ReadonlyMap<number, RefusalCount[]> {
    const ordered = [...this.#counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
    this.#counts = new Map()
    const taken = new Map<number, RefusalCount[]>()
    for (const [, { orgId, ...count }] of ordered) taken.set(orgId, [...(taken.get(orgId) ?? []), count])
    return taken
  }

  /** What could not be written counts on. */
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

/** Sorts as the primary key does, which is what keeps servers that write at once from a deadlock. */
const keyOf = (orgId: number, { day, operation, seriesId, code }: RefusalCount): string =>
  [String(orgId).padStart(16, '0'), day, operation, String(seriesId).padStart(16, '0'), code].join(' ')
