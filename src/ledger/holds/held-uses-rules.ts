import type { AddedRedemptions, Use } from '../redemptions/added-redemptions-rules.ts'
import { plus, nothing, type Counted } from '../money/budget-rules.ts'
import type { Holder } from './holder.ts'

/** How a hold has ended. */
export type EndedAs = 'redeemed' | 'released' | 'replaced' | 'expired'
export type HoldStatus = 'live' | EndedAs

/** A live hold and the uses that it reserves in the series that were read. */
export interface LiveHold {
  readonly holdId: number
  readonly holder: Holder
  readonly reference: string
  readonly uses: readonly Use[]
}

/** The uses that live holds reserve in some series. */
export interface HeldInSeries {
  readonly seriesIds: readonly number[]
  /** Holds that reserve a use for a customer or of a coupon of the requests. */
  readonly holds: readonly LiveHold[]
  /** The sum of all other holds, by series. */
  readonly others: ReadonlyMap<number, Counted>
}

/**
 * The uses that live holds reserve while a batch is decided. They count as used for everybody except the checkout that
 * made the hold.
 */
export class HeldUses {
  readonly #added: AddedRedemptions
  readonly #knownSeries = new Set<number>()
  /** Combinations of hold and series whose uses are counted individually. */
  readonly #known = new Set<string>()
  readonly #live = new Map<number, LiveHold>()
  readonly #ended = new Set<number>()

  constructor(added: AddedRedemptions) {
    this.#added = added
  }

  /**
   * Adds holds that were read. A later part of a large batch concerns other coupons and customers of the same series;
   * until then their holds were counted in the sum of all others. A hold that is already known is skipped: the batch
   * itself may have changed it since.
   */
  load({ seriesIds, holds, others }: HeldInSeries): void {
    const isNew = (seriesId: number): boolean => !this.#knownSeries.has(seriesId)
    for (const hold of holds) {
      const uses = hold.uses.filter(({ seriesId }) => !this.#known.has(keyOf(hold.holdId, seriesId)))
      if (uses.length === 0 || this.#ended.has(hold.holdId)) continue
      for (const { seriesId, discount } of uses)
        if (!isNew(seriesId)) this.#added.reserveInSeries(seriesId, plus(nothing, -discount, -1))
      this.#reserve({ ...hold, uses })
    }
    for (const [seriesId, held] of others) if (isNew(seriesId)) this.#added.reserveInSeries(seriesId, held)
    for (const seriesId of seriesIds) this.#knownSeries.add(seriesId)
  }

  hasEnded(holdId: number): boolean {
    return this.#ended.has(holdId)
  }

  /** Returns the id of a caller's live hold with a reference. */
  find(holder: Holder, reference: string): number | undefined {
    for (const { holdId, holder: of, reference: name } of this.#live.values())
      if (name === reference && of.kind === holder.kind && of.id === holder.id) return holdId
    return undefined
  }

  /** Reserves the uses of a hold that the batch places. */
  add(hold: LiveHold): void {
    this.#reserve(hold)
  }

  /** Releases everything that a hold reserves. */
  lift(holdId: number): LiveHold | undefined {
    const hold = this.#live.get(holdId)
    if (hold === undefined) return undefined
    this.#added.giveBack(hold.uses)
    this.#live.delete(holdId)
    return hold
  }

  end(holdId: number): void {
    this.lift(holdId)
    this.#ended.add(holdId)
  }

  #reserve(hold: LiveHold): void {
    const known = this.#live.get(hold.holdId)
    this.#added.reserve(hold.uses)
    for (const { seriesId } of hold.uses) this.#known.add(keyOf(hold.holdId, seriesId))
    this.#live.set(hold.holdId, known ? { ...known, uses: [...known.uses, ...hold.uses] } : hold)
  }
}

const keyOf = (holdId: number, seriesId: number): string => `${holdId} ${seriesId}`
