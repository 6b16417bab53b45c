import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2026-06-10T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

async function prepare(terms: SeedSeries = {}, timeZone = 'UTC') {
  const shop = await openShop(context, app, { timeZone })
  const customerId = await shop.customer()
  const seriesId = await shop.series({ valid_until: new Date('2026-12-31T23:59:59Z'), ...terms })
  const { code } = await shop.coupon(seriesId, customerId, { validUntil: new Date('2026-06-20T23:59:59Z') })
  const expire = (expiryDate: unknown, more: object = {}) =>
    shop.expire({ couponSeriesId: seriesId, couponCodes: [{ couponCode: code, expiryDate }], ...more })
  const until = async () => (await shop.history(customerId))[0]?.['validTillDateTime']
  return { shop, customerId, seriesId, code, expire, until }
}

describe('a change of expiry', () => {
  test.each([
    ['2026-07-01T12:30:00Z', '2026-07-01T12:30:00Z'],
    ['2026-07-01T12:30:00+05:30', '2026-07-01T07:00:00Z'],
    ['2026-07-01 12:30:00', '2026-07-01T12:30:00Z'],
    [Date.parse('2026-07-01T12:30:00Z'), '2026-07-01T12:30:00Z'],
    [String(Date.parse('2026-07-01T12:30:00Z')), '2026-07-01T12:30:00Z'],
    ['2026-06-11T00:00:00Z', '2026-06-11T00:00:00Z'],
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59Z'],
  ])('to %s makes it %s, later or earlier', async (given, expected) => {
    const { shop, expire, until } = await prepare()
    const reply = await expire(given)
    expect(reply.json).toMatchObject({ entity: { successCount: 1, unprocessedCoupons: [] }, success: true })
    expect(await until()).toBe(expected)
    await shop.expectLedgerAdds()
  })

  test('makes an expired coupon of a running series valid again, and ends another at the exact instant', async () => {
    const { shop, customerId, seriesId } = await prepare()
    const { code } = await shop.coupon(seriesId, customerId, { validUntil: new Date('2026-06-09T00:00:00Z') })
    const expire = (expiryDate: string) => shop.expire({ couponCodes: [{ couponCode: code, expiryDate }] })
    expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(713)
    await expire('2026-06-10T10:00:00Z')
    expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test.each([
    [690, 'Expiry date is past date', '2026-06-10T09:59:59Z'],
    [691, 'coupon code expiry date cannot be set beyond series expiry', '2027-01-01T00:00:00Z'],
  ])('is refused with %i "%s" for %s, item by item', async (errorCode, errorMessage, expiryDate) => {
    const { shop, expire, until, code } = await prepare()
    const reply = await expire(expiryDate)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      entity: {
        totalCount: 1,
        failedCount: 1,
        successCount: 0,
        unprocessedCoupons: [{ expiryDate, couponCode: code, errorCode, errorMessage }],
      },
      success: true,
    })
    expect(await until()).toBe('2026-06-20T23:59:59Z')
    await shop.expectLedgerAdds()
  })

  test('is refused with 633 for codes that are unknown, revoked, foreign or of another series', async () => {
    const { shop, customerId, seriesId, code } = await prepare()
    const other = await prepare()
    const elsewhere = await shop.coupon(await shop.series(), customerId)
    const revoked = await shop.coupon(seriesId, customerId, { revokedAt: new Date(now) })
    const codes = ['NONE', revoked.code, other.code, elsewhere.code, code]
    const reply = await shop.expire({
      couponSeriesId: String(seriesId),
      couponCodes: codes.map((couponCode) => ({ couponCode, expiryDate: '2026-07-01T00:00:00Z' })),
    })
    expect(reply.json).toMatchObject({ entity: { totalCount: 5, failedCount: 4, successCount: 1 } })
    expect([0, 1, 2, 3].map((at) => reply.at(`entity.unprocessedCoupons.${at}.errorCode`))).toEqual([
      633, 633, 633, 633,
    ])
    expect(await other.until()).toBe('2026-06-20T23:59:59Z')
    await shop.expectLedgerAdds()
    await other.shop.expectLedgerAdds()
  })

  test.each([[712, 'Coupon Series / Campaign has expired']])(
    'is refused as a whole with %i when the series has ended',
    async (code, message) => {
      const { shop, expire } = await prepare({ valid_until: new Date('2026-06-10T09:59:59Z') })
      const reply = await expire('2026-06-11T00:00:00Z')
      expect([reply.status, reply.json]).toEqual([
        200,
        { warnings: [], errors: [{ status: false, code, message }], success: false },
      ])
      await shop.expectLedgerAdds()
    },
  )

  test.each([
    ['no code', { couponCodes: [] }, 'Atleast one coupon code and expiry date info is mandatory'],
    ['codes left out', {}, 'Atleast one coupon code and expiry date info is mandatory'],
    [
      'several codes without a series',
      { couponCodes: ['A', 'B'].map((couponCode) => ({ couponCode, expiryDate: '2026-07-01' })) },
      'coupon seriesid is mandatory',
    ],
  ])('is refused with 756 for %s', async (_, body, message) => {
    const { shop } = await prepare()
    const reply = await shop.expire(body)
    expect([reply.status, reply.json]).toEqual([
      200,
      { warnings: [], errors: [{ status: false, code: 756, message }], success: false },
    ])
  })

  test.each(['tomorrow', '2026-02-30', '', -5, 1e21, '99999999999999999'])(
    'is refused with 400 for the date %j',
    async (given) => {
      const { shop, expire, until } = await prepare()
      const reply = await expire(given)
      expect([reply.status, reply.at('errors.0.code')]).toEqual([400, 400])
      expect(await until()).toBe('2026-06-20T23:59:59Z')
      await shop.expectLedgerAdds()
    },
  )

  test('of more than a hundred coupons is refused', async () => {
    const { shop, seriesId } = await prepare()
    const couponCodes = Array.from({ length: 101 }, (_, n) => ({
      couponCode: `C${n}`,
      expiryDate: '2026-07-01',
    }))
    expect((await shop.expire({ couponSeriesId: seriesId, couponCodes })).status).toBe(400)
  })

  test("of a shared code needs a customer (695), and changes that customer's coupon alone", async () => {
    const { shop, customerId } = await prepare()
    const seriesId = await shop.generic('WELCOME')
    const other = await shop.customer()
    await shop.issue(seriesId, customerId)
    await shop.issue(seriesId, other)
    const change = (customer?: object) =>
      shop.expire({
        couponSeriesId: seriesId,
        customer,
        couponCodes: [{ couponCode: 'welcome', expiryDate: '2026-06-10T10:00:01Z' }],
      })
    const none = await change()
    expect([none.status, none.json]).toEqual([
      200,
      {
        warnings: [],
        errors: [
          { status: false, code: 695, message: 'User Id is mandatory for common coupon to change expiry' },
        ],
        success: false,
      },
    ])
    expect((await change({ id: customerId })).at('entity.successCount')).toBe(1)
    const shown = async (id: number) =>
      (await shop.history(id)).find(({ code }) => code === 'WELCOME')?.['validTillDateTime']
    expect(await shown(customerId)).toBe('2026-06-10T10:00:01Z')
    expect(await shown(other)).toBe('2099-12-31T23:59:59Z')
    const notHeld = await change({ id: await shop.customer() })
    expect(notHeld.at('entity.unprocessedCoupons.0.errorCode')).toBe(633)
    await shop.expectLedgerAdds()
  })
})

describe('a revocation', () => {
  test('is refused item by item: 682 unknown, foreign, of another series, revoked or repeated; 405 redeemed', async () => {
    const { shop, customerId, seriesId, code } = await prepare()
    const other = await prepare()
    const elsewhere = await shop.coupon(await shop.series(), customerId)
    const gone = await shop.coupon(seriesId, customerId, { revokedAt: new Date(now) })
    const used = await shop.coupon(seriesId, customerId, { redemptions: [{ redeemedAt: new Date(now) }] })
    const missing = ['NONE', other.code.toUpperCase(), elsewhere.code, gone.code, code]
    const reply = await shop.revoke({
      couponSeriesId: seriesId,
      couponCodes: [code, used.code, ...missing],
    })
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ entity: { totalCount: 7, failedCount: 6 }, success: true })
    expect(reply.at('entity.failedToRevoke')).toEqual([
      { errorCode: 682, errorMessage: 'Coupon not found ', couponCodes: missing },
      { errorCode: 405, errorMessage: 'Coupon code redeemed', couponCodes: [used.code] },
    ])
    expect((await other.shop.redeem(other.code, other.customerId)).status).toBe(200)
    await shop.expectLedgerAdds()
    await other.shop.expectLedgerAdds()
  })

  test('needs no series for one code, and a code whose redemption was reversed can be revoked', async () => {
    const { shop, customerId, code } = await prepare()
    const reply = await shop.redeem(code, customerId)
    await shop.reverse([reply.at('redemption.0.redemptionId')])
    expect((await shop.revoke({ couponCodes: [code.toLowerCase()] })).at('entity.failedCount')).toBe(0)
    expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(660)
    await shop.expectLedgerAdds()
  })

  test('by customer revokes every unredeemed coupon of the series, including a shared one, and no other', async () => {
    const { shop, customerId, seriesId } = await prepare()
    const used = await shop.coupon(seriesId, customerId, { redemptions: [{ redeemedAt: new Date(now) }] })
    await shop.coupon(seriesId, customerId)
    const elsewhere = await shop.coupon(await shop.series(), customerId)
    const reply = await shop.revoke({ couponSeriesId: seriesId, customer: { id: customerId } })
    expect(reply.json).toMatchObject({ entity: { totalCount: 2, failedCount: 0, failedToRevoke: [] } })
    const generic = await shop.generic('WELCOME')
    await shop.issue(generic, customerId)
    const shared = await shop.revoke({ couponSeriesId: generic, customer: { id: customerId } })
    expect(shared.at('entity.revokedCoupons.0.couponCode')).toBe('WELCOME')
    const left = (await shop.history(customerId)).map(({ id }) => id)
    expect(new Set(left)).toEqual(new Set([used.id, elsewhere.id]))
    await shop.expectLedgerAdds()
  })

  test('of an unassigned code removes it from the pool', async () => {
    const { shop, customerId } = await prepare()
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    await shop.pool(seriesId, ['W1', 'W2'])
    const reply = await shop.revoke({ couponSeriesId: seriesId, couponCodes: ['W1'] })
    expect(Object.keys(reply.at('entity.revokedCoupons.0') as object)).toEqual(['couponId', 'couponCode'])
    expect((await shop.issue(seriesId, customerId)).at('code')).toBe('W2')
    await shop.expectLedgerAdds()
  })

  test('accepts a hundred coupons of a customer and refuses a hundred and one', async () => {
    const { shop, customerId } = await prepare()
    const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
    const issued = await shop.issueMany(seriesId, 101, customerId)
    const ask = () => shop.revoke({ couponSeriesId: seriesId, customer: { id: customerId } })
    const refused = await ask()
    expect([refused.status, refused.json]).toEqual([
      200,
      {
        warnings: [],
        errors: [
          { status: false, code: 629, message: 'The customer has more than 100 coupons in the series' },
        ],
        success: false,
      },
    ])
    await shop.expectLedgerAdds()
    await shop.revoke({ couponCodes: [issued.at('coupons.0.code')] })
    expect((await ask()).at('entity.totalCount')).toBe(100)
    await shop.expectLedgerAdds()
  })

  const refusals: [string, number, string, (seriesId: number) => object][] = [
    ['neither codes nor customer', 756, 'CouponCode/s or customer info is mandatory', () => ({})],
    [
      'empty codes',
      756,
      'CouponCode/s or customer info is mandatory',
      (couponSeriesId) => ({ couponSeriesId, couponCodes: [], customer: null }),
    ],
    [
      'several codes without a series',
      756,
      'coupon seriesid is mandatory',
      () => ({ couponCodes: ['A', 'B'] }),
    ],
    ['a customer without a series', 756, 'coupon seriesid is mandatory', () => ({ customer: { id: 1 } })],
    [
      'an unknown series',
      707,
      'Coupon Series ID is invalid',
      () => ({ couponSeriesId: 4_000_000, couponCodes: ['A'] }),
    ],
    [
      'an unknown customer',
      701,
      'The customer could not be found. Please check mobile, email, external id passed',
      (couponSeriesId) => ({ couponSeriesId, customer: { email: 'nobody@example.com' } }),
    ],
  ]
  test.each(refusals)('is refused as a whole for %s: %i "%s"', async (_, code, message, body) => {
    const { shop, seriesId } = await prepare()
    const reply = await shop.revoke(body(seriesId))
    expect([reply.status, reply.json]).toEqual([
      200,
      { warnings: [], errors: [{ status: false, code, message }], success: false },
    ])
    await shop.expectLedgerAdds()
  })

  test('is refused with 712 when the series has ended, by series, code or customer', async () => {
    const { shop, seriesId, code, customerId } = await prepare({
      valid_until: new Date('2026-06-10T09:00:00Z'),
    })
    for (const body of [
      { couponSeriesId: seriesId, couponCodes: [code] },
      { couponCodes: [code] },
      { couponSeriesId: seriesId, customer: { id: customerId } },
    ]) {
      const reply = await shop.revoke(body)
      expect([reply.status, reply.at('errors.0.code')]).toEqual([200, 712])
    }
    await shop.expectLedgerAdds()
  })

  test('of a shared code is refused with 108, with the series and without', async () => {
    const { shop, customerId } = await prepare()
    const couponSeriesId = await shop.generic('WELCOME')
    await shop.issue(couponSeriesId, customerId)
    const message = 'Unsupported coupons series config with client handling type GENERIC'
    const reply = await shop.revoke({ couponSeriesId, couponCodes: ['WELCOME'] })
    expect([reply.status, reply.at('errors')]).toEqual([200, [{ status: false, code: 108, message }]])
    const alone = await shop.revoke({ couponCodes: ['WELCOME'] })
    expect(alone.at('entity.failedToRevoke')).toEqual([
      { errorCode: 108, errorMessage: message, couponCodes: ['WELCOME'] },
    ])
    await shop.expectLedgerAdds()
  })

  test('of more than fifty codes is refused', async () => {
    const { shop, seriesId } = await prepare()
    const couponCodes = Array.from({ length: 51 }, (_, n) => `C${n}`)
    expect((await shop.revoke({ couponSeriesId: seriesId, couponCodes })).status).toBe(400)
  })
})
