import type { Context } from '../context.ts'
import type { HeldCounts } from '../holds/held-counts-rules.ts'
import { describeSpan } from '../../platform/tracing.ts'
import { Lane } from '../../platform/db/lane.ts'
import { readNow, type TimedOrganisation } from '../../platform/clock.ts'
import type { Series } from '../series/terms.ts'
import {
  customerCouponsSql,
  historyParameters,
  historyTerms,
  type HistoryRequest,
  type SortKey,
  type SortOrder,
  type Variant,
} from './customer-coupons-sql.ts'

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

type HistoryTerms = Pick<Series, (typeof historyTerms)[number]>

export interface HistoryCoupon {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  /** One object, shared by all coupons of the series. */
  readonly terms: HistoryTerms
  readonly seriesUsage: Pick<Series, 'redeemed' | 'maxRedeemed'>
  readonly createdAtS: number
  readonly validUntilS: number
  /** Null: issued without a transaction. */
  readonly transactionNumber: string | null
  readonly maxRedeemed: number | null
  readonly isRevoked: boolean
  readonly issuedAt: Place | null
  /** The customer's standing redemptions in the coupon's series; 0 if the series does not limit them. */
  readonly redeemedInSeries: number
  /** Null: no hold of the series is live. */
  readonly held: HeldCounts | null
  /** Standing redemptions, oldest first. */
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
  /** Number of matching coupons on all pages. */
  readonly total: number
  /** The database clock at the time of the answer, or the fixed clock. */
  readonly nowS: number
  readonly registeredAtS: number
  readonly coupons: HistoryCoupon[]
}

export type HistoryLane = Lane<HistoryRequest, History | undefined>

/**
 * Measured: on two cores, larger batches or more batches in flight gain nothing and make the slowest answers slower.
 */
const limits = { name: 'history', maxBatch: 8, maxInFlight: 3, minBeside: 1, maxQueue: 2_000 }

/** Reads one page of a history, batched with the organisation's other concurrent requests. */
export function readHistory(
  context: Context,
  { orgId, isSandbox }: TimedOrganisation,
  variant: Variant,
  { order, by }: { order: SortOrder; by: SortKey },
  request: HistoryRequest,
): Promise<History | undefined> {
  const form = `${variant}-${order}-${by}`
  const key = `${orgId} ${form}`
  let lane = context.lanes.history.get(key)
  if (lane === undefined) {
    const name = `customer-coupons-${form}`
    const text = customerCouponsSql(variant, order, by)
    const { pool } = context.database
    lane = new Lane(limits, async (requests) => {
      describeSpan({ 'counterfoil.organisation': orgId })
      const now = await readNow(context, pool, { orgId, isSandbox })
      const { rows } = await pool.query<HistoryRow>({
        name,
        text,
        values: historyParameters(orgId, requests, now),
        rowMode: 'array',
      })
      return assemble(rows, requests.length)
    })
    context.lanes.history.set(key, lane)
  }
  return lane.submit(request)
}

/** Columns of `customerCouponsSql`, in order. */
type HistoryRow = [
  ...request: [n: number, customer: string],
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
    terms: string,
  ],
  ...usage: [
    redeemed: number,
    maxRedeemed: number | null,
    redeemedByCustomer: number | null,
    held: string | null,
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
]

type CustomerColumn = [
  id: number,
  firstName: string,
  lastName: string,
  mobile: string | null,
  email: string | null,
  externalId: string | null,
  isBlocked: boolean,
  total: number,
  nowS: number,
  registeredAtS: number,
]

/** Parsed terms, keyed by their text. The same text always has the same meaning, so entries never become stale. */
const knownTerms = new Map<string, HistoryTerms>()
const maxKnownTerms = 10_000

function parseTerms(text: string): HistoryTerms {
  let terms = knownTerms.get(text)
  if (terms === undefined) {
    if (knownTerms.size >= maxKnownTerms) knownTerms.clear()
    const values = JSON.parse(text) as unknown[]
    terms = Object.fromEntries(historyTerms.map((key, at) => [key, values[at]])) as unknown as HistoryTerms
    knownTerms.set(text, terms)
  }
  return terms
}

function assemble(rows: readonly HistoryRow[], count: number): (History | undefined)[] {
  const histories = Array.from<History | undefined>({ length: count })
  let coupon: HistoryCoupon | undefined
  for (const row of rows) {
    let history = histories[row[0]]
    if (history === undefined) {
      history = historyOf(JSON.parse(row[1]) as CustomerColumn)
      histories[row[0]] = history
      coupon = undefined
    }
    if (row[2] === null) continue
    if (coupon?.id !== row[2]) {
      coupon = couponOf(row, row[2])
      history.coupons.push(coupon)
    }
    if (row[17] !== null) addRedemption(coupon, row, row[17])
  }
  return histories
}

function historyOf(customer: CustomerColumn): History {
  return {
    customerId: customer[0],
    firstName: customer[1],
    lastName: customer[2],
    mobile: customer[3],
    email: customer[4],
    externalId: customer[5],
    isBlocked: customer[6],
    total: customer[7],
    nowS: customer[8],
    registeredAtS: customer[9],
    coupons: [],
  }
}

function couponOf(row: HistoryRow, id: number): HistoryCoupon {
  return {
    id,
    code: row[3],
    seriesId: row[4],
    createdAtS: row[5],
    validUntilS: row[6],
    transactionNumber: row[7],
    maxRedeemed: row[8],
    isRevoked: row[9],
    issuedAt: placeOf(row[10], row[11]),
    terms: parseTerms(row[12]),
    seriesUsage: { redeemed: row[13], maxRedeemed: row[14] },
    redeemedInSeries: row[15] ?? 0,
    held: row[16] === null ? null : (JSON.parse(row[16]) as HeldCounts),
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
    redeemedAtS: row[18],
    transactionNumber: row[19],
    customerId: row[20],
    redeemedAt: placeOf(row[21], row[22]),
  }
  const reversedAtS = row[23]
  if (reversedAtS === null) coupon.redemptions.push(redemption)
  else coupon.reversals.push({ ...redemption, reversedAtS })
}
