import type { HeldCoupon } from '../../ledger/coupons/issue-rules.ts'
import type { Code } from '../../values/errors.ts'
import type { RememberedSeries } from '../../ledger/series/series-terms.ts'

/** A row of a code file with the matching state of the ledger. */
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
  /** False: the code stays unassigned. */
  readonly isTagged: boolean
  /** Lowest and highest id of the customers it refers to; 0: an identifier without a customer. */
  readonly low: number | null
  readonly high: number | null
  /** Null: no such customer. */
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
  /** The code assigned to this line in an earlier run of this file; null: none, or the line names a code. */
  readonly issuedCode: string | null
}

/** A coupon to write. */
export interface CodeGrant {
  /** The line that provides its details. */
  line: number
  customerId: number | null
  /** The unassigned coupon to assign; null: a new one. */
  readonly couponId: number | null
  /** Null: still to be drawn. */
  readonly code: string | null
  validUntilS: number
  readonly series: RememberedSeries
}

/** What earlier rows add to the database state: those of the chunk, and in a dry run those of earlier chunks. */
export class IssuedEarlier {
  readonly codes = new Map<string, CodeGrant>()
  readonly inSeries = new Map<number, number>()
  readonly toCustomer = new Map<string, { issued: number; lastAtS: number; held: HeldCoupon }>()
  readonly seriesOfCustomer = new Map<number, Set<number>>()
  /** Unassigned coupons that were assigned. */
  readonly givenAway = new Map<number, number>()
  /** Unassigned codes of earlier rows, by series. */
  readonly waiting = new Map<number, CodeGrant[]>()
  /** The grants to write. */
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
