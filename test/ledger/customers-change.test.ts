import { describe, expect, test } from 'vitest'
import { anyMobile, codeOf, openCustomerShop } from '../support/customer-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)

describe('an update', () => {
  test('changes the given values field by field, and nothing else', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered({
      mobile: anyMobile(),
      firstName: 'Asha',
      lastName: 'Rao',
      fields: { a: '1', b: '2', c: '3' },
    })
    await shop.update(id, { profiles: [{ firstName: 'Usha', fields: { b: 'two', c: null, d: 4 } }] })
    const found = await shop.find(id)
    expect(found.at('profiles.0')).toMatchObject({
      firstName: 'Usha',
      lastName: 'Rao',
      attribution: { modifiedBy: { id: shop.tillId } },
    })
    expect(found.at('profiles.0.fields')).toEqual({ a: '1', b: 'two', d: 4 })
  })

  test('does not change identifiers, and warns about those that the customer does not have', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    const id = await shop.registered({ mobile })
    const identifiers = [
      { type: 'mobile', value: mobile },
      { type: 'email', value: 'new@example.com' },
    ]
    const reply = await shop.update(id, { profiles: [{ identifiers }] })
    expect(reply.status).toBe(200)
    expect(reply.at('warnings')).toEqual([{ status: true, code: 8007, message: expect.any(String) }])
    expect((await shop.lookUp('email', 'new@example.com')).status).toBe(404)
  })

  test('cannot remove a customer from the loyalty programme (8018), but can add one', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered()
    const out = await shop.update(id, { loyaltyInfo: { loyaltyType: 'non_loyalty' } })
    expect([out.status, codeOf(out)]).toEqual([400, 8018])
    expect((await shop.update(id, { loyaltyInfo: { loyaltyType: 'loyalty' } })).status).toBe(200)
  })

  test('that would lead to more than 200 fields is refused, and changes nothing', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered()
    const fields = (prefix: string) =>
      Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`${prefix}${n}`, n]))
    for (const prefix of ['a', 'b'])
      expect((await shop.update(id, { profiles: [{ fields: fields(prefix) }] })).status).toBe(200)
    const reply = await shop.update(id, { profiles: [{ fields: { c: 1 } }] })
    expect([reply.status, codeOf(reply)]).toEqual([400, 400])
    expect((await shop.find(id)).at('profiles.0.fields.c')).toBeUndefined()
  })

  test.each([
    ['/v2/customers/1', 8001],
    ['/v2/customers/1?source=MOON', 8003],
    ['/v2/customers/lookup?source=INSTORE&identifierValue=1', 8092],
  ])('PUT %s is refused with %i', async (url, code) => {
    const shop = await openCustomerShop(context, app)
    const reply = await shop.put(url, {})
    expect([reply.status, codeOf(reply)]).toEqual([400, code])
  })
})

describe('a change of identifiers', () => {
  const mail = (value: string) => ({ type: 'email', value })

  test('replaces one by another, and frees the old one for other customers', async () => {
    const shop = await openCustomerShop(context, app)
    const [mobile, next] = [anyMobile(), anyMobile()]
    const id = await shop.registered({ mobile })
    const change = {
      add: [{ type: 'mobile', value: next }],
      remove: [{ type: 'mobile', value: `+91 ${mobile}` }],
    }
    expect((await shop.change(id, change)).status).toBe(200)
    expect((await shop.lookUp('mobile', next)).at('entity')).toBe(id)
    expect(await shop.registered({ mobile })).not.toBe(id)
  })

  test('is all or nothing, and reports the reason of a refusal', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered({ email: 'own@example.com', externalId: 'own' })
    await shop.registered({ email: 'other@example.com' })
    const cases = [
      [8008, { remove: [mail('own@example.com')], add: [mail('other@example.com')] }],
      [8007, { add: [mail('second@example.com')] }],
      [8009, { remove: [mail('other@example.com')] }],
      [8002, { remove: [mail('own@example.com'), { type: 'externalId', value: 'own' }] }],
      [8013, { add: [{ type: 'cardnumber', value: '1' }] }],
      [8014, { add: [{ type: 'mobile', value: '1' }] }],
      [8130, { add: [mail('')] }],
    ] as const
    for (const [code, body] of cases) {
      const reply = await shop.change(id, body)
      expect([reply.status, codeOf(reply)]).toEqual([400, code])
    }
    expect((await shop.find(id)).at('profiles.0.identifiers')).toHaveLength(2)
  })

  test('that has already taken place changes nothing and succeeds', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered({ email: 'own@example.com' })
    expect((await shop.change(id, { add: [mail('OWN@example.com')] })).status).toBe(200)
    expect((await shop.find(id)).at('profiles.0.identifiers')).toEqual([mail('own@example.com')])
  })
})

describe('a retry', () => {
  test('with the same key gets the first answer and has no second effect', async () => {
    const shop = await openCustomerShop(context, app)
    const sending = { headers: { 'idempotency-key': 'once' } }
    const person = { mobile: anyMobile() }
    const first = await shop.register(person, sending)
    const second = await shop.register(person, sending)
    expect(second.text).toBe(first.text)
    expect(second.headers['idempotency-replayed']).toBe('true')
    const other = await shop.register({ mobile: anyMobile() }, sending)
    expect([other.status, codeOf(other)]).toEqual([422, 422])
    const id = first.at('createdId')
    const change = { add: [{ type: 'email', value: 'me@example.com' }] }
    expect((await shop.change(id, change, sending)).status).toBe(200)
    expect((await shop.change(id, { remove: change.add })).status).toBe(200)
    expect((await shop.change(id, change, sending)).headers['idempotency-replayed']).toBe('true')
    expect((await shop.lookUp('email', 'me@example.com')).status).toBe(404)
  })

  test('with the same key for another customer is another request', async () => {
    const shop = await openCustomerShop(context, app)
    const sending = { headers: { 'idempotency-key': 'k' } }
    const body = { profiles: [{ firstName: 'Same' }] }
    expect((await shop.update(await shop.registered(), body, sending)).status).toBe(200)
    expect((await shop.update(await shop.registered(), body, sending)).status).toBe(422)
  })

  test('of a refused registration under its key is executed anew', async () => {
    const shop = await openCustomerShop(context, app)
    const sending = { headers: { 'idempotency-key': 'k' } }
    const id = await shop.registered({ email: 'a@example.com', externalId: 'a' })
    expect(codeOf(await shop.register({ email: 'a@example.com' }, sending))).toBe(8006)
    await shop.change(id, { remove: [{ type: 'email', value: 'a@example.com' }] })
    expect((await shop.register({ email: 'a@example.com' }, sending)).status).toBe(200)
  })
})

describe('a block', () => {
  test('excludes the customer from coupons (742) until it is lifted', async () => {
    const shop = await openCustomerShop(context, app)
    const administrator = await shop.signInAs('administrator')
    const id = await shop.registered()
    const seriesId = await shop.series()
    const { code } = await shop.coupon(seriesId, id)
    const block = (isBlocked: boolean, sending = administrator) =>
      shop.call('PATCH', `/admin/v1/customers/${id}`, { isBlocked }, sending)
    expect((await block(true)).json).toEqual({ id, isBlocked: true })
    expect((await shop.redeem(code, id)).at('redemptionStatus.code')).toBe(742)
    expect(codeOf(await shop.issue(seriesId, id))).toBe(742)
    await block(false)
    expect((await shop.redeem(code, id)).status).toBe(200)
    expect((await block(true, { headers: { authorization: shop.authorization } })).status).toBe(403)
  })
})
