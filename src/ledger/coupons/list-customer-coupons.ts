import type { Context } from '../context.ts'
import type { Caller } from '../../values/caller.ts'
import type { Code } from '../../values/errors.ts'
import { findCustomer } from '../customers/find-customer.ts'
import { noSuchCustomer } from '../customers/no-such-customer.ts'
import type { RedemptionRefusal } from '../redemptions/ordered-redemption-rules.ts'
import { readDiscounts, type RedemptionDiscount } from '../redemptions/read-discounts.ts'
import { brokenRules, redemptionsLeft } from '../redemptions/redemption-rules.ts'
import { seriesWithHeld, withHeld } from '../holds/held-counts-rules.ts'
import type { BudgetUsage } from '../money/budget-rules.ts'
import { readBudgetUsage } from '../money/read-budget-usage.ts'
import { readSeriesCounters } from '../series/series-counters.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { codeKey } from '../../values/coupon-code.ts'
import type { Identifier } from '../../values/identifier.ts'
import { anyStatus, revokedBit, statusMask, type CouponStatus } from './coupon-status.ts'
import { readHistory, type History, type HistoryCoupon } from './customer-coupons-lane.ts'
import type { HistorySearch, SortKey, SortOrder, Variant } from './customer-coupons-sql.ts'

export interface CustomerCouponsQuery {
  /** Identifiers of the customer; at least one. All must refer to the same customer. */
  readonly identifiers: readonly Identifier[]
  /** The customer's id, in addition to the identifiers or instead of them. */
  readonly customerId: number | undefined
  /** Union of statuses; empty: all coupons that are not revoked. */
  readonly statuses: readonly CouponStatus[]
  /** Keeps coupons issued under one of these transaction numbers; `0`: without a number. Empty: all. */
  readonly transactionNumbers: readonly string[]
  /** Keeps coupons with one of these codes. Includes revoked coupons unless statuses are given. Empty: all. */
  readonly codes?: readonly string[]
  readonly sortOrder: SortOrder
  /** Default: the issue instant. */
  readonly sortKey?: SortKey
  /** Filters by dates, series and stores as well; transaction numbers are then ignored. */
  readonly search?: HistorySearch | undefined
  readonly limit: number
  readonly offset: number
  /** Whether to judge each coupon as if the customer redeemed it now, without a bill or a store. */
  readonly withVerdicts: boolean
  /** Whether to read how much each redemption took off its bill. */
  readonly withDiscounts?: boolean
}

export interface ListedCoupon extends HistoryCoupon {
  /** −1: no limit. */
  readonly redemptionsLeft: number
  /** Why the coupon cannot be redeemed now; null: it can. Undefined unless requested. */
  readonly refusal?: RedemptionRefusal | null
  /** The specific refusal in our own calls, if the contract has no code for the rule. */
  readonly ownRefusal?: Code | undefined
}

export interface CustomerCoupons extends Omit<History, 'coupons'> {
  readonly coupons: readonly ListedCoupon[]
  /** By redemption id; redemptions with an unknown discount are omitted. Undefined unless requested. */
  readonly discounts?: ReadonlyMap<number, RedemptionDiscount>
}

/**
 * Returns one page of a customer's coupons, newest or oldest first.
 *
 * @throws Refusal 400 if the identifiers refer to different customers, 8015 if they refer to none, 429 after too many
 * unknown customers or codes, 503 under overload.
 */
export async function listCustomerCoupons(
  context: Context,
  caller: Caller,
  query: CustomerCouponsQuery,
): Promise<CustomerCoupons> {
  const { identifiers, customerId } = query
  const isSingle = identifiers.length + (customerId === undefined ? 0 : 1) === 1
  const typedKeys = query.codes?.map(codeKey) ?? []
  const isNamed = typedKeys.length > 0
  const mask = isNamed && query.statuses.length === 0 ? anyStatus | revokedBit : statusMask(query.statuses)
  const isFiltered = mask !== anyStatus || query.transactionNumbers.length > 0
  const plain: Variant = (mask & revokedBit) !== 0 ? 'revoked' : isFiltered ? 'filtered' : 'all'
  const variant = isNamed ? 'named' : query.search === undefined ? plain : 'searched'
  const sorted = { order: query.sortOrder, by: query.sortKey ?? 'createdDate' }

  const namedId = isSingle ? customerId : await findCustomer(context, caller, identifiers, customerId)
  const history = await guardLookups(
    context,
    caller,
    { codeKeys: typedKeys, customers: 1 },
    async (tell, codeKeys) => {
      const found = await readHistory(context, caller, variant, sorted, {
        customerId: namedId,
        identifier: isSingle ? identifiers[0] : undefined,
        limit: query.limit,
        offset: query.offset,
        mask,
        transactionNumbers: query.transactionNumbers,
        search: query.search,
        codeKeys: isNamed ? codeKeys : undefined,
      })
      if (found === undefined) throw await noSuchCustomer(context.database.queries, caller.orgId, customerId)
      if (isNamed && query.statuses.length === 0) tell({ unknown: missing(codeKeys, found) })
      return found
    },
  )

  const hasBudget = history.coupons.some(({ terms }) => terms.budget !== null)
  const budgets = hasBudget ? await readBudgets(context, caller, history) : undefined
  const coupons = history.coupons.map((coupon) =>
    Object.assign(coupon, { redemptionsLeft: leftOf(coupon, budgets?.get(coupon.seriesId)) }),
  )
  if (!query.withVerdicts && !query.withDiscounts) return { ...history, coupons }
  const [refusals, discounts] = await Promise.all([
    query.withVerdicts ? judgeAll(context, caller, history, budgets) : undefined,
    query.withDiscounts
      ? readDiscounts(context.database.pool, caller.orgId, redemptionsOf(history))
      : undefined,
  ])
  return {
    ...history,
    coupons:
      refusals === undefined
        ? coupons
        : coupons.map((coupon, at) => ({
            ...coupon,
            refusal: refusals[at]?.code ?? null,
            ownRefusal: refusals[at]?.ownCode,
          })),
    ...(discounts && { discounts }),
  }
}

const redemptionsOf = ({ coupons }: History): number[] =>
  coupons.flatMap(({ redemptions, reversals }) => [...redemptions, ...reversals].map(({ id }) => id))

/**
 * Codes for which the customer has no coupon; if the page does not show all coupons, as many codes as must be missing.
 */
function missing(codeKeys: readonly string[], { total, coupons }: History): string[] {
  const asked = new Set(codeKeys)
  const found = new Set(coupons.map(({ code }) => codeKey(code)))
  return [...asked].filter((key) => !found.has(key)).slice(0, Math.max(0, asked.size - total))
}

/** The usage of the budgets of the listed series, by series. */
async function readBudgets(
  { database: { pool } }: Context,
  { orgId }: Caller,
  { coupons, customerId, nowS }: History,
): Promise<Map<number, BudgetUsage>> {
  const budgeted = new Map(
    coupons.flatMap(({ seriesId, terms: { budget } }) => (budget === null ? [] : [[seriesId, budget]])),
  )
  const ids = [...budgeted.keys()]
  const questions = [...budgeted].map(([seriesId, budget]) => ({ seriesId, budget, customerId, atS: nowS }))
  const usage = await readBudgetUsage(pool, orgId, questions)
  return new Map(usage.map((one, at) => [ids[at] ?? 0, one]))
}

function leftOf(coupon: HistoryCoupon, budgetUsage: BudgetUsage | undefined): number {
  const { held } = coupon
  const [, ofCustomer, ofCoupon] = held ?? [0, 0, 0]
  const seriesUsage = budgetUsage === undefined ? coupon.seriesUsage : { ...coupon.seriesUsage, budgetUsage }
  return redemptionsLeft(
    { redeemed: coupon.redemptions.length + ofCoupon, maxRedeemed: coupon.maxRedeemed },
    coupon.terms,
    seriesWithHeld(seriesUsage, held),
    held === null ? coupon : { redeemedInSeries: coupon.redeemedInSeries + ofCustomer },
  )
}

async function judgeAll(
  context: Context,
  caller: Caller,
  history: History,
  budgets: ReadonlyMap<number, BudgetUsage> | undefined,
): Promise<(ReturnType<typeof brokenRules>[number] | undefined)[]> {
  const { database, seriesMemory } = context
  const seriesIds = [...new Set(history.coupons.map((coupon) => coupon.seriesId))]
  const all = await readSeriesCounters(
    database.pool,
    seriesMemory,
    caller.orgId,
    seriesIds,
    history.customerId,
  )
  return history.coupons.map((coupon) => {
    const series = all.get(coupon.seriesId)
    if (series === undefined) throw new Error(`series ${coupon.seriesId} has a coupon and no row`)
    const given = withHeld(
      {
        coupon: {
          customerId: history.customerId,
          createdAtS: coupon.createdAtS,
          validUntilS: coupon.validUntilS,
          isRevoked: coupon.isRevoked,
          redeemed: coupon.redemptions.length,
          maxRedeemed: coupon.maxRedeemed,
        },
        seriesUsage: { ...series, budgetUsage: budgets?.get(coupon.seriesId) },
        usage: {
          customerId: history.customerId,
          isBlocked: history.isBlocked,
          redeemedInSeries: coupon.redeemedInSeries,
          redeemedThisCoupon: coupon.redemptions.filter((one) => one.customerId === history.customerId)
            .length,
          lastRedeemedInSeriesAtS: series.lastRedeemedByCustomerAtS,
          registeredAtS: history.registeredAtS,
        },
      },
      coupon.held,
      history.nowS,
    )
    const [first] = brokenRules(given.coupon, series.terms, given.seriesUsage, given.usage, {
      nowS: history.nowS,
      timeZone: caller.timeZone,
    })
    return first
  })
}
