import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer, signInAsClient } from '../../support/harness.ts'
import { least } from '../../support/series-cases.ts'
import {
  amount,
  discountsIn,
  openCheckout,
  percent,
  products,
  quoted,
  rulesIn,
} from '../../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const item = (sku: string, price: number | string, more: object = {}) => ({
  sku,
  quantity: 1,
  price,
  ...more,
})

describe('a quote', () => {
  test('says what each code is worth on the bill, in the order given, and redeems nothing', async () => {
    const { code, quote, redemptions } = await openCheckout(context, app)
    const codes = [await code(amount(50)), await code(percent(10)), await code(amount(1_000))]
    const reply = await quote(codes, '500.00')
    expect(reply).toMatchObject({
      status: 200,
      json: {
        codes: [
          {
            code: codes[0],
            works: true,
            refusal: null,
            discount: '50.00',
            appliedTo: { amount: '500.00', items: null },
          },
          { code: codes[1], works: true, refusal: null, discount: '50.00' },
          { code: codes[2], works: true, refusal: null, discount: '400.00' },
        ],
        total: '500.00',
        currency: 'INR',
      },
    })
    expect((await quote(codes.toReversed(), 500)).at('total')).toBe('500.00')
    expect(discountsIn(await quote(codes.toReversed(), 500))).toEqual(['500.00', '0.00', '0.00'])
    expect(await redemptions()).toEqual([])
  })

  test.each([
    ['JPY', 995, '10.4', ['100', '10'], '110'],
    ['KWD', '9.995', '1', ['1.000', '1.000'], '2.000'],
    ['INR', '99.95', '10', ['10.00', '10.00'], '20.00'],
    ['CLF', '1.2345', '0.1', ['0.124', '0.100'], '0.224'],
  ])(
    'in %s rounds half up at the exponent of the currency',
    async (currency, bill, off, discounts, total) => {
      const { code, quote } = await openCheckout(context, app, { currency })
      const reply = await quote([await code(percent(10)), await code(amount(off))], bill)
      expect(discountsIn(reply)).toEqual(discounts)
      expect([reply.at('total'), reply.at('currency')]).toEqual([total, currency])
    },
  )

  test('without a currency has two decimals, and that of the bill where the organisation has none', async () => {
    const { code, quote, orgId } = await openCheckout(context, app)
    const codes = [await code(percent(10))]
    await context.database.queries
      .updateTable('organisations')
      .set({ currency: null })
      .where('org_id', '=', orgId)
      .execute()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await quote(codes, 99)).json).toMatchObject({ total: '9.90', currency: null })
    expect((await quote(codes, { amount: 99, currency: 'jpy' })).json).toMatchObject({
      total: '10',
      currency: 'JPY',
    })
  })

  test('reports the rule of each refusal; the other codes work', async () => {
    const { code, quote } = await openCheckout(context, app)
    const codes = [
      await code(amount(50, { min_bill_amount: '600' })),
      await code(amount(50)),
      'NONE',
      await code(amount(50, { valid_until: new Date('2026-01-02T00:00:00Z') })),
    ]
    const reply = await quote([...codes, codes[1] ?? ''], 500)
    expect(rulesIn(reply)).toEqual(['billAmount', null, 'knownCode', 'seriesNotExpired', 'oncePerCustomer'])
    expect(quoted(reply).map(({ refusal }) => refusal?.code ?? null)).toEqual([733, null, 702, 712, 716])
    expect(quoted(reply)[0]).toMatchObject({
      works: false,
      refusal: { message: 'Invalid transaction amount' },
      discount: '0.00',
      appliedTo: null,
    })
    expect(reply.at('total')).toBe('50.00')
  })

  test('counts the codes before that work, and not those that are refused', async () => {
    const { quote, series, coupon, customerId } = await openCheckout(context, app)
    const seriesId = await series(amount(10, { max_redeemed: 1, min_bill_amount: '100' }))
    const [one, two] = [await coupon(seriesId, customerId), await coupon(seriesId, customerId)]
    expect(rulesIn(await quote([one.code, two.code], 100))).toEqual([null, 'seriesLimit'])
    expect(rulesIn(await quote([one.code, two.code], 99))).toEqual(['billAmount', 'billAmount'])
  })

  test('refuses the later of two codes whose series exclude each other, whichever of them says so', async () => {
    const { quote, series, coupon, customerId } = await openCheckout(context, app)
    const plain = await series(amount(10))
    const excluding = await series(amount(20, { mutually_exclusive_series_ids: [plain] }))
    const own = await series(amount(5))
    await context.database.pool.query(
      'update series set mutually_exclusive_series_ids = array[id] where id = $1',
      [own],
    )
    const [a, b, c, d] = [
      await coupon(plain, customerId),
      await coupon(excluding, customerId),
      await coupon(own, customerId),
      await coupon(own, customerId),
    ].map((one) => one.code) as [string, string, string, string]
    const reply = await quote([a, b], 100)
    expect(rulesIn(reply)).toEqual([null, 'exclusions'])
    expect(quoted(reply)[1]?.refusal?.code).toBe(9001)
    expect([reply.at('total'), (await quote([b, a], 100)).at('total')]).toEqual(['10.00', '20.00'])
    expect(rulesIn(await quote([b, a], 100))).toEqual([null, 'exclusions'])
    // A series does not exclude itself.
    expect(rulesIn(await quote([c, d], 100))).toEqual([null, null])
  })

  test('is one of the holder where no customer is named', async () => {
    const { code, quote, pool, series, coupon, customer } = await openCheckout(context, app)
    const waiting = await series(amount(5, { client_handling_type: 'DISC_CODE_PIN' }))
    await pool(waiting, [`W-${waiting}`])
    const mine = await code(amount(10))
    const theirs = await coupon(await series(amount(10)), await customer())
    const none = { customer: undefined }
    expect(discountsIn(await quote([mine], 100, none))).toEqual(['10.00'])
    expect(rulesIn(await quote([mine, theirs.code], 100, none))).toEqual([null, 'ownCoupon'])
    const reply = await quote(['NONE', `W-${waiting}`], 100, { customer: {} })
    expect(rulesIn(reply)).toEqual(['knownCode', 'customer'])
    expect(reply.at('codes.1.refusal')).toMatchObject({
      code: 701,
      message: expect.stringContaining('name the customer'),
    })
  })

  test('refuses the test codes of a sandbox with the code in their name, with and without a customer', async () => {
    const { quote, redeemOn, code } = await openCheckout(context, app, { isSandbox: true })
    const codes = ['TEST-712', 'test-9003', 'TEST-9009']
    const rules = ['seriesNotExpired', 'minQuantity', 'knownCode']
    expect(rulesIn(await quote(codes, 100))).toEqual(rules)
    expect(rulesIn(await quote(codes, 100, { customer: undefined }))).toEqual(rules)
    expect(rulesIn(await quote([await code(), ...codes], 100, { customer: undefined }))).toEqual([
      null,
      ...rules,
    ])
    expect((await redeemOn(codes, 100, { customer: undefined })).at('rule')).toBe('seriesNotExpired')
  })

  test('takes a till and an access token, and wants coupon:read', async () => {
    const checkout = await openCheckout(context, app)
    const codes = [await checkout.code(percent(10))]
    const body = { codes, bill: { amount: 10 } }
    for (const [group, status] of [
      ['read-only', 200],
      ['default', 200],
    ] as const) {
      const { headers } = await signInAsClient(context, app, checkout, group)
      expect((await checkout.call('POST', '/till/v1/quotes', body, { headers })).status).toBe(status)
    }
    const stranger = await checkout.call('POST', '/till/v1/quotes', body, {
      headers: { authorization: 'Basic eDp5' },
    })
    expect(stranger).toMatchObject({ status: 401, json: { code: 401, name: 'notSignedIn' } })
  })

  test('knows nothing of the coupons of another organisation', async () => {
    const [here, there] = [await openCheckout(context, app), await openCheckout(context, app)]
    const code = await there.code(amount(10))
    expect(rulesIn(await here.quote([code], 100))).toEqual(['knownCode'])
    expect(rulesIn(await here.quote([code], 100, { customer: undefined }))).toEqual(['knownCode'])
    const reply = await here.quote([code], 100, { customer: { id: there.customerId } })
    expect(reply).toMatchObject({ status: 400, json: { code: 701, name: 'customerNotFound' } })
  })
})

describe('a quote with the items of the bill', () => {
  test('applies a coupon to the items that its series names, and says how much falls to each', async () => {
    const { quote, code } = await openCheckout(context, app)
    const shoes = await code(percent(33.33, { products: products('CATEGORY', 'Shoes') }))
    const items = [
      item('SH-1', '10.00', { id: 1, category: 'shoes' }),
      item('SH-2', 10, { id: 'two', category: 'SHOES' }),
      item('BG-1', 70, { category: 'Bags' }),
      item('SH-3', 5, { quantity: 2, category: 'Shoes' }),
    ]
    const reply = await quote([shoes], { amount: 100, items })
    expect(quoted(reply)[0]).toEqual({
      code: shoes,
      works: true,
      refusal: null,
      discount: '10.00',
      appliedTo: {
        amount: '30.00',
        items: [
          { id: '1', sku: 'SH-1', amount: '10.00', discount: '3.34' },
          { id: 'two', sku: 'SH-2', amount: '10.00', discount: '3.33' },
          { id: null, sku: 'SH-3', amount: '10.00', discount: '3.33' },
        ],
      },
    })
  })

  test('judges included and excluded products and the smallest quantity; without items it judges none', async () => {
    const { quote, coupon, series, customerId, admin } = await openAdmin()
    const seriesId = await series(percent(10, { products: products('BRAND', 'Ridgeline') }))
    const { code } = await coupon(seriesId, customerId)
    const rules = { excludedProducts: [{ productType: 'sku', productCodes: ['SH-9'] }], minQuantity: 2 }
    expect((await admin('PUT', `/admin/v1/series/${seriesId}/item-rules`, rules)).status).toBe(200)
    const bill = (...items: object[]) => ({ amount: 1_000, items })
    const one = item('SH-1', 100, { brand: 'RIDGELINE' })
    const excluded = item('sh-9', 100, { brand: 'Ridgeline', quantity: 5 })
    const other = item('X', 100, { brand: 'Other', quantity: 5 })
    expect(rulesIn(await quote([code], bill(other)))).toEqual(['products'])
    expect(rulesIn(await quote([code], bill(excluded, other)))).toEqual(['products'])
    expect(rulesIn(await quote([code], bill(one, excluded)))).toEqual(['minQuantity'])
    expect(quoted(await quote([code], bill(other)))[0]?.refusal?.code).toBe(9002)
    expect(quoted(await quote([code], bill(one)))[0]?.refusal?.code).toBe(9003)
    expect(discountsIn(await quote([code], bill({ ...one, quantity: 2 }, excluded)))).toEqual(['20.00'])
    expect(
      discountsIn(await quote([code], bill({ ...one, quantity: '1.5' }, { ...one, quantity: 0.5 }))),
    ).toEqual(['20.00'])
    expect(discountsIn(await quote([code], 1_000))).toEqual(['100.00'])
    expect(discountsIn(await quote([code], { amount: 1_000, items: [] }))).toEqual(['100.00'])
  })

  test('two codes take no more of an item than it costs', async () => {
    const { quote, code } = await openCheckout(context, app)
    const onA = amount(80, { products: products('SKU', 'A') })
    const codes = [await code(onA), await code(onA), await code(amount(500))]
    const reply = await quote(codes, { amount: 200, items: [item('A', 100), item('B', 100)] })
    expect(discountsIn(reply)).toEqual(['80.00', '20.00', '100.00'])
    expect(reply.at('total')).toBe('200.00')
    expect(quoted(reply)[2]?.appliedTo?.items?.map(({ discount }) => discount)).toEqual(['0.00', '100.00'])
  })
})

async function openAdmin() {
  const checkout = await openCheckout(context, app)
  const { headers } = await signInAsClient(context, app, checkout, 'administrator')
  return {
    ...checkout,
    admin: (method: 'GET' | 'PUT', url: string, body?: object) =>
      checkout.call(method, url, body, { headers }),
  }
}

describe('the rules of a series for items', () => {
  test('are none at first, are given back as set, and outlast an edit of the series', async () => {
    const { admin, series } = await openAdmin()
    const seriesId = await series()
    const url = `/admin/v1/series/${seriesId}/item-rules`
    expect((await admin('GET', url)).json).toEqual({ excludedProducts: [], minQuantity: null })
    const rules = {
      excludedProducts: [
        { productType: 'BRAND', productCodes: ['Other'] },
        { productType: 'SKU', productIds: [7] },
      ],
      minQuantity: 3,
    }
    expect((await admin('PUT', url, rules)).json).toEqual(rules)
    expect((await admin('GET', url)).json).toEqual(rules)
    const edit = { CouponSeriesV2: { ...least, seriesCode: `E${seriesId}` } }
    expect(await admin('PUT', `/v2/coupon/series/${seriesId}`, edit)).toMatchObject({ status: 200 })
    expect((await admin('GET', url)).json).toEqual(rules)
    expect((await admin('PUT', url, {})).json).toEqual({ excludedProducts: [], minQuantity: null })
  })

  test.each([
    [{ minQuantity: 0 }, 'minQuantity'],
    [{ minQuantity: 1.5 }, 'minQuantity'],
    [
      { excludedProducts: [{ productType: 'ATTRIBUTE', productCodes: ['red'] }] },
      'excludedProducts.0.productType',
    ],
    [
      { excludedProducts: [{ productType: 'COLOUR', productCodes: ['red'] }] },
      'excludedProducts.0.productType',
    ],
    [{ excludedProducts: [{ productType: 'SKU' }] }, 'excludedProducts.0'],
  ])('are refused with the name of the field: %j', async (rules, field) => {
    const { admin, series } = await openAdmin()
    const reply = await admin('PUT', `/admin/v1/series/${await series()}/item-rules`, rules)
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ field }] } })
  })
})

describe('a request for a quote is refused with the name of the field', () => {
  const good = { codes: ['A'], bill: { amount: 1 } }
  const withItem = (more: object) => ({ ...good, bill: { amount: 1, items: [{ ...item('A', 1), ...more }] } })
  test.each<[string, object, string]>([
    ['no codes', { ...good, codes: [] }, 'codes'],
    ['51 codes', { ...good, codes: Array.from({ length: 51 }, (_, n) => `C${n}`) }, 'codes'],
    ['no bill', { codes: ['A'] }, 'bill'],
    ['no amount', { ...good, bill: {} }, 'bill.amount'],
    ['a negative amount', { ...good, bill: { amount: -1 } }, 'bill.amount'],
    ['an amount that is not a number', { ...good, bill: { amount: 'ten' } }, 'bill.amount'],
    ['an amount beyond the largest', { ...good, bill: { amount: 1e12 } }, 'bill.amount'],
    ['another currency', { ...good, bill: { amount: 1, currency: 'EUR' } }, 'bill.currency'],
    ['no currency', { ...good, bill: { amount: 1, currency: 'E1' } }, 'bill.currency'],
    [
      '1001 items',
      { ...good, bill: { amount: 1, items: Array.from({ length: 1_001 }, () => item('A', 1)) } },
      'bill.items',
    ],
    ['no quantity', withItem({ quantity: 0 }), 'bill.items.0.quantity'],
    ['less than a thousandth of an item', withItem({ quantity: '0.0001' }), 'bill.items.0.quantity'],
    ['a negative price', withItem({ price: '-1' }), 'bill.items.0.price'],
    ['items beyond the largest amount', withItem({ quantity: 2, price: 999_999_999_999 }), 'bill.items'],
  ])('%s', async (_, body, field) => {
    const { post } = await openCheckout(context, app)
    const reply = await post('/till/v1/quotes', body)
    expect(reply, reply.text).toMatchObject({ status: 400, json: { status: 400, errors: [{ field }] } })
    expect(reply.headers['content-type']).toBe('application/problem+json')
  })

  test('fifty codes and a thousand items are answered', async () => {
    const { quote, code } = await openCheckout(context, app)
    const codes = [await code(percent(10)), ...Array.from({ length: 49 }, (_, n) => `NONE-${n}`)]
    const items = Array.from({ length: 1_000 }, (_, n) => item(`S-${n}`, '0.99'))
    const reply = await quote(codes, { amount: 990, items })
    expect(reply.at('total')).toBe('99.00')
    const shares =
      quoted(reply)[0]?.appliedTo?.items?.map(({ discount }) => Math.round(Number(discount) * 100)) ?? []
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(9_900)
  })
})

test('a path of the till that is not there is a problem', async () => {
  const { call } = await openCheckout(context, app)
  for (const [method, url, status] of [
    ['GET', '/till/v1/nothing', 404],
    ['GET', '/till/v1/quotes', 405],
  ] as const) {
    const reply = await call(method, url)
    expect(reply.status).toBe(status)
    expect(reply.headers['content-type']).toBe('application/problem+json')
  }
})
