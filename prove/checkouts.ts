import { billBody, type Bill } from './money.ts'
import type { CheckoutKind } from './plan.ts'
import type { Random } from './random.ts'
import type { Wish } from './requests.ts'
import type { KnownCode } from './world.ts'

/** A hold that a client was told of. */
export interface KnownHold {
  readonly id: number
  readonly reference: string
  /** Of the request that made it; the transaction number of its bill. */
  readonly tag: string
  readonly codes: readonly KnownCode[]
  readonly customerId: number
  readonly bill: Bill
}

interface Checkout {
  readonly reference: string
  readonly customerId: number
  /** Of its first basket. */
  readonly codes: readonly KnownCode[]
}

/** What all wishes of checkouts have before they are worded. */
type Base = Omit<Wish, 'method' | 'path' | 'body' | 'kind'>

const bills: readonly Bill[] = [
  { amount: 100_000 },
  { amount: 33_330 },
  { amount: 7_050 },
  { amount: 250_990 },
  {
    amount: 90_000,
    items: [
      { category: 'SHOES', quantity: 1, price: 10_010 },
      { category: 'SHOES', quantity: 2, price: 20_030 },
      { category: 'BAGS', quantity: 1, price: 33_330 },
    ],
  },
  { amount: 60_000, items: [{ category: 'BAGS', quantity: 3, price: 20_000 }] },
  // Shares of which a single piece is no whole unit.
  {
    amount: 100_000,
    items: [
      { category: 'SHOES', quantity: 3, price: 20_010 },
      { category: 'SHOES', quantity: 7, price: 1_110 },
    ],
  },
]

/** Few seconds, so that holds expire while others wait for what they reserve; and longer than any round. */
const ttls = [1, 1, 2, 3, 3_600] as const

/** Words what checkouts ask for: quotes, holds, and redemptions from holds. */
export class CheckoutMaker {
  readonly #random: Random
  readonly #holds: KnownHold[]
  readonly #pickCode: () => KnownCode
  /** References with the customer of their checkout, known before any answer: two tabs may be open. */
  readonly #references: Checkout[] = []
  /** Transaction numbers that a redemption takes from a hold: one request each, so that its effects can be found. */
  readonly #taken = new Set<string>()

  constructor(random: Random, holds: KnownHold[], pickCode: () => KnownCode) {
    this.#random = random
    this.#holds = holds
    this.#pickCode = pickCode
  }

  bill(): Bill {
    return this.#random.pick(bills)
  }

  /** @param kind replaced by a hold where no hold is known. */
  make(kind: CheckoutKind, base: Base): Wish {
    const hold = this.#holds.length === 0 ? undefined : this.#random.pickHot(this.#holds.slice(-60))
    switch (kind) {
      case 'quote':
        return this.#onBill('quote', '/till/v1/quotes', base)
      case 'redeem at the till':
        return this.#onBill(kind, '/till/v1/redemptions', base)
      case 'hold':
        break
      case 'hold again':
        if (this.#references.length > 0)
          return this.#hold(base, this.#random.pickHot(this.#references.slice(-40)))
        break
      case 'extend':
      case 'release':
        if (hold !== undefined) return this.#change(kind, base, hold)
        break
      case 'redeem hold':
        if (hold !== undefined) return this.#fromHold(base, hold)
        break
      case 'redeem by header':
        if (hold !== undefined) return this.#byContract(kind, base, hold)
        break
      case 'redeem by reference':
        if (hold !== undefined && this.#take(hold.reference)) return this.#byContract(kind, base, hold)
    }
    return this.#hold(base)
  }

  #codes(): KnownCode[] {
    const codes = Array.from({ length: this.#random.pick([1, 1, 1, 2, 4]) }, () => this.#pickCode())
    return [...new Map(codes.map((code) => [code.code, code])).values()]
  }

  /** Mostly by a holder: then the limit in question decides. */
  #customerOf(codes: readonly KnownCode[], anyCustomerId: number): number {
    const holder = codes[0]?.customerId
    return holder && this.#random.chance(0.8) ? holder : anyCustomerId
  }

  /** Items only beside a single code: what several codes leave of items is not computed a second time. */
  #billFor(codes: readonly KnownCode[]): Bill {
    const { amount, items } = this.bill()
    return items !== undefined && codes.length === 1 ? { amount, items } : { amount }
  }

  #onBill(kind: 'quote' | 'redeem at the till', path: string, base: Base): Wish {
    const codes = this.#codes()
    const customerId = this.#customerOf(codes, base.customerId)
    const bill = this.#billFor(codes)
    const body = wordedOf(codes, customerId, bill, base.tag)
    return { ...base, kind, codes, customerId, bill, method: 'POST', path, body }
  }

  /** @param again a checkout whose basket stays the same, or changes. */
  #hold(base: Base, again?: Checkout): Wish {
    const codes = again !== undefined && this.#random.chance(0.6) ? again.codes : this.#codes()
    const customerId = again?.customerId ?? this.#customerOf(codes, base.customerId)
    const reference = again?.reference ?? `cart-${base.tag}`
    if (again === undefined) this.#references.push({ reference, customerId, codes })
    const bill = this.#billFor(codes)
    const ttlS = this.#random.pick(ttls)
    const body = { reference, ttlSeconds: ttlS, ...wordedOf(codes, customerId, bill, base.tag) }
    return {
      ...base,
      kind: 'hold',
      codes,
      customerId,
      bill,
      reference,
      ttlS,
      method: 'POST',
      path: '/till/v1/holds',
      body,
    }
  }

  #change(kind: 'extend' | 'release', base: Base, { id, reference, customerId }: KnownHold): Wish {
    const ttlS = this.#random.pick(ttls)
    const about = { ...base, kind, holdId: id, reference, customerId, ttlS, path: `/till/v1/holds/${id}` }
    const stored = { route: '/till/v1/holds/:id', forgetsRefusals: true } as const
    return kind === 'extend'
      ? { ...about, ...stored, method: 'PATCH', body: { ttlSeconds: ttlS } }
      : { ...about, ...stored, method: 'DELETE', body: undefined }
  }

  /** The whole of it, a smaller basket, or another one. */
  #fromHold(base: Base, hold: KnownHold): Wish {
    const { id: holdId, reference, tag } = hold
    const from = { ...base, kind: 'redeem hold', holdId, reference, method: 'POST' } as const
    const path = '/till/v1/redemptions'
    if (this.#random.chance(0.4) && this.#take(tag)) {
      const { codes, customerId, bill } = hold
      return { ...from, tag, codes, customerId, bill, path, body: { holdId } }
    }
    const codes = this.#random.chance(0.1)
      ? this.#codes()
      : this.#random.chance(0.3)
        ? hold.codes.slice(0, 1)
        : hold.codes
    const customerId = this.#random.chance(0.9) ? hold.customerId : base.customerId
    const bill = this.#random.chance(0.5) && codes === hold.codes ? hold.bill : this.#billFor(codes)
    const body = { holdId, ...wordedOf(codes, customerId, bill, base.tag) }
    return { ...from, codes, customerId, bill, path, body }
  }

  #byContract(kind: 'redeem by header' | 'redeem by reference', base: Base, hold: KnownHold): Wish {
    const { id: holdId, reference, customerId } = hold
    // Another coupon counts beside those that the hold keeps.
    const codes = this.#random.chance(0.6) ? hold.codes.slice(0, 1) : [this.#pickCode()]
    const { amount } = this.bill()
    const isNamed = kind === 'redeem by header'
    const tag = isNamed ? base.tag : reference
    const body = {
      redemptionRequestList: codes.map(({ code }) => ({ code })),
      user: { id: customerId },
      billAmount: amount / 1_000,
      transactionNumber: tag,
    }
    return {
      ...base,
      kind,
      tag,
      codes,
      customerId,
      bill: { amount },
      reference,
      ...(isNamed && { holdId, headers: { 'x-counterfoil-hold': String(holdId) } }),
      method: 'POST',
      path: '/v2/coupon/redeem',
      body,
    }
  }

  #take(transactionNumber: string): boolean {
    if (this.#taken.has(transactionNumber)) return false
    this.#taken.add(transactionNumber)
    return true
  }
}

const wordedOf = (codes: readonly KnownCode[], customerId: number, bill: Bill, tag: string) => ({
  codes: codes.map(({ code }) => code),
  customer: { id: customerId },
  bill: billBody(bill, tag),
})
