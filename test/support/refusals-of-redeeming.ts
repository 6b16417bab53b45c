import { expect } from 'vitest'
import { list, nobody, refusedItem, status, type RefusalCases, type Row } from './refusal-cases.ts'

/** Refusals of the calls that redeem, and of checks. */
export const redeemingRefusals = ({ shop, used, fresh }: RefusalCases): readonly Row[] => [
  // POST /v2/coupon/redeem
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
  // POST /v2/coupon/bulk/redeem
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
  // GET /v2/coupon/is_redeemable
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
]
