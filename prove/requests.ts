import { CheckoutMaker, type KnownHold } from './checkouts.ts'
import type { Bill } from './money.ts'
import { isCheckoutKind, isReturnKind, type ActionKind, type RoundPlan } from './plan.ts'
import type { Random } from './random.ts'
import { ReturnMaker, type KnownRedemption, type WantedBack } from './returns.ts'
import type { KnownCode, World } from './world.ts'

/** An operation that a client wants, however often it has to request it. */
export interface Wish {
  readonly kind: ActionKind
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** Of the server; undefined: the path. */
  readonly route?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
  /** Included in the effects of redemptions and of most issues, so that they can be found. */
  readonly tag: string
  readonly customerId: number
  readonly codes: readonly KnownCode[]
  readonly redemptionIds: readonly number[]
  readonly seriesIds: readonly number[]
  readonly count: number
  /** New expiry per code, epoch seconds. */
  readonly expiryS: number
  /** Undefined: the request has none. */
  readonly bill?: Bill
  /** Of the checkout whose hold is made, changed or redeemed. */
  readonly reference?: string
  /** The hold that the request names. */
  readonly holdId?: number
  readonly ttlS?: number
  /** What a return asks for. */
  readonly back?: WantedBack
  /** The transaction number of the bill that is returned. */
  readonly billTag?: string
  /** A refusal is not stored under the key: a retry is judged anew. */
  readonly forgetsRefusals?: true
}

/** What clients have learned from answers and can use in later requests. */
export interface Known {
  readonly codes: KnownCode[]
  readonly redemptions: KnownRedemption[]
  readonly holds: KnownHold[]
}

export class WishMaker {
  readonly #random: Random
  readonly #plan: RoundPlan
  readonly #world: World
  readonly #known: Known
  readonly #checkouts: CheckoutMaker
  readonly #returns: ReturnMaker
  #made = 0

  constructor(random: Random, plan: RoundPlan, world: World, known: Known) {
    this.#random = random
    this.#plan = plan
    this.#world = world
    this.#known = known
    this.#checkouts = new CheckoutMaker(random, known.holds, () => this.#code())
    this.#returns = new ReturnMaker(random, known.redemptions)
  }

  next(): Wish {
    let kind = this.#random.weighted<ActionKind>(this.#plan.mix)
    const needsRedemption = kind === 'reverse' || isReturnKind(kind)
    const needsCode =
      !kind.startsWith('issue') && !needsRedemption && !['history', 'revoke all'].includes(kind)
    if (needsCode && this.#known.codes.length === 0) kind = 'issue one'
    if (needsRedemption && this.#known.redemptions.length === 0) kind = 'redeem'
    if (kind === 'redeem' && this.#known.codes.length === 0) kind = 'issue each'
    return this.make(kind)
  }

  make(kind: ActionKind): Wish {
    const random = this.#random
    const { series, customerIds } = this.#world
    const tag = `${this.#world.series[0]?.id}-${++this.#made}`
    const one = random.pick(series)
    const base = {
      kind,
      tag,
      customerId: random.pickHot(customerIds),
      codes: [] as KnownCode[],
      redemptionIds: [] as number[],
      seriesIds: [one.id],
      count: 1,
      expiryS: 0,
    }
    if (isCheckoutKind(kind)) return this.#checkouts.make(kind, base)
    if (isReturnKind(kind)) return this.#returns.make(kind, base)
    const customer = { id: base.customerId }
    const metadata = { sourceId: tag }
    switch (kind) {
      case 'issue one':
        return { ...base, ...post('issue', { seriesId: one.id, customer }) }
      case 'issue each': {
        const seriesIds = series.map(({ id }) => id)
        return { ...base, seriesIds, ...post('bulk/issue', { seriesIds, customer, metadata }) }
      }
      case 'issue many': {
        const count = one.plan.maxIssued === 1_000 || one.plan.poolSize === 1_000 ? 50 : random.int(2, 12)
        return {
          ...base,
          count,
          ...post('issue/multiple', { seriesId: one.id, count, customer, metadata }),
        }
      }
      case 'redeem': {
        const codes = [this.#code()]
        return { ...base, codes, ...this.#redemption('redeem', codes, base.customerId, tag) }
      }
      case 'redeem bulk': {
        const codes = random.pickSome(this.#known.codes.slice(0, 60), random.pick([2, 5, 40]))
        const unique = [...new Map(codes.map((code) => [code.code, code])).values()]
        return {
          ...base,
          codes: unique,
          ...this.#redemption('bulk/redeem', unique, base.customerId, tag),
        }
      }
      case 'reverse': {
        const recent = this.#known.redemptions.slice(-40)
        const redemptionIds = random.pickSome(recent, random.pick([1, 1, 1, 3])).map(({ id }) => id)
        return { ...base, redemptionIds, ...post('reactivate', { redemptionIds }) }
      }
      case 'revoke': {
        const code = random.pick(this.#known.codes)
        const body = { couponSeriesId: code.seriesId, couponCodes: [code.code] }
        return { ...base, codes: [code], ...post('revoke', body) }
      }
      case 'revoke all':
        return { ...base, ...post('revoke', { couponSeriesId: one.id, customer }) }
      case 'expire': {
        const code = this.#code()
        const expiryS = Math.floor(Date.now() / 1000) + random.pick([2, 600, 86_400])
        const owner = code.customerId ?? base.customerId
        const body = {
          couponSeriesId: code.seriesId,
          customer: { id: owner },
          couponCodes: [{ couponCode: code.code, expiryDate: expiryS * 1000 }],
        }
        return { ...base, codes: [code], expiryS, method: 'PUT', path: '/v2/coupon/bulk/expiry', body }
      }
      case 'ask': {
        const code = this.#code()
        const path = `/v2/coupon/is_redeemable?code=${encodeURIComponent(code.code)}&id=${base.customerId}`
        return { ...base, codes: [code], method: 'GET', path, body: undefined }
      }
      case 'history':
        break
    }
    const path = `/v2/customers/coupons?id=${base.customerId}&limit=1000`
    return { ...base, method: 'GET', path, body: undefined }
  }

  /** The same with another body: a key must not be used for both. */
  other(wish: Wish): Wish | undefined {
    return ['redeem', 'issue each', 'issue many', 'hold'].includes(wish.kind)
      ? this.make(wish.kind)
      : undefined
  }

  #code(): KnownCode {
    return this.#random.pickHot(this.#known.codes)
  }

  /** Mostly by the holder: then the limit in question decides, rather than the ownership. */
  #redemption(
    path: string,
    codes: readonly KnownCode[],
    anyCustomerId: number,
    tag: string,
  ): Pick<Wish, 'method' | 'path' | 'body'> & { customerId: number; bill: Bill } {
    const isAnyUser = this.#world.series.every(({ plan }) => plan.isAnyUser)
    const holder = codes[0]?.customerId
    const customerId = holder && !this.#random.chance(isAnyUser ? 0.7 : 0.1) ? holder : anyCustomerId
    const { amount } = this.#checkouts.bill()
    const body = {
      redemptionRequestList: codes.map(({ code }) => ({ code })),
      user: { id: customerId },
      billAmount: amount / 1_000,
      transactionNumber: tag,
    }
    return { customerId, bill: { amount }, ...post(path, body) }
  }
}

function post(path: string, body: unknown): Pick<Wish, 'method' | 'path' | 'body'> {
  return { method: 'POST', path: `/v2/coupon/${path}`, body }
}
