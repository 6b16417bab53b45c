import { describe, test } from 'vitest'
import {
  expiry,
  openSpellings,
  redeemed,
  update,
  type Call,
  type Prepared,
} from '../support/spelling-cases.ts'

const { expectSame } = await openSpellings()

/** Every call whose body names a customer. */
const namingCalls: [what: string, (one: Prepared, customer: object) => Call][] = [
  ['POST /v2/coupon/issue', ({ seriesId }, customer) => ['POST', '/v2/coupon/issue', { seriesId, customer }]],
  [
    'POST /v2/coupon/bulk/issue',
    ({ seriesId }, customer) => ['POST', '/v2/coupon/bulk/issue', { seriesIds: [seriesId], customer }],
  ],
  [
    'POST /v2/coupon/issue/multiple',
    ({ seriesId }, customer) => ['POST', '/v2/coupon/issue/multiple', { seriesId, count: 2, customer }],
  ],
  ['POST /v2/coupon/redeem', (_, user) => ['POST', '/v2/coupon/redeem', redeemed(user)]],
  ['POST /v2/coupon/bulk/redeem', (_, user) => ['POST', '/v2/coupon/bulk/redeem', redeemed(user)]],
  [
    'POST /v2/coupon/bulk/redeem?is_redeemable=true',
    (_, user) => ['POST', '/v2/coupon/bulk/redeem?is_redeemable=true', redeemed(user)],
  ],
  ['PUT /v2/coupon/redeem', (one, user) => ['PUT', '/v2/coupon/redeem', { ...update(one), user }]],
  [
    'PUT /v2/coupon/bulk/expiry',
    (one, customer) => ['PUT', '/v2/coupon/bulk/expiry', expiry(one, { customer })],
  ],
  [
    'POST /v2/coupon/revoke',
    ({ seriesId }, customer) => ['POST', '/v2/coupon/revoke', { couponSeriesId: seriesId, customer }],
  ],
]

describe.each(namingCalls)('%s gives the same answer', (_, callOf) => {
  const same = (customers: ((one: Prepared) => object)[]) =>
    expectSame(customers.map((customer) => (one: Prepared) => callOf(one, customer(one))))

  test('to every identifier of the customer, numbers as text, mobiles with and without the country', () =>
    same([
      ({ customerId }) => ({ id: customerId }),
      ({ customerId }) => ({ id: String(customerId) }),
      () => ({ mobile: '9400488244' }),
      () => ({ mobile: 9_400_488_244 }),
      () => ({ mobile: '919400488244' }),
      () => ({ mobile: '+91 94004 88244' }),
      () => ({ email: 'Asha@Example.com' }),
      () => ({ externalId: '4711' }),
      () => ({ externalId: 4711 }),
    ]))

  test('with empty identifiers beside one that is not empty', () =>
    same([
      () => ({ mobile: '9400488244' }),
      () => ({ id: '', mobile: '9400488244', externalId: '', email: '' }),
      () => ({ id: null, mobile: '9400488244', externalId: null, email: null }),
    ]))
})
