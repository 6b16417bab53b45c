import { wallClock } from '../../values/calendar.ts'
import type { Code } from '../../values/errors.ts'
import { isOutsideRegistration, registrationWindowS } from '../customers/registration-window.ts'
import { hasItemTerms, isTooFew, qualifyingItems, quantityOf } from '../money/item-rules.ts'
import { budgetRules } from './ordered-budget-rules.ts'
import { haltRules } from './ordered-halt-rules.ts'
import { usedAndHeld as used } from '../holds/held-counts-rules.ts'
import { redeemableFromS } from './redeemable-from-rules.ts'
import type { Facts } from './redemption-facts.ts'

const dayS = 86_400

/** Whether the coupon may be used only once, by its series or by a limit of its own. */
function isSingleUse({ coupon, series }: Facts): boolean {
  return !series.isMultipleUseAllowed || coupon.maxRedeemed === 1
}

/** A value that a rule inspected; names that end with a capital `S` denote instants in epoch seconds. */
export type Seen = number | string | boolean | readonly number[] | null

export interface Rule {
  readonly name: string
  /** The refusal code of a redemption that breaks the rule. */
  readonly code: Code
  /** The refusal code in our own calls, if the contract has none for the rule. */
  readonly ownCode?: Code
  readonly isBroken: (facts: Facts) => boolean
  /** False: the terms do not use the rule, or its input is unknown. A rule that does not apply is not broken. */
  readonly applies: (facts: Facts) => boolean
  readonly seen: (facts: Facts) => Readonly<Record<string, Seen>>
}

const always = (): boolean => true
const isReached = (used: number, limit: number | null): boolean => limit !== null && used >= limit
const excludes = (allowed: readonly number[] | null, value: number): boolean =>
  allowed !== null && !allowed.includes(value)
const instant = (atS: number): number | null => (Number.isFinite(atS) ? atS : null)

function windowAt({ atS, circumstances }: Facts): ReturnType<typeof wallClock> {
  return wallClock(circumstances.timeZone, Math.floor(atS))
}

/** When the customer may redeem again. */
function gapEndsAtS({ series, customer }: Facts): number {
  return series.isMultipleUseAllowed &&
    series.minDaysBetweenRedemptions !== null &&
    customer.lastRedeemedInSeriesAtS !== null
    ? customer.lastRedeemedInSeriesAtS + series.minDaysBetweenRedemptions * dayS
    : Number.NEGATIVE_INFINITY
}

const isWindow = ({ fromS, toS }: { fromS: number; toS: number }): boolean =>
  Number.isFinite(fromS) || Number.isFinite(toS)

const hasWindow = ({ series }: Facts): boolean =>
  series.redemptionDaysOfMonth !== null ||
  series.redemptionDaysOfWeek !== null ||
  series.redemptionHours !== null

const hasPlaces = ({ series, circumstances }: Facts): boolean =>
  circumstances.place !== undefined &&
  (series.redemptionStoreIds !== null || series.redemptionTillIds !== null)

/** The items of the bill that the coupon applies to; undefined: its items are unknown. */
const qualifying = ({ series, circumstances: { items } }: Facts): number[] | undefined =>
  items === undefined ? undefined : qualifyingItems(series, items)

const rules = [
  {
    name: 'notRevoked',
    code: 660,
    isBroken: ({ coupon }) => coupon.isRevoked,
    applies: always,
    seen: ({ coupon }) => ({ isRevoked: coupon.isRevoked }),
  },
  {
    name: 'seriesNotExpired',
    code: 712,
    isBroken: ({ series, atS }) => atS > series.validUntilS,
    applies: always,
    seen: ({ series, atS }) => ({ judgedAtS: atS, validUntilS: series.validUntilS }),
  },
  ...haltRules,
  {
    name: 'couponNotExpired',
    code: 713,
    isBroken: ({ coupon, atS }) => atS > coupon.validUntilS,
    applies: always,
    seen: ({ coupon, atS }) => ({ judgedAtS: atS, validUntilS: coupon.validUntilS }),
  },
  {
    name: 'begun',
    code: 739,
    isBroken: ({ coupon, series, circumstances, atS }) =>
      atS < redeemableFromS(coupon, series, circumstances.timeZone),
    applies: ({ series }) => series.redemptionValidFromS !== null || series.redemptionValidAfterDays !== 0,
    seen: ({ coupon, series, circumstances, atS }) => ({
      judgedAtS: atS,
      redeemableFromS: instant(redeemableFromS(coupon, series, circumstances.timeZone)),
    }),
  },
  {
    name: 'ownCoupon',
    code: 703,
    isBroken: ({ coupon, series, customer }) =>
      !series.isAnyUser && coupon.customerId !== customer.customerId,
    applies: ({ series }) => !series.isAnyUser,
    seen: ({ coupon, customer }) => ({ holderId: coupon.customerId, customerId: customer.customerId }),
  },
  {
    name: 'customerNotBlocked',
    code: 742,
    isBroken: ({ customer }) => customer.isBlocked,
    applies: always,
    seen: ({ customer }) => ({ isBlocked: customer.isBlocked }),
  },
  {
    name: 'registrationWindow',
    code: 710,
    isBroken: ({ series, customer }) => isOutsideRegistration(series.targetCustomers, customer.registeredAtS),
    applies: ({ series, customer }) =>
      customer.registeredAtS !== undefined && isWindow(registrationWindowS(series.targetCustomers)),
    seen: ({ series, customer }) => {
      const { fromS, toS } = registrationWindowS(series.targetCustomers)
      return {
        registeredAtS: customer.registeredAtS ?? null,
        registeredFromS: instant(fromS),
        registeredToS: instant(toS),
      }
    },
  },
  {
    name: 'place',
    code: 735,
    isBroken: (facts) => hasPlaces(facts) && isPlaceExcluded(facts),
    applies: hasPlaces,
    seen: ({ series, circumstances: { place } }) => ({
      storeId: place?.storeId ?? null,
      tillId: place?.tillId ?? null,
      allowedStoreIds: series.redemptionStoreIds,
      allowedTillIds: series.redemptionTillIds,
    }),
  },
  {
    name: 'billAmount',
    code: 733,
    isBroken: ({ series, circumstances: { bill } }) =>
      bill !== undefined &&
      (bill.amount < (series.minBillAmount ?? 0) ||
        bill.amount > (series.maxBillAmount ?? Number.POSITIVE_INFINITY)),
    applies: ({ circumstances }) => circumstances.bill !== undefined,
    seen: ({ series, circumstances: { bill } }) => ({
      billAmount: bill?.amount ?? null,
      min: series.minBillAmount,
      max: series.maxBillAmount,
    }),
  },
  {
    name: 'products',
    code: 9002,
    isBroken: (facts) => qualifying(facts)?.length === 0,
    applies: ({ series, circumstances: { items } }) => items !== undefined && hasItemTerms(series),
    seen: (facts) => ({
      items: facts.circumstances.items?.length ?? null,
      qualifyingItems: qualifying(facts)?.length ?? null,
    }),
  },
  {
    name: 'minQuantity',
    code: 9003,
    isBroken: (facts) => {
      const { items } = facts.circumstances
      return items !== undefined && isTooFew(facts.series, items, qualifying(facts) ?? [])
    },
    applies: ({ series, circumstances: { items } }) => items !== undefined && series.minQuantity !== null,
    seen: (facts) => ({
      quantity: quantityOf(facts.circumstances.items ?? [], qualifying(facts) ?? []) / 1000,
      min: facts.series.minQuantity,
    }),
  },
  {
    name: 'dayAndHour',
    code: 729,
    isBroken: (facts) => hasWindow(facts) && isOutsideWindow(facts),
    applies: hasWindow,
    seen: (facts) => ({
      ...windowAt(facts),
      allowedDaysOfMonth: facts.series.redemptionDaysOfMonth,
      allowedDaysOfWeek: facts.series.redemptionDaysOfWeek,
      allowedHours: facts.series.redemptionHours,
    }),
  },
  {
    name: 'transactionNumber',
    code: 718,
    isBroken: ({ circumstances: { bill } }) =>
      bill !== undefined && bill.isNumberRequired && bill.transactionNumber === '',
    applies: ({ circumstances: { bill } }) => bill !== undefined && bill.isNumberRequired,
    seen: ({ circumstances: { bill } }) => ({ transactionNumber: bill?.transactionNumber ?? null }),
  },
  {
    name: 'singleUse',
    code: 711,
    isBroken: (facts) => isSingleUse(facts) && facts.coupon.redeemed > 0,
    applies: isSingleUse,
    seen: ({ coupon }) => ({ ...used('redeemed', coupon.redeemed, coupon.held), limit: 1 }),
  },
  {
    name: 'oncePerCustomer',
    code: 716,
    isBroken: ({ series, customer }) => !series.isSameUserMultipleRedeem && customer.redeemedThisCoupon > 0,
    applies: ({ series }) => !series.isSameUserMultipleRedeem,
    seen: ({ customer }) => ({
      ...used('redeemedByCustomer', customer.redeemedThisCoupon, customer.heldThisCoupon),
      limit: 1,
    }),
  },
  {
    name: 'couponLimit',
    code: 696,
    isBroken: ({ coupon, series }) =>
      isReached(coupon.redeemed, series.maxRedemptionsPerCoupon) ||
      isReached(coupon.redeemed, coupon.maxRedeemed),
    applies: ({ coupon, series }) => series.maxRedemptionsPerCoupon !== null || coupon.maxRedeemed !== null,
    seen: ({ coupon, series }) => ({
      ...used('redeemed', coupon.redeemed, coupon.held),
      limit: series.maxRedemptionsPerCoupon,
      ownLimit: coupon.maxRedeemed,
    }),
  },
  {
    name: 'customerLimit',
    code: 736,
    isBroken: ({ series, customer }) =>
      isReached(customer.redeemedInSeries, series.maxRedemptionsPerCustomer),
    applies: ({ series }) => series.maxRedemptionsPerCustomer !== null,
    seen: ({ series, customer }) => ({
      ...used('redeemedInSeries', customer.redeemedInSeries, customer.heldInSeries),
      limit: series.maxRedemptionsPerCustomer,
    }),
  },
  {
    name: 'gap',
    code: 738,
    // Judged by the current time, whatever time the till states: it could state a time outside the gap.
    isBroken: (facts) => facts.circumstances.nowS < gapEndsAtS(facts),
    applies: ({ series }) => series.isMultipleUseAllowed && series.minDaysBetweenRedemptions !== null,
    seen: (facts) => ({
      judgedAtS: facts.circumstances.nowS,
      lastRedeemedAtS: facts.customer.lastRedeemedInSeriesAtS,
      minDays: facts.series.minDaysBetweenRedemptions,
      redeemableFromS: instant(gapEndsAtS(facts)),
    }),
  },
  {
    name: 'seriesLimit',
    code: 728,
    isBroken: ({ seriesUsage }) => isReached(seriesUsage.redeemed, seriesUsage.maxRedeemed),
    applies: ({ seriesUsage }) => seriesUsage.maxRedeemed !== null,
    seen: ({ seriesUsage }) => ({
      ...used('redeemed', seriesUsage.redeemed, seriesUsage.held),
      limit: seriesUsage.maxRedeemed,
    }),
  },
  ...budgetRules,
] as const satisfies readonly Rule[]

export type RedemptionRefusal = (typeof rules)[number]['code']

/** The rules, in order of precedence of their refusals. */
export const redemptionRules: readonly (Rule & { readonly code: RedemptionRefusal })[] = rules

function isPlaceExcluded({ series, circumstances: { place } }: Facts): boolean {
  return (
    place !== undefined &&
    !(place.storeId !== null && series.redemptionStoreIds?.includes(place.storeId)) &&
    !(place.tillId !== null && series.redemptionTillIds?.includes(place.tillId))
  )
}

function isOutsideWindow(facts: Facts): boolean {
  const { dayOfMonth, dayOfWeek, hour } = windowAt(facts)
  const { series } = facts
  return (
    excludes(series.redemptionDaysOfMonth, dayOfMonth) ||
    excludes(series.redemptionDaysOfWeek, dayOfWeek) ||
    excludes(series.redemptionHours, hour)
  )
}
