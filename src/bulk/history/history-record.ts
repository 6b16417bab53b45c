import type { Identifier } from '../../values/identifier.ts'

/** What a saved answer holds, checked and typed. Instants are epoch seconds; `path` is where the record stands. */

export interface PlaceRecord {
  readonly code: string
  readonly name: string
}

export interface IdentifierRecord extends Identifier {
  /** As it is printed. */
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

export interface RedemptionRecord {
  readonly id: number
  readonly redeemedAtS: number
  /** Microseconds below the second that keep the order of the file. */
  readonly redeemedAtUs: number
  /** Null: not stated, as the contract does for reversed ones. */
  readonly transactionNumber: string | null
  readonly place: PlaceRecord | null
  /** Null: it stands. */
  readonly reversedAtS: number | null
}

export interface CouponRecord {
  readonly path: string
  readonly id: number
  readonly code: string
  readonly series: SeriesRecord
  readonly createdAtS: number
  /** Microseconds below the second that keep the order of the file. */
  readonly createdAtUs: number
  readonly validUntilS: number
  /** Null: issued without one. */
  readonly transactionNumber: string | null
  readonly place: PlaceRecord | null
  /** The limit that gives back the file's redemptionsLeft; null: none. */
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

/** How many records of each kind; reversals are counted beside the redemptions that they take back. */
export interface RecordCounts {
  readonly customers: number
  readonly coupons: number
  readonly redemptions: number
  readonly reversals: number
}

export interface RefusedRecord {
  readonly path: string
  readonly reason: string
  /** What stays out with it. */
  readonly holds: RecordCounts
}

/** What came in although it looks wrong. */
export interface Doubt {
  readonly path: string
  readonly reason: string
}

export interface AnswerRecords {
  readonly customers: readonly CustomerRecord[]
  readonly warnings: readonly Doubt[]
  readonly refused: readonly RefusedRecord[]
}

/** The record and what it holds, itself included. */
export function countCoupon({ redemptions }: CouponRecord): RecordCounts {
  return {
    customers: 0,
    coupons: 1,
    redemptions: redemptions.length,
    reversals: redemptions.filter((one) => one.reversedAtS !== null).length,
  }
}
