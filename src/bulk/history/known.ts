import type { CustomFields } from '../../values/custom-fields.ts'
import type { Identifier } from '../../values/identifier.ts'
import type { CouponRecord, CustomerRecord, SeriesRecord } from './history-record.ts'

/** One customer record, or one of its coupon records. The customer precedes its coupons. */
export interface ImportItem {
  readonly file: string
  readonly customer: CustomerRecord
  /** Null: the customer itself. */
  readonly coupon: CouponRecord | null
}

export interface KnownCustomer {
  /** The customer that this one was merged into; null: not merged. */
  readonly mergedInto: number | null
  readonly firstName: string
  readonly lastName: string
  readonly identifiers: Identifier[]
}

export interface KnownRedemption {
  readonly redeemedAtS: number
  /** Null: not stated. */
  readonly transactionNumber: string | null
  readonly storeCode: string | null
  /** Null: none, or not stated. */
  readonly customFields: CustomFields | null
  /** Null: unknown, or not stated. */
  readonly discountAmount: number | null
  readonly discountReturned: number | null
  /** Its use was given back, and a part of the discount was not. */
  readonly keepsDiscount: boolean
  readonly reversedAtS: number | null
}

export interface KnownCoupon {
  readonly seriesId: number
  readonly customerId: number | null
  readonly code: string
  readonly createdAtS: number
  readonly validUntilS: number
  readonly transactionNumber: string | null
  readonly maxRedeemed: number | null
  readonly storeCode: string | null
  readonly redemptions: Map<number, KnownRedemption>
}

export interface KnownSeries {
  readonly terms: SeriesRecord
  issuesLeft: number
  redemptionsLeft: number
}

export interface Known {
  readonly customers: Map<number, KnownCustomer>
  /** By `identifierKey`. */
  readonly owners: Map<string, number>
  /** Names by code. */
  readonly stores: Map<string, string>
  readonly series: Map<number, KnownSeries>
  readonly seriesCodes: Map<string, number>
  readonly coupons: Map<number, KnownCoupon>
  /** Coupon ids by `codeKey`. */
  readonly codes: Map<string, number>
  /** Coupon ids by redemption id. */
  readonly redemptions: Map<number, number>
}

/** The key of an identifier in `Known.owners`. */
export const identifierKey = ({ type, value }: Identifier): string => `${type} ${value}`
