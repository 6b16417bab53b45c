import { expect, test } from 'vitest'
import { readExample } from '../support/contract-examples.ts'
import { anyMobile, openCustomerShop } from '../support/customer-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)

test('a customer is returned with all identifiers and the registering till, by id and by look-up', async () => {
  const shop = await openCustomerShop(context, app)
  const id = await shop.registered({
    firstName: ' Noor ',
    mobile: '9400488244',
    email: 'Noor@example.com',
    externalId: 'N-1',
  })
  const told = await shop.find(id)
  expect(told.at('profiles.0')).toMatchObject({
    firstName: 'Noor',
    attribution: { createdBy: { id: shop.tillId, code: shop.tillCode } },
    identifiers: [
      { type: 'mobile', value: '919400488244' },
      { type: 'externalId', value: 'N-1' },
      { type: 'email', value: 'Noor@example.com' },
    ],
    userId: id,
  })
  const byLookup = await shop.call(
    'GET',
    '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=%2B91 94004 88244',
  )
  expect(byLookup.text).toBe(told.text)
  expect((await shop.lookUp('email', 'NOOR@example.com')).at('entity')).toBe(id)
})

test('the next search finds changes that were made by id or by look-up', async () => {
  const shop = await openCustomerShop(context, app)
  const id = await shop.registered({ email: 'Noor@example.com', externalId: 'N-1' })
  await shop.update(id, { profiles: [{ firstName: 'Nur' }] })
  await shop.put('/v2/customers/lookup?source=INSTORE&identifierName=externalId&identifierValue=N-1', {
    profiles: [{ lastName: 'Stone' }],
  })
  const search = await shop.search('q=noor@')
  expect(search.json).toMatchObject({
    pagination: { limit: 10, offset: 0, total: 1 },
    data: [
      {
        userId: id,
        matchedIdentifiers: [{ type: 'email', value: 'Noor@example.com' }],
        profiles: [{ firstName: 'Nur', lastName: 'Stone' }],
      },
    ],
  })
})

test('an unknown customer is 404 with an empty page and 8015 in every call', async () => {
  const shop = await openCustomerShop(context, app)
  const { answer } = readExample('customer-calls', 'an unknown customer')
  for (const reply of [
    await shop.find(4711),
    await shop.find('abc'),
    await shop.lookUp('mobile', anyMobile()),
    await shop.lookUp('mobile', 'no number'),
    await shop.update(4711, {}),
    await shop.change(4711, { add: [{ type: 'email', value: 'a@example.com' }] }),
  ]) {
    expect(reply.status).toBe(404)
    expect(reply.text).toBe(JSON.stringify(answer))
  }
})
