import { describe, expect, test } from 'vitest'
import { createAccessGroup } from '../../src/identity/organisations/access-groups.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { least } from '../support/series-cases.ts'
import { openUploads } from '../support/upload-cases.ts'

/**
 * An attacker has the password of a till, or a role, and knows that the codes of a series have four digits, of which
 * every fiftieth works. Each test tries a known way around the limits. The limits are those of a server with default
 * settings: a till has 20 failed look-ups free at once, a person 40, and each further one waits longer.
 */

const context = await createTestContext({ env: { ABUSE_LIMITS: '1' } })
const app = await createTestServer(context)
const { pool } = context.database

const live = Array.from({ length: 200 }, (_, n) => String((n * 6_173) % 10_000).padStart(4, '0'))
const guesses = Array.from({ length: 2_000 }, (_, n) => String((n * 3_331) % 10_000).padStart(4, '0'))
const weak = { code_length: 4, client_handling_type: 'DISC_CODE_PIN', is_any_user: true } as const
/** The free failures of a till, and those that become free within the seconds of a test. */
const mostOfTill = 20 + 6
const mostOfPerson = 40 + 6

async function openWeakShop() {
  const shop = await openUploads(context, app)
  const seriesId = await shop.series(weak)
  await shop.pool(seriesId, live)
  return { ...shop, seriesId, customerId: await shop.customer({ mobile: '919400488244' }) }
}

/** The ids around a known one. */
const around = (id: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => id + (n % 2 === 0 ? 1 + n / 2 : -(n + 1) / 2))

const count = async (orgId: number, what: string): Promise<number> =>
  (await pool.query<{ n: number }>(`select count(*)::int as n from ${what} where org_id = $1`, [orgId]))
    .rows[0]?.n ?? 0

describe('a guesser', () => {
  test('finds no code, unassigned or issued, by trying ids one by one in any call that accepts an id', async () => {
    const shop = await openWeakShop()
    const mine = await shop.coupon(await shop.series({ is_any_user: true }), shop.customerId)
    // Coupons of others have the neighbouring ids.
    await shop.coupon(await shop.series({ is_any_user: true }), await shop.customer())
    const ids = around(mine.id, 1_000)
    let looked = 0
    let hits = 0
    for (let at = 0; at < ids.length; at += 100) {
      const reply = await shop.call('GET', `/v2/coupon?couponIds=${ids.slice(at, at + 100).join(',')}`)
      if (reply.status !== 429) looked += 100
      hits += reply.text.split('"seriesId"').length - 1
    }
    for (const id of ids.slice(0, 100)) {
      const got = await shop.call('GET', `/v1.1/coupon/get?format=json&id=${id}`)
      const redeemed = await shop.post('/v1.1/coupon/redeem?format=json', {
        root: { coupon: [{ id, customer: { id: shop.customerId } }] },
      })
      const sent = await shop.call('GET', `/v1.1/coupon/resend?format=json&id=${id}&mobile=919400488244`)
      for (const reply of [got, redeemed, sent]) {
        if (reply.status !== 429) looked += 1
        if (reply.text.includes('series_id') || reply.text.includes('redemption_id')) hits += 1
      }
    }
    expect(hits).toBe(0)
    // A caller without failures has one request admitted as a whole.
    expect(looked).toBeLessThanOrEqual(100 + 6)
    expect(await count(shop.orgId, 'redemptions')).toBe(0)
  })

  test('learns no unassigned code from an existing id, unless the caller may export codes', async () => {
    const shop = await openWeakShop()
    const { rows } = await pool.query<{ id: number }>(
      'select id from coupons where org_id = $1 and series_id = $2 order by id limit 3',
      [shop.orgId, shop.seriesId],
    )
    const [first = 0, second = 0, third = 0] = rows.map(({ id }) => id)
    await createAccessGroup(context.database.queries, shop.orgId, 'checkout', {
      customer: 'read',
      coupon: 'write',
    })
    const as = await shop.signInAs('checkout')
    expect((await shop.call('GET', `/v2/coupon?couponIds=${first}`, undefined, as)).at('data')).toEqual([])
    expect(
      (await shop.call('GET', `/v1.1/coupon/get?format=json&id=${second}`, undefined, as)).text,
    ).not.toContain('series_id')
    const redeemed = await shop.post(
      '/v1.1/coupon/redeem?format=json',
      { root: { coupon: [{ id: third, customer: { id: shop.customerId } }] } },
      as,
    )
    expect(redeemed.at('response.coupons.coupon.item_status.code')).toBe(719)
    expect(await count(shop.orgId, 'redemptions')).toBe(0)
    expect((await shop.call('GET', `/v2/coupon?couponIds=${first}`)).at('data.0.seriesId')).toBe(
      shop.seriesId,
    )
  })

  test('gets no more guesses admitted by an uploaded file than by single requests', async () => {
    const shop = await openWeakShop()
    const at = Date.now() - 86_400_000
    const rows = guesses.map((code) => `${shop.customerId},${code},${at}`).join('\n')
    const { errors } = await shop.redemptions(
      shop.seriesId,
      `u,c,t\n${rows}\n`,
      { userId: 0, couponCode: 1, redeemedDateInMillis: 2 },
      { customerIdentifier: 'USER_ID' },
    )
    const codes = errors.slice(1).map((cells) => cells[4])
    expect(codes.filter((code) => code === '702').length).toBeLessThanOrEqual(mostOfTill)
    expect(codes.filter((code) => code === '429').length).toBeGreaterThan(1_900)
    expect(await count(shop.orgId, 'redemptions')).toBeLessThanOrEqual(4)
    // The till itself has hardly any free failures left.
    const statuses: number[] = []
    for (const code of ['NO1', 'NO2', 'NO3']) statuses.push((await shop.redeem(code, shop.customerId)).status)
    expect(statuses).toContain(429)
    await shop.expectLedgerAdds()
  })

  test('gets no more ids admitted by an uploaded file, and no unassigned one', async () => {
    const shop = await openWeakShop()
    const { rows: waiting } = await pool.query<{ id: number }>(
      'select id from coupons where org_id = $1 and series_id = $2 order by id',
      [shop.orgId, shop.seriesId],
    )
    const at = Date.now() - 86_400_000
    const rows = waiting.map(({ id }) => `${shop.customerId},${id},${at}`).join('\n')
    const { errors } = await shop.redemptions(
      shop.seriesId,
      `u,i,t\n${rows}\n`,
      { userId: 0, couponId: 1, redeemedDateInMillis: 2 },
      { customerIdentifier: 'USER_ID', couponIdentifier: 'COUPON_ID' },
    )
    expect(errors.slice(1).filter((cells) => cells[4] === '702').length).toBeLessThanOrEqual(mostOfTill)
    expect(await count(shop.orgId, 'redemptions')).toBe(0)
  })

  test('learns no more taken codes by uploading codes than by single requests', async () => {
    const shop = await openWeakShop()
    const other = await shop.series(weak)
    const file = `code\n${live.join('\n')}\n`
    const { errors } = await shop.codes(other, file, 'NOT_TAGGED')
    const told = errors.slice(1).filter((cells) => cells[2] === '703')
    expect(told.length).toBeLessThanOrEqual(mostOfTill)
    expect(told.length).toBeGreaterThan(0)
    expect(errors.slice(1).filter((cells) => cells[2] === '429').length).toBe(live.length - told.length)
  })

  test('earns no further guesses by repeatedly redeeming and reversing one coupon', async () => {
    const shop = await openWeakShop()
    const mine = await shop.coupon(await shop.series({ is_any_user: true }), shop.customerId)
    let looked = 0
    for (const guess of guesses.slice(0, 60)) {
      const redeemed = await shop.redeem(mine.code, shop.customerId)
      const id = redeemed.at('redemption.0.redemptionId')
      if (redeemed.status === 200) await shop.reverse([id])
      if ((await shop.redeem(guess, shop.customerId)).status !== 429) looked += 1
    }
    // The half failure that the first redemption may earn does not make a guess.
    expect(looked).toBeLessThanOrEqual(mostOfTill + 1)
  })

  test('has only the free failures of a person in searches, whatever the form of the codes', async () => {
    const office = await openOffice(context, app)
    await office.pool(
      await office.series(weak),
      live.map((code) => `P-${code}`),
    )
    for (const role of ['care', 'campaign'] as const) {
      const { call } = await office.browser(role)
      let looked = 0
      for (const guess of guesses.slice(0, 120))
        if ((await call('GET', `/admin/v1/search?q=P-${guess}`)).status !== 429) looked += 1
      // Two or three codes are found, which does not count as a failure.
      expect(looked, role).toBeLessThanOrEqual(mostOfPerson + 4)
    }
  })

  test('has a request for a hundred codes admitted only as far as its failures allow', async () => {
    const shop = await openWeakShop()
    for (const guess of guesses.slice(1, 13)) await shop.call('GET', `/v2/coupon?couponCodes=${guess}9`)
    const batch = (codes: readonly string[]) => shop.call('GET', `/v2/coupon?couponCodes=${codes.join(',')}`)
    const refused = await batch(guesses.slice(100, 200))
    expect(refused.status).toBe(429)
    expect(refused.text).toContain('one request may name 8 at most for now, and this one names 100')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60)
    expect((await shop.redeemBulk(guesses.slice(100, 150), shop.customerId)).status).toBe(429)
    expect((await shop.isRedeemable(guesses.slice(100, 150), shop.customerId)).status).toBe(429)
    expect((await batch(guesses.slice(100, 107))).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('learns no more taken codes by creating series with common codes than by single requests', async () => {
    const shop = await openWeakShop()
    let told = 0
    for (const genericCode of live.slice(0, 60)) {
      const reply = await shop.post('/v2/coupon/series', {
        CouponSeriesV2: { ...least, clientHandlingType: 'GENERIC', genericCode },
      })
      expect([400, 429]).toContain(reply.status)
      if (reply.status === 400) told += 1
    }
    expect(told).toBeLessThanOrEqual(mostOfTill)
  })

  test('learns no more codes of other holders by resending codes than by single requests', async () => {
    const shop = await openWeakShop()
    const seriesId = await shop.series({ is_any_user: true })
    const holder = await shop.customer()
    const ids: number[] = []
    for (let n = 0; n < 60; n++) ids.push((await shop.coupon(seriesId, holder)).id)
    let told = 0
    for (const id of ids) {
      const reply = await shop.call('GET', `/v1.1/coupon/resend?format=json&id=${id}&mobile=919400488244`)
      if (reply.status !== 429) told += 1
    }
    expect(told).toBeLessThanOrEqual(mostOfTill)
  })
})

describe('an honest sender', () => {
  test('of a file with some mistyped codes has all the others imported', async () => {
    const shop = await openWeakShop()
    const seriesId = await shop.series({ is_any_user: true })
    const codes = Array.from({ length: 300 }, (_, n) => `HONEST${n}`)
    await shop.pool(seriesId, codes)
    const at = Date.now() - 86_400_000
    const rows = codes.map((code, n) => `${shop.customerId},${n % 5 === 0 ? `X${code}` : code},${at}`)
    const { counts, errors } = await shop.redemptions(
      seriesId,
      `u,c,t\n${rows.join('\n')}\n`,
      { userId: 0, couponCode: 1, redeemedDateInMillis: 2 },
      { customerIdentifier: 'USER_ID' },
    )
    expect(counts).toBe('300/240/60')
    expect(new Set(errors.slice(1).map((cells) => cells[4]))).toEqual(new Set(['702']))
    await shop.expectLedgerAdds()
  })

  test('of one request with the maximum number of codes is admitted, also after a mistyped one', async () => {
    const shop = await openWeakShop()
    expect((await shop.redeem('NONE', shop.customerId)).status).toBe(400)
    const codes = live.slice(0, 50)
    expect((await shop.redeemBulk(codes, shop.customerId)).at('totalCount')).toBe(50)
  })
})
