import { describe, expect, test } from 'vitest'
import { findCouponSql, findCustomersSql } from '../../src/ledger/customers/find-anything.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const office = await openOffice(context, app)
const care = await office.browser('care')
const search = (text: string, browser = care) =>
  browser.call('GET', `/admin/v1/search?q=${encodeURIComponent(text)}`)
const idsOf = (reply: Reply) => (reply.at('customers') as { id: number }[]).map(({ id }) => id)

const asha = await office.registered({
  mobile: '9412345678',
  email: 'Asha.Nair@example.com',
  externalId: 'Ext-77/a',
  firstName: 'Asha',
  lastName: 'Nair',
})
const ashok = await office.registered({ mobile: '9498765432', firstName: 'Ashok', lastName: "O'Neill" })

describe('a search finds a customer', () => {
  test.each([
    ['the mobile number', '9412345678', 'mobile'],
    ['the mobile number with country code', '+91 94123 45678', 'mobile'],
    ['the beginning of it', '94123', 'mobile'],
    ['the beginning of it with country code', '919412', 'mobile'],
    ['the e-mail address, in any case', 'ASHA.NAIR@example.COM', 'email'],
    ['the beginning of it', 'asha.n', 'email'],
    ['the external id', 'Ext-77/a', 'externalId'],
    ['the beginning of it, in any case', 'ext-7', 'externalId'],
    ['the last name', 'nair', 'name'],
    ['first and last name', 'asha nair', 'name'],
    ['the beginnings of both', ' Ash  Na ', 'name'],
    ['last and first name', 'nair asha', 'name'],
    ['the last digits of the mobile number', '5678', 'mobile'],
    ['more of them, spaced', '345 678', 'mobile'],
    ['the id', String(asha), 'id'],
  ])('by %s: %s', async (_, text, matched) => {
    const reply = await search(text)
    expect(reply.at('customers')).toEqual([
      {
        id: asha,
        firstName: 'Asha',
        lastName: 'Nair',
        mobile: '919412345678',
        email: 'Asha.Nair@example.com',
        externalId: 'Ext-77/a',
        isBlocked: false,
        version: expect.any(Number) as number,
        matched,
      },
    ])
    expect(reply.at('coupons')).toEqual([])
  })

  test('among others with the same beginning, the closest match first', async () => {
    expect(idsOf(await search('ash'))).toEqual([asha, ashok])
    expect(idsOf(await search('Ashok'))).toEqual([ashok])
    expect(idsOf(await search("o'n"))).toEqual([ashok])
    const exact = await office.registered({ externalId: String(asha) })
    const both = await search(String(asha))
    expect(idsOf(both).toSorted((a, b) => a - b)).toEqual([asha, exact])
  })

  test.each(['as', '9', '%', '_', 'ash%', 'x'.repeat(200), "'; drop table users", 'ash\\'])(
    'not by %s',
    async (text) => {
      const reply = await search(text)
      expect(reply.status).toBe(200)
      expect(idsOf(reply).filter((id) => text === '9' || id !== asha)).toEqual(
        text === '9' ? idsOf(reply) : [],
      )
    },
  )

  test('among at most 20, none of whom was erased', async () => {
    const made: number[] = []
    for (let n = 0; n < 25; n++) made.push(await office.customer({ firstName: `Zubin ${n}` }))
    expect(idsOf(await search('zubin'))).toHaveLength(20)
    const gone = await office.registered({ externalId: 'gone-soon', firstName: 'Wanda' })
    expect(idsOf(await search('wanda'))).toEqual([gone])
    const admin = await office.browser('admin')
    await admin.call('DELETE', `/admin/v1/customers/${gone}`)
    expect(idsOf(await search('wanda'))).toEqual([])
    expect(idsOf(await search(String(gone)))).toEqual([])
  })
})

describe('a search finds a coupon', () => {
  test('by its whole code in any case, not by the beginning', async () => {
    const seriesId = await office.series()
    const { id } = await office.coupon(seriesId, asha, { code: 'Summer-25x' })
    for (const text of ['Summer-25x', 'SUMMER-25X', ' summer-25X ', 'summer 25x']) {
      expect((await search(text)).json).toEqual({
        customers: [],
        coupons: [
          {
            id,
            code: 'Summer-25x',
            seriesId,
            seriesDescription: 'Ten off',
            customerId: asha,
            isRevoked: false,
          },
        ],
        redemptions: [],
        series: [],
      })
    }
    expect((await search('Summer-25')).at('coupons')).toEqual([])
  })

  test('of a shared code, which is printed as in the series', async () => {
    const seriesId = await office.generic('EVERYBODY')
    await office.issue(seriesId, asha)
    expect((await search('everybody')).at('coupons')).toMatchObject([{ seriesId, customerId: null }])
  })
})

describe('a search by a person finds', () => {
  const redeemed = async () => {
    const seriesId = await office.series({ description: 'Monsoon sale', tag: 'rain, north' })
    const { code } = await office.coupon(seriesId, asha)
    const reply = await care.call('POST', '/v2/coupon/redeem', {
      redemptionRequestList: [{ code }],
      user: { id: asha },
      billAmount: 250,
      transactionNumber: `T-${code}`,
    })
    return { seriesId, code, redemptionId: Number(reply.at('redemption.0.redemptionId')) }
  }

  test('a redemption by its id, and a series by its words', async () => {
    const { seriesId, code, redemptionId } = await redeemed()
    expect((await search(String(redemptionId))).at('redemptions')).toMatchObject([
      {
        id: redemptionId,
        code,
        customerId: asha,
        billNumber: `T-${code}`,
        seriesDescription: 'Monsoon sale',
      },
    ])
    expect((await search('sale monsoon')).at('series')).toMatchObject([{ id: seriesId }])
    expect((await search('rain')).at('series')).toMatchObject([{ id: seriesId }])
    // A program could collect codes.
    expect((await office.call('GET', `/admin/v1/search?q=${redemptionId}`)).json).toMatchObject({
      redemptions: [],
      series: [],
    })
  })

  test('the coupons of a bill by its number, and tills do not', async () => {
    const { seriesId, code, redemptionId } = await redeemed()
    const url = `/admin/v1/bills?number=${encodeURIComponent(`T-${code}`)}`
    expect((await care.call('GET', url)).json).toEqual({
      redemptions: [
        expect.objectContaining({
          id: redemptionId,
          code,
          seriesId,
          customerId: asha,
          firstName: 'Asha',
          billAmount: 250,
          isReversed: false,
        }),
      ],
      searchedDays: 31,
    })
    const campaign = await office.browser('campaign')
    expect((await campaign.call('GET', url)).at('redemptions.0')).toMatchObject({
      firstName: '',
      lastName: '',
    })
    expect((await care.call('GET', `${url}&day=2001-01-01`)).json).toEqual({
      redemptions: [],
      searchedDays: null,
    })
    expect((await office.call('GET', url)).status).toBe(403)
    for (const query of ['number=', 'number=1&day=tomorrow'])
      expect((await care.call('GET', `/admin/v1/bills?${query}`)).status).toBe(400)
  })
})

test('a search finds nothing that the role may not read, and nothing of another organisation', async () => {
  const campaign = await office.browser('campaign')
  const { code } = await office.coupon(await office.series(), asha)
  expect((await search('Asha', campaign)).json).toEqual({
    customers: [],
    coupons: [],
    redemptions: [],
    series: [],
  })
  expect((await search(code, campaign)).at('coupons.0.code')).toBe(code)
  const other = await (await openOffice(context, app)).browser('admin')
  for (const text of ['Asha', '9412345678', String(asha), code])
    expect((await search(text, other)).json).toEqual({
      customers: [],
      coupons: [],
      redemptions: [],
      series: [],
    })
})

test.each(['', '   ', 'x'.repeat(201), 'a\0b'])('a search for %j is refused', async (text) => {
  expect((await search(text)).status).toBe(400)
})

test('a search reads indexes only, however many customers and coupons there are', async () => {
  const { orgId, series } = await openOffice(context, app)
  await pool.query(
    `with people as (
       insert into customers (org_id, first_name, last_name)
       select $1, 'First ' || n, 'Last ' || n from generate_series(1, 5000) n returning id
     )
     insert into customer_identifiers (org_id, type, value, customer_id, shown)
     select $1, 'externalId', 'ID-' || id, id, 'ID-' || id from people`,
    [orgId],
  )
  await pool.query(
    `insert into coupons (org_id, series_id, created_at, valid_until, code)
     select $1, $2, now(), now(), 'CODE' || n from generate_series(1, 5000) n`,
    [orgId, await series()],
  )
  await pool.query('vacuum (analyze) customers, customer_identifiers, coupons')
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    const client = await pool.connect()
    try {
      await client.query(`set plan_cache_mode = ${mode}`)
      await client.query(
        `prepare people (bigint, text, text, text, bigint, text, text, boolean, text) as ${findCustomersSql}`,
      )
      await client.query(`prepare coupon (bigint, text[]) as ${findCouponSql}`)
      for (const asked of [
        `people (${orgId}, 'first', 'first', 'first', 5, 'first', '1', true, '8765')`,
        `coupon (${orgId}, '{X,Y}')`,
      ]) {
        const { rows } = await client.query(`explain execute ${asked}`)
        expect(JSON.stringify(rows)).not.toMatch(/Seq Scan on (customers|customer_identifiers|coupons)/)
      }
    } finally {
      client.release(true)
    }
  }
})
