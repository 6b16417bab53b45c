import type { Context } from '../context.ts'
import { Lane } from '../db/lane.ts'
import type { SeriesLimits } from '../redemptions/redemption-rules.ts'
import type { Identifier } from '../values/identifier.ts'
import { customerCouponsSql, type SortOrder, type Variant } from './customer-coupons-sql.ts'

export interface Place {
  readonly code: string
  readonly name: string
}

export interface HistoryRedemption {
  readonly id: number
  readonly redeemedAtS: number
  readonly transactionNumber: string
  readonly customerId: number
  readonly redeemedAt: Place | null
}

export interface HistoryReversal extends HistoryRedemption {
  readonly reversedAtS: number
}

export interface CustomProperty {
  readonly name: string
  readonly value: string
}

export interface HistoryCoupon {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly description: string
  readonly discountType: string
  readonly discountValue: number
  readonly discountUpto: number
  readonly customProperties: readonly CustomProperty[] | null
  readonly createdAtS: number
  readonly validUntilS: number
  /** Null: issued without a transaction. */
  readonly transactionNumber: string | null
  readonly maxRedeemed: number | null
  readonly isRevoked: boolean
  readonly issuedAt: Place | null
  readonly limits: SeriesLimits
  /** Redemptions by the customer in the coupon's series that stand. */
  readonly redeemedInSeries: number
  /** Those that stand, oldest first. */
  readonly redemptions: HistoryRedemption[]
  readonly reversals: HistoryReversal[]
}

export interface History {
  readonly customerId: number
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string | null
  readonly email: string | null
  readonly externalId: string | null
  readonly isBlocked: boolean
  /** Number of all coupons that match, on whatever page. */
  readonly total: number
  /** The database's clock when it answered; 0 on an empty page, where nothing is judged. */
  readonly nowS: number
  readonly coupons: HistoryCoupon[]
}

export interface HistoryRequest {
  readonly customerId: number | undefined
  readonly identifier: Identifier | undefined
  readonly limit: number
  readonly offset: number
  readonly mask: number
  readonly transactionNumbers: readonly string[]
}

export type HistoryLane = Lane<HistoryRequest, History | undefined>

/** Measured: larger batches and more of them at once gain nothing on two cores and make the slowest answers slower. */
const limits = { maxBatch: 8, maxInFlight: 3, maxQueue: 2_000 }

const recordSeparator = '\u001F'

/** Reads one page of a history, together with whatever else the organisation asks at the same moment. */
export function readHistory(
  context: Context,
  orgId: number,
  variant: Variant,
  order: SortOrder,
  request: HistoryRequest,
): Promise<History | undefined> {
  const key = `${orgId} ${variant} ${order}`
  let lane = context.historyLanes.get(key)
  if (lane === undefined) {
    const name = `customer-coupons-${variant}-${order}`
    const text = customerCouponsSql(variant, order)
    lane = new Lane(limits, async (requests) => {
      const { rows } = await context.database.pool.query<HistoryRow>({
        name,
        text,
        values: parametersOf(orgId, requests, context.fixedNow),
        rowMode: 'array',
      })
      return assemble(rows, requests.length)
    })
    context.historyLanes.set(key, lane)
  }
  return lane.submit(request)
}

function parametersOf(orgId: number, requests: readonly HistoryRequest[], fixedNow: Date | null): unknown[] {
  return [
    orgId,
    requests.map((_, at) => at),
    requests.map((request) => request.customerId ?? null),
    requests.map((request) => request.identifier?.type ?? null),
    requests.map((request) => request.identifier?.value ?? null),
    requests.map((request) => request.limit),
    requests.map((request) => request.offset),
    requests.map((request) => request.mask),
    requests.map(({ transactionNumbers: numbers }) =>
      numbers.length === 0 ? null : numbers.join(recordSeparator),
    ),
    fixedNow,
  ]
}

/** Columns of `customerCouponsSql`, in its order. */
type HistoryRow = [
  ...request: [n: number],
  ...customer: [
    id: number,
    firstName: string,
    lastName: string,
    mobile: string | null,
    email: string | null,
    externalId: string | null,
    isBlocked: boolean,
    total: number,
  ],
  ...coupon: [
    id: number | null,
    code: string,
    seriesId: number,
    createdAtS: number,
    validUntilS: number,
    transactionNumber: string | null,
    maxRedeemed: number | null,
    isRevoked: boolean,
    issuerCode: string | null,
    issuerName: string | null,
  ],
  ...series: [
    description: string,
    discountType: string,
    discountValue: string,
    discountUpto: string,
    customProperties: string | null,
    isMultipleUseAllowed: boolean,
    maxRedemptionsPerCoupon: number | null,
    maxRedemptionsPerCustomer: number | null,
    redeemed: number,
    maxRedeemed: number | null,
    redeemedByCustomer: number | null,
  ],
  ...redemption: [
    id: number | null,
    redeemedAtS: number,
    transactionNumber: string,
    customerId: number,
    placeCode: string | null,
    placeName: string | null,
    reversedAtS: number | null,
  ],
  nowS: number | null,
]

function assemble(rows: readonly HistoryRow[], count: number): (History | undefined)[] {
  const histories = Array.from<History | undefined>({ length: count })
  let coupon: HistoryCoupon | undefined
  for (const row of rows) {
    let history = histories[row[0]]
    if (history === undefined) {
      history = historyOf(row)
      histories[row[0]] = history
      coupon = undefined
    }
    if (row[9] === null) continue
    if (coupon?.id !== row[9]) {
      coupon = couponOf(row, row[9])
      history.coupons.push(coupon)
    }
    if (row[30] !== null) addRedemption(coupon, row, row[30])
  }
  return histories
}

function historyOf(row: HistoryRow): History {
  return {
    customerId: row[1],
    firstName: row[2],
    lastName: row[3],
    mobile: row[4],
    email: row[5],
    externalId: row[6],
    isBlocked: row[7],
    total: row[8],
    nowS: row[37] ?? 0,
    coupons: [],
  }
}

function couponOf(row: HistoryRow, id: number): HistoryCoupon {
  return {
    id,
    code: row[10],
    seriesId: row[11],
    createdAtS: row[12],
    validUntilS: row[13],
    transactionNumber: row[14],
    maxRedeemed: row[15],
    isRevoked: row[16],
    issuedAt: placeOf(row[17], row[18]),
    description: row[19],
    discountType: row[20],
    discountValue: Number(row[21]),
    discountUpto: Number(row[22]),
    customProperties: row[23] === null ? null : (JSON.parse(row[23]) as CustomProperty[]),
    limits: {
      isMultipleUseAllowed: row[24],
      maxRedemptionsPerCoupon: row[25],
      maxRedemptionsPerCustomer: row[26],
      redeemed: row[27],
      maxRedeemed: row[28],
    },
    redeemedInSeries: row[29] ?? 0,
    redemptions: [],
    reversals: [],
  }
}

function placeOf(code: string | null, name: string | null): Place | null {
  return code === null || name === null ? null : { code, name }
}

function addRedemption(coupon: HistoryCoupon, row: HistoryRow, id: number): void {
  const redemption: HistoryRedemption = {
    id,
    redeemedAtS: row[31],
    transactionNumber: row[32],
    customerId: row[33],
    redeemedAt: placeOf(row[34], row[35]),
  }
  const reversedAtS = row[36]
  if (reversedAtS === null) coupon.redemptions.push(redemption)
  else coupon.reversals.push({ ...redemption, reversedAtS })
}
