import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundaries, nowS, place, verdicts, type Case } from '../../../test/support/redemption-cases.ts'
import { redemptionsLeft } from './redemption-rules.ts'

describe('the judge', () => {
  test('accepts a coupon that breaks no rule', () => {
    expect(verdicts()).toEqual([])
  })

  test.each(boundaries)('%i, %s: accepts the last allowed case and refuses the next', (code, _, each) => {
    expect(verdicts(each.inside)).not.toContain(code)
    expect(verdicts(each.outside)).toContain(code)
  })

  test('reports refusals in the order of the contract, whichever rules are broken together', () => {
    const merge = (cases: Case[]): Case => ({
      coupon: Object.assign({}, ...cases.map((one) => one.coupon)),
      series: Object.assign({}, ...cases.map((one) => one.series)),
      customer: Object.assign({}, ...cases.map((one) => one.customer)),
      circumstances: Object.assign({}, ...cases.map((one) => one.circumstances)),
    })
    const order = [660, 712, 713, 739, 703, 742, 710, 735, 733, 729, 718, 711, 716, 696, 736, 738, 728]
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

  test('requires no gap if a coupon allows only one redemption', () => {
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

  test('lets a coupon begin with the n-th day after issue, even if clocks change in between', () => {
    const timeZone = 'Europe/Berlin'
    // Issued on 28 March at 12:00; the 29th has 23 hours. The 30th begins at 22:00 UTC of the 29th.
    const coupon = { createdAtS: Date.UTC(2026, 2, 28, 11) / 1000 }
    const series = { redemptionValidAfterDays: 2 }
    const startS = Date.UTC(2026, 2, 29, 22) / 1000
    expect(verdicts({ coupon, series, circumstances: { nowS: startS - 1, timeZone } })).toEqual([739])
    expect(verdicts({ coupon, series, circumstances: { nowS: startS, timeZone } })).toEqual([])
  })

  test('treats an empty list of days, hours or places like an absent one', () => {
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
              budget: null,
            },
            { redeemed: uses.series, maxRedeemed: limits.inAll },
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
