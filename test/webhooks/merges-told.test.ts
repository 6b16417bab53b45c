import { afterAll, expect, test } from 'vitest'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { anyMobile } from '../support/customer-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
afterAll(startWebhookWork(context))

test('a receiver gets an event when two customers are merged, with both ids and the identifiers that are shown', async () => {
  const shop = await openOffice(context, app)
  const agent = await shop.browser('care')
  const mobile = anyMobile()
  const [survivorId, retiredId] = [await shop.registered({ mobile }), await shop.registered()]
  const receiver = await startReceiver()
  await subscribe(shop, receiver, {
    eventNames: ['CustomerMerge'],
    identifiers: ['mobile'],
  })
  const merged = await agent.call('POST', `/admin/v1/customers/${survivorId}/merge`, { retiredId })
  await taken(receiver, 1)
  expect(receiver.unique[0]?.body).toMatchObject({
    eventName: 'CustomerMerge',
    refId: String(shop.orgId),
    data: {
      mergeId: merged.at('mergeId'),
      survivor: { customerId: survivorId, instore: { id: survivorId, mobile: `91${mobile}` } },
      retired: { customerId: retiredId },
    },
  })
})
