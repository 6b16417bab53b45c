import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seriesRequest } from '../../src/api/v2/series-wire.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { expectRefused, least, openSeriesShop, type SeriesBody } from '../support/series-cases.ts'
import { send } from '../support/write-cases.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

const fieldNames = Object.keys(seriesRequest.properties.CouponSeriesV2.properties)
const many = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const anyCodes = { anyUser: true, redemptionPerCouponMaxLimit: 2 }
const generic = { clientHandlingType: 'GENERIC', genericCode: 'ALL' }
const place = (redemptionOrgEntityType: unknown, orgEntityId: unknown) => ({
  redemptionOrgEntityDetails: [{ redemptionOrgEntityType, orgEntityId }],
})
const target = (start: unknown, end: unknown) => ({
  targetUserDetails: { validUserRegistrationStartTime: start, validUserRegistrationEndTime: end },
})

/** The stated terms, the code, and the part of the message that names the field and the allowed values. */
const cases: [fields: SeriesBody, code: number, message: string][] = [
  ...Object.keys(least).map((field): [SeriesBody, number, string] => [
    { [field]: null },
    756,
    `${field} is mandatory`,
  ]),
  [{ description: '' }, 756, 'description is mandatory'],
  [{ seriesCode: '' }, 753, 'series code cannot be empty'],
  [{ seriesCode: '  ' }, 753, 'series code cannot be empty'],
  [{ clientHandlingType: 'GENERIC' }, 754, 'generic cannot be empty'],
  [{ clientHandlingType: 'GENERIC', genericCode: '' }, 754, 'generic cannot be empty'],
  [{ genericCode: 'ALL' }, 400, 'genericCode: only with clientHandlingType GENERIC'],
  [{ ...anyCodes, anyUser: false }, 400, 'redemptionPerCouponMaxLimit: only with anyUser true'],
  [{ ...anyCodes, ...generic }, 400, 'redemptionPerCouponMaxLimit: not with clientHandlingType GENERIC'],
  [
    { ...anyCodes, redemptionPerCouponMaxLimit: 0 },
    400,
    'redemptionPerCouponMaxLimit: a whole number from 1',
  ],
  [{ expiryStrategyType: 'DAYS' }, 400, 'expiryStrategyValue: 0 to 36500'],
  [{ expiryStrategyType: 'DAYS', expiryStrategyValue: -1 }, 400, 'expiryStrategyValue: 0 to 36500'],
  [{ expiryStrategyType: 'MONTHS_END' }, 400, 'expiryStrategyValue: 0 to 1200'],
  [{ expiryStrategyType: 'MONTHS_END', expiryStrategyValue: 1_201 }, 400, 'expiryStrategyValue: 0 to 1200'],
  [{ expiryStrategyType: 'WEEKS' }, 400, 'expiryStrategyType: one of SERIES_EXPIRY, DAYS, MONTHS_END'],
  [{ discountType: 'FREE' }, 400, 'discountType: one of ABS, PERC'],
  [{ clientHandlingType: 'EXTERNAL' }, 400, 'clientHandlingType: one of'],
  [{ discountType: 'PERC', discountValue: 100.5 }, 400, 'discountValue: a percentage of 0 to 100'],
  [{ discountValue: -1 }, 400, 'discountValue: 0 to'],
  [{ discountValue: 1e15 }, 400, 'discountValue: 0 to'],
  [{ discountValue: 1.0001 }, 400, 'discountValue: 0 to 999999999999, with at most three decimals'],
  [{ discountValue: 'ten' }, 400, 'discountValue: a number'],
  [{ discountUpto: -5 }, 400, 'discountUpto'],
  [{ minBillAmount: 11, maxBillAmount: 10 }, 400, 'minBillAmount: at most maxBillAmount, 10'],
  [{ minBillAmount: -123 }, 400, 'minBillAmount'],
  [{ maxBillAmount: 1e13 }, 400, 'maxBillAmount'],
  [
    { couponPrefix: 'P', isPrefixEnabled: true, ...generic },
    400,
    'isPrefixEnabled: only with clientHandlingType DISC_CODE',
  ],
  [
    { couponSuffix: 'S', isSuffixEnabled: true, clientHandlingType: 'DISC_CODE_PIN' },
    400,
    'isSuffixEnabled: only with clientHandlingType DISC_CODE',
  ],
  [{ isPrefixEnabled: true }, 400, 'couponPrefix: a text'],
  [{ isSuffixEnabled: true }, 400, 'couponSuffix: a text'],
  [{ couponPrefix: 'ELEVENCHARS' }, 400, 'couponPrefix: at most 10'],
  [{ couponSuffix: 'a b' }, 400, 'couponSuffix: at most 10 letters'],
  [{ couponPrefix: 'é' }, 400, 'couponPrefix'],
  [{ orgPrefixOverride: true }, 400, 'orgPrefixOverride: false: the organisation has no prefix'],
  [{ orgSuffixOverride: true }, 400, 'orgSuffixOverride: false: the organisation has no suffix'],
  [
    { productInfo: [{ productType: 'SKU', productIds: [1], productCodes: ['a'] }] },
    400,
    'productInfo.0: one of the two',
  ],
  [{ productInfo: [{ productType: 'SKU' }] }, 400, 'productInfo.0: productIds or productCodes'],
  [{ productInfo: [{ productIds: [1] }] }, 756, 'productInfo.0.productType is mandatory'],
  [{ productInfo: [{ productType: 'COLOUR', productIds: [1] }] }, 400, 'productInfo.0.productType: one of'],
  ...(
    [
      ['BRAND', 250],
      ['ATTRIBUTE', 250],
      ['CATEGORY', 1_000],
      ['SKU', 10_000],
    ] as const
  ).map(([productType, most]): [SeriesBody, number, string] => [
    {
      productInfo: [
        { productType, productIds: many(most) },
        { productType, productCodes: ['one more'] },
      ],
    },
    400,
    `productInfo.1: at most ${most} of ${productType}`,
  ]),
  [{ redemptionRange: '{"dom":' }, 400, 'redemptionRange: a JSON object'],
  [{ redemptionRange: '[1]' }, 400, 'redemptionRange: a JSON object'],
  [{ redemptionRange: '{"dom":[32]}' }, 400, 'redemptionRange.dom: numbers from 1 to 31'],
  [{ redemptionRange: '{"dow":[0]}' }, 400, 'redemptionRange.dow: numbers from 1 to 7'],
  [{ redemptionRange: '{"hours":[24]}' }, 400, 'redemptionRange.hours: numbers from 0 to 23'],
  [{ redemptionRange: '{"hours":["noon"]}' }, 400, 'redemptionRange.hours'],
  [{ redemptionRange: '{"hours":[]}' }, 400, 'redemptionRange.hours'],
  [{ redemptionRange: '{"hours":[1.5]}' }, 400, 'redemptionRange.hours'],
  [{ mutualExclusiveSeriesIds: '[1' }, 756, 'mutualExclusiveSeriesIds is a JSON list'],
  [{ mutualExclusiveSeriesIds: '5' }, 756, 'mutualExclusiveSeriesIds is a JSON list'],
  [{ mutualExclusiveSeriesIds: '["a"]' }, 756, 'mutualExclusiveSeriesIds is a JSON list'],
  [{ mutualExclusiveSeriesIds: [0] }, 756, 'mutualExclusiveSeriesIds is a JSON list'],
  [{ validTillDate: '2026-05-31T00:00:00Z' }, 400, 'validTillDate: an end that is not in the past'],
  [{ validTillDate: '2026-02-30T00:00:00Z' }, 400, 'validTillDate: a time in ISO 8601 that there is'],
  [{ validTillDate: '2030-04-25T23:50:79+05:30' }, 400, 'validTillDate'],
  [{ validTillDate: 'soon' }, 400, 'validTillDate'],
  [{ redemptionValidFrom: '20261231' }, 400, 'redemptionValidFrom: a time in ISO 8601'],
  [{ redemptionValidFrom: 1.5 }, 400, 'redemptionValidFrom: a time in ISO 8601'],
  [{ validTillDateTime: '2099-12-30T12:00:00Z' }, 400, 'validTillDateTime: the day of validTillDate'],
  [
    { validTillDate: '2026-06-01', validTillDateTime: '2026-06-01T09:00:00Z' },
    400,
    'validTillDateTime: an end that is not in the past',
  ],
  [{ redemptionValidFrom: '2100-01-01T00:00:00Z' }, 400, 'redemptionValidFrom: not after the end'],
  [{ redemptionValidAfterDays: -2 }, 400, 'redemptionValidAfterDays'],
  [{ randomCodeLength: 3 }, 400, 'randomCodeLength: 4 to 40'],
  [{ randomCodeLength: 41 }, 400, 'randomCodeLength: 4 to 40'],
  ...[
    'maxCreate',
    'maxRedeem',
    'maxRedemptionsInSeriesPerUser',
    'maxVouchersPerUser',
    'minDaysBetweenVouchers',
    'minDaysBetweenRedemption',
    'maxReferralsPerReferee',
  ].flatMap((field): [SeriesBody, number, string][] => [
    [{ [field]: 10_000_000_297_830 }, 400, `${field}: a whole number`],
    [{ [field]: -123 }, 400, `${field}: a whole number`],
    [{ [field]: 1.5 }, 400, `${field}: a whole number`],
    [{ [field]: 'many' }, 400, `${field}: a number`],
  ]),
  [{ maxCreate: 0 }, 400, 'maxCreate: a whole number from 1'],
  [{ anyUser: 'maybe' }, 400, 'anyUser: true or false'],
  [{ anyUser: 1 }, 400, 'CouponSeriesV2.anyUser'],
  [{ maxCreate: {} }, 400, 'CouponSeriesV2.maxCreate'],
  [{ description: 'a\0b' }, 400, 'description'],
  [{ description: '\uD800' }, 400, 'description'],
  [{ description: 'x'.repeat(2_001) }, 400, 'description: at most 2000'],
  [{ customPropertyMap: { a: {} } }, 400, 'CouponSeriesV2.customPropertyMap'],
  [{ customPropertyMap: { a: 'b\0' } }, 400, 'customPropertyMap.a'],
  [place('CITY', 1), 400, 'redemptionOrgEntityDetails.0.redemptionOrgEntityType: one of'],
  [place('STORE', 999_999_999), 400, 'redemptionOrgEntityDetails: one that there is'],
  [place('TILL', 999_999_999), 400, 'redemptionOrgEntityDetails: one that there is'],
  [place('ZONE', 999_999_999), 400, 'redemptionOrgEntityDetails: one that there is'],
  [place('CONCEPT', 999_999_999), 400, 'redemptionOrgEntityDetails: one that there is'],
  [place('STORE', null), 756, 'redemptionOrgEntityDetails.0.orgEntityId is mandatory'],
  [place(null, 1), 756, 'redemptionOrgEntityDetails.0.redemptionOrgEntityType is mandatory'],
  [place('STORE', 'x'), 400, 'redemptionOrgEntityDetails.0.orgEntityId: an id'],
  [target(2, 1), 400, 'targetUserDetails.validUserRegistrationStartTime: at most'],
  [target(-1, 1), 400, 'targetUserDetails.validUserRegistrationStartTime'],
]

describe('a series is refused with the code and the name of the field', () => {
  test.each(cases)('if it states %j: %i', async (fields, code, message) => {
    const shop = await openSeriesShop(context, app)
    expectRefused(await shop.create(fields), 400, code, expect.stringContaining(message))
    expect(await shop.list()).toEqual([])
  })

  test('if the object that contains it is missing', async () => {
    const { post } = await openSeriesShop(context, app)
    for (const body of [{}, least, { CouponSeriesV2: null }, { CouponSeriesV2: [] }])
      expect((await post('/v2/coupon/series', body)).status).toBe(400)
  })

  test('if its series code is taken in the organisation: 751, and 752 on an edit', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({ seriesCode: 'TAKEN' })
    const other = await shop.created({ seriesCode: 'FREE' })
    const message = 'coupon series with same series code is already present'
    expectRefused(await shop.create({ seriesCode: 'TAKEN' }), 400, 751, message)
    expectRefused(await shop.edit(other, { seriesCode: 'TAKEN' }), 400, 752, message)
    expect(await shop.edit(id, { seriesCode: 'TAKEN' })).toMatchObject({ status: 200 })
    expect(await (await openSeriesShop(context, app)).create({ seriesCode: 'TAKEN' })).toMatchObject({
      status: 200,
      json: { seriesCode: 'TAKEN' },
    })
  })

  test('if its common code is that of a coupon or another series, in any letter case', async () => {
    const shop = await openSeriesShop(context, app)
    await shop.coupon(await shop.series(), await shop.customer(), { code: 'Used1' })
    const id = await shop.created({ ...generic, genericCode: 'First' })
    for (const genericCode of ['USED1', 'first'])
      expectRefused(
        await shop.create({ ...generic, genericCode }),
        400,
        400,
        expect.stringContaining('genericCode: a code that no coupon has'),
      )
    expect(await shop.list()).toHaveLength(2)
    expect(await shop.edit(id, { ...generic, genericCode: 'FIRST' })).toMatchObject({ status: 200 })
  })
})

describe('a call for series', () => {
  test.each([
    ['POST', '/v2/coupon/series'],
    ['PUT', '/v2/coupon/series/1'],
  ] as const)('%s %s fails in the form of its family: 401, 413, 415, 422', async (method, url) => {
    const shop = await openSeriesShop(context, app)
    const body = { CouponSeriesV2: least }
    const { authorization } = shop
    const refused = async (status: number, headers: Record<string, string>, sent: object | string) =>
      expectRefused(await send(app, method, url, headers, sent), status, status, expect.any(String))
    await refused(401, {}, body)
    await refused(413, { authorization }, { ...body, padding: 'x'.repeat(2 * 1024 * 1024) })
    await refused(415, { authorization, 'content-type': 'text/plain' }, JSON.stringify(body))
    await refused(400, { authorization, 'idempotency-key': 'k'.repeat(256) }, body)
  })

  test('with a wrong method is refused with 405 and the allowed methods', async () => {
    const shop = await openSeriesShop(context, app)
    const reply = await shop.put('/v2/coupon/series', {})
    expectRefused(reply, 405, 405, expect.any(String))
    expect(reply.headers['allow']).toBe('GET, HEAD, POST')
    expect((await shop.post('/v2/coupon/series/1', {})).headers['allow']).toBe('PUT')
  })

  test(
    'with any values in its fields is executed or refused, and never fails',
    { timeout: 60_000 },
    async () => {
      const shop = await openSeriesShop(context, app)
      const id = await shop.created()
      const odd = fc.oneof(
        fc.jsonValue(),
        fc.integer(),
        fc.double(),
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom(
          '\0',
          '\uD800',
          -1,
          0,
          1e300,
          '1e5',
          '{"dom":[[1]]}',
          '[null]',
          '[1e400]',
          [[]],
          '9'.repeat(40),
        ),
      )
      const anyFields = fc.dictionary(fc.constantFrom(...fieldNames), odd, { maxKeys: 3 })
      const statuses = new Set<number>()
      for (const fields of fc.sample(anyFields, 400)) {
        for (const reply of [await shop.create(fields), await shop.edit(id, fields)]) {
          statuses.add(reply.status)
          expect([200, 400], `${JSON.stringify(fields)}: ${reply.text}`).toContain(reply.status)
        }
      }
      expect([...statuses].sort((a, b) => a - b)).toEqual([200, 400])
    },
  )
})

describe('an edit is refused', () => {
  test('without the code (753) or the description (756) of the series', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created()
    for (const seriesCode of ['', null])
      expectRefused(await shop.edit(id, { seriesCode }), 400, 753, 'series code cannot be empty')
    expectRefused(await shop.edit(id, { description: null }), 400, 756, 'description is mandatory')
  })

  test('with limits below the numbers issued and redeemed, while equal ones are accepted', async () => {
    const shop = await openSeriesShop(context, app)
    const seriesId = await shop.series()
    for (let n = 0; n < 3; n++)
      await shop.coupon(seriesId, await shop.customer(), {
        redemptions: n < 2 ? [{ redeemedAt: new Date(now) }] : [],
      })
    expectRefused(
      await shop.edit(seriesId, { maxCreate: 2 }),
      400,
      400,
      expect.stringContaining('maxCreate: at least the 3 issued already'),
    )
    expectRefused(
      await shop.edit(seriesId, { maxRedeem: 1 }),
      400,
      400,
      expect.stringContaining('maxRedeem: at least the 2 redeemed already'),
    )
    expect(await shop.edit(seriesId, { maxCreate: 3, maxRedeem: 2 })).toMatchObject({ status: 200 })
  })

  test('if it would change the kind of codes', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created()
    expectRefused(
      await shop.edit(id, generic),
      400,
      400,
      expect.stringContaining('clientHandlingType: a series stays DISC_CODE'),
    )
  })

  test('with the same 404 for an unknown series and one of another organisation', async () => {
    const shop = await openSeriesShop(context, app)
    const foreign = await (await openSeriesShop(context, app)).created()
    for (const id of [foreign, 999_999_999])
      expectRefused(await shop.edit(id), 404, 404, `There is no coupon series ${id}`)
    for (const id of ['x', '0', '-1', '9'.repeat(20)])
      expectRefused(await shop.edit(id), 400, 400, expect.stringContaining('for id: an id'))
  })
})

test('callers without write access to coupons or series cannot create or edit series, and those with read access can list them', async () => {
  const shop = await openSeriesShop(context, app)
  const id = await shop.created()
  const code = `reader-${shop.orgId}`
  const { orgId, storeCode } = shop
  await createTill(context.database.queries, { orgId, storeCode, code, password, isReadOnly: true })
  const headers = { authorization: basic(code, password) }
  const body = { CouponSeriesV2: { ...least, seriesCode: 'X' } }
  expect((await send(app, 'POST', '/v2/coupon/series', headers, body)).status).toBe(403)
  expect((await send(app, 'PUT', `/v2/coupon/series/${id}`, headers, body)).status).toBe(403)
  const list = await send(app, 'GET', '/v2/coupon/series', headers)
  expect(list).toMatchObject({ status: 200, json: { entity: [{ id }] } })
  const setAccess = (access: object) =>
    context.database.queries
      .updateTable('access_groups')
      .set(access)
      .where('org_id', '=', orgId)
      .where('name', '=', 'default')
      .execute()
  for (const access of [{ coupon_access: 'none' }, { coupon_access: 'write', series_access: 'none' }]) {
    await setAccess(access)
    const till = `till-${orgId}-${Object.keys(access).length}`
    await createTill(context.database.queries, {
      orgId,
      storeCode,
      code: till,
      password,
      isReadOnly: false,
      accessGroup: 'default',
    })
    const credentials = { authorization: basic(till, password) }
    expect((await send(app, 'POST', '/v2/coupon/series', credentials, body)).status).toBe(403)
    expect((await send(app, 'GET', '/v2/coupon/series', credentials)).status).toBe(403)
  }
})
