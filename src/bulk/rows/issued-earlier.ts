import type { HeldCoupon } from '../../ledger/coupons/issue-rules.ts'
import type { Code } from '../../values/errors.ts'
import type { RememberedSeries } from '../../ledger/series/series-terms.ts'

/** A row of a file of codes with what the ledger has for it. */
export interface CodeRow {
  readonly line: number
  readonly faultCode: Code | null
  readonly fault: string | null
  readonly seriesId: number
  /** Null: a code is taken from the pool, or drawn. */
  readonly code: string | null
  readonly createdAtS: number | null
  readonly validUntilS: number | null
  readonly maxRedeemed: number | null
  /** False: a code that is to wait. */
  readonly isTagged: boolean
  /** Lowest and highest of the customers that it leads to; 0: an identifier that leads to nobody. */
  readonly low: number | null
  readonly high: number | null
  /** Null: there is no such customer. */
  readonly customerId: number | null
  readonly isBlocked: boolean
  readonly issued: number
  readonly revoked: number
  readonly lastIssuedAtS: number | null
  readonly held: HeldCoupon | null
  readonly holdsExclusive: boolean
  /** The coupon that has the code. */
  readonly own: {
    readonly id: number
    readonly seriesId: number
    readonly customerId: number | null
    readonly isRevoked: boolean
    readonly redeemed: number
  } | null
  /** The code that this line of this file was given when it was carried out before; null: it was not, or it names a code. */
  readonly issuedCode: string | null
}

/** A coupon to write. */
export interface CodeGrant {
  /** Whose details it gets. */
  line: number
  customerId: number | null
  /** The waiting coupon that is given away; null: a new one. */
  readonly couponId: number | null
  /** Null: one is to be drawn. */
  readonly code: string | null
  validUntilS: number
  readonly series: RememberedSeries
}

/** What earlier rows add to what the database says: of the chunk, in a dry run also of those before it. */
export class IssuedEarlier {
  readonly codes = new Map<string, CodeGrant>()
  readonly inSeries = new Map<number, number>()
  readonly toCustomer = new Map<string, { issued: number; lastAtS: number; held: HeldCoupon }>()
  readonly seriesOfCustomer = new Map<number, Set<number>>()
  /** Waiting coupons that were given away. */
  readonly givenAway = new Map<number, number>()
  /** Codes of earlier rows that wait, by series. */
  readonly waiting = new Map<number, CodeGrant[]>()
  /** What is to be written. */
  grants: CodeGrant[] = []

  addWaiting(grant: CodeGrant): void {
    const waiting = this.waiting.get(grant.series.id)
    if (waiting) waiting.push(grant)
    else this.waiting.set(grant.series.id, [grant])
  }

  addIssued(grant: CodeGrant, customerId: number, atS: number): void {
    const { series, couponId } = grant
    this.inSeries.set(series.id, (this.inSeries.get(series.id) ?? 0) + 1)
    const key = `${customerId} ${series.id}`
    const before = this.toCustomer.get(key)
    const held = { id: couponId ?? 0, code: grant.code ?? '', validUntilS: grant.validUntilS }
    const lastAtS = Math.max(before?.lastAtS ?? atS, atS)
    this.toCustomer.set(key, { issued: (before?.issued ?? 0) + 1, lastAtS, held })
    const others = this.seriesOfCustomer.get(customerId)
    if (others) others.add(series.id)
    else this.seriesOfCustomer.set(customerId, new Set([series.id]))
    if (couponId !== null) this.givenAway.set(couponId, customerId)
  }
}
