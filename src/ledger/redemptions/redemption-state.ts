import { numberArray } from '../../platform/db/number-array.ts'
import type { BudgetUsage } from '../money/budget-rules.ts'
import { readBudgetUsage } from '../money/read-budget-usage.ts'
import { identifiersOf, type CustomerProfile } from '../customers/customer-profile.ts'
import type { SeriesMemory } from '../series/series-memory.ts'
import { readTerms, type QueryRunner, type RememberedSeries } from '../series/series-terms.ts'
import type { Money } from '../../values/money.ts'
import type { Identifier } from '../../values/identifier.ts'
import type { CouponState, CustomerUsage, Facts } from './redemption-facts.ts'
import { redemptionStateSql } from './redemption-state-sql.ts'
import type { Checkout } from '../holds/holder.ts'
import type { HeldInSeries, HoldStatus } from '../holds/held-uses-rules.ts'
import { readHeld, readHoldStatus } from '../holds/read-held.ts'

/** A reference to a customer: by id, or by one identifier. */
export interface CustomerReference {
  readonly customerId: number | undefined
  readonly identifier: Identifier | undefined
}

export interface StateRequest {
  readonly customer: CustomerReference
  /** Codes in the form used for comparison. */
  readonly codeKeys: readonly string[]
  readonly tillId: number | null
  /** Transaction number to find among the till's earlier redemptions; empty: not looked up. */
  readonly replayedTransaction: string
  /** A hold whose status is read as well. */
  readonly holdId?: number | undefined
  /** The checkout whose hold is distinguished from those of others. */
  readonly checkout?: Checkout | undefined
}

/** A coupon with all facts needed to judge its redemption by the customer. */
export interface RedemptionState {
  readonly couponId: number
  readonly code: string
  readonly coupon: CouponState
  /** One object, shared by all coupons of the series. */
  readonly series: RememberedSeries
  readonly seriesUsage: Facts['seriesUsage']
  readonly usage: CustomerUsage
  /** A standing redemption of the same till, transaction, customer and coupon; null: none. */
  readonly earlierRedemptionId: number | null
  /** The discount of that redemption; null: unknown. */
  readonly earlierDiscount: Money | null
  /** Null if the state was read only for a check. */
  readonly newRedemptionId: number | null
}

export interface ItemState {
  /** Undefined: the customer is unknown. */
  readonly customer: CustomerProfile | undefined
  /** One per code key, in order; undefined: no such code. */
  readonly coupons: readonly (RedemptionState | undefined)[]
  readonly nowS: number
  /** The uses that live holds reserve in the series of all coupons that were read together; omitted: none. */
  readonly held?: HeldInSeries | undefined
  /** The status of the named hold; omitted: none is named, or the hold does not exist. */
  readonly holdStatus?: HoldStatus | undefined
}

/** Columns of `redemptionStateSql`, in order. */
type StateRow = [
  n: number,
  k: number,
  customerId: number | null,
  isBlocked: boolean,
  firstName: string,
  lastName: string,
  updatedAtS: number,
  identifiers: string | null,
  couponId: number | null,
  code: string,
  seriesId: number,
  holderId: number | null,
  createdAtS: number,
  validUntilS: number,
  isRevoked: boolean,
  redeemed: number,
  maxRedeemed: number | null,
  version: number,
  seriesRedeemed: number,
  seriesMaxRedeemed: number | null,
  redeemedInSeries: number,
  lastRedeemedAtS: number | null,
  redeemedThisCoupon: number,
  /** The discount is −1 if it is unknown. */
  earlier: readonly [redemptionId: number, discount: Money] | null,
  nowS: number,
  newRedemptionId: number | null,
  registeredAtS: number,
  isHeld: boolean | null,
]

/**
 * Reads the state of all codes of the given requests. It stays valid while the caller holds the locks on the series.
 *
 * @param forRedemption include ids for possible redemptions.
 */
export async function readRedemptionState(
  client: QueryRunner,
  memory: SeriesMemory,
  orgId: number,
  requests: readonly StateRequest[],
  now: Date | null,
  forRedemption: boolean,
): Promise<ItemState[]> {
  const pairs = requests.flatMap((request, n) => request.codeKeys.map((key, k) => ({ request, n, key, k })))
  const { rows } = await client.query<StateRow>({
    name: 'redemption-state',
    text: redemptionStateSql,
    rowMode: 'array',
    values: [
      orgId,
      numberArray(pairs.map(({ n }) => n)),
      numberArray(pairs.map(({ k }) => k)),
      numberArray(pairs.map(({ request }) => request.customer.customerId ?? null)),
      pairs.map(({ request }) => request.customer.identifier?.type ?? null),
      pairs.map(({ request }) => request.customer.identifier?.value ?? null),
      pairs.map(({ key }) => key),
      pairs.map(({ request }) => request.replayedTransaction),
      now,
      numberArray(pairs.map(({ request }) => request.tillId)),
      forRedemption,
    ],
  })
  const versions = new Map(rows.flatMap((row) => (row[8] === null ? [] : [[row[10], row[17]] as const])))
  const terms = await readTerms(client, memory, orgId, versions)
  const at = now ?? judgedAt(rows)
  const holdIds = requests.flatMap(({ holdId }) => holdId ?? [])
  // Sent together: a batch waits under lock for one round trip to the database instead of three.
  const [budgets, held, status] = await Promise.all([
    readBudgets(client, orgId, rows, terms),
    readHeldOf(client, orgId, requests, rows, at),
    holdIds.length === 0 ? undefined : readHoldStatus(client, orgId, holdIds, at),
  ])
  const byItem = requests.map(({ codeKeys, holdId }) => ({
    customer: undefined as CustomerProfile | undefined,
    coupons: Array.from<RedemptionState | undefined>({ length: codeKeys.length }),
    nowS: 0,
    held,
    holdStatus: holdId === undefined ? undefined : status?.get(holdId),
  }))
  for (const row of rows) {
    const item = byItem[row[0]]
    if (item === undefined) continue
    item.nowS = row[24]
    if (row[2] === null) continue
    if (row[1] === 0) item.customer = customerOf(row, row[2])
    const series = terms.get(row[10])
    if (row[8] !== null && series !== undefined)
      item.coupons[row[1]] = stateOf(row, row[8], row[2], series, budgets?.get(row))
  }
  return byItem
}

/**
 * The instant of the statement that read the state, truncated to milliseconds, as redemptions are recorded: a hold that
 * expires before the next statement still counts. Null: there is no row.
 */
const judgedAt = ([row]: readonly StateRow[]): Date | null =>
  row === undefined ? null : new Date(row[24] * 1000)

/** @returns undefined, without a statement, if no series has a live hold. */
async function readHeldOf(
  client: QueryRunner,
  orgId: number,
  requests: readonly StateRequest[],
  rows: readonly StateRow[],
  now: Date | null,
): Promise<HeldInSeries | undefined> {
  const seriesIds = [...new Set(rows.flatMap((row) => (row[27] === true ? row[10] : [])))]
  if (seriesIds.length === 0) return undefined
  const couponIds = [...new Set(rows.flatMap((row) => row[8] ?? []))]
  const customerIds = [...new Set(rows.flatMap((row) => row[2] ?? []))]
  const holdIds = requests.flatMap(({ holdId }) => holdId ?? [])
  const checkouts = requests.flatMap(({ checkout }) => checkout ?? [])
  return readHeld(client, orgId, { seriesIds, couponIds, customerIds, holdIds, checkouts }, now)
}

/** The usage of the budgets that rows are judged by; undefined, without a statement, if no series has a budget. */
async function readBudgets(
  client: QueryRunner,
  orgId: number,
  rows: readonly StateRow[],
  terms: ReadonlyMap<number, RememberedSeries>,
): Promise<Map<StateRow, BudgetUsage> | undefined> {
  const budgeted = rows.flatMap((row) => {
    const budget = terms.get(row[10])?.budget ?? null
    if (budget === null || row[2] === null) return []
    return [{ row, question: { seriesId: row[10], budget, customerId: row[2], atS: row[24] } }]
  })
  if (budgeted.length === 0) return undefined
  const usage = await readBudgetUsage(
    client,
    orgId,
    budgeted.map(({ question }) => question),
  )
  return new Map(budgeted.flatMap(({ row }, at) => (usage[at] === undefined ? [] : [[row, usage[at]]])))
}

function customerOf(row: StateRow, id: number): CustomerProfile {
  return { id, firstName: row[4], lastName: row[5], updatedAtS: row[6], identifiers: identifiersOf(row[7]) }
}

function stateOf(
  row: StateRow,
  couponId: number,
  customerId: number,
  series: RememberedSeries,
  budgetUsage: BudgetUsage | undefined,
): RedemptionState {
  return {
    couponId,
    code: row[9],
    coupon: {
      customerId: row[11],
      createdAtS: row[12],
      validUntilS: row[13],
      isRevoked: row[14],
      redeemed: row[15],
      maxRedeemed: row[16],
    },
    series,
    seriesUsage: { redeemed: row[18], maxRedeemed: row[19], budgetUsage },
    usage: {
      customerId,
      isBlocked: row[3],
      redeemedInSeries: row[20],
      lastRedeemedInSeriesAtS: row[21],
      redeemedThisCoupon: row[22],
      registeredAtS: row[26],
    },
    earlierRedemptionId: row[23]?.[0] ?? null,
    earlierDiscount: row[23] === null || row[23][1] < 0 ? null : row[23][1],
    newRedemptionId: row[25],
  }
}
