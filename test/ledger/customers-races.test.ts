import { describe, expect, test } from 'vitest'
import { anyMobile, codeOf, openCustomerShop } from '../support/customer-cases.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'

/** Two servers on one database, like two processes. */
const database = await createTestDatabase(20)
const context = await createTestContext({ database })
const app = await createTestServer(context)
const second = await createTestServer(await createTestContext({ database }))
const serverOf = (n: number) => (n % 2 === 0 ? app : second)
const twenty = Array.from({ length: 20 }, (_, n) => n)

describe('concurrent requests', () => {
  test('of twenty tills to register one mobile number succeed once, and the others get 8006', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    const replies = await Promise.all(
      twenty.map((n) => shop.register({ mobile, email: `race-${n}@example.com` }, { app: serverOf(n) })),
    )
    const won = replies.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(replies.filter((reply) => codeOf(reply) === 8006)).toHaveLength(19)
    expect((await shop.lookUp('mobile', mobile)).at('entity')).toBe(won[0]?.at('createdId'))
    expect((await shop.search('q=race-')).at('pagination.total')).toBe(1)
  })

  test('with the same identifiers in another order do not deadlock: one succeeds', async () => {
    const shop = await openCustomerShop(context, app)
    for (let round = 0; round < 10; round++) {
      const one = { mobile: anyMobile(), email: `order-${round}@example.com`, externalId: `order-${round}` }
      const turned = Object.entries(one)
        .toReversed()
        .map(([type, value]) => ({ type, value }))
      const replies = await Promise.all([
        shop.register(one),
        shop.post('/v2/customers?source=INSTORE', { profiles: [{ identifiers: turned }] }, { app: second }),
      ])
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(replies.filter((reply) => codeOf(reply) === 8006)).toHaveLength(1)
    }
  })

  test('that send one registration twenty times under one key register once, and all get its answer', async () => {
    const shop = await openCustomerShop(context, app)
    const person = { mobile: anyMobile(), firstName: 'Once' }
    const headers = { 'idempotency-key': 'twenty' }
    const replies = await Promise.all(twenty.map((n) => shop.register(person, { headers, app: serverOf(n) })))
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(replies[0]?.status).toBe(200)
    expect((await shop.search('q=once')).at('pagination.total')).toBe(1)
  })

  test('of twenty customers for one e-mail address let one have it, and the others get 8008 and keep theirs', async () => {
    const shop = await openCustomerShop(context, app)
    const ids = await Promise.all(twenty.map(() => shop.registered()))
    const add = [{ type: 'email', value: 'wanted@example.com' }]
    const replies = await Promise.all(ids.map((id, n) => shop.change(id, { add }, { app: serverOf(n) })))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter((reply) => codeOf(reply) === 8008)).toHaveLength(19)
    const winner = ids[replies.findIndex(({ status }) => status === 200)]
    expect((await shop.lookUp('email', 'wanted@example.com')).at('entity')).toBe(winner)
  })

  test('of twenty tills that add different mobile numbers to one customer leave it with one', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered({ externalId: 'without' })
    const replies = await Promise.all(
      twenty.map((n) =>
        shop.change(id, { add: [{ type: 'mobile', value: anyMobile() }] }, { app: serverOf(n) }),
      ),
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter((reply) => codeOf(reply) === 8007)).toHaveLength(19)
    expect((await shop.find(id)).at('profiles.0.identifiers')).toHaveLength(2)
  })

  test('with updates of twenty different fields lose none', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered()
    await Promise.all(
      twenty.map((n) => shop.update(id, { profiles: [{ fields: { [`f${n}`]: n } }] }, { app: serverOf(n) })),
    )
    expect(Object.keys((await shop.find(id)).at('profiles.0.fields') as object)).toHaveLength(20)
  })
})
