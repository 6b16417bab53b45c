import type { Context } from '../context.ts'
import type { HeldCounts } from '../holds/held-counts-rules.ts'
import { describeSpan } from '../../platform/tracing.ts'
import { Lane } from '../../platform/db/lane.ts'
import { readNow, type TimedOrganisation } from '../../platform/clock.ts'
import { readTerms, type RememberedSeries } from '../series/series-terms.ts'
import type { Series } from '../series/terms.ts'
import {
  customerCouponsSql,
  historyParameters,
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

export interface HistoryCoupon {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  /** One object, shared by all coupons of the series. */
  readonly terms: RememberedSeries
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
  organisation: TimedOrganisation,
  variant: Variant,
  sorting: { readonly order: SortOrder; readonly by: SortKey },
  request: HistoryRequest,
): Promise<History | undefined> {
  const key = `${organisation.orgId} ${variant}-${sorting.order}-${sorting.by}`
  let lane = context.lanes.history.get(key)
  if (lane === undefined) {
    lane = new Lane(limits, batchReader(context, organisation, variant, sorting))
    context.lanes.history.set(key, lane)
  }
  return lane.submit(request)
}

/** Reads one batch of requests; a customer that does not exist has no history. */
function batchReader(
  context: Context,
  { orgId, isSandbox }: TimedOrganisation,
  variant: Variant,
  { order, by }: { order: SortOrder; by: SortKey },
): (requests: readonly HistoryRequest[]) => Promise<(History | undefined)[]> {
  const { database, seriesMemory } = context
  const name = `customer-coupons-${variant}-${order}-${by}`
  const noticing = { name, text: customerCouponsSql(variant, order, by, 'noticed') }
  const counting = { name: `${name}-held`, text: customerCouponsSql(variant, order, by, 'counted') }
  let preferred = noticing
  return async (requests) => {
    describeSpan({ 'counterfoil.organisation': orgId })
    const now = await readNow(context, database.pool, { orgId, isSandbox })
    const values = historyParameters(orgId, requests, now)
    const read = async (statement: typeof noticing): Promise<HistoryRow[]> => {
      const { rows } = await database.pool.query<HistoryRow>({ ...statement, values, rowMode: 'array' })
      const isHeld = rows.some((row) => row[16] !== null && row[16] !== false)
      preferred = isHeld ? counting : noticing
      // Counters and held uses must come from one snapshot, so the whole batch is read again.
      return isHeld && statement === noticing ? read(counting) : rows
    }
    const rows = await read(preferred)
    const versions = new Map<number, number>()
    for (const row of rows) if (row[2] !== null) versions.set(row[4], row[12])
    return assemble(rows, requests.length, await readTerms(database.pool, seriesMemory, orgId, versions))
  }
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
    version: number,
  ],
  ...usage: [
    redeemed: number,
    maxRedeemed: number | null,
    redeemedByCustomer: number | null,
    /** Whether a hold of the series is live, or the `HeldCounts` of the coupon. */
    held: boolean | string | null,
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

function assemble(
  rows: readonly HistoryRow[],
  count: number,
  terms: ReadonlyMap<number, RememberedSeries>,
): (History | undefined)[] {
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
      coupon = couponOf(row, row[2], terms)
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

function couponOf(row: HistoryRow, id: number, terms: ReadonlyMap<number, RememberedSeries>): HistoryCoupon {
  const series = terms.get(row[4])
  if (series === undefined) throw new Error(`series ${row[4]} has a coupon and no row`)
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
    terms: series,
    seriesUsage: { redeemed: row[13], maxRedeemed: row[14] },
    redeemedInSeries: row[15] ?? 0,
    held: typeof row[16] === 'string' ? (JSON.parse(row[16]) as HeldCounts) : null,
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
