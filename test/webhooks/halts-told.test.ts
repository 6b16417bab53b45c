import { afterAll, expect, test } from 'vitest'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { openHalts } from '../support/halt-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
afterAll(startWebhookWork(context))

test('a receiver gets an event when a series is paused, stopped or resumed, with the reason and the person', async () => {
  const shop = await openHalts(context, app)
  const id = await shop.series()
  const receiver = await startReceiver()
  await subscribe(shop, receiver, { eventNames: ['SeriesPaused', 'SeriesStopped', 'SeriesResumed'] })
  await shop.halt(id, 'pause', 'stock is late')
  await shop.halt(id, 'stop', 'it is over')
  await shop.halt(id, 'resume', 'it is not')
  await taken(receiver, 3)
  const told = receiver.unique.toSorted((a, b) => a.id.localeCompare(b.id))
  expect(told.map(({ eventName }) => eventName).toSorted()).toEqual([
    'SeriesPaused',
    'SeriesResumed',
    'SeriesStopped',
  ])
  const reasons = told.map(({ body }) => (body['data'] as { reason: string }).reason)
  expect(reasons.toSorted()).toEqual(['it is not', 'it is over', 'stock is late'])
  expect(told[0]?.body).toMatchObject({
    refId: `${shop.orgId}_${id}`,
    data: { series_info: { id }, by: expect.any(String) as string },
  })
})
