import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import type { SeedSeries } from '../support/seed.ts'
import { openShop } from '../support/write-cases.ts'

const now = '2026-06-10T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)

describe('a generated code', () => {
  test.each<[string, SeedSeries, RegExp]>([
    ['sixteen digits', {}, /^\d{16}$/],
    [
      'letters and digits of the length of the series',
      { code_length: 10, is_code_alphanumeric: true },
      /^[0-9A-Z]{10}$/,
    ],
    [
      'prefix and suffix without a hyphen of ours',
      { code_length: 6, code_prefix: 'Mai', code_suffix: '-x' },
      /^Mai\d{6}-x$/,
    ],
  ])('has %s', async (_, terms, form) => {
    const shop = await openShop(context, app)
    const reply = await shop.issue(await shop.series(terms), await shop.customer())
    expect(reply.at('code')).toMatch(form)
    await shop.expectLedgerAdds()
  })

  test('is unique, even if half of all codes are taken', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ code_length: 4, is_multiple_per_customer_allowed: true })
    const taken = Array.from({ length: 5_000 }, (_, n) => String(n).padStart(4, '0'))
    await shop.pool(await shop.series(), taken)
    const reply = await shop.issueMany(seriesId, 100, await shop.customer())
    const codes = (reply.at('coupons') as { code: string }[]).map(({ code }) => code)
    expect(new Set(codes).size).toBe(100)
    expect(codes.filter((code) => taken.includes(code))).toEqual([])
    await shop.expectLedgerAdds()
  })
})

describe('sending a coupon again', () => {
  test('a holder gets the coupon that still works, and no new one', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const customerId = await shop.customer()
    const first = await shop.issue(seriesId, customerId)
    const again = await shop.issue(seriesId, customerId)
    expect([again.status, again.text]).toEqual([200, first.text])
    expect(await shop.history(customerId)).toHaveLength(1)
    await shop.expectLedgerAdds()
  })

  test('a holder gets it even if the series has no coupons left', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ max_issued: 1 })
    const customerId = await shop.customer()
    const first = await shop.issue(seriesId, customerId)
    expect((await shop.issue(seriesId, customerId)).at('id')).toBe(first.at('id'))
    expect((await shop.issue(seriesId, await shop.customer())).at('errors.0.code')).toBe(5001)
    await shop.expectLedgerAdds()
  })

  test('a used-up coupon is not sent again', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ is_multiple_use_allowed: false })
    const customerId = await shop.customer()
    const code = (await shop.issue(seriesId, customerId)).at('code') as string
    await shop.redeem(code, customerId)
    expect((await shop.issue(seriesId, customerId)).at('errors.0.code')).toBe(5004)
    await shop.expectLedgerAdds()
  })

  test('a customer whose coupon was revoked gets a new one', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const customerId = await shop.customer()
    const code = (await shop.issue(seriesId, customerId)).at('code') as string
    await shop.revoke({ couponCodes: [code] })
    expect((await shop.issue(seriesId, customerId)).at('code')).not.toBe(code)
    await shop.expectLedgerAdds()
  })
})

describe('a GENERIC series', () => {
  test('gives every customer the same code once, and each redeems a coupon of their own', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.generic('Welcome10', { is_multiple_use_allowed: false })
    const customers = [await shop.customer(), await shop.customer()]
    const ids = []
    for (const customerId of customers) {
      const reply = await shop.issue(seriesId, customerId)
      expect(reply.at('code')).toBe('Welcome10')
      expect((await shop.issue(seriesId, customerId)).at('id')).toBe(reply.at('id'))
      ids.push(reply.at('id'))
    }
    expect(ids[0]).not.toBe(ids[1])
    for (const [at, customerId] of customers.entries()) {
      expect((await shop.redeem('WELCOME10', customerId)).at('redemption.0.id')).toBe(ids[at])
      expect((await shop.redeem('welcome10', customerId)).at('redemptionStatus.code')).toBe(711)
    }
    await shop.expectLedgerAdds()
  })

  test('refuses the redemption of its code by another customer with 703', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.generic('WELCOME')
    await shop.issue(seriesId, await shop.customer())
    expect((await shop.redeem('WELCOME', await shop.customer())).at('redemptionStatus.code')).toBe(703)
    await shop.expectLedgerAdds()
  })

  test('refuses to issue the coupon to its holder again with 709 if configured so', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.generic('WELCOME', { is_existing_coupon_withheld: true })
    const customerId = await shop.customer()
    await shop.issue(seriesId, customerId)
    expect((await shop.issue(seriesId, customerId)).at('errors.0.code')).toBe(709)
    await shop.expectLedgerAdds()
  })

  test('issues the code again to a customer whose coupon was revoked, and it works', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.generic('WELCOME')
    const customerId = await shop.customer()
    await shop.issue(seriesId, customerId)
    await shop.revoke({ couponSeriesId: seriesId, customer: { id: customerId } })
    expect((await shop.redeem('WELCOME', customerId)).at('redemptionStatus.code')).toBe(660)
    expect((await shop.issue(seriesId, customerId)).status).toBe(200)
    expect((await shop.redeem('WELCOME', customerId)).status).toBe(200)
    await shop.expectLedgerAdds()
  })
})

describe('uploaded codes', () => {
  test('are given away in the order of upload', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    await shop.pool(seriesId, ['Zed', 'alpha', 'MID'])
    const given = []
    for (let n = 0; n < 4; n++) given.push(await shop.issue(seriesId, await shop.customer()))
    expect(given.map((reply) => reply.at('code'))).toEqual(['Zed', 'alpha', 'MID', undefined])
    expect(given[3]?.at('errors.0.code')).toBe(5005)
    await shop.expectLedgerAdds()
  })

  test('are each given once by thirty concurrent issues, and none is left over', async () => {
    const shop = await openShop(context, app)
    const second = await createTestServer(await createTestContext({ now, database: context.database }))
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    const codes = Array.from({ length: 25 }, (_, n) => `POOL${n}`)
    await shop.pool(seriesId, codes)
    const customers = await Promise.all(Array.from({ length: 30 }, () => shop.customer()))
    const replies = await Promise.all(
      customers.map((id, n) => shop.issue(seriesId, id, { app: n % 2 === 0 ? app : second })),
    )
    const given = replies.filter(({ status }) => status === 200).map((reply) => reply.at('code'))
    expect(given).toHaveLength(25)
    expect(new Set(given)).toEqual(new Set(codes))
    expect(replies.filter((reply) => reply.at('errors.0.code') === 5005)).toHaveLength(5)
    await shop.expectLedgerAdds()
  })

  test('are skipped if they were redeemed or revoked before they were assigned', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN', is_any_user: true })
    await shop.pool(seriesId, ['USED', 'GONE', 'FREE'])
    expect((await shop.redeem('USED', await shop.customer())).status).toBe(200)
    await shop.revoke({ couponCodes: ['GONE'] })
    expect((await shop.issue(seriesId, await shop.customer())).at('code')).toBe('FREE')
    expect((await shop.issue(seriesId, await shop.customer())).at('errors.0.code')).toBe(5005)
    await shop.expectLedgerAdds()
  })
})

test('an issued coupon, its counters and its event have the same instant, however long the issue takes', async () => {
  const own = await createTestContext()
  const shop = await openShop(own, await createTestServer(own))
  await own.database.pool.query(`
    create function dawdle() returns trigger language plpgsql as $$ begin perform pg_sleep(1.1); return new; end $$;
    create trigger dawdle before insert on coupons for each row execute function dawdle()`)
  await shop.issue(await shop.series(), await shop.customer())
  await shop.expectLedgerAdds()
})

describe('the last day of a coupon', () => {
  const issued = async (timeZone: string, terms: SeedSeries, at = now) => {
    const own = await createTestContext({ now: at, database: context.database })
    const shop = await openShop(own, await createTestServer(own), { timeZone })
    const reply = await shop.issue(await shop.series(terms), await shop.customer())
    await shop.expectLedgerAdds()
    return reply.at('validTillDateTime')
  }

  test.each<[string, SeedSeries, string, string]>([
    ['UTC', { expiry_strategy: 'SERIES_EXPIRY', expiry_strategy_value: -1 }, now, '2099-12-31T23:59:59Z'],
    ['UTC', { expiry_strategy: 'DAYS', expiry_strategy_value: 0 }, now, '2026-06-10T23:59:59Z'],
    ['UTC', { expiry_strategy: 'DAYS', expiry_strategy_value: 1 }, now, '2026-06-11T23:59:59Z'],
    ['UTC', { expiry_strategy: 'MONTHS_END', expiry_strategy_value: 0 }, now, '2026-06-30T23:59:59Z'],
    [
      'UTC',
      { expiry_strategy: 'MONTHS_END', expiry_strategy_value: 1 },
      '2027-01-31T12:00:00Z',
      '2027-02-28T23:59:59Z',
    ],
    [
      'Asia/Kolkata',
      { expiry_strategy: 'DAYS', expiry_strategy_value: 0 },
      '2026-06-10T18:30:00Z',
      '2026-06-11T23:59:59+05:30',
    ],
    [
      'Europe/Berlin',
      { expiry_strategy: 'DAYS', expiry_strategy_value: 1 },
      '2026-10-24T10:00:00Z',
      '2026-10-25T23:59:59+01:00',
    ],
    [
      'Africa/Cairo',
      { expiry_strategy: 'DAYS', expiry_strategy_value: 1 },
      '2026-10-28T10:00:00Z',
      '2026-10-29T23:59:59+02:00',
    ],
    [
      'America/Santiago',
      { expiry_strategy: 'DAYS', expiry_strategy_value: 1 },
      '2026-09-04T15:00:00Z',
      '2026-09-05T23:59:59-04:00',
    ],
    [
      'UTC',
      {
        expiry_strategy: 'DAYS',
        expiry_strategy_value: 30,
        valid_until: new Date('2026-06-15T12:00:00Z'),
      },
      now,
      '2026-06-15T12:00:00Z',
    ],
    [
      'UTC',
      {
        expiry_strategy: 'MONTHS_END',
        expiry_strategy_value: 0,
        valid_until: new Date('2026-06-15T23:59:59Z'),
      },
      now,
      '2026-06-15T23:59:59Z',
    ],
  ])('in %s by %j, issued at %s, is %s', async (timeZone, terms, at, expected) => {
    expect(await issued(timeZone, terms, at)).toBe(expected)
  })
})
