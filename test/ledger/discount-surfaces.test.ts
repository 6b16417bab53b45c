import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { importAnswers, type Answer } from '../support/saved-answers.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { seedCoupon } from '../support/seed.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'
import { openShop } from '../support/write-cases.ts'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { openOffice } from '../support/people-cases.ts'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { readMoneyFigures } from '../../src/ledger/reports/read-money-figures.ts'

/** Every place that shows the discounts of redemptions prints the stored amount in the form of the currency. */

const now = '2026-05-04T12:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { pool } = context.database

/** A customer with a redemption that gave 12.5 and was reversed, one that gave 10, and one without a bill. */
async function open(currency = 'INR') {
  const office = await openOffice(context, app, { currency })
  const customerId = await office.customer({ mobile: '919400488270', externalId: 'E1' })
  const seriesId = await office.series()
  const { code } = await office.coupon(seriesId, customerId, { code: 'TEN' })
  const redeem = (extra: object) => office.redeem(code, customerId, extra)
  const reversed = await redeem({ discountAmount: '12.5', transactionNumber: 'T1' })
  await office.reverse([reversed.at('redemption.0.redemptionId')])
  await redeem({ transactionNumber: 'T2', billAmount: 250.5 })
  await redeem({ billAmount: undefined })
  const person = await office.browser('campaign')
  return { ...office, customerId, seriesId, get: (url: string) => person.call('GET', url) }
}

interface Redemption {
  readonly discountAmount?: unknown
}

const amountsOf = (list: unknown) => (list as Redemption[]).map(({ discountAmount }) => discountAmount)

describe('the history', () => {
  test('shows discounts with the currency for include=discount, and is otherwise unchanged', async () => {
    const shop = await open()
    const url = `/v2/customers/coupons?id=${shop.customerId}`
    const [plain, full] = [await shop.call('GET', url), await shop.call('GET', `${url}&include=discount`)]
    expect(plain.text).not.toMatch(/discountAmount|currency/)
    const coupon = 'entity.customers.0.coupons.0'
    expect(amountsOf(full.at(`${coupon}.redemptions`))).toEqual(['10.00', null])
    expect(amountsOf(full.at(`${coupon}.reversedRedemptions`))).toEqual(['12.50'])
    expect(full.at('entity.currency')).toBe('INR')
    const without = full.text
      .replaceAll(/,"discountAmount":("[\d.]+"|null)/g, '')
      .replace('"currency":"INR",', '')
    expect(without).toBe(plain.text)
  })

  test('accepts include=discount beside other inclusions and on pages without coupons', async () => {
    const shop = await open('JPY')
    const url = `/v2/customers/coupons?id=${shop.customerId}&include=redemptionStatus,discount`
    const full = await shop.call('GET', url)
    expect(full.at('entity.customers.0.coupons.0')).toMatchObject({
      redemptionStatus: { code: 700 },
      redemptions: [{ discountAmount: '10' }, { discountAmount: null }],
      reversedRedemptions: [{ discountAmount: '12.5' }],
    })
    const empty = await shop.call('GET', `${url}&offset=5`)
    expect([empty.status, empty.at('entity.customers.0.coupons')]).toEqual([200, []])
  })

  test('with details, and that of version 1.1, show discounts on request', async () => {
    const shop = await open()
    const url = `/v2/customers/${shop.customerId}/coupons`
    expect((await shop.call('GET', url)).text).not.toContain('discountAmount')
    const detailed = await shop.call('GET', `${url}?include=discount`)
    expect(amountsOf(detailed.at('entity.0.redemptionInfo'))).toEqual(['10.00', null])
    expect(amountsOf(detailed.at('entity.0.reversedRedemptionInfo'))).toEqual(['12.50'])
    expect((await shop.call('GET', `${url}?include=everything`)).status).toBe(400)
    const older = `/v1.1/customer/redemptions?format=json&id=${shop.customerId}&order=asc`
    expect((await shop.call('GET', older)).text).not.toContain('discount_amount')
    const told = await shop.call('GET', `${older}&include=discount`)
    const coupons = told.at('response.customer.redemptions.coupons.coupon') as { discount_amount: unknown }[]
    expect(coupons.map((one) => one.discount_amount)).toEqual(['10.00', null])
    const xml = await shop.call('GET', `${older.replace('json', 'xml')}&include=discount`)
    expect(xml.text).toContain('<discount_amount>10.00</discount_amount>')
  })

  test('with details, and that of version 1.1, show the discounts returned and kept', async () => {
    const shop = await open()
    const url = `/v2/customers/${shop.customerId}/coupons?include=discount`
    const [first, second] = (await shop.call('GET', url)).at('entity.0.redemptionInfo') as { id: number }[]
    const giveBack = (body: object) => shop.post(`/till/v1/redemptions/${String(first?.id)}/returns`, body)
    await giveBack({ amount: '2.50' })
    const older = `/v1.1/customer/redemptions?format=json&id=${shop.customerId}&order=asc&include=discount`
    const listed = (await shop.call('GET', older)).at('response.customer.redemptions.coupons.coupon')
    expect(listed).toMatchObject([
      { discount_amount: '10.00', discount_returned: '2.50', returned_time: '2026-05-04 12:00:00' },
      { discount_amount: null },
    ])
    expect(Object.keys((listed as object[])[1] ?? {})).not.toContain('discount_returned')
    const returned = { discountAmount: '10.00', discountReturned: '2.50', returnedOn: '2026-05-04T12:00:00Z' }
    const part = await shop.call('GET', url)
    expect(part.at('entity.0.redemptionInfo')).toMatchObject([returned, { discountAmount: null }])
    expect(part.text.match(/discountReturned/g)).toHaveLength(1)
    await giveBack({ amount: 1, returnUse: true })
    const kept = await shop.call('GET', url)
    expect(kept.at('entity.0.redemptionInfo')).toMatchObject([{ id: second?.id }])
    expect(kept.at('entity.0.reversedRedemptionInfo.1')).toMatchObject({
      id: first?.id,
      ...returned,
      discountReturned: '3.50',
      discountKept: '6.50',
    })
    await giveBack({})
    const whole = (await shop.call('GET', url)).at('entity.0.reversedRedemptionInfo.1')
    expect(whole).toMatchObject({ discountAmount: '10.00', discountReturned: '10.00' })
    expect(Object.keys(whole as object)).not.toContain('discountKept')
  })
})

describe('files', () => {
  /** Rows of an export, as objects. */
  async function rowsOf(shop: { get: (url: string) => Promise<{ text: string }> }, query = '') {
    const { text } = await shop.get(`/admin/v1/export/redemptions?format=ndjson${query}`)
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }

  test('that are exported have the amounts and the currency', async () => {
    const shop = await open()
    const person = await shop.browser('admin')
    const rows = await rowsOf({ get: (url) => person.call('GET', url) })
    expect(rows.map(({ discountAmount, currency }) => [discountAmount, currency])).toEqual([
      [12.5, 'INR'],
      [10, 'INR'],
      [null, 'INR'],
    ])
  })

  test('of a saved history bring the actual discount, and contradict a different one', async () => {
    const shop = await open()
    const url = `/v2/customers/coupons?id=${shop.customerId}&include=discount`
    const saved = (await shop.call('GET', url)).json as Answer
    const copy = await openOffice(context, app, { currency: 'INR' })
    const imported = await importAnswers(context, copy, [saved])
    expect(imported.refused).toEqual([])
    const amounts = 'select discount_amount::text as amount from redemptions where org_id = $1 order by id'
    const { rows } = await pool.query(amounts, [copy.orgId])
    expect(rows).toEqual((await pool.query(amounts, [shop.orgId])).rows)
    expect((await importAnswers(context, copy, [saved])).refused).toEqual([])
    const other = JSON.parse(JSON.stringify(saved).replace('"10.00"', '"11.00"')) as Answer
    const [refused] = (await importAnswers(context, copy, [other])).refused
    expect(refused).toContain('discountAmount')
    const broken = JSON.parse(JSON.stringify(saved).replace('"10.00"', '"-1"')) as Answer
    expect((await importAnswers(context, copy, [broken])).refused[0]).toContain(
      'discountAmount must be an amount',
    )
  })
})

test('a file of redemptions brings the actual discount, up to the bill', async () => {
  const imports = await openImports(context)
  const customerId = await imports.customer({ externalId: 'E1' })
  const seriesId = await imports.series()
  await seedCoupon(context.database.queries, imports.orgId, { seriesId, customerId, code: 'A' })
  const file = csv(
    'code,externalId,redeemedDate,billNumber,billAmount,discount amount,currency',
    'A,E1,2026-01-01T10:00:00Z,b1,100,12.345,INR',
    'A,E1,2026-01-02T10:00:00Z,b2,100,,INR',
    'A,E1,2026-01-03T10:00:00Z,b3,,7,INR',
    'A,E1,2026-01-04T10:00:00Z,b4,100,100.001,INR',
    'A,E1,2026-01-05T10:00:00Z,b5,100,-1,INR',
  )
  const imported = await imports.run('redemptions', file)
  expect(imported).toMatchObject({ fresh: 3, refused: 2 })
  expect(imported.lines.map(({ line, code, reason }) => [line, code, reason])).toEqual([
    [5, 733, 'discountAmount "100.001" is not at most billAmount'],
    [6, 733, 'discountAmount "-1" is not an amount of 0 to 999999999999'],
  ])
  const { rows } = await pool.query(
    'select discount_amount::text as amount from redemptions where org_id = $1 order by redeemed_at',
    [imports.orgId],
  )
  expect(rows).toEqual([{ amount: '12.345' }, { amount: null }, { amount: '7.000' }])
})

test('messages of redemptions and reversals have the discount, if it is known', async () => {
  const quick = await createTestContext({ env: quickDelivery })
  const stop = startWebhookWork(quick)
  const server = await createTestServer(quick)
  const shop = await openShop(quick, server, { currency: 'KWD' })
  const receiver = await startReceiver()
  try {
    await subscribe(shop, receiver, { eventNames: ['CouponRedeem', 'CouponReversal'] })
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series(), customerId)
    const redeemed = await shop.redeem(code, customerId, { billAmount: '7.5' })
    await shop.reverse([redeemed.at('redemption.0.redemptionId')])
    await shop.redeem(code, customerId, { billAmount: undefined })
    await taken(receiver, 3)
  } finally {
    await stop()
  }
  const told = receiver.taken.map(({ body }) => body['data'] as Record<string, unknown>)
  expect(told.map(({ discountAmount, currency }) => [discountAmount, currency])).toEqual([
    ['7.500', 'KWD'],
    ['7.500', 'KWD'],
    [undefined, undefined],
  ])
})

test('a message of a return contains the returned amount, and one of a reversal the amount that was left', async () => {
  const quick = await createTestContext({ env: quickDelivery })
  const stop = startWebhookWork(quick)
  const server = await createTestServer(quick)
  const shop = await openShop(quick, server, { currency: 'INR' })
  const receiver = await startReceiver()
  try {
    await subscribe(shop, receiver, { eventNames: ['CouponRedeem', 'CouponReversal', 'DiscountReturn'] })
    const customerId = await shop.customer()
    const { code } = await shop.coupon(await shop.series({ discount_value: '40' }), customerId)
    const giveBack = async (body: object) => {
      const redeemed = await shop.redeem(code, customerId, { billAmount: 500 })
      const id = redeemed.at('redemption.0.redemptionId')
      await shop.post(`/till/v1/redemptions/${String(id)}/returns`, body)
      return id
    }
    await shop.reverse([await giveBack({ amount: '15.50', reason: 'Late' })])
    await giveBack({})
    await giveBack({ amount: 1, returnUse: true })
    await taken(receiver, 9)
  } finally {
    await stop()
  }
  const told = receiver.taken.map(({ body }) => {
    const data = body['data'] as { discountAmount: string; return?: { amount: string; reason: string } }
    return [body['eventName'], data.discountAmount, data.return?.amount, data.return?.reason]
  })
  expect(told).toEqual([
    ['CouponRedeem', '40.00', undefined, undefined],
    ['DiscountReturn', '40.00', '15.50', 'Late'],
    ['CouponReversal', '24.50', undefined, undefined],
    ['CouponRedeem', '40.00', undefined, undefined],
    ['DiscountReturn', '40.00', '40.00', null],
    ['CouponReversal', '0.00', undefined, undefined],
    ['CouponRedeem', '40.00', undefined, undefined],
    ['DiscountReturn', '40.00', '1.00', null],
    ['CouponReversal', '0.00', undefined, undefined],
  ])
})

describe('figures of money', () => {
  test('add up discounts, reversed discounts and bills, and count a bill with two coupons once', async () => {
    const shop = await open()
    const other = await shop.series({ discount_type: 'PERC', discount_value: '33.33' })
    await shop.coupon(other, shop.customerId, { code: 'THIRD' })
    const bill = { transactionNumber: 'T3', billAmount: 99.99 }
    await shop.redeemBulk(['TEN', 'THIRD'], shop.customerId, bill)
    await shop.redeem('THIRD', shop.customerId, { transactionNumber: 'T4', billAmount: 0.01 })
    await shop.redeem('THIRD', shop.customerId, { billAmount: 0.02 })
    const all = await shop.get('/admin/v1/figures/money?days=2')
    expect(all.json).toEqual({
      currency: 'INR',
      // 12.50, 10, 10 and 33.33 % of 99.99, 0.01 and 0.02.
      discountGiven: '65.84',
      discountReturned: '0.00',
      discountReversed: '12.50',
      bills: 5,
      billValue: '450.52',
      averageBill: '90.10',
      otherBills: null,
      days: [
        {
          day: '2026-05-03',
          discountGiven: '0.00',
          discountReturned: '0.00',
          discountReversed: '0.00',
          billValue: '0.00',
        },
        {
          day: '2026-05-04',
          discountGiven: '65.84',
          discountReturned: '0.00',
          discountReversed: '12.50',
          billValue: '450.52',
        },
      ],
    })
    const one = await shop.get(`/admin/v1/figures/money?days=1&series=${shop.seriesId}`)
    expect(one.json).toMatchObject({
      discountGiven: '32.50',
      discountReversed: '12.50',
      bills: 3,
      billValue: '450.49',
      averageBill: '150.16',
      otherBills: { bills: 2, billValue: '0.03', averageBill: '0.02' },
    })
    const { rows } = await pool.query<{ sum: string }>(
      'select sum(discount_amount)::text as sum from redemptions where org_id = $1',
      [shop.orgId],
    )
    expect(Number(rows[0]?.sum)).toBe(65.84)
  })

  test('are zero on days without redemptions, and 404 for a series of another organisation', async () => {
    const office = await openOffice(context, app)
    const person = await office.browser('auditor')
    const seriesId = await office.series()
    const reply = await person.call('GET', `/admin/v1/figures/money?series=${seriesId}&days=1`)
    expect(reply.json).toEqual({
      currency: null,
      discountGiven: '0.00',
      discountReturned: '0.00',
      discountReversed: '0.00',
      bills: 0,
      billValue: '0.00',
      averageBill: null,
      otherBills: { bills: 0, billValue: '0.00', averageBill: null },
      days: [
        {
          day: '2026-05-04',
          discountGiven: '0.00',
          discountReturned: '0.00',
          discountReversed: '0.00',
          billValue: '0.00',
        },
      ],
    })
    const other = await open()
    expect((await person.call('GET', `/admin/v1/figures/money?series=${other.seriesId}`)).status).toBe(404)
    expect((await person.call('GET', '/admin/v1/figures/money?days=93')).status).toBe(400)
  })

  test('are exact beyond the precision of a JavaScript number', async () => {
    const shop = await open()
    await pool.query(
      `insert into redemptions (org_id, coupon_id, series_id, customer_id, redeemed_at, bill_amount, discount_amount)
       select $1, r.coupon_id, r.series_id, r.customer_id, timestamptz '2026-05-01', 999999999999.999, 999999999999.999
       from (select * from redemptions where org_id = $1 limit 1) r, generate_series(1, 20)`,
      [shop.orgId],
    )
    const figures = await readMoneyFigures(
      context,
      { orgId: shop.orgId, isSandbox: false, timeZone: 'UTC', currency: 'INR' },
      { seriesId: undefined, dayCount: 10 },
    )
    expect(figures.discountGiven).toBe('20000000000022.48')
    expect(figures.billValue).toBe('20000000000350.48')
  })
})

test('an explanation has the discount of the coupon on the bill', async () => {
  const shop = await open()
  const ask = async (query: string) => {
    const reply = await shop.call('GET', `/admin/v1/coupons/TEN/explain?${query}`)
    return [reply.at('isRedeemable'), reply.at('discount'), reply.at('currency')]
  }
  expect(await ask('billAmount=4.5')).toEqual([true, '4.50', 'INR'])
  expect(await ask('billAmount=4000')).toEqual([true, '10.00', 'INR'])
  expect(await ask('transactionNumber=T1')).toEqual([true, null, 'INR'])
  expect(await ask('billAmount=20&at=2100-01-01')).toEqual([false, null, 'INR'])
})

test('the check of the ledger finds a discount above its bill, and ignores bills without an amount', async () => {
  const shop = await open()
  const faults = async () =>
    (await auditLedger(pool, shop.orgId)).flatMap(({ examples }) =>
      examples.map(({ found, expected }) => `${found}, should be ${expected}`),
    )
  await shop.redeem('TEN', shop.customerId, { billAmount: undefined, discountAmount: 5 })
  expect(await faults()).toEqual([])
  await pool.query(
    'update redemptions set discount_amount = 250.501 where org_id = $1 and transaction_number = $2',
    [shop.orgId, 'T2'],
  )
  expect(await faults()).toEqual(['250.501, should be at most 250.500'])
})

test('the database itself refuses a negative amount', async () => {
  const shop = await open()
  await expect(
    pool.query('update redemptions set discount_amount = -0.001 where org_id = $1', [shop.orgId]),
  ).rejects.toThrow('redemptions__discount_amount')
})
