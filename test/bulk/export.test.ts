import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { openImports } from '../support/file-cases.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import { seedCoupon } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)

async function openExports() {
  const opened = await openImports(context)
  const { orgId, storeCode } = opened
  const code = `boss-${orgId}`
  const rights = { isReadOnly: false, accessGroup: 'administrator' }
  await createTill(context.database.queries, { orgId, storeCode, code, password, ...rights })
  const shop = { ...opened, authorization: basic(code, password), tillAuthorization: opened.authorization }
  const get = (url: string, authorization: string | undefined = shop.authorization) =>
    app.inject({ url: `/admin/v1/export/${url}`, headers: authorization ? { authorization } : {} })
  /** An export has left its place a moment after its last byte. */
  const read = async (url: string) => {
    let answer = await get(url)
    while (answer.statusCode === 429) {
      await sleep(20)
      answer = await get(url)
    }
    return answer
  }
  const seriesId = await shop.series({ code: 'S1' })
  const customerId = await shop.customer({ firstName: '=1+1', mobile: '9400488244' })
  const coupon = (couponCode: string, rest: object = {}) =>
    seedCoupon(context.database.queries, orgId, { seriesId, customerId, code: couponCode, ...rest })
  return { ...shop, get, read, seriesId, customerId, coupon }
}

describe('GET /admin/v1/export', () => {
  test('returns CSV without formulas for spreadsheets, NDJSON, and both compressed', async () => {
    const shop = await openExports()
    await shop.coupon('-A,"1"')
    const csv = await shop.read('coupons')
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.body.split('\n')[1]).toContain(`,S1,"'-A,""1""",${shop.customerId},919400488244,`)
    const people = await shop.read('customers?format=ndjson&gzip=true')
    expect(JSON.parse(gunzipSync(people.rawPayload).toString())).toMatchObject({
      customerId: shop.customerId,
      mobile: '919400488244',
      firstName: '=1+1',
    })
    expect((await shop.read('series')).body).toContain('S1')
  })

  test('filters by series, status and time', async () => {
    const shop = await openExports()
    const createdAt = new Date('2026-03-01T00:00:00Z')
    await shop.coupon('OLD', { createdAt, validUntil: new Date('2026-04-01T00:00:00Z') })
    await shop.coupon('USED', {
      createdAt: new Date('2026-05-01T00:00:00Z'),
      redemptions: [{ redeemedAt: new Date() }],
    })
    await shop.coupon('GONE', { createdAt, revokedAt: new Date() })
    const codes = async (query: string): Promise<string[]> =>
      (await shop.read(`coupons?format=ndjson&${query}`)).body
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { code: string }).code)
    expect(await codes('')).toEqual(['OLD', 'USED'])
    expect(await codes('status=EXPIRED')).toEqual(['OLD'])
    expect(await codes('status=REDEEMED,REVOKED')).toEqual(['USED', 'GONE'])
    expect(await codes('from=2026-03-01&to=2026-05-01')).toEqual(['OLD'])
    expect(await codes(`series=${shop.seriesId + 1}`)).toEqual([])
  })

  test('contains nothing of another organisation, and refuses unknown parameters', async () => {
    const shop = await openExports()
    const other = await openExports()
    await other.coupon('THEIRS')
    expect((await shop.get(`coupons?series=${other.seriesId}`)).body).not.toContain('THEIRS')
    expect((await shop.get('coupons')).body).not.toContain('THEIRS')
    expect((await shop.get('secrets')).statusCode).toBe(404)
    expect((await shop.get('coupons?format=xls')).statusCode).toBe(400)
    expect((await shop.get('coupons?status=REDEEMABLE')).statusCode).toBe(400)
    expect((await shop.get('coupons?from=yesterday')).statusCode).toBe(400)
    expect((await shop.get('customers?series=1')).statusCode).toBe(400)
    expect((await shop.get('coupons', '')).statusCode).toBe(401)
    const refused = await shop.get('customers', shop.tillAuthorization)
    expect(refused.statusCode).toBe(403)
    expect(refused.headers['content-type']).toContain('application/problem+json')
  })

  test.each(['csv', 'ndjson'])(
    'of redemptions can be imported elsewhere with all its fields (%s)',
    async (format) => {
      const shop = await openExports()
      await shop.coupon('MANY')
      const user = { id: shop.customerId }
      const customFields = { counter: '4', 'paid "with"': 'card; and, cash \\', note: '=1+1' }
      const redeemed = await app.inject({
        method: 'POST',
        url: '/v2/coupon/redeem',
        headers: { authorization: shop.authorization },
        payload: { redemptionRequestList: [{ code: 'MANY', customFields }], user, transactionNumber: 'B-1' },
      })
      expect(redeemed.statusCode, redeemed.body).toBe(200)
      const exported = await shop.get(`redemptions?format=${format}`)
      expect(exported.body).toContain('counter')

      const other = await openExports()
      await other.coupon('MANY')
      const moved = exported.body
        .replace(`,MANY,${shop.customerId},`, `,MANY,${other.customerId},`)
        .replace(`"customerId":${shop.customerId},`, `"customerId":${other.customerId},`)
        .replaceAll(shop.storeCode, other.storeCode)
        .replaceAll(`boss-${shop.orgId}`, `boss-${other.orgId}`)
      // The second of the redemption has to be over.
      const fixedNow = new Date(Date.now() + 60_000)
      expect((await other.run('redemptions', moved, { fixedNow })).lines).toEqual([])
      const told = async ({ get }: typeof shop) => {
        const { body } = await get('redemptions?format=ndjson')
        const {
          redemptionId: _,
          customerId: __,
          redeemedAt: ___,
          till: ____,
          ...rest
        } = JSON.parse(body) as Record<string, unknown>
        return { ...rest, customFields: JSON.parse(String(rest['customFields'])) as unknown }
      }
      expect(await told(other)).toEqual(await told(shop))
      expect((await told(other)).customFields).toEqual(customFields)
    },
  )

  test.each(['{"a":', '[1]', '{"a":{"b":1}}', `{"${'n'.repeat(101)}":"x"}`])(
    'has an import that refuses a row whose customFields are %s',
    async (customFields) => {
      const shop = await openExports()
      await shop.coupon('ONE')
      const row = { customerId: shop.customerId, code: 'ONE', redeemedDate: '2026-01-02', customFields }
      const { lines } = await shop.run('redemptions', JSON.stringify(row))
      expect(lines).toMatchObject([
        { reason: expect.stringContaining('not a JSON object of names and texts') },
      ])
      expect(await shop.count('redemptions')).toBe(0)
    },
  )

  test('stops the query when the caller disconnects', async () => {
    const shop = await openExports()
    await context.database.pool.query(
      `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code)
       select $1, $2, $3, now(), now(), 'X' || n from generate_series(1, 200000) n`,
      [shop.orgId, shop.seriesId, shop.customerId],
    )
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const { authorization } = shop
    await new Promise<void>((resolve) => {
      const call = request(
        { port, path: '/admin/v1/export/coupons?status=EXPIRED', headers: { authorization } },
        (answer) => {
          answer.once('data', () => {
            call.destroy()
            resolve()
          })
        },
      )
      call.on('error', () => {})
      call.end()
    })
    await until('no COPY runs', async () => {
      const { rows } = await context.database.pool.query(
        "select from pg_stat_activity where datname = current_database() and query ilike 'copy (%' and state = 'active'",
      )
      return rows.length === 0
    })
    expect((await shop.get('coupons')).statusCode).toBe(200)
  })
})
