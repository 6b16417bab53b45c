import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { least } from '../support/series-cases.ts'
import { openShop, type Method } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database
const shop = await openShop(context, app)
const foreign = await openShop(context, app)

type Setting = 'published' | '200' | '400'

/** A till that wants refusals with one status. */
async function tillWith(v2RefusalStatus: Setting) {
  const { orgId, storeCode } = shop
  const code = `refusals-${v2RefusalStatus}-${randomUUID().slice(0, 8)}`
  const id = await createTill(queries, {
    orgId,
    storeCode,
    code,
    password,
    isReadOnly: false,
    accessGroup: 'default',
  })
  await setClientSettings(queries, orgId, { kind: 'till', which: id }, { v2RefusalStatus })
  return { authorization: basic(code, password) }
}

const headersOf = {
  published: await tillWith('published'),
  200: await tillWith('200'),
  400: await tillWith('400'),
}

const used = async () => {
  const customerId = await shop.customer()
  const seriesId = await shop.series({ is_multiple_use_allowed: false })
  const { code, id } = await shop.coupon(seriesId, customerId, {
    redemptions: [{ redeemedAt: new Date('2026-05-01T00:00:00Z') }],
  })
  return { customerId, seriesId, code, id, user: { id: customerId } }
}
const fresh = async (terms: Parameters<typeof shop.series>[0] = {}) => {
  const customerId = await shop.customer()
  const seriesId = await shop.series(terms)
  const { code } = await shop.coupon(seriesId, customerId)
  return { customerId, seriesId, code, user: { id: customerId } }
}
const foreignRedemption = async () => {
  const customerId = await shop.customer()
  const { code } = await shop.coupon(await shop.series(), customerId)
  const redeemed = await shop.redeem(code, customerId)
  return Number(redeemed.at('redemption.0.redemptionId'))
}
const list = (...codes: readonly string[]) => codes.map((code) => ({ code }))
const nobody = { email: 'nobody@example.com' }

/** The published status, and whether the setting moves it. */
type Row = readonly [
  title: string,
  status: 200 | 400 | 404,
  isMoved: boolean,
  prepare: () => Promise<readonly [Method, string, object?]> | readonly [Method, string, object?],
  body: unknown,
]

const status = (code: number, message: unknown = expect.any(String)) => ({ status: false, code, message })
const errors = (code: number) => ({ errors: [status(code)] })
const entity = (code: number) => ({ warnings: [], errors: [status(code)], success: false })
const refusedItem = (code: number) =>
  expect.objectContaining({
    code: expect.any(String),
    redemptionStatus: expect.objectContaining({ code, success: false }),
  })

const rows: readonly Row[] = [
  // POST issue
  [
    'issue: unknown customer',
    400,
    true,
    async () => ['POST', '/v2/coupon/issue', { seriesId: await shop.series(), customer: nobody }],
    errors(701),
  ],
  [
    'issue: unknown series',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue',
      { seriesId: 4_000_000, customer: { id: await shop.customer() } },
    ],
    errors(707),
  ],
  [
    'issue: second coupon of a series that sends nothing again',
    400,
    true,
    async () => {
      const { seriesId, user } = await fresh({
        is_existing_coupon_withheld: true,
        is_multiple_per_customer_allowed: false,
      })
      return ['POST', '/v2/coupon/issue', { seriesId, customer: user }]
    },
    { errors: [status(709, 'Coupon processing failed: user already has a coupon')] },
  ],
  [
    'issue: expired series',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue',
      {
        seriesId: await shop.series({ valid_until: new Date('2026-01-01') }),
        customer: { id: await shop.customer() },
      },
    ],
    errors(713),
  ],
  [
    'issue: series used up',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue',
      { seriesId: await shop.series({ max_issued: 0 }), customer: { id: await shop.customer() } },
    ],
    errors(5001),
  ],
  [
    'issue: customer has had all',
    400,
    true,
    async () => {
      const { seriesId, user } = await fresh({
        is_multiple_per_customer_allowed: true,
        max_coupons_per_customer: 1,
      })
      return ['POST', '/v2/coupon/issue', { seriesId, customer: user }]
    },
    errors(5002),
  ],
  [
    'issue: no uploaded codes left',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue',
      {
        seriesId: await shop.series({ client_handling_type: 'DISC_CODE_PIN' }),
        customer: { id: await shop.customer() },
      },
    ],
    errors(5005),
  ],
  // POST bulk/issue
  [
    'bulk/issue: a refused series',
    200,
    true,
    async () => [
      'POST',
      '/v2/coupon/bulk/issue',
      { seriesIds: [4_000_000], customer: { id: await shop.customer() } },
    ],
    {
      response: [{ entityId: 4_000_000, errors: [status(707)], warnings: [] }],
      totalCount: 1,
      failureCount: 1,
    },
  ],
  [
    'bulk/issue: some of several',
    200,
    false,
    async () => [
      'POST',
      '/v2/coupon/bulk/issue',
      { seriesIds: [4_000_000, await shop.series()], customer: { id: await shop.customer() } },
    ],
    expect.objectContaining({ totalCount: 2, failureCount: 1 }),
  ],
  [
    'bulk/issue: unknown customer',
    400,
    true,
    async () => ['POST', '/v2/coupon/bulk/issue', { seriesIds: [await shop.series()], customer: nobody }],
    status(701),
  ],
  // POST issue/multiple
  [
    'issue/multiple: unknown series',
    200,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      { seriesId: 4_000_000, count: 1, customer: { id: await shop.customer() } },
    ],
    errors(707),
  ],
  [
    'issue/multiple: count beyond what is allowed',
    200,
    false,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      { seriesId: await shop.series(), count: 501, customer: { id: await shop.customer() } },
    ],
    errors(677),
  ],
  [
    'issue/multiple: unknown customer',
    200,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      { seriesId: await shop.series(), count: 1, customer: nobody },
    ],
    errors(701),
  ],
  [
    'issue/multiple: expired series',
    200,
    true,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      {
        seriesId: await shop.series({ valid_until: new Date('2026-01-01') }),
        count: 1,
        customer: { id: await shop.customer() },
      },
    ],
    errors(713),
  ],
  [
    'issue/multiple: second coupon of a series that sends nothing again',
    200,
    true,
    async () => {
      const { seriesId, user } = await fresh({
        is_existing_coupon_withheld: true,
        is_multiple_per_customer_allowed: false,
      })
      return ['POST', '/v2/coupon/issue/multiple', { seriesId, count: 1, customer: user }]
    },
    errors(709),
  ],
  [
    'issue/multiple: without a series',
    200,
    false,
    async () => ['POST', '/v2/coupon/issue/multiple', { count: 1, customer: { id: await shop.customer() } }],
    errors(756),
  ],
  [
    'issue/multiple: count of zero',
    200,
    false,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      { seriesId: await shop.series(), count: 0, customer: { id: await shop.customer() } },
    ],
    errors(756),
  ],
  [
    'issue/multiple: a limit that is used up',
    200,
    true,
    async () => {
      const { seriesId, user } = await fresh({
        is_multiple_per_customer_allowed: true,
        max_coupons_per_customer: 1,
      })
      return ['POST', '/v2/coupon/issue/multiple', { seriesId, count: 2, customer: user }]
    },
    expect.objectContaining({
      coupons: [],
      totalCount: 2,
      failureCount: 2,
      successCount: 0,
      errors: [status(5002)],
    }),
  ],
  [
    'issue/multiple: a limit that is reached on the way',
    200,
    false,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      {
        seriesId: await shop.series({ is_multiple_per_customer_allowed: true, max_coupons_per_customer: 1 }),
        count: 2,
        customer: { id: await shop.customer() },
      },
    ],
    expect.objectContaining({ totalCount: 2, failureCount: 1, successCount: 1, errors: [status(5002)] }),
  ],
  [
    'issue/multiple: several of a series that gives one coupon to a customer',
    200,
    false,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      {
        seriesId: await shop.series({ is_multiple_per_customer_allowed: false }),
        count: 2,
        customer: { id: await shop.customer() },
      },
    ],
    expect.objectContaining({ totalCount: 2, failureCount: 1, successCount: 1, errors: [status(5004)] }),
  ],
  [
    'issue/multiple: seriesId as an array',
    400,
    false,
    async () => [
      'POST',
      '/v2/coupon/issue/multiple',
      { seriesId: [await shop.series()], count: 1, customer: { id: await shop.customer() } },
    ],
    errors(400),
  ],
  // POST redeem
  [
    'redeem: unknown code',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/redeem',
      { redemptionRequestList: list('no-such-code'), user: { id: await shop.customer() } },
    ],
    expect.objectContaining({
      redemption: [
        expect.objectContaining({
          code: 'NO-SUCH-CODE',
          redemptionStatus: expect.objectContaining({ code: 702 }),
        }),
      ],
      redemptionStatus: status(702),
    }),
  ],
  [
    'redeem: coupon of another customer',
    400,
    true,
    async () => {
      const { code } = await fresh()
      return [
        'POST',
        '/v2/coupon/redeem',
        { redemptionRequestList: list(code), user: { id: await shop.customer() } },
      ]
    },
    expect.objectContaining({ redemption: [refusedItem(703)], redemptionStatus: status(703) }),
  ],
  [
    'redeem: used coupon',
    400,
    true,
    async () => {
      const { code, user } = await used()
      return ['POST', '/v2/coupon/redeem', { redemptionRequestList: list(code), user }]
    },
    expect.objectContaining({ redemption: [refusedItem(711)], redemptionStatus: status(711) }),
  ],
  [
    'redeem: limit of the code',
    400,
    true,
    async () => {
      const { code, user, customerId } = await fresh({ max_redemptions_per_coupon: 1 })
      await shop.redeem(code, customerId)
      return ['POST', '/v2/coupon/redeem', { redemptionRequestList: list(code), user }]
    },
    expect.objectContaining({ redemption: [refusedItem(696)], redemptionStatus: status(696) }),
  ],
  [
    'redeem: expired coupon',
    400,
    true,
    async () => {
      const { code, user } = await fresh({ valid_until: new Date('2026-01-01') })
      return ['POST', '/v2/coupon/redeem', { redemptionRequestList: list(code), user }]
    },
    expect.objectContaining({ redemption: [refusedItem(712)], redemptionStatus: status(712) }),
  ],
  [
    'redeem: coupon whose own validity has ended',
    400,
    true,
    async () => {
      const customerId = await shop.customer()
      const validUntil = new Date('2026-01-01')
      const { code } = await shop.coupon(await shop.series(), customerId, { validUntil })
      const user = { id: customerId }
      return ['POST', '/v2/coupon/redeem', { redemptionRequestList: list(code), user }]
    },
    expect.objectContaining({ redemption: [refusedItem(713)], redemptionStatus: status(713) }),
  ],
  [
    'redeem: second redemption by the same customer',
    400,
    true,
    async () => {
      const { code, user, customerId } = await fresh({ is_same_user_multiple_redeem: false })
      await shop.redeem(code, customerId)
      return ['POST', '/v2/coupon/redeem', { redemptionRequestList: list(code), user }]
    },
    expect.objectContaining({ redemption: [refusedItem(716)], redemptionStatus: status(716) }),
  ],
  [
    'redeem: unknown customer',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/redeem',
      { redemptionRequestList: list((await fresh()).code), user: nobody },
    ],
    status(701),
  ],
  // POST bulk/redeem
  [
    'bulk/redeem: unknown customer',
    400,
    true,
    async () => [
      'POST',
      '/v2/coupon/bulk/redeem',
      { redemptionRequestList: list((await fresh()).code), user: nobody },
    ],
    status(701),
  ],
  [
    'bulk/redeem: more than 50 codes',
    400,
    false,
    async () => [
      'POST',
      '/v2/coupon/bulk/redeem',
      {
        redemptionRequestList: list(...Array.from({ length: 51 }, (_, n) => `C${n}`)),
        user: { id: await shop.customer() },
      },
    ],
    expect.objectContaining({ response: [expect.objectContaining({ errors: [status(629)] })] }),
  ],
  [
    'bulk/redeem: a refused code',
    200,
    true,
    async () => {
      const { code, user } = await fresh()
      return ['POST', '/v2/coupon/bulk/redeem', { redemptionRequestList: list(code, 'no-such'), user }]
    },
    {
      response: [
        expect.objectContaining({ result: refusedItem(749), errors: [status(749)] }),
        expect.objectContaining({ result: refusedItem(702), errors: [status(702)] }),
      ],
      totalCount: 2,
      failureCount: 2,
    },
  ],
  [
    'bulk/redeem: check of a refused code',
    200,
    true,
    async () => {
      const { code, user } = await fresh()
      return [
        'POST',
        '/v2/coupon/bulk/redeem?is_redeemable=true',
        { redemptionRequestList: list(code, 'no-such'), user },
      ]
    },
    {
      response: [
        expect.objectContaining({
          result: expect.objectContaining({
            couponValue: 10,
            discountType: 'ABS',
            discountValue: 10,
            discountUpto: 0,
          }),
          errors: [status(749)],
        }),
        expect.objectContaining({ errors: [status(702)] }),
      ],
      totalCount: 2,
      failureCount: 2,
    },
  ],
  // GET is_redeemable
  [
    'is_redeemable: no',
    200,
    true,
    async () => {
      const { code, customerId } = await used()
      return ['GET', `/v2/coupon/is_redeemable?code=${code}&id=${customerId}`]
    },
    expect.objectContaining({
      redemption: [expect.objectContaining({ isRedeemable: false })],
      redemptionStatus: status(780),
    }),
  ],
  // PUT redeem
  [
    'update: unknown redemption',
    200,
    true,
    () => ['PUT', '/v2/coupon/redeem', { redemptions: [{ redemptionId: 4_000_000, billAmount: 1 }] }],
    {
      entity: expect.objectContaining({
        status: status(510, 'Invalid Redemption ids present'),
        totalCount: 1,
        failedCount: 1,
      }),
      warnings: [],
      errors: [],
      success: true,
    },
  ],
  [
    'update: redemption of another customer than the one named',
    200,
    true,
    async () => [
      'PUT',
      '/v2/coupon/redeem',
      {
        redemptions: [{ redemptionId: await foreignRedemption(), billAmount: 1 }],
        user: { id: await shop.customer() },
      },
    ],
    {
      entity: expect.objectContaining({
        redemptions: [expect.objectContaining({ redemptionStatus: status(510) })],
        status: status(510),
      }),
      warnings: [],
      errors: [],
      success: true,
    },
  ],
  [
    'update: some of several',
    200,
    false,
    async () => [
      'PUT',
      '/v2/coupon/redeem',
      {
        redemptions: [
          { redemptionId: await foreignRedemption(), billAmount: 1 },
          { redemptionId: 4_000_000 },
        ],
      },
    ],
    expect.objectContaining({
      entity: expect.objectContaining({
        status: { status: true, code: 762, message: expect.any(String) },
        failedCount: 1,
      }),
      success: true,
    }),
  ],
  ['update: without an id', 400, false, () => ['PUT', '/v2/coupon/redeem', { redemptions: [] }], entity(661)],
  [
    'update: bad custom fields',
    400,
    false,
    () => ['PUT', '/v2/coupon/redeem', { redemptions: [{ redemptionId: 1, customFields: 'x' }] }],
    entity(400),
  ],
  [
    'update: unknown user',
    400,
    true,
    () => ['PUT', '/v2/coupon/redeem', { redemptions: [{ redemptionId: 1 }], user: nobody }],
    status(701),
  ],
  // POST reactivate
  [
    'reactivate: unknown redemption',
    200,
    true,
    () => ['POST', '/v2/coupon/reactivate', { redemptionIds: ['4000000'] }],
    entity(510),
  ],
  [
    'reactivate: revoked coupon',
    200,
    true,
    async () => {
      const redemptionId = await foreignRedemption()
      await queries
        .updateTable('coupons')
        .set({ revoked_at: new Date() })
        .where('org_id', '=', shop.orgId)
        .where(
          'id',
          'in',
          queries.selectFrom('redemptions').select('coupon_id').where('id', '=', redemptionId),
        )
        .execute()
      return ['POST', '/v2/coupon/reactivate', { redemptionIds: [redemptionId] }]
    },
    entity(660),
  ],
  [
    'reactivate: without an id',
    400,
    false,
    () => ['POST', '/v2/coupon/reactivate', { redemptionIds: [] }],
    entity(661),
  ],
  // PUT bulk/expiry
  [
    'expiry: a date that has passed',
    200,
    true,
    async () => {
      const { code, seriesId } = await fresh()
      return [
        'PUT',
        '/v2/coupon/bulk/expiry',
        { couponSeriesId: seriesId, couponCodes: [{ couponCode: code, expiryDate: '2020-01-01' }] },
      ]
    },
    expect.objectContaining({
      entity: expect.objectContaining({
        failedCount: 1,
        unprocessedCoupons: [expect.objectContaining({ errorCode: 690 })],
      }),
      success: true,
    }),
  ],
  [
    'expiry: an unknown code',
    200,
    true,
    async () => [
      'PUT',
      '/v2/coupon/bulk/expiry',
      {
        couponSeriesId: await shop.series(),
        couponCodes: [{ couponCode: 'no-such', expiryDate: '2090-01-01' }],
      },
    ],
    expect.objectContaining({
      entity: expect.objectContaining({ unprocessedCoupons: [expect.objectContaining({ errorCode: 633 })] }),
      success: true,
    }),
  ],
  [
    'expiry: beyond the series',
    200,
    true,
    async () => {
      const { code, seriesId } = await fresh({ valid_until: new Date('2080-01-01') })
      return [
        'PUT',
        '/v2/coupon/bulk/expiry',
        { couponSeriesId: seriesId, couponCodes: [{ couponCode: code, expiryDate: '2090-01-01' }] },
      ]
    },
    expect.objectContaining({
      entity: expect.objectContaining({ unprocessedCoupons: [expect.objectContaining({ errorCode: 691 })] }),
      success: true,
    }),
  ],
  ['expiry: without codes', 200, false, () => ['PUT', '/v2/coupon/bulk/expiry', {}], entity(756)],
  [
    'expiry: a common code without a customer',
    200,
    false,
    async () => {
      const code = `COMMON${randomUUID().slice(0, 8)}`
      return [
        'PUT',
        '/v2/coupon/bulk/expiry',
        {
          couponSeriesId: await shop.generic(code),
          couponCodes: [{ couponCode: code, expiryDate: '2090-01-01' }],
        },
      ]
    },
    entity(695),
  ],
  // POST revoke
  [
    'revoke: an unknown code',
    200,
    true,
    async () => [
      'POST',
      '/v2/coupon/revoke',
      { couponSeriesId: await shop.series(), couponCodes: ['no-such'] },
    ],
    expect.objectContaining({
      entity: expect.objectContaining({
        failedCount: 1,
        failedToRevoke: [expect.objectContaining({ errorCode: 682 })],
      }),
      success: true,
    }),
  ],
  [
    'revoke: an expired series',
    200,
    true,
    async () => {
      const { code, seriesId } = await fresh({ valid_until: new Date('2026-01-01') })
      return ['POST', '/v2/coupon/revoke', { couponSeriesId: seriesId, couponCodes: [code] }]
    },
    entity(712),
  ],
  ['revoke: neither code nor customer', 200, false, () => ['POST', '/v2/coupon/revoke', {}], entity(756)],
  [
    'revoke: a common code',
    200,
    true,
    async () => {
      const code = `COMMON${randomUUID().slice(0, 8)}`
      return ['POST', '/v2/coupon/revoke', { couponSeriesId: await shop.generic(code), couponCodes: [code] }]
    },
    entity(108),
  ],
  // Series, customers, and what is refused of any call
  [
    'series: a field that is missing',
    400,
    false,
    () => ['POST', '/v2/coupon/series', { CouponSeriesV2: {} }],
    expect.objectContaining({ errors: expect.any(Array) }),
  ],
  [
    'series: an unknown id',
    404,
    false,
    () => ['PUT', '/v2/coupon/series/4000000', { CouponSeriesV2: { ...least } }],
    expect.objectContaining({ errors: expect.any(Array) }),
  ],
  [
    'history: unknown customer',
    404,
    false,
    () => ['GET', '/v2/customers/coupons?email=nobody@example.com'],
    entity(8015),
  ],
  [
    'registration: no source',
    400,
    false,
    () => ['POST', '/v2/customers', { profiles: [] }],
    expect.objectContaining({ errors: [expect.objectContaining({ code: 8001 })] }),
  ],
  [
    'look-up: unknown customer',
    404,
    false,
    () => ['GET', '/v2/customers/lookup?source=ALL&identifierName=email&identifierValue=nobody@example.com'],
    expect.objectContaining({ errors: [status(8015)] }),
  ],
  [
    'change of a customer: no source',
    400,
    false,
    async () => ['PUT', `/v2/customers/${await shop.customer()}`, { profiles: [{ firstName: 'Asha' }] }],
    expect.objectContaining({ errors: [expect.objectContaining({ code: 8001 })] }),
  ],
  [
    'registration: customer who exists',
    400,
    false,
    async () => {
      const email = `${randomUUID()}@example.com`
      await shop.customer({ email })
      const profiles = [{ identifiers: [{ type: 'email', value: email }], source: 'INSTORE' }]
      return ['POST', '/v2/customers?source=INSTORE', { profiles }]
    },
    expect.objectContaining({ errors: [expect.objectContaining({ code: 8006 })] }),
  ],
  ['bad JSON', 400, false, () => ['POST', '/v2/coupon/redeem', '{' as unknown as object], status(400)],
  [
    'redeem: body that misses the codes',
    400,
    false,
    () => ['POST', '/v2/coupon/redeem', { user: nobody }],
    status(400),
  ],
]

describe('a refusal', () => {
  test.each(rows)('%s: HTTP %i', async (_, published, isMoved, prepare, body) => {
    for (const setting of ['published', '200', '400'] as const) {
      const [method, url, sent] = await prepare()
      const reply = await shop.call(method, url, sent, { headers: headersOf[setting] })
      const expected = setting === 'published' || !isMoved ? published : Number(setting)
      expect([setting, reply.status, reply.json]).toEqual([setting, expected, body])
    }
  })

  test('of another organisation’s redemption is that of an unknown one', async () => {
    const customerId = await foreign.customer()
    const { code } = await foreign.coupon(await foreign.series(), customerId)
    const redemptionId = (await foreign.redeem(code, customerId)).at('redemption.0.redemptionId')
    const reply = await shop.post('/v2/coupon/reactivate', { redemptionIds: [redemptionId] })
    expect([reply.status, reply.at('errors.0.code')]).toEqual([200, 510])
  })
})
