import { expect, test } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createTestContext, createTestServer } from './harness.ts'
import { openShop } from './write-cases.ts'
import { until } from './process-harness.ts'

test('while many wait too long further requests are refused, with when to come back; then there is room again', async () => {
  const context = { ...(await createTestContext()), config: readConfig({ MAX_WAIT_MS: '100' }) }
  const app = await createTestServer(context)
  const shop = await openShop(context, app)
  const [seriesId, customerId] = [await shop.series(), await shop.customer()]
  const coupons = await Promise.all(Array.from({ length: 32 }, () => shop.coupon(seriesId, customerId)))
  const lock = await context.database.pool.connect()
  await lock.query('begin')
  await lock.query('select from series_usage where org_id = $1 for update', [shop.orgId])
  const waiting = coupons.map(({ code }) => shop.redeem(code, customerId, { transactionNumber: code }))
  const ask = () => shop.call('GET', `/v2/customers/coupons?id=${customerId}`)
  expect((await ask()).status).toBe(200)

  const refused = await until('requests are refused', async () => {
    const reply = await ask()
    return reply.status === 503 && reply
  })
  expect(refused.headers['retry-after']).toBe('1')
  expect(refused.json).toMatchObject({ success: false, errors: [{ code: 503 }] })
  expect(refused.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': expect.stringMatching(/./),
  })
  const older = await app.inject({ url: '/v1.1/customer/get?format=xml' })
  expect([older.statusCode, older.headers['content-type']]).toEqual([503, 'application/xml; charset=utf-8'])
  expect(older.body).toContain('<code>503</code>')
  expect((await app.inject({ url: '/ready' })).statusCode).toBe(200)
  const metrics = await app.inject({ url: '/metrics' })
  expect(metrics.body).toMatch(/^counterfoil_requests_shed_total [1-9]/m)
  // Among all requests too, where an alert on failures looks.
  expect(metrics.body).toMatch(
    /^counterfoil_http_request_duration_seconds_count\{.*route="\/v2\/customers\/coupons".*status="503".*\} [1-9]/m,
  )

  await lock.query('commit')
  lock.release()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(coupons.map(() => 200))
  expect((await ask()).status).toBe(200)
  await shop.expectLedgerAdds()
})
