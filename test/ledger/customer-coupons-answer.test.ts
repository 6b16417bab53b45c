import { describe, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { seedCoupon, seedCustomer, seedSeries, type SeedCoupon, type SeedSeries } from '../support/seed.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
const { queries } = context.database

type Json = Record<string, unknown>
interface Answer {
  entity: {
    pagination: Json
    customers: (Json & { coupons: (Json & { redemptions: Json[]; reversedRedemptions: Json[] })[] })[]
  }
}

async function prepare(timeZone = 'UTC') {
  const org = await createTestOrganisation(context, { timeZone })
  const customerId = await seedCustomer(queries, org.orgId, {
    firstName: 'Asha',
    lastName: 'Rao',
    email: 'Asha.Rao@example.com',
    mobile: '9400488244',
    externalId: 'ext-1',
  })
  const ask = async (query = '') => {
    const answer = await app.inject({
      url: `/v2/customers/coupons?id=${customerId}&${query}`,
      headers: { authorization: org.authorization },
    })
    expect(answer.statusCode, answer.body).toBe(200)
    return answer.json<Answer>()
  }
  const coupon = async (terms: SeedSeries = {}, given: Partial<SeedCoupon> = {}) =>
    seedCoupon(queries, org.orgId, {
      seriesId: await seedSeries(queries, org.orgId, terms),
      customerId,
      ...given,
    })
  const first = async (query = '') => {
    const [customer] = (await ask(query)).entity.customers
    const [found] = customer?.coupons ?? []
    if (found === undefined) throw new Error('no coupon')
    return found
  }
  return { ...org, customerId, ask, coupon, first }
}

describe('the answer of the coupon history', () => {
  test('has exactly the keys, types and order of the contract', async () => {
    const { ask, coupon, storeId, storeCode, customerId, orgId } = await prepare()
    const place = { code: storeCode, name: storeCode.replace('store-', 'Store ') }
    const seriesId = await seedSeries(queries, orgId, {
      description: 'Festive offer',
      discount_type: 'PERC',
      discount_value: '12.5',
      discount_upto: '500',
      is_multiple_use_allowed: false,
    })
    const { id, redemptionIds } = await coupon(
      {},
      {
        seriesId,
        code: 'aB-cD-1',
        createdAt: new Date('2026-05-01T08:00:00.700Z'),
        validUntil: new Date('2026-06-11T23:59:59Z'),
        storeId,
        transactionNumber: 'bill-1',
        redemptions: [
          { redeemedAt: new Date('2026-05-02T09:00:00.900Z'), storeId, transactionNumber: '12121212' },
          {
            redeemedAt: new Date('2026-05-01T09:00:00Z'),
            reversedAt: new Date('2026-05-01T09:30:00Z'),
            storeId,
            transactionNumber: 'x',
          },
        ],
      },
    )
    // Compared as text, because the order of keys is part of the contract.
    expect(JSON.stringify(await ask())).toBe(
      JSON.stringify({
        entity: {
          pagination: { limit: '100', offset: '0', total: 1 },
          customers: [
            {
              firstname: 'Asha',
              lastname: 'Rao',
              email: 'Asha.Rao@example.com',
              mobile: '919400488244',
              id: customerId,
              externalId: 'ext-1',
              coupons: [
                {
                  code: 'AB-CD-1',
                  seriesId,
                  description: 'Festive offer',
                  validTill: '2026-06-11T00:00:00Z',
                  discountType: 'PERC',
                  discountValue: 12.5,
                  discountUpto: 500,
                  redemptionCount: 1,
                  redemptionsLeft: 0,
                  id,
                  createdDate: '2026-05-01T08:00:00Z',
                  transactionNumber: 'bill-1',
                  issuedAt: place,
                  redemptions: [
                    {
                      id: redemptionIds[0],
                      date: '2026-05-02T09:00:00Z',
                      transactionNumber: '12121212',
                      redeemedAt: place,
                    },
                  ],
                  reversedRedemptions: [
                    {
                      id: redemptionIds[1],
                      date: '2026-05-01T09:00:00Z',
                      reversedOn: '2026-05-01T09:30:00Z',
                      redeemedAt: place,
                    },
                  ],
                  validTillDateTime: '2026-06-11T23:59:59Z',
                },
              ],
            },
          ],
        },
        warnings: [],
        errors: [],
        success: true,
      }),
    )
  })

  test('puts custom properties before the redemptions, in their own order, and omits absent parts', async () => {
    const { coupon, first, orgId, authorization } = await prepare()
    const properties = [
      { name: 'z', value: 'last first' },
      { name: 'a', value: '' },
    ]
    await coupon({ custom_properties: JSON.stringify(properties) })
    const found = await first()
    expect(found['customProperty']).toEqual(properties)
    const keys = Object.keys(found)
    expect(keys.indexOf('customProperty')).toBe(keys.indexOf('redemptions') - 1)
    expect(keys).not.toContain('issuedAt')

    const lonely = await seedCustomer(queries, orgId, { mobile: '9400488245' })
    const { body } = await app.inject({
      url: `/v2/customers/coupons?id=${lonely}`,
      headers: { authorization },
    })
    expect(JSON.stringify(JSON.parse(body).entity.customers)).toBe(
      JSON.stringify([{ firstname: '', lastname: '', mobile: '919400488245', id: lonely, coupons: [] }]),
    )
  })

  test('adds the customer, verdicts, ISO dates and bills of reversals only on request', async () => {
    const { coupon, first, customerId } = await prepare()
    await coupon(
      {},
      {
        validUntil: new Date('2026-05-31T23:59:59Z'),
        redemptions: [
          { redeemedAt: new Date('2026-05-02T09:00:00Z') },
          {
            redeemedAt: new Date('2026-05-03T09:00:00Z'),
            reversedAt: new Date('2026-05-04T09:00:00Z'),
            transactionNumber: 'bill-7',
          },
        ],
      },
    )
    const plain = await first()
    expect(plain.reversedRedemptions[0]).not.toHaveProperty('transactionNumber')
    for (const key of ['customer', 'redemptionStatus', 'createdDateISO'])
      expect(plain).not.toHaveProperty(key)
    const full = await first('include=CUSTOMER,redemptionstatus&include=iso,reversedTransactionNumber')
    expect(full['customer']).toEqual({ id: customerId, firstname: 'Asha', lastname: 'Rao' })
    expect(full['redemptionStatus']).toEqual({ status: false, message: 'Coupon has expired', code: 713 })
    expect(full['createdDateISO']).toBe(full['createdDate'])
    expect(full.redemptions[0]?.['dateISO']).toBe('2026-05-02T09:00:00Z')
    expect(full.reversedRedemptions[0]).toMatchObject({
      dateISO: '2026-05-03T09:00:00Z',
      transactionNumber: 'bill-7',
    })
  })

  test('judges correctly by the database clock, whose instants have microseconds', async () => {
    const { coupon, orgId, authorization, customerId } = await prepare()
    await coupon({ redemption_hours: Array.from({ length: 24 }, (_, hour) => hour) })
    const live = await createTestServer({
      ...context,
      fixedNow: null,
      lanes: { ...context.lanes, history: new Map() },
    })
    for (let round = 0; round < 5; round++) {
      const answer = await live.inject({
        url: `/v2/customers/coupons?id=${customerId}&include=redemptionStatus&status=REDEEMABLE`,
        headers: { authorization },
      })
      expect(answer.statusCode, `organisation ${orgId}: ${answer.body}`).toBe(200)
      expect(answer.body).toContain('"redemptionStatus":{"status":true,"message":')
    }
  })

  test('prints every instant in the zone of the organisation, and the day of validity in that zone', async () => {
    const { coupon, first } = await prepare('Asia/Kolkata')
    await coupon(
      {},
      {
        createdAt: new Date('2026-05-01T20:00:00Z'),
        validUntil: new Date('2026-06-11T18:29:59Z'),
        redemptions: [{ redeemedAt: new Date('2026-05-03T00:00:00Z') }],
      },
    )
    const found = await first()
    expect(found['createdDate']).toBe('2026-05-02T01:30:00+05:30')
    expect(found['validTill']).toBe('2026-06-11T00:00:00+05:30')
    expect(found['validTillDateTime']).toBe('2026-06-11T23:59:59+05:30')
    expect(found.redemptions[0]?.['date']).toBe('2026-05-03T05:30:00+05:30')
  })

  test('prints codes in the letter case that is asked for', async () => {
    const { coupon, first } = await prepare()
    await coupon({}, { code: 'abAB-123' })
    expect((await first())['code']).toBe('ABAB-123')
    expect((await first('coupon_code_case=lower'))['code']).toBe('abab-123')
    expect((await first('coupon_code_case=UPPER'))['code']).toBe('ABAB-123')
    expect((await first('coupon_code_case=As_It_Is'))['code']).toBe('abAB-123')
  })

  test('lists redemptions oldest first, and leaves out reversed ones only on request', async () => {
    const { coupon, first } = await prepare()
    const { redemptionIds } = await coupon(
      {},
      {
        redemptions: [
          { redeemedAt: new Date('2026-05-03T09:00:00Z') },
          { redeemedAt: new Date('2026-05-01T09:00:00Z') },
          { redeemedAt: new Date('2026-05-02T09:00:00Z'), reversedAt: new Date('2026-05-02T10:00:00Z') },
        ],
      },
    )
    const ids = (rows: Json[]) => rows.map((row) => row['id'])
    for (const query of ['', 'include_reversed_redemptions=TRUE', 'include_reversed_redemptions=']) {
      const found = await first(query)
      expect(ids(found.redemptions)).toEqual([redemptionIds[1], redemptionIds[0]])
      expect(ids(found.reversedRedemptions)).toEqual([redemptionIds[2]])
      expect(found['redemptionCount']).toBe(2)
    }
    const without = await first('include_reversed_redemptions=false')
    expect(without.reversedRedemptions).toEqual([])
    expect(without['redemptionCount']).toBe(2)
  })
})
