import { expect } from 'vitest'
import { errors, nobody, status, type RefusalCases, type Row } from './refusal-cases.ts'

/** Refusals of the calls that issue. */
export const issuingRefusals = ({ shop, fresh }: RefusalCases): readonly Row[] => [
  // POST /v2/coupon/issue
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
  // POST /v2/coupon/bulk/issue
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
  // POST /v2/coupon/issue/multiple
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
]
