import { afterAll, expect, test } from 'vitest'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { openBudgets } from '../support/budget-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
afterAll(startWebhookWork(context))

test('a receiver gets an event for each share of a budget that is reached', async () => {
  const shop = await openBudgets(context, app)
  const { id, codes } = await shop.budgeted(
    { total: '100', periods: [{ per: 'month', uses: 4 }], alertAtPercent: [25, 80] },
    { codes: 2 },
  )
  const receiver = await startReceiver()
  await subscribe(shop, receiver, { eventNames: ['BudgetShareReached'] })
  await shop.redeemOn(codes, 500)
  await taken(receiver, 3)
  const told = receiver.unique.toSorted((a, b) => a.id.localeCompare(b.id))
  expect(told.map(({ eventName }) => eventName)).toEqual(told.map(() => 'BudgetShareReached'))
  expect(told[0]?.body).toMatchObject({
    refId: `${shop.orgId}_${id}`,
    data: { series_info: { id }, limitOf: 'amount', per: 'total', startsOn: null },
  })
  const shares = told.map(({ body }) => {
    const { per, limitOf, percent, limit, taken: used, currency } = body['data'] as Record<string, unknown>
    return { per, limitOf, percent, limit, taken: used, currency }
  })
  expect(shares).toEqual(
    expect.arrayContaining([
      { per: 'total', limitOf: 'amount', percent: 25, limit: '100.00', taken: '80.00', currency: 'INR' },
      { per: 'total', limitOf: 'amount', percent: 80, limit: '100.00', taken: '80.00', currency: 'INR' },
      { per: 'month', limitOf: 'uses', percent: 25, limit: 4, taken: 2, currency: undefined },
    ]),
  )
})
