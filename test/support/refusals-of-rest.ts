import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { least } from './series-cases.ts'
import { entity, nobody, status, type RefusalCases, type Row } from './refusal-cases.ts'

type Fields = Readonly<Record<string, unknown>>

const series = (title: string, code: number, fields: Fields): Row => [
  `series: ${title}`,
  400,
  false,
  () => ['POST', '/v2/coupon/series', { CouponSeriesV2: { ...least, ...fields } }],
  entity(code),
]

const failed = (code: number) => expect.objectContaining({ errors: [expect.objectContaining({ code })] })

const registration = (
  title: string,
  code: number,
  source: string,
  identifiers: unknown,
  { profile, body }: { readonly profile?: object; readonly body?: object } = {},
): Row => [
  `registration: ${title}`,
  400,
  false,
  () => ['POST', `/v2/customers${source}`, { profiles: [{ identifiers, ...profile }], ...body }],
  failed(code),
]

const look = (title: string, code: number, path: string): Row => [
  `look-up: ${title}`,
  400,
  false,
  () => ['GET', `/v2/customers/${path}`],
  failed(code),
]

const mobile = { type: 'mobile', value: '9400488244' }
const email = (value: string) => ({ type: 'email', value })
const inStore = '?source=INSTORE'

/** Refusals by calls for series and customers, and refusals common to all calls. */
export const restRefusals = ({ shop }: RefusalCases): readonly Row[] => [
  // Series, customers, and refusals common to all calls.
  [
    'series: a field that is missing',
    400,
    false,
    () => ['POST', '/v2/coupon/series', { CouponSeriesV2: {} }],
    expect.objectContaining({ errors: expect.arrayContaining([status(756)]) as unknown }),
  ],
  series('an empty code of its own', 753, { seriesCode: '' }),
  series('a common code that is missing', 754, { clientHandlingType: 'GENERIC' }),
  series('no description', 756, { description: '' }),
  series('a value of a list that does not exist', 400, { discountType: 'FREE' }),
  [
    'series: a code that another one has',
    400,
    false,
    async () => {
      const seriesCode = randomUUID()
      await shop.post('/v2/coupon/series', { CouponSeriesV2: { ...least, seriesCode } })
      return ['POST', '/v2/coupon/series', { CouponSeriesV2: { ...least, seriesCode } }]
    },
    entity(751),
  ],
  [
    'change of a series: a code that another one has',
    400,
    false,
    async () => {
      const seriesCode = randomUUID()
      await shop.post('/v2/coupon/series', { CouponSeriesV2: { ...least, seriesCode } })
      const other = await shop.post('/v2/coupon/series', { CouponSeriesV2: least })
      return [
        'PUT',
        `/v2/coupon/series/${String(other.at('id'))}`,
        { CouponSeriesV2: { ...least, seriesCode } },
      ]
    },
    entity(752),
  ],
  [
    'series: an unknown id',
    404,
    false,
    () => ['PUT', '/v2/coupon/series/4000000', { CouponSeriesV2: { ...least } }],
    entity(404),
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
  registration('an unknown source', 8003, '?source=MOON', [mobile]),
  registration('no identifiers', 8002, inStore, []),
  registration('identifiers that are not kept', 8005, inStore, [{ type: 'wechat', value: 'x' }]),
  registration('two values of one type', 8007, inStore, [mobile, { ...mobile, value: '9400488245' }]),
  registration('a channel without a value', 8010, inStore, [mobile], {
    profile: { commChannels: [{ type: 'email' }] },
  }),
  registration('an unknown type', 8013, inStore, [{ type: 'pigeon', value: '1' }]),
  registration('a number of another length', 8014, inStore, [{ type: 'mobile', value: '12345' }]),
  registration('in the future', 8017, inStore, [mobile], {
    body: { loyaltyInfo: { attributionV2: { createDate: '2999-01-01T00:00:00Z' } } },
  }),
  [
    'change of a customer: out of the loyalty programme',
    400,
    false,
    async () => {
      const profiles = [{ identifiers: [email(`${randomUUID()}@example.com`)] }]
      const registered = await shop.post(`/v2/customers${inStore}`, {
        profiles,
        loyaltyInfo: { loyaltyType: 'loyalty' },
      })
      const id = String(registered.at('createdId'))
      return ['PUT', `/v2/customers/${id}${inStore}`, { loyaltyInfo: { loyaltyType: 'non_loyalty' } }]
    },
    failed(8018),
  ],
  [
    'change of identifiers: one of another customer',
    400,
    false,
    async () => {
      const taken = `${randomUUID()}@example.com`
      await shop.customer({ email: taken })
      const own = `${randomUUID()}@example.com`
      const id = await shop.customer({ email: own })
      return [
        'POST',
        `/v2/customers/${id}/changeIdentifier${inStore}`,
        { remove: [email(own)], add: [email(taken)] },
      ]
    },
    failed(8008),
  ],
  [
    'change of identifiers: one that the customer does not have',
    400,
    false,
    async () => [
      'POST',
      `/v2/customers/${await shop.customer()}/changeIdentifier${inStore}`,
      { remove: [email('absent@example.com')] },
    ],
    failed(8009),
  ],
  look('without a source', 8011, 'lookup?identifierName=mobile&identifierValue=1'),
  look('an unknown source', 8012, 'lookup?source=MOON&identifierName=mobile&identifierValue=1'),
  look('details without a source', 8016, 'lookup/customerDetails?identifierName=mobile&identifierValue=1'),
]
