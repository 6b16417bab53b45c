import { describe, expect, test } from 'vitest'
import { expectShape, readExample } from './contract-shape.ts'
import { anyMobile, openCustomerShop } from './customer-cases.ts'
import { createTestContext, createTestServer } from './harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const calls = readExample('customer-calls')
const details = readExample('get-customer')

const person = {
  firstName: ' Noor ',
  lastName: 'Sand',
  mobile: '9400488244',
  email: 'Noor@example.com',
  externalId: 'N-1',
  fields: { shoe_size: '38' },
  commChannels: [
    {
      type: 'mobile',
      value: '919400488244',
      primary: true,
      verified: false,
      meta: { residence: true, office: false },
    },
  ],
}

describe('the published shapes', () => {
  test('POST /v2/customers answers the new id', async () => {
    const shop = await openCustomerShop(context, app)
    const example = readExample('register-customer')
    const reply = await shop.post('/v2/customers', example.request)
    expect(reply.status).toBe(200)
    expectShape(reply.json, example.answer)
    const again = await shop.post('/v2/customers', example.request)
    expect(again.status).toBe(400)
    expect(again.text).toBe(JSON.stringify(example['existing']))
  })

  test.each([
    ['GET /v2/customers/{id}', 'id'],
    ['GET /v2/customers/lookup/customerDetails', 'lookup'],
  ])('%s answers everything that is kept', async (_, by) => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered(person)
    await shop.update(id, { extendedFields: { gender: 'female' } })
    const reply =
      by === 'id'
        ? await shop.find(id)
        : await shop.call(
            'GET',
            '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=%2B91 94004 88244',
          )
    expect(reply.status).toBe(200)
    expectShape(reply.json, details.answer)
    expect(reply.json).toMatchObject({
      id,
      profiles: [
        {
          firstName: 'Noor',
          lastName: 'Sand',
          attribution: { createdBy: { id: shop.tillId, code: shop.tillCode } },
          fields: { shoe_size: '38' },
          identifiers: [
            { type: 'mobile', value: '919400488244' },
            { type: 'externalId', value: 'N-1' },
            { type: 'email', value: 'Noor@example.com' },
          ],
          userId: id,
        },
      ],
      extendedFields: { gender: 'female' },
    })
  })

  test('an unknown customer is 404 with an empty page and 8015', async () => {
    const shop = await openCustomerShop(context, app)
    for (const reply of [
      await shop.find(4711),
      await shop.find('abc'),
      await shop.lookUp('mobile', anyMobile()),
      await shop.lookUp('mobile', 'no number'),
      await shop.update(4711, {}),
      await shop.change(4711, { add: [{ type: 'email', value: 'a@example.com' }] }),
    ]) {
      expect(reply.status).toBe(404)
      expect(reply.text).toBe(JSON.stringify(details['unknown']))
    }
  })

  test('GET lookup, PUT, changeIdentifier and search answer as published', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered(person)
    const lookup = await shop.lookUp('email', 'NOOR@example.com')
    expectShape(lookup.json, calls['lookup'])
    expect(lookup.at('entity')).toBe(id)
    const update = await shop.update(id, { profiles: [{ firstName: 'Nur' }] })
    expect([update.status, update.text]).toEqual([
      200,
      JSON.stringify({ createdId: id, warnings: [], sideEffects: [] }),
    ])
    const byLookup = await shop.put(
      '/v2/customers/lookup?source=INSTORE&identifierName=externalId&identifierValue=N-1',
      { profiles: [{ lastName: 'Stone' }] },
    )
    expect(byLookup.text).toBe(update.text)
    const change = await shop.change(id, { add: [], remove: [{ type: 'externalId', value: 'N-1' }] })
    expect([change.status, change.text]).toEqual([200, JSON.stringify(calls['changeIdentifier'])])
    const search = await shop.search('q=noor@')
    const example = calls['search'] as { data: object[] }
    const [profile] = (details.answer as { profiles: object[] }).profiles
    expectShape(search.json, { ...example, data: [{ ...example.data[0], profiles: [profile] }] })
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
})
