import type { CustomFields } from '../../values/custom-fields.ts'
import type { Identifier } from '../../values/identifier.ts'

/** The validated and typed content of a saved answer. Instants are epoch seconds; `path` locates the record. */

export interface PlaceRecord {
  readonly code: string
  readonly name: string
}

export interface IdentifierRecord extends Identifier {
  /** The printed form. */
  readonly shown: string
}

export interface SeriesRecord {
  readonly id: number
  readonly description: string
  readonly discountType: string
  readonly discountValue: number
  readonly discountUpto: number
  readonly customProperties: readonly { readonly name: string; readonly value: string }[] | null
}

/** A part of a discount that was returned. */
export interface ReturnRecord {
  /** 0 only if nothing but the use was returned. */
  readonly amount: number
  readonly returnedAtS: number
  /** Whether the use was returned with it. Then the redemption is reversed. */
  readonly returnsUse: boolean
}

export interface RedemptionRecord {
  readonly id: number
  readonly redeemedAtS: number
  /** Microseconds below the second that preserve the order of the file. */
  readonly redeemedAtUs: number
  /** Null: not stated, which the contract does for reversed ones. */
  readonly transactionNumber: string | null
  readonly place: PlaceRecord | null
  /** Null: not stated. */
  readonly customFields: CustomFields | null
  /** The discount; null: not stated. */
  readonly discountAmount: number | null
  /** What returns gave back of it; null: nothing is stated. */
  readonly discountReturned: number | null
  /** The returns in their order; one for all of them where the answer states only their sum. */
  readonly returns: readonly ReturnRecord[]
  /** What is still off the bill of a reversed redemption; null: nothing. */
  readonly discountKept: number | null
  /** Null: the redemption stands. */
  readonly reversedAtS: number | null
}

export interface CouponRecord {
  readonly path: string
  readonly id: number
  readonly code: string
  readonly series: SeriesRecord
  readonly createdAtS: number
  /** Microseconds below the second that preserve the order of the file. */
  readonly createdAtUs: number
  readonly validUntilS: number
  /** Null: issued without a transaction. */
  readonly transactionNumber: string | null
  readonly place: PlaceRecord | null
  /** The limit that reproduces the file's redemptionsLeft; null: none. */
  readonly maxRedeemed: number | null
  readonly redemptions: readonly RedemptionRecord[]
}

export interface CustomerRecord {
  readonly path: string
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  /** At most one of each type. */
  readonly identifiers: readonly IdentifierRecord[]
  readonly coupons: readonly CouponRecord[]
}

/** Number of records of each kind; reversals and returns count in addition to their redemptions. */
export interface RecordCounts {
  readonly customers: number
  readonly coupons: number
  readonly redemptions: number
  readonly reversals: number
  readonly returns: number
}

export interface RefusedRecord {
  readonly path: string
  readonly reason: string
  /** The records that are omitted with it. */
  readonly holds: RecordCounts
}

/** A value that was imported although it looks wrong. */
export interface Doubt {
  readonly path: string
  readonly reason: string
}

export interface AnswerRecords {
  readonly customers: readonly CustomerRecord[]
  readonly warnings: readonly Doubt[]
  readonly refused: readonly RefusedRecord[]
}

/** Counts the record and its parts. */
export function countCoupon({ redemptions }: CouponRecord): RecordCounts {
  return {
    customers: 0,
    coupons: 1,
    redemptions: redemptions.length,
    reversals: redemptions.filter((one) => one.reversedAtS !== null).length,
    returns: redemptions.reduce((sum, { returns }) => sum + returns.length, 0),
  }
}
