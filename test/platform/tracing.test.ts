import { context as active, propagation, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-node'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'
import { openShop } from '../support/write-cases.ts'

// Registered before the pool and the server are created, like an SDK that `node --import` loads.
const exporter = new InMemorySpanExporter()
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
provider.register()
afterAll(async () => {
  await provider.shutdown()
  trace.disable()
  active.disable()
  propagation.disable()
})

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)

beforeEach(() => exporter.reset())

const mobile = '919400488266'
const email = 'traced@example.com'

async function openTraced() {
  const shop = await openShop(context, app)
  const customerId = await shop.customer({ mobile, email })
  const seriesId = await shop.series({ is_multiple_use_allowed: true, is_same_user_multiple_redeem: true })
  const { code } = await shop.coupon(seriesId, customerId)
  exporter.reset()
  return { shop, customerId, seriesId, code }
}

const spans = () => exporter.getFinishedSpans()
const named = (name: string) => spans().filter((span) => span.name === name)
const childrenOf = (parent: ReadableSpan | undefined) =>
  spans().filter((span) => span.parentSpanContext?.spanId === parent?.spanContext().spanId)

/** The batches of the request; its password is also checked in one. */
const batchesOf = (request: ReadableSpan | undefined, prefix = 'batch') =>
  childrenOf(request).filter(({ name }) => name.startsWith(prefix))

/** The response is sent before the span of its request ends. */
const ended = (name: string, count = 1) =>
  until(`${count} spans ${name}`, async () => (named(name).length >= count ? named(name) : undefined))

test('a write is traced from its request through its batch to its statements', async () => {
  const { shop, customerId, code } = await openTraced()
  await shop.redeem(code, customerId)
  const [request] = await ended('POST /v2/coupon/redeem')
  expect(request?.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/v2/coupon/redeem',
    'http.response.status_code': 200,
    'counterfoil.organisation': shop.orgId,
  })
  const batch = batchesOf(request).find((one) => childrenOf(one).some(({ name }) => name === 'commit'))
  expect(batch?.attributes).toMatchObject({ 'counterfoil.batch.size': 1 })
  const statements = childrenOf(batch).map(({ name }) => name)
  expect(statements.slice(0, 1)).toEqual(['begin'])
  expect(statements).toContain('commit')
  expect(statements.length).toBeGreaterThan(3)
  expect(childrenOf(batch)[0]?.attributes).toMatchObject({ 'db.system.name': 'postgresql' })
})

test('the span of a batch belongs to its first request and is linked to the others', async () => {
  const { shop, customerId, code } = await openTraced()
  const count = 8
  await Promise.all(Array.from({ length: count }, () => shop.redeem(code, customerId)))
  const requests = await ended('POST /v2/coupon/redeem', count)
  const batches = spans().filter(({ name, links }) => name.startsWith('batch') && links.length > 0)
  expect(batches.length).toBeGreaterThan(0)
  const ids = new Set(requests.map((span) => span.spanContext().spanId))
  for (const batch of batches) {
    expect(batch.attributes['counterfoil.batch.size']).toBe(batch.links.length + 1)
    for (const link of batch.links) expect(ids).toContain(link.context.spanId)
  }
})

test('a read continues the trace that its caller names', async () => {
  const { shop, customerId } = await openTraced()
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await app.inject({
    url: `/v2/customers/coupons?id=${customerId}`,
    headers: { authorization: shop.authorization, traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  })
  const [request] = await ended('GET /v2/customers/coupons')
  expect(request?.spanContext().traceId).toBe(traceId)
  const [batch] = batchesOf(request, 'batch history')
  expect(batch?.attributes).toMatchObject({
    'counterfoil.batch.size': 1,
    'counterfoil.organisation': shop.orgId,
  })
  // The first history with coupons of a series reads its terms, which are cached from then on.
  expect(childrenOf(batch).map(({ name }) => name)).toEqual([
    expect.stringMatching(/^customer-coupons-/),
    'series-terms',
  ])
})

test('a delivery of a webhook has a span with its outcome', async () => {
  const { shop, customerId, code } = await openTraced()
  const receiver = await startReceiver()
  await subscribe(shop, receiver, { eventNames: ['CouponRedeem'] })
  const stop = startWebhookWork(context)
  try {
    await shop.redeem(code, customerId)
    await taken(receiver, 1)
    const [delivery] = await ended('webhook delivery')
    expect(delivery?.attributes).toMatchObject({
      'counterfoil.organisation': shop.orgId,
      'counterfoil.webhook': expect.any(Number) as number,
      'counterfoil.outcome': 'delivered',
      'http.response.status_code': 200,
    })
  } finally {
    await stop()
  }
})

test('no span contains a code, an identifier, a credential or the text of a statement', async () => {
  const { shop, customerId, code } = await openTraced()
  await shop.redeem(code, customerId)
  await app.inject({
    url: `/v2/customers/coupons?mobile=${mobile}`,
    headers: { authorization: shop.authorization },
  })
  await app.inject({
    url: `/v2/coupon/is_redeemable?code=${code}&mobile=${mobile}&details=true`,
    headers: { authorization: shop.authorization },
  })
  await context.database.pool.query(`select 'secret-text'::int`).catch(() => {})
  await ended('GET /v2/customers/coupons')
  const failed = spans().find(({ attributes }) => attributes['error.type'] === '22P02')
  expect(failed?.name).toBe('select')
  const told = JSON.stringify(
    spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  )
  for (const secret of [code, mobile, email, shop.authorization, 'secret-text', 'coupons c'])
    expect(told).not.toContain(secret)
})
