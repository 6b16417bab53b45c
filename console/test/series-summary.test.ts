import { expect, test } from 'vitest'
import { formatsOf } from '../src/parts/format.ts'
import { newFields, type SeriesFields } from '../src/pages/series/series-fields.ts'
import { summaryOf } from '../src/pages/series/series-summary.ts'

const formats = formatsOf('Asia/Kolkata', 'INR')

test.each<[Partial<SeriesFields>, number, string]>([
  [{}, 0, 'No discount yet, each coupon once, with no end yet, for its holder.'],
  [
    {
      discountType: 'PERC',
      discountValue: '20',
      discountUpto: '500',
      maxRedemptionsInSeriesPerUser: '1',
      redemptionValidFrom: '2026-12-10',
      validTillDate: '2026-12-15',
      redemptionOrgEntityDetails: Array.from({ length: 12 }, (_, id) => String(id)),
    },
    0,
    '20 % off, at most ₹500, each coupon once, once per customer, from 10 Dec 2026 to 15 Dec 2026, in 12 stores, for its holder.',
  ],
  [
    {
      discountValue: '100',
      discountUpto: '7',
      minBillAmount: '1000',
      maxBillAmount: '50000',
      includedBrands: 'Acme',
      includedCategories: 'Shoes',
      anyUser: true,
      isMultipleUseAllowed: true,
      redemptionPerCouponMaxLimit: '2',
      maxRedeem: '10000',
      minDaysBetweenRedemption: '7',
      validTillDate: '2026-12-31',
      validTillTime: '18:00',
      redemptionValidAfterDays: '1',
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: '30',
      dow: ['7', '6'],
      hours: ['18'],
      redemptionOrgEntityDetails: ['4'],
    },
    2,
    '₹100 off, on bills of ₹1,000 to ₹50,000, on some brands and categories, each coupon twice, 7 days apart, 10,000 times in all, until 31 Dec 2026, 18:00, from 1 day after issue, for 30 days after issue, on Saturdays and Sundays, in the hours from 18:00, in 1 store and 2 other places, for anybody with the code.',
  ],
  [
    {
      discountValue: '5',
      clientHandlingType: 'GENERIC',
      genericCode: 'HELLO5',
      validTillDate: '2026-12-31',
      expiryStrategyType: 'MONTHS_END',
      expiryStrategyValue: '0',
      dom: ['1'],
    },
    0,
    '₹5 off, with the code HELLO5, until 31 Dec 2026, until the end of the month of issue, on day 1 of the month.',
  ],
])('the terms %j are one sentence', (changed, otherPlaces, sentence) => {
  expect(summaryOf({ ...newFields, ...changed }, formats, otherPlaces)).toBe(sentence)
})
