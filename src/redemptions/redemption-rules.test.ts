import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  judge,
  redemptionsLeft,
  type CouponState,
  type CustomerUsage,
  type RedemptionCircumstances,
  type SeriesTerms,
} from './redemption-rules.ts'

/** 1 June 2026, a Monday, 10:00 UTC. */
const nowS = Date.UTC(2026, 5, 1, 10) / 1000
const dayS = 86_400

interface Case {
  coupon?: Partial<CouponState>
  series?: Partial<SeriesTerms>
  customer?: Partial<CustomerUsage>
  circumstances?: Partial<RedemptionCircumstances>
}

function verdicts({ coupon, series, customer, circumstances }: Case = {}) {
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
      isMultipleUseAllowed: true,
      maxRedemptionsPerCoupon: null,
      maxRedemptionsPerCustomer: null,
      redeemed: 0,
      maxRedeemed: null,
      validUntilS: nowS + dayS,
      redemptionValidFromS: null,
      redemptionValidAfterDays: 0,
      isAnyUser: false,
      isSameUserMultipleRedeem: true,
      minDaysBetweenRedemptions: null,
      minBillAmount: null,
      maxBillAmount: null,
      redemptionDaysOfMonth: null,
      redemptionDaysOfWeek: null,
      redemptionHours: null,
      redemptionStoreIds: null,
      redemptionTillIds: null,
      ...series,
    },
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
const place = { place: { storeId: 7, tillId: 70 } }

/** Each rule alone: just inside, which is allowed, and just outside. In the order in which refusals are told. */
const boundaries: [number, string, { inside: Case; outside: Case }][] = [
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
      // Issued on 31 May: one day after begins with 1 June.
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

describe('the judge', () => {
  test('accepts a coupon that breaks no rule', () => {
    expect(verdicts()).toEqual([])
  })

  test.each(boundaries)('%i, %s: accepts the last allowed case and refuses the next', (code, _, each) => {
    expect(verdicts(each.inside)).not.toContain(code)
    expect(verdicts(each.outside)).toContain(code)
  })

  test('tells refusals in the order of the contract, whichever are broken together', () => {
    const merge = (cases: Case[]): Case => ({
      coupon: Object.assign({}, ...cases.map((one) => one.coupon)),
      series: Object.assign({}, ...cases.map((one) => one.series)),
      customer: Object.assign({}, ...cases.map((one) => one.customer)),
      circumstances: Object.assign({}, ...cases.map((one) => one.circumstances)),
    })
    const order = [660, 712, 713, 739, 703, 742, 735, 733, 729, 718, 711, 716, 696, 736, 738, 728]
    fc.assert(
      fc.property(fc.subarray(boundaries), (broken) => {
        const found = verdicts(merge(broken.map(([, , { outside }]) => outside)))
        expect(found).toEqual(order.filter((code) => found.includes(code as never)))
      }),
    )
    expect(verdicts(merge(boundaries.map(([, , { outside }]) => outside)))[0]).toBe(660)
  })

  test('does not judge what a history does not know: the place and the bill', () => {
    expect(
      verdicts({
        series: { redemptionStoreIds: [1], redemptionTillIds: [1], minBillAmount: 9, maxBillAmount: 10 },
      }),
    ).toEqual([])
  })

  test('asks for no gap where a coupon is good for one redemption', () => {
    const customer = { lastRedeemedInSeriesAtS: nowS - 1 }
    const series = { minDaysBetweenRedemptions: 5 }
    expect(verdicts({ customer, series })).toEqual([738])
    expect(verdicts({ customer, series: { ...series, isMultipleUseAllowed: false } })).toEqual([])
  })

  test('counts days and hours in the zone of the organisation', () => {
    const circumstances = { nowS: Date.UTC(2026, 4, 31, 19) / 1000, timeZone: 'Asia/Kolkata' }
    const series = { redemptionDaysOfMonth: [1], redemptionDaysOfWeek: [1], redemptionHours: [0] }
    expect(verdicts({ circumstances, series })).toEqual([])
    expect(verdicts({ circumstances: { ...circumstances, timeZone: 'UTC' }, series })).toEqual([729])
  })

  test('lets a coupon begin with the n-th day after issue, though clocks change between', () => {
    const timeZone = 'Europe/Berlin'
    // Issued on 28 March at 12:00; the 29th has 23 hours. The 30th begins at 22:00 UTC of the 29th.
    const coupon = { createdAtS: Date.UTC(2026, 2, 28, 11) / 1000 }
    const series = { redemptionValidAfterDays: 2 }
    const startS = Date.UTC(2026, 2, 29, 22) / 1000
    expect(verdicts({ coupon, series, circumstances: { nowS: startS - 1, timeZone } })).toEqual([739])
    expect(verdicts({ coupon, series, circumstances: { nowS: startS, timeZone } })).toEqual([])
  })

  test('takes an empty list of days, hours or places as none at all', () => {
    expect(verdicts({ series: { redemptionHours: [] } })).toEqual([729])
    expect(verdicts({ series: { redemptionStoreIds: [] }, circumstances: place })).toEqual([735])
  })
})

describe('redemptionsLeft', () => {
  const limit = fc.option(fc.integer({ min: 1, max: 5 }), { nil: null })
  const used = fc.nat(6)

  test('is -1 exactly when no limit applies, else the smallest remainder and never below 0', () => {
    fc.assert(
      fc.property(
        fc.record({
          own: limit,
          perCoupon: limit,
          perCustomer: limit,
          inAll: limit,
          isMultiple: fc.boolean(),
        }),
        fc.record({ coupon: used, customer: used, series: used }),
        (limits, uses) => {
          const left = redemptionsLeft(
            { redeemed: uses.coupon, maxRedeemed: limits.own },
            {
              isMultipleUseAllowed: limits.isMultiple,
              maxRedemptionsPerCoupon: limits.perCoupon,
              maxRedemptionsPerCustomer: limits.perCustomer,
              redeemed: uses.series,
              maxRedeemed: limits.inAll,
            },
            { redeemedInSeries: uses.customer },
          )
          const remainders = [
            limits.own === null ? [] : [limits.own - uses.coupon],
            limits.perCoupon === null ? [] : [limits.perCoupon - uses.coupon],
            limits.perCustomer === null ? [] : [limits.perCustomer - uses.customer],
            limits.inAll === null ? [] : [limits.inAll - uses.series],
            limits.isMultiple ? [] : [1 - uses.coupon],
          ].flat()
          expect(left).toBe(remainders.length === 0 ? -1 : Math.max(0, Math.min(...remainders)))
        },
      ),
    )
  })
})
