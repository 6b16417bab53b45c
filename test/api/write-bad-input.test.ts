import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, type Shop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
const tooLong = 'x'.repeat(101)

/** Wrong values that are tried in every field. */
const wrongTypes: unknown[] = [
  true,
  {},
  { a: 1 },
  [[]],
  [null],
  -1,
  1.5,
  1e300,
  2 ** 53,
  '\u0000',
  '\ud800',
  'NaN',
]

async function prepare() {
  const shop = await openShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series()
  const { code } = await shop.coupon(seriesId, customerId)
  const reply = await shop.redeem((await shop.coupon(seriesId, customerId)).code, customerId)
  return { shop, customerId, seriesId, code, redemptionId: Number(reply.at('redemption.0.redemptionId')) }
}
type Prepared = Awaited<ReturnType<typeof prepare>>

const calls: [method: 'POST' | 'PUT', url: string, body: (one: Prepared) => Record<string, unknown>][] = [
  ['POST', '/v2/coupon/issue', ({ customerId }) => ({ seriesId: 4_000_000, customer: { id: customerId } })],
  [
    'POST',
    '/v2/coupon/bulk/issue',
    ({ customerId }) => ({ seriesIds: [4_000_000], customer: { id: customerId }, metadata: { notes: 'x' } }),
  ],
  [
    'POST',
    '/v2/coupon/issue/multiple',
    ({ customerId }) => ({
      seriesId: 4_000_000,
      count: 1,
      customer: { id: customerId },
      metadata: { notes: 'x' },
    }),
  ],
  ...(['/v2/coupon/redeem', '/v2/coupon/bulk/redeem'] as const).map(
    (url) =>
      [
        'POST',
        url,
        ({ customerId }: Prepared) => ({
          redemptionRequestList: [{ code: 'NONE' }],
          user: { id: customerId },
          billAmount: 1,
          transactionNumber: 'T',
          redemptionTime: '2026-01-01',
        }),
      ] as (typeof calls)[number],
  ),
  [
    'PUT',
    '/v2/coupon/redeem',
    () => ({
      redemptions: [
        {
          redemptionId: 4_000_000,
          billAmount: 1,
          transactionNumber: 'T',
          billId: 1,
          customFields: { a: 'b' },
        },
      ],
      user: {},
    }),
  ],
  ['POST', '/v2/coupon/reactivate', () => ({ redemptionIds: [4_000_000] })],
  [
    'PUT',
    '/v2/coupon/bulk/expiry',
    () => ({
      couponSeriesId: 4_000_000,
      customer: {},
      couponCodes: [{ couponCode: 'NONE', expiryDate: '2098-01-01' }],
    }),
  ],
  ['POST', '/v2/coupon/revoke', () => ({ couponSeriesId: 4_000_000, couponCodes: ['NONE'] })],
]

/** The body with one value replaced, for every place in it. */
function* replaced(body: unknown, value: unknown): Generator {
  yield value
  if (typeof body !== 'object' || body === null) return
  for (const [key, inner] of Object.entries(body)) {
    for (const one of replaced(inner, value)) {
      yield Array.isArray(body)
        ? body.map((old: unknown, at) => (String(at) === key ? one : old))
        : { ...body, [key]: one }
    }
  }
}

describe.each(calls)('%s %s', (method, url, bodyOf) => {
  test('answers a wrong value in any field with 4xx or a refusal per item, never 5xx, and writes nothing', async () => {
    const one = await prepare()
    const { shop } = one
    for (const value of wrongTypes) {
      for (const body of replaced(bodyOf(one), value)) {
        const headers = { 'idempotency-key': `${Math.random()}` }
        const reply = await shop.call(method, url, JSON.stringify(body), { headers })
        expect({ body, ...reply }).toMatchObject({
          status: expect.toSatisfy((status: number) => status < 500),
        })
        expect(reply.text).not.toMatch(/syntax|relation|at Object|stack/i)
      }
    }
    await shop.expectLedgerAdds()
  })

  test('refuses or ignores deep nesting, a poisoned prototype and a repeated key', async () => {
    const one = await prepare()
    const { shop } = one
    const text = JSON.stringify(bodyOf(one)).slice(0, -1)
    for (const [extra, status] of [
      [`,"x":${nested(30)}}`, undefined],
      [`,"x":${nested(40)}}`, 400],
      [`,"x":${nested(200_000)}}`, 400],
      [`,"x":"${'['.repeat(1_000)}\\""}`, undefined],
      [',"__proto__":{"a":1}}', 400],
      [',"x":{"constructor":{"prototype":{"a":1}}}}', 400],
      [',"toString":1,"hasOwnProperty":2}', undefined],
    ] as const) {
      const headers = { 'idempotency-key': `${Math.random()}` }
      const reply = await shop.call(method, url, text + extra, { headers })
      const isExpected = status === undefined ? reply.status < 500 : reply.status === status
      expect({ extra: extra.slice(0, 60), isExpected, ...reply }).toMatchObject({ isExpected: true })
    }
    await shop.expectLedgerAdds()
  })
})

const money: [given: unknown, isTaken: boolean][] = [
  ['3500', true],
  [' 3500.50 ', true],
  ['0', true],
  ['', true],
  [null, true],
  [999_999_999_999, true],
  ['1e3', true],
  [-0.01, false],
  ['-1', false],
  ['NaN', false],
  ['Infinity', false],
  ['0x10', false],
  ['1,000', false],
  ['12 EUR', false],
  [1e12, false],
  [1e300, false],
]

test('a bill is a decimal number from 0 to 999999999999, the same as text, or omitted', async () => {
  const { shop, code, customerId } = await prepare()
  for (const [billAmount, isTaken] of money) {
    const { status, text } = await shop.redeem(code, customerId, { billAmount })
    const isTold = text.includes('for billAmount: ')
    expect({ billAmount, status, isTold }).toEqual({
      billAmount,
      status: isTaken ? 200 : 400,
      isTold: !isTaken,
    })
  }
  await shop.expectLedgerAdds()
})

const redeemWith = (shop: Shop, fields: object) =>
  shop.post('/v2/coupon/redeem', { redemptionRequestList: [{ code: 'A' }], billAmount: 1, ...fields })

describe('a code', () => {
  test('is found in any letter case, with blanks around it, and as a number', async () => {
    const { shop, customerId, seriesId } = await prepare()
    await shop.coupon(seriesId, customerId, { code: '1234567890123456' })
    await shop.coupon(seriesId, customerId, { code: 'aBc-Ü' })
    expect((await shop.redeem(' AbC-Ü ', customerId)).status).toBe(200)
    const request = { redemptionRequestList: { code: 1234567890123456 }, user: { id: customerId } }
    expect((await shop.post('/v2/coupon/redeem', request)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('is refused as a number with more digits than JSON preserves, since it would be another code', async () => {
    const { shop, customerId, seriesId } = await prepare()
    await shop.coupon(seriesId, customerId, { code: '9007199254740992' })
    const list = '{"code":9007199254740993}'
    const body = `{"redemptionRequestList":[${list}],"user":{"id":${customerId}},"billAmount":1}`
    const replies = [
      await shop.post('/v2/coupon/redeem', body),
      await shop.post('/v2/coupon/revoke', '{"couponCodes":[9007199254740993]}'),
      await shop.expire({ couponCodes: [{ couponCode: 2 ** 53, expiryDate: '2098-01-01' }] }),
      await redeemWith(shop, { user: { externalId: 2 ** 53 } }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 400])
    expect(replies[0]?.at('message')).toContain(
      'redemptionRequestList.0.code: the number 9007199254740993 is not taken as text: it has more digits than a number keeps',
    )
    await shop.expectLedgerAdds()
  })

  test.each(['', ' ', tooLong, 'a\u0000b', 'a\nb', 'a\ud800'])(
    'that is invalid is refused: %j',
    async (code) => {
      const { shop, customerId } = await prepare()
      const reply = await shop.redeem(code, customerId)
      expect(reply.status).toBe(400)
      await shop.expectLedgerAdds()
    },
  )
})

describe('a customer', () => {
  test.each<[string, object]>([
    ['mobile without the country code', { mobile: '9400488244' }],
    ['mobile with it', { mobile: '919400488244' }],
    ['mobile as it is written', { mobile: '+91 94004 88244' }],
    ['mobile as a number', { mobile: 9_400_488_244 }],
    ['e-mail in other letters', { email: 'ASHA@Example.com' }],
    ['external id', { externalId: 'e'.repeat(60) }],
    ['one of several, the others empty', { id: '', mobile: '9400488244', externalId: '', email: null }],
    ['all of them', { mobile: '9400488244', email: 'asha@example.com', externalId: 'e'.repeat(60) }],
  ])('is found by %s, at issue and redemption', async (_, named) => {
    const shop = await openShop(context, app)
    const id = await shop.customer({
      mobile: '9400488244',
      email: 'asha@example.com',
      externalId: 'e'.repeat(60),
    })
    const issued = await shop.post('/v2/coupon/issue', { seriesId: await shop.series(), customer: named })
    expect(issued.at('customer.id')).toBe(id)
    const redeemed = await redeemWith(shop, {
      redemptionRequestList: [{ code: issued.at('code') }],
      user: named,
    })
    expect(redeemed.at('customer.id')).toBe(id)
    const asked = await shop.issue(await shop.series(), id)
    expect(asked.at('customer')).toEqual(issued.at('customer'))
    await shop.expectLedgerAdds()
  })

  test.each<[string, object, number]>([
    ['nothing', {}, 400],
    ['empty values', { id: '', mobile: '', email: null }, 400],
    ['no number as id', { id: 'abc' }, 400],
    ['letters as mobile', { mobile: 'abc' }, 701],
    ['no e-mail', { email: 'a b' }, 701],
    ['an unknown id', { id: 4_000_000 }, 701],
    ['an external id in other letters', { externalId: 'EXT' }, 701],
    ['identifiers of two customers', { mobile: '9400488244', email: 'b@example.com' }, 701],
  ])('named by %s is refused', async (_, user, code) => {
    const { shop } = await prepare()
    await shop.customer({ mobile: '9400488244', externalId: 'ext' })
    await shop.customer({ email: 'b@example.com' })
    const reply = await redeemWith(shop, { user })
    expect([reply.status, reply.at('code')]).toEqual([400, code])
    await shop.expectLedgerAdds()
  })
})

test('ids and counts are accepted as numbers and as text', async () => {
  const { shop, customerId, redemptionId } = await prepare()
  const seriesId = String(await shop.series({ is_multiple_per_customer_allowed: true }))
  const customer = { id: String(customerId) }
  const issued = await shop.post('/v2/coupon/issue/multiple', { seriesId, count: '2', customer })
  expect(issued.at('successCount')).toBe(2)
  const bulk = await shop.post('/v2/coupon/bulk/issue', { seriesIds: [seriesId], customer })
  expect(bulk.at('failureCount')).toBe(0)
  expect((await shop.reverse([String(redemptionId)])).status).toBe(200)
  await shop.expectLedgerAdds()
})

test('text that jsonb cannot store is refused with 400', async () => {
  const { shop, customerId, seriesId, redemptionId } = await prepare()
  const bad = '"a\\ud800"'
  const replies = [
    await shop.post(
      '/v2/coupon/bulk/issue',
      `{"seriesIds":[${seriesId}],"customer":{"id":${customerId}},"metadata":{"notes":${bad}}}`,
    ),
    await shop.put(
      '/v2/coupon/redeem',
      `{"redemptions":[{"redemptionId":${redemptionId},"customFields":{"a":${bad}}}]}`,
    ),
    await shop.put(
      '/v2/coupon/redeem',
      `{"redemptions":[{"redemptionId":${redemptionId},"customFields":{${bad}:"a"}}]}`,
    ),
  ]
  expect(replies.map(({ status }) => status)).toEqual([400, 400, 400])
  await shop.expectLedgerAdds()
})
