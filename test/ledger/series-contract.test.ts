import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'

const now = '2025-10-09T06:45:15Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

/** Every field that can be stated, with a value other than the default. */
const whole = {
  description: 'Winter\nten off',
  discountCode: 'WINTER',
  validTillDate: '2030-09-30T00:00:00Z',
  anyUser: true,
  smsTemplate: 'Dear {{first_name}}, {{voucher}}',
  discountValue: 12.125,
  discountType: 'PERC',
  clientHandlingType: 'DISC_CODE',
  expiryStrategyType: 'DAYS',
  expiryStrategyValue: 30,
  seriesCode: 'winter-30',
  maxCreate: 2_147_483_647,
  maxRedeem: 500,
  redemptionPerCouponMaxLimit: 4,
  maxRedemptionsInSeriesPerUser: 122,
  sameUserMultipleRedeem: true,
  isMultipleUseAllowed: true,
  minDaysBetweenRedemption: 962,
  isMultipleVouchersPerUserAllowed: true,
  maxVouchersPerUser: 11,
  minDaysBetweenVouchers: 23,
  doNotResendExistingVoucher: true,
  mutualExclusiveSeriesIds: '[7,8]',
  discountUpto: 99.5,
  minBillAmount: 100,
  maxBillAmount: 20_000,
  redemptionRange: '{"dom" : [1,2,31], "dow": [1,7], "hours": [0,23]}',
  redemptionValidFrom: '2025-11-01T00:00:00Z',
  redemptionValidAfterDays: 22,
  targetUserDetails: {
    validMaxUserTransactionLimit: 1,
    validUserRegistrationStartTime: 0,
    validUserRegistrationEndTime: 10_000,
  },
  productInfo: [
    { productType: 'SKU', productCodes: ['A-1', 'B-2'] },
    { productType: 'BRAND', productIds: [11, 12] },
  ],
  alphaNumeric: true,
  randomCodeLength: 8,
  resendMessageEnabled: false,
  isSMSDisabled: true,
  info: 'Ten off in winter',
  tag: 'winter',
  customPropertyMap: { standard_terms_and_conditions: 'terms', standard_image_1: 'a.png' },
  couponPrefix: 'P-SUC',
  couponSuffix: 'S_SUC',
  isPrefixEnabled: true,
  isSuffixEnabled: true,
  orgPrefixOverride: false,
  orgSuffixOverride: false,
  isValidationRequired: true,
  isReferralExistingUsersAllowed: true,
  isValidWithDiscountedItem: true,
  maxReferralsPerReferee: 3,
}

describe('POST /v2/coupon/series', () => {
  test('returns every stated field at its place in the contract', async () => {
    const shop = await openSeriesShop(context, app)
    const stores = [shop.storeId]
    const places = [
      { redemptionOrgEntityType: 'STORE', orgEntityId: shop.storeId },
      { redemptionOrgEntityType: 'TILL', orgEntityId: shop.tillId },
    ]
    const reply = await shop.create({ ...whole, redemptionOrgEntityDetails: places })
    expect(reply).toMatchObject({ status: 200, json: { ...whole, redemptionOrgEntityDetails: places } })
    const keys = Object.keys(reply.json as object)
    expect(keys[0]).toBe('customPropertyMap')
    const after = (key: string) => keys[keys.indexOf(key) + 1]
    expect(after('showPinCode')).toBe('targetUserDetails')
    expect(keys.slice(keys.indexOf('redemptionPerCouponMaxLimit') + 1, keys.indexOf('seriesType'))).toEqual([
      'couponPrefix',
      'couponSuffix',
      'isPrefixEnabled',
      'isSuffixEnabled',
      'orgPrefixOverride',
      'orgSuffixOverride',
    ])
    expect(keys.at(-1)).toBe('warnings')
    expect(reply.json).toMatchObject({ validDaysFromCreation: 30, numTotal: 2_147_483_647 })
    expect(await shop.list(`orgEntityType=Stores&orgEntityIds=${stores.join(',')}`)).toHaveLength(1)
    const generic = await shop.create({ clientHandlingType: 'GENERIC', genericCode: 'ALL10' })
    const genericKeys = Object.keys(generic.json as object)
    expect(genericKeys[genericKeys.indexOf('genericCode') + 1]).toBe('resendMessageEnabled')
  })

  test('returns an answer that leaves the series unchanged when it is sent as an edit', async () => {
    const shop = await openSeriesShop(context, app, { timeZone: 'Asia/Kolkata' })
    const places = [{ redemptionOrgEntityType: 'TILL', orgEntityId: shop.tillId }]
    const reply = await shop.create({ ...whole, redemptionOrgEntityDetails: places })
    const id = reply.at('id') as number
    const [listed] = await shop.list(`ids=${id}`)
    const edited = await shop.put(`/v2/coupon/series/${id}`, { CouponSeriesV2: listed })
    const { lastUsed, dvsExpiryDate, ...same } = listed as Record<string, unknown>
    expect([typeof lastUsed, typeof dvsExpiryDate]).toEqual(['string', 'string'])
    // Terms that no rule uses are stored, and an edit warns about them as the creation did.
    const warnings = ['targetUserDetails.validMaxUserTransactionLimit', 'productInfo']
      .filter((name) => name === 'productInfo' || whole.targetUserDetails.validMaxUserTransactionLimit >= 0)
      .map((name) => ({ status: true, code: 745, message: `${name} is kept and not judged` }))
    expect(reply.at('warnings')).toEqual(warnings)
    expect(edited).toMatchObject({ status: 200, json: { ...same, warnings } })
  })

  test.each([
    ['UTC', '2026-06-12T00:00:00+05:30', '2026-06-11T00:00:00Z', '2026-06-11T23:59:59Z', 1_781_136_000_000],
    ['UTC', '2030-09-30T00:00:00+05:30', '2030-09-29T00:00:00Z', '2030-09-29T23:59:59Z', 1_916_870_400_000],
    [
      'Asia/Kolkata',
      '2026-06-12T00:00:00+05:30',
      '2026-06-12T00:00:00+05:30',
      '2026-06-12T23:59:59+05:30',
      1_781_202_600_000,
    ],
    ['UTC', 1_781_254_800_000, '2026-06-12T00:00:00Z', '2026-06-12T23:59:59Z', 1_781_222_400_000],
    ['UTC', '2026-06-12', '2026-06-12T00:00:00Z', '2026-06-12T23:59:59Z', 1_781_222_400_000],
  ])('in %s ends with the day that %s falls on', async (timeZone, sent, date, dateTime, fixedExpiryDate) => {
    const shop = await openSeriesShop(context, app, { timeZone })
    const reply = await shop.create({ validTillDate: sent, redemptionValidFrom: '1970-01-01T05:30:00+05:30' })
    expect(reply.json).toMatchObject({ validTillDate: date, validTillDateTime: dateTime, fixedExpiryDate })
    expect(reply.at('redemptionValidFrom')).toMatch(/^1970-01-01T00:00:00/)
  })

  test.each([
    [
      { maxCreate: -1, maxRedeem: null },
      { maxCreate: -1, maxRedeem: -1 },
    ],
    [
      { maxBillAmount: 9_007_199_254_740_991, minBillAmount: 0 },
      { maxBillAmount: -1, minBillAmount: 0 },
    ],
    [{ discountType: 'perc', clientHandlingType: 'disc_code' }, { discountType: 'PERC' }],
    [{ expiryStrategyType: 'Months_End', expiryStrategyValue: '2' }, { expiryStrategyValue: 2 }],
    [{ expiryStrategyValue: 1 }, { expiryStrategyValue: -1 }],
    [{ mutualExclusiveSeriesIds: [5, '6', -1] }, { mutualExclusiveSeriesIds: '[5,6]' }],
    [{ mutualExclusiveSeriesIds: '[]' }, { mutualExclusiveSeriesIds: '[-1]' }],
    [
      { redemptionRange: '{"dom" : 1, "dow": "-1"}' },
      { redemptionRange: '{"dom" : [1], "dow": [-1], "hours": [-1]}' },
    ],
    [
      { redemptionRange: { hours: ['9', 8, 9] } },
      { redemptionRange: '{"dom" : [-1], "dow": [-1], "hours": [8,9]}' },
    ],
    [{ isMultipleUseAllowed: false, minDaysBetweenRedemption: 3 }, { minDaysBetweenRedemption: 3 }],
    [{ couponPrefix: 'gold' }, { couponPrefix: 'gold', isPrefixEnabled: false }],
    [
      { id: 5, numIssued: 7, createdBy: 3, createdOn: 'then', unknown: {} },
      { numIssued: 0, createdOn: now },
    ],
    [{ productInfo: [], customPropertyMap: {}, redemptionOrgEntityDetails: null }, {}],
  ])('reads %j', async (fields, printed) => {
    const { create } = await openSeriesShop(context, app)
    expect(await create(fields)).toMatchObject({ status: 200, json: printed })
  })
})

describe('GET /v2/coupon/series', () => {
  test('returns a list and warnings, with each series as its creation returned it', async () => {
    const shop = await openSeriesShop(context, app)
    const reply = await shop.create()
    const { warnings, ...created } = reply.json as Record<string, unknown>
    const list = await shop.call('GET', `/v2/coupon/series?ids=${String(reply.at('id'))}`)
    expect(list.status).toBe(200)
    expect(list.json).toEqual({ entity: [{ ...created, numTotal: -1 }], warnings })
    expect(Object.keys(list.json as object)).toEqual(['entity', 'warnings'])
  })
})
