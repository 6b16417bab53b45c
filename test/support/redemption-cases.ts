import type {
  CouponState,
  CustomerUsage,
  RedemptionCircumstances,
} from '../../src/ledger/redemptions/redemption-facts.ts'
import { judge } from '../../src/ledger/redemptions/redemption-rules.ts'
import type { Series } from '../../src/ledger/series/terms.ts'
import { openTerms } from './open-terms.ts'

/** 1 June 2026, a Monday, 10:00 UTC. */
export const nowS = Date.UTC(2026, 5, 1, 10) / 1000
const dayS = 86_400

export interface Case {
  coupon?: Partial<CouponState>
  series?: Partial<Series>
  customer?: Partial<CustomerUsage>
  circumstances?: Partial<RedemptionCircumstances>
}

/** The verdict of the judge on a coupon without limits except the given ones. */
export function verdicts({ coupon, series, customer, circumstances }: Case = {}) {
  return judge(
    {
      customerId: 1,
      createdAtS: nowS - 5 * dayS,
      validUntilS: nowS + dayS,
      isRevoked: false,
      redeemed: 0,
      maxRedeemed: null,
      ...coupon,
    },
    {
      ...openTerms,
      isMultipleUseAllowed: true,
      isSameUserMultipleRedeem: true,
      validUntilS: nowS + dayS,
      ...series,
    },
    { redeemed: 0, maxRedeemed: null, ...series },
    {
      customerId: 1,
      isBlocked: false,
      redeemedInSeries: 0,
      redeemedThisCoupon: 0,
      lastRedeemedInSeriesAtS: null,
      ...customer,
    },
    { nowS, timeZone: 'UTC', ...circumstances },
  )
}

const bill = (amount: number, transactionNumber = 'bill-1', isNumberRequired = false) => ({
  bill: { amount, transactionNumber, isNumberRequired },
})
export const place = { place: { storeId: 7, tillId: 70 } }

/** Each rule on its own, just inside, which is allowed, and just outside, in order of precedence of the refusals. */
export const boundaries: [number, string, { inside: Case; outside: Case }][] = [
  [660, 'revoked', { inside: {}, outside: { coupon: { isRevoked: true } } }],
  [
    712,
    'series over',
    { inside: { series: { validUntilS: nowS } }, outside: { series: { validUntilS: nowS - 1 } } },
  ],
  [
    713,
    'coupon over',
    { inside: { coupon: { validUntilS: nowS } }, outside: { coupon: { validUntilS: nowS - 1 } } },
  ],
  [
    739,
    'too early by date',
    {
      inside: { series: { redemptionValidFromS: nowS } },
      outside: { series: { redemptionValidFromS: nowS + 1 } },
    },
  ],
  [
    739,
    'too early by days after issue',
    {
      // Issued on 31 May, so that one day later begins with 1 June.
      inside: { coupon: { createdAtS: nowS - 11 * 3600 }, series: { redemptionValidAfterDays: 1 } },
      outside: { coupon: { createdAtS: nowS - 10 * 3600 }, series: { redemptionValidAfterDays: 1 } },
    },
  ],
  [
    703,
    'somebody else’s',
    {
      inside: { coupon: { customerId: 2 }, series: { isAnyUser: true } },
      outside: { coupon: { customerId: 2 } },
    },
  ],
  [703, 'nobody’s yet', { inside: {}, outside: { coupon: { customerId: null } } }],
  [742, 'blocked', { inside: {}, outside: { customer: { isBlocked: true } } }],
  [
    710,
    'registered too early',
    {
      inside: {
        series: { targetCustomers: { validUserRegistrationStartTime: nowS - dayS } },
        customer: { registeredAtS: nowS - dayS },
      },
      outside: {
        series: { targetCustomers: { validUserRegistrationStartTime: nowS - dayS } },
        customer: { registeredAtS: nowS - dayS - 1 },
      },
    },
  ],
  [
    710,
    'registered too late, by a window in milliseconds',
    {
      inside: {
        series: { targetCustomers: { validUserRegistrationEndTime: (nowS - dayS) * 1000 } },
        customer: { registeredAtS: nowS - dayS },
      },
      outside: {
        series: { targetCustomers: { validUserRegistrationEndTime: (nowS - dayS) * 1000 } },
        customer: { registeredAtS: nowS - dayS + 1 },
      },
    },
  ],
  [
    735,
    'another store',
    {
      inside: { series: { redemptionStoreIds: [6, 7] }, circumstances: place },
      outside: { series: { redemptionStoreIds: [6] }, circumstances: place },
    },
  ],
  [
    735,
    'another till',
    {
      inside: { series: { redemptionStoreIds: [6], redemptionTillIds: [70] }, circumstances: place },
      outside: { series: { redemptionTillIds: [71] }, circumstances: place },
    },
  ],
  [
    733,
    'small bill',
    {
      inside: { series: { minBillAmount: 100 }, circumstances: bill(100) },
      outside: { series: { minBillAmount: 100 }, circumstances: bill(99.99) },
    },
  ],
  [
    733,
    'large bill',
    {
      inside: { series: { maxBillAmount: 100 }, circumstances: bill(100) },
      outside: { series: { maxBillAmount: 100 }, circumstances: bill(100.01) },
    },
  ],
  [
    729,
    'another day of the month',
    {
      inside: { series: { redemptionDaysOfMonth: [1, 31] } },
      outside: { series: { redemptionDaysOfMonth: [2] } },
    },
  ],
  [
    729,
    'another weekday',
    { inside: { series: { redemptionDaysOfWeek: [1] } }, outside: { series: { redemptionDaysOfWeek: [7] } } },
  ],
  [
    729,
    'another hour',
    { inside: { series: { redemptionHours: [10] } }, outside: { series: { redemptionHours: [9, 11] } } },
  ],
  [
    718,
    'no transaction number',
    { inside: { circumstances: bill(1, 'x', true) }, outside: { circumstances: bill(1, '', true) } },
  ],
  [
    711,
    'single use',
    {
      inside: { series: { isMultipleUseAllowed: false } },
      outside: { series: { isMultipleUseAllowed: false }, coupon: { redeemed: 1 } },
    },
  ],
  [
    716,
    'the same customer again',
    {
      inside: { series: { isSameUserMultipleRedeem: false }, coupon: { redeemed: 1 } },
      outside: {
        series: { isSameUserMultipleRedeem: false },
        coupon: { redeemed: 1 },
        customer: { redeemedThisCoupon: 1 },
      },
    },
  ],
  [
    696,
    'limit of the code',
    {
      inside: { series: { maxRedemptionsPerCoupon: 2 }, coupon: { redeemed: 1 } },
      outside: { series: { maxRedemptionsPerCoupon: 2 }, coupon: { redeemed: 2 } },
    },
  ],
  [
    696,
    'limit of its own',
    {
      inside: { coupon: { maxRedeemed: 3, redeemed: 2 } },
      outside: { coupon: { maxRedeemed: 3, redeemed: 3 } },
    },
  ],
  [
    736,
    'limit of the customer',
    {
      inside: { series: { maxRedemptionsPerCustomer: 2 }, customer: { redeemedInSeries: 1 } },
      outside: { series: { maxRedemptionsPerCustomer: 2 }, customer: { redeemedInSeries: 2 } },
    },
  ],
  [
    738,
    'gap',
    {
      inside: {
        series: { minDaysBetweenRedemptions: 2 },
        customer: { lastRedeemedInSeriesAtS: nowS - 2 * dayS },
      },
      outside: {
        series: { minDaysBetweenRedemptions: 2 },
        customer: { lastRedeemedInSeriesAtS: nowS - 2 * dayS + 1 },
      },
    },
  ],
  [
    728,
    'limit of the series',
    {
      inside: { series: { maxRedeemed: 2, redeemed: 1 } },
      outside: { series: { maxRedeemed: 2, redeemed: 2 } },
    },
  ],
]
