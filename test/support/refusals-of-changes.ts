import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { entity, nobody, status, type RefusalCases, type Row } from './refusal-cases.ts'

/** Refusals of the calls that change redemptions and coupons. */
export const changesRefusals = ({ shop, queries, fresh, redemption }: RefusalCases): readonly Row[] => [
  // PUT /v2/coupon/redeem
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
        redemptions: [{ redemptionId: await redemption(), billAmount: 1 }],
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
        redemptions: [{ redemptionId: await redemption(), billAmount: 1 }, { redemptionId: 4_000_000 }],
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
  // POST /v2/coupon/reactivate
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
      const redemptionId = await redemption()
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
  // PUT /v2/coupon/bulk/expiry
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
  // POST /v2/coupon/revoke
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
]
