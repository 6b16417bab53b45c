import { describe, expect, test } from 'vitest'
import { anyMobile, bodyOf, codeOf, openCustomerShop } from '../support/customer-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)

describe('a registration', () => {
  test('makes the customer known by every identifier in every spelling, in customer and coupon calls', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered({ mobile: 9_400_488_244, email: 'Asha@Example.com', externalId: 'A-1' })
    for (const [name, value] of [
      ['mobile', '9400488244'],
      ['mobile', '+91 94004 88244'],
      ['MOBILE', '919400488244'],
      ['email', 'asha@example.COM'],
      ['externalId', 'A-1'],
      ['mobile,email', '9400488244,asha@example.com'],
    ] as const)
      expect((await shop.lookUp(name, value)).at('entity'), value).toBe(id)
    expect(codeOf(await shop.lookUp('externalId', 'a-1'))).toBe(8015)
    const issued = await shop.post('/v2/coupon/issue', {
      seriesId: await shop.series(),
      customer: { mobile: '9400488244' },
    })
    expect(issued.at('customer.id')).toBe(id)
  })

  test('accepts the source in the query or the profile, in any letter case', async () => {
    const shop = await openCustomerShop(context, app)
    const body = bodyOf({ mobile: anyMobile(), source: 'ecommerce' })
    const reply = await shop.post('/v2/customers', body)
    const stored = await shop.find(reply.at('createdId'), 'source=ALL')
    expect(stored.at('profiles.0.source')).toBe('ECOMMERCE')
  })

  test('stores fields of every simple type and returns them; null means no field', async () => {
    const shop = await openCustomerShop(context, app)
    const fields = { size: 38, vip: true, street: 'One\nTwo', gone: null }
    const id = await shop.registered({ mobile: anyMobile(), fields })
    expect((await shop.find(id)).at('profiles.0.fields')).toEqual({ size: 38, vip: true, street: 'One\nTwo' })
  })

  test('stores the stated time of registration, and prints it in the time zone of the organisation', async () => {
    const shop = await openCustomerShop(context, app, { timeZone: 'Asia/Kolkata' })
    const reply = await shop.post('/v2/customers?source=INSTORE', {
      ...bodyOf({ mobile: anyMobile() }),
      loyaltyInfo: { loyaltyType: 'non_loyalty', attributionV2: { createDate: '2020-01-02T00:00:00Z' } },
    })
    const found = await shop.find(reply.at('createdId'))
    expect(found.at('loyaltyInfo.attributionV2.createDate')).toBe('2020-01-02T05:30:00+05:30')
    expect(found.at('loyaltyInfo.loyaltyType')).toBe('non_loyalty')
  })

  test('ignores identifiers of types that are not stored, with the warning 8013', async () => {
    const shop = await openCustomerShop(context, app)
    const [profile] = bodyOf({ mobile: anyMobile() }).profiles
    const identifiers = [...(profile?.identifiers ?? []), { type: 'cardnumber', value: '77' }]
    const reply = await shop.post('/v2/customers?source=INSTORE', { profiles: [{ identifiers }] })
    expect(reply.status).toBe(200)
    expect(reply.at('warnings.0.code')).toBe(8013)
    const found = await shop.find(reply.at('createdId'))
    expect(found.at('profiles.0.identifiers')).toHaveLength(1)
  })

  const mobile = { type: 'mobile', value: '9400488244' }
  const source = 'source=INSTORE'
  test.each([
    ['without a source', 8001, '', [mobile], {}],
    ['of an unknown source', 8003, 'source=MOON', [mobile], {}],
    ['without identifiers', 8002, source, [], {}],
    ['with only types that are not stored', 8005, source, [{ type: 'wechat', value: 'x' }], {}],
    ['with a bad e-mail address', 8005, source, [mobile, { type: 'email', value: 'a@b' }], {}],
    ['with an unknown type', 8013, source, [{ type: 'pigeon', value: '1' }], {}],
    ['with a number of another length', 8014, source, [{ type: 'mobile', value: '12345' }], {}],
    ['with a landline', 8014, source, [{ type: 'mobile', value: '+49 491 5550123' }], {}],
    ['with a mobile number that is not a number', 8014, source, [{ type: 'mobile', value: 'call me' }], {}],
    ['with an empty identifier', 8130, source, [{ type: 'email', value: ' ' }], {}],
    ['with two values of one type', 8007, source, [mobile, { type: 'mobile', value: '9400488245' }], {}],
    ['at an invalid time', 8017, source, [mobile], { attributionV2: { createDate: 'soon' } }],
    ['in the future', 8017, source, [mobile], { attributionV2: { createDate: '2999-01-01T00:00:00Z' } }],
    ['of an unknown loyalty type', 400, source, [mobile], { loyaltyType: 'maybe' }],
  ] as const)(
    '%s is refused with %i and registers no customer',
    async (_, code, query, identifiers, loyaltyInfo) => {
      const shop = await openCustomerShop(context, app)
      const reply = await shop.post(`/v2/customers?${query}`, { profiles: [{ identifiers }], loyaltyInfo })
      expect([reply.status, codeOf(reply)]).toEqual([400, code])
      expect(Object.keys(reply.at('errors.0') as object)).toEqual(['code', 'status', 'message'])
      expect((await shop.lookUp('mobile', mobile.value)).status).toBe(404)
    },
  )

  test('with a channel without a value is refused with 8010', async () => {
    const shop = await openCustomerShop(context, app)
    const reply = await shop.register({ mobile: anyMobile(), commChannels: [{ type: 'email' }] })
    expect(codeOf(reply)).toBe(8010)
  })

  test('of an identifier of another customer is refused with 8006 and leaves nothing behind', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    await shop.registered({ mobile })
    const reply = await shop.register({ mobile: `+91${mobile}`, email: 'new@example.com' })
    expect([reply.status, codeOf(reply)]).toEqual([400, 8006])
    expect((await shop.lookUp('email', 'new@example.com')).status).toBe(404)
    expect((await shop.search('q=new@example')).at('pagination.total')).toBe(0)
  })

  test('does not affect another organisation, which may register the same person', async () => {
    const [one, other] = [await openCustomerShop(context, app), await openCustomerShop(context, app)]
    const mobile = anyMobile()
    const id = await one.registered({ mobile, firstName: 'Unseen' })
    expect((await other.lookUp('mobile', mobile)).status).toBe(404)
    expect((await other.search('q=unseen')).at('data')).toEqual([])
    expect((await other.find(id)).text).toBe((await other.find(2 ** 40)).text)
    for (const reply of [
      await other.update(id, { profiles: [{ firstName: 'Taken' }] }),
      await other.change(id, { add: [{ type: 'email', value: 'x@example.com' }] }),
    ])
      expect([reply.status, codeOf(reply)]).toEqual([404, 8015])
    expect(await other.registered({ mobile })).not.toBe(id)
    expect((await one.find(id)).at('profiles.0.firstName')).toBe('Unseen')
  })
})

describe('access', () => {
  test('without credentials is refused with 401, and for a read-only till with 403 to writes, but not to look-ups', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    const id = await shop.registered({ mobile })
    const reader = await shop.signInAs('read-only')
    for (const reply of [
      await shop.register({ mobile: anyMobile() }, reader),
      await shop.update(id, {}, reader),
      await shop.change(id, {}, reader),
    ])
      expect([reply.status, codeOf(reply)]).toEqual([403, 403])
    const found = await shop.call('GET', `/v2/customers/${id}?source=INSTORE`, undefined, reader)
    expect(found.status).toBe(200)
    const anonymous = await shop.register({ mobile }, { headers: { authorization: '' } })
    expect([anonymous.status, codeOf(anonymous)]).toEqual([401, 401])
  })

  test('to reads is refused with 403 for a till without access to customers', async () => {
    const shop = await openCustomerShop(context, app)
    const administrator = await shop.signInAs('administrator')
    await shop.call(
      'POST',
      '/admin/v1/access-groups',
      { name: 'blind', access: { coupon: 'write' } },
      administrator,
    )
    const blind = await shop.signInAs('blind')
    for (const url of ['1?source=INSTORE', 'lookup?source=INSTORE', 'search?q=abc'])
      expect((await shop.call('GET', `/v2/customers/${url}`, undefined, blind)).status).toBe(403)
  })
})

describe('a look-up', () => {
  test('of a path of another method is 405, and is not read as the id of a customer', async () => {
    const shop = await openCustomerShop(context, app)
    const reply = await shop.put('/v2/customers/coupons?source=INSTORE', {})
    expect([reply.status, reply.headers['allow']]).toEqual([405, 'GET, HEAD'])
    const search = await shop.put('/v2/customers/search?source=INSTORE', {})
    expect([search.status, search.headers['allow']]).toEqual([405, 'GET, HEAD'])
  })

  test.each([
    ['lookup?identifierName=mobile&identifierValue=1', 8011],
    ['lookup?source=MOON&identifierName=mobile&identifierValue=1', 8012],
    ['lookup?source=INSTORE&identifierValue=1', 8092],
    ['lookup?source=INSTORE&identifierName=mobile', 8093],
    ['lookup?source=INSTORE&identifierName=fbId&identifierValue=1', 8013],
    ['lookup?source=INSTORE&identifierName=pigeon&identifierValue=1', 8013],
    ['lookup?source=INSTORE&identifierName=mobile,email&identifierValue=1', 400],
    ['lookup/customerDetails?identifierName=mobile&identifierValue=1', 8016],
    ['1', 8016],
    ['search', 400],
    ['search?q=ab', 400],
    ['search?q=abc&offset=-1', 8100],
    ['search?q=abc&limit=0', 8101],
    ['search?q=abc&limit=101', 8102],
    ['search?q=abc&limit=x', 400],
  ])('GET /v2/customers/%s is refused with %i', async (url, code) => {
    const shop = await openCustomerShop(context, app)
    const reply = await shop.call('GET', `/v2/customers/${url}`)
    expect([reply.status, codeOf(reply)]).toEqual([400, code])
    expect(Object.keys(reply.json as object)).toEqual(['pagination', 'warnings', 'errors'])
  })
})

describe('a search', () => {
  test('finds by the beginning of a name or an identifier, oldest first, page by page', async () => {
    const shop = await openCustomerShop(context, app)
    const ids: number[] = []
    for (const firstName of ['Meera', 'MEERAN', 'Mira'])
      ids.push(await shop.registered({ firstName, mobile: anyMobile() }))
    ids.push(await shop.registered({ lastName: 'Meerapur', email: '100%sure@example.com' }))
    const found = async (query: string) => {
      const reply = await shop.search(query)
      return [
        reply.at('pagination.total'),
        (reply.at('data') as { userId: number }[]).map((one) => one.userId),
      ]
    }
    expect(await found('q=meer')).toEqual([3, [ids[0], ids[1], ids[3]]])
    expect(await found('q=meer&limit=1&offset=1')).toEqual([3, [ids[1]]])
    expect(await found('q=100%25s')).toEqual([1, [ids[3]]])
    expect(await found('q=%25%25%25')).toEqual([0, []])
    expect(await found('q=94000')).toEqual([3, ids.slice(0, 3)])
    expect(await found('q=9194000')).toEqual([3, ids.slice(0, 3)])
  })
})
