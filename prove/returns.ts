import type { Bill } from './money.ts'
import type { ReturnKind } from './plan.ts'
import type { Random } from './random.ts'
import type { Wish } from './requests.ts'

/** A redemption that a client was told of. */
export interface KnownRedemption {
  readonly id: number
  /** The transaction number of its bill. */
  readonly tag: string
  readonly bill: Bill | undefined
}

/** What a return asks for: an amount, items of the bill, or neither, which is all that is left. */
export interface WantedBack {
  /** In thousandths. */
  readonly amount?: number
  readonly items?: readonly WantedItem[]
  readonly asksForUse: boolean
}

export interface WantedItem {
  readonly sku: string
  /** Undefined: all that are left. */
  readonly quantity?: number
}

/** What all wishes of returns have before they are worded. */
type Base = Omit<Wish, 'method' | 'path' | 'body' | 'kind'>

/** In thousandths: the smallest, parts of the usual discounts, the whole of some, and more than most. */
const amounts = [10, 10, 10, 1_230, 1_230, 3_330, 5_000, 7_770, 10_000, 25_550] as const

/** Words what comes back after the sale. The reason of a return is the tag of its request, so that its effects can be found. */
export class ReturnMaker {
  readonly #random: Random
  readonly #known: readonly KnownRedemption[]

  constructor(random: Random, known: readonly KnownRedemption[]) {
    this.#random = random
    this.#known = known
  }

  make(kind: ReturnKind, base: Base): Wish {
    const { id, tag, bill } = this.#pick(kind === 'return bill')
    const wanted = this.#wanted(bill, kind === 'return bill')
    const { amount, items, asksForUse } = wanted
    const body = {
      reason: base.tag,
      ...(amount !== undefined && { amount: String(amount / 1_000) }),
      ...(items !== undefined && { items }),
      ...(asksForUse && { returnUse: true }),
    }
    const wish = { ...base, kind, method: 'POST', back: wanted, forgetsRefusals: true } as const
    if (kind === 'return') {
      const path = `/till/v1/redemptions/${id}/returns`
      return { ...wish, redemptionIds: [id], path, route: '/till/v1/redemptions/:id/returns', body }
    }
    const redemptionIds = this.#known.filter((one) => one.tag === tag).map((one) => one.id)
    return {
      ...wish,
      redemptionIds,
      billTag: tag,
      path: '/till/v1/returns',
      body: { transactionNumber: tag, ...body },
    }
  }

  /** @param isBill mostly one with several coupons. */
  #pick(isBill: boolean): KnownRedemption {
    const recent = this.#known.slice(-40)
    const several = recent.filter((one, at) => recent[at - 1]?.tag === one.tag)
    if (isBill && several.length > 0 && this.#random.chance(0.7)) return this.#random.pick(several.slice(-5))
    // Mostly the newest ones: of older ones all has come back before long.
    return this.#random.pick(this.#random.chance(0.7) ? recent.slice(-5) : recent)
  }

  /** Of a bill, amounts cannot be returned. */
  #wanted(bill: Bill | undefined, isBill: boolean): WantedBack {
    const random = this.#random
    const asksForUse = random.chance(0.2)
    const items = bill?.items
    // Now and then, items of a bill that has none.
    const listed = items ?? [{ category: 'SHOES', quantity: 1, price: 0 }]
    if (random.chance(items === undefined ? 0.05 : 0.8)) {
      const skus = random.pickSome([...listed.keys()], random.pick([1, 1, 2])).map((at): WantedItem => {
        const sku = `SKU-${at}`
        return random.chance(0.6) ? { sku, quantity: 1 } : { sku }
      })
      return { items: skus, asksForUse }
    }
    if (isBill || random.chance(0.12)) return { asksForUse }
    return { amount: random.pick(amounts), asksForUse }
  }
}
