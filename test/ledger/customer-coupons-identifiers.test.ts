import { describe, expect, test, vi } from 'vitest'
import { setClientSettings } from '../../src/identity/organisations/set-client-settings.ts'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { seedCoupon, seedCustomer, seedSeries } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

async function prepare(country = 'IN') {
  const org = await createTestOrganisation(context, { country })
  const ask = (query: string) =>
    app.inject({
      url: `/v2/customers/coupons?${query}`,
      headers: { authorization: org.authorization },
    })
  /** The id of the customer that a query finds, or the status and code of the refusal. */
  const whom = async (query: string) => {
    const answer = await ask(query)
    const body = answer.json<{ entity?: { customers: { id: number }[] }; errors: { code: number }[] }>()
    return body.entity?.customers[0]?.id ?? `${answer.statusCode}/${body.errors[0]?.code}`
  }
  return { ...org, ask, whom }
}

const notFound = {
  warnings: [],
  errors: [{ status: false, code: 8015, message: 'Customer not found for the given identifiers' }],
  success: false,
}

describe('a customer', () => {
  test('is found by each identifier in each of its spellings', async () => {
    const { whom, orgId } = await prepare()
    const id = await seedCustomer(queries, orgId, {
      mobile: '9400488244',
      email: 'Asha@example.com',
      externalId: 'Ext/1 é',
    })
    const external = encodeURIComponent('Ext/1 é')
    for (const query of [
      'mobile=9400488244',
      'mobile=919400488244',
      'mobile=%2B91+94004+88244',
      'mobile=%2B91%2094004%2D88244',
      'mobile=09400488244',
      'email=asha@example.com',
      'email=ASHA%40EXAMPLE.COM',
      `external_Id=${external}`,
      `externalId=${external}`,
      `external_id=${external}`,
      `id=${id}`,
      `id=%2B${id}`,
      `mobile=9400488244&email=asha@example.com&external_id=${external}&id=${id}`,
      'mobile=9400488244&mobile=9400488244',
      `external_Id=${external}&externalId=${external}&external_id=${external}`,
    ]) {
      expect(await whom(query), query).toBe(id)
    }
  })

  test('is found by its exact external id, including its letter case', async () => {
    const { whom, orgId } = await prepare()
    const lower = await seedCustomer(queries, orgId, { externalId: 'abc' })
    const upper = await seedCustomer(queries, orgId, { externalId: 'ABC' })
    expect(await whom('external_id=abc')).toBe(lower)
    expect(await whom('external_id=ABC')).toBe(upper)
    expect(await whom('external_id=Abc')).toBe('404/8015')
  })

  test('is found by a mobile number that is read as one of the organisation’s country', async () => {
    const { whom, orgId } = await prepare('DE')
    const id = await seedCustomer(queries, orgId, { mobile: '01512 3456789' })
    for (const spelling of ['01512%203456789', '4915123456789', '%2B49%201512%203456789']) {
      expect(await whom(`mobile=${spelling}`), spelling).toBe(id)
    }
    expect(await whom('mobile=919400488244')).toBe('404/8015')
  })

  test('without coupons has an empty list and total 0', async () => {
    const { ask, orgId } = await prepare()
    const id = await seedCustomer(queries, orgId, { firstName: 'Ben', mobile: '9400488244' })
    const answer = await ask('mobile=9400488244')
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      entity: {
        pagination: { limit: '100', offset: '0', total: 0 },
        customers: [{ firstname: 'Ben', lastname: '', mobile: '919400488244', id, coupons: [] }],
      },
      warnings: [],
      errors: [],
      success: true,
    })
  })

  test('that is unknown is 404 with code 8015, for every kind of reference', async () => {
    const { ask, orgId } = await prepare()
    const id = await seedCustomer(queries, orgId, { mobile: '9400488244' })
    for (const query of [
      'mobile=9400488245',
      'email=nobody@example.com',
      'external_id=nobody',
      `id=${id + 1_000_000}`,
      'mobile=9400488245&email=nobody@example.com',
    ]) {
      const answer = await ask(query)
      expect(answer.statusCode, query).toBe(404)
      expect(answer.body, query).toBe(JSON.stringify(notFound))
    }
  })

  test('of another organisation is unknown, and a mobile number in two organisations leads each to its own customer', async () => {
    const [here, there] = [await prepare(), await prepare()]
    const ours = await seedCustomer(queries, here.orgId, { mobile: '9400488244' })
    const theirs = await seedCustomer(queries, there.orgId, {
      mobile: '9400488244',
      email: 'them@example.com',
      externalId: 'them',
    })
    const seriesId = await seedSeries(queries, there.orgId)
    await seedCoupon(queries, there.orgId, { seriesId, customerId: theirs })
    expect(await here.whom('mobile=9400488244')).toBe(ours)
    expect(await there.whom('mobile=9400488244')).toBe(theirs)
    for (const query of [`id=${theirs}`, 'email=them@example.com', 'external_id=them']) {
      const answer = await here.ask(query)
      expect(answer.statusCode, query).toBe(404)
      expect(answer.json(), query).toEqual(notFound)
    }
    expect((await here.ask('mobile=9400488244')).json()).toMatchObject({
      entity: { pagination: { total: 0 } },
    })
    // Beside an identifier of this organisation, that of the other one is ignored like an unknown one.
    expect(await here.whom('mobile=9400488244&email=them@example.com')).toBe(ours)
    expect(await here.whom('mobile=9400488244&email=nobody@example.com')).toBe(ours)
  })
})

describe('a request', () => {
  test('without an identifier, or with only empty ones, is refused with 400 and the possible identifiers', async () => {
    const { ask } = await prepare()
    for (const query of [
      '',
      'mobile=',
      'mobile=null&email=&id=null&external_id=&externalId=null',
      'limit=5',
      'status=ACTIVE',
    ]) {
      const answer = await ask(query)
      expect(answer.statusCode, query).toBe(400)
      expect(answer.json(), query).toEqual({
        warnings: [],
        errors: [
          {
            status: false,
            code: 400,
            message: 'Name the customer by one of mobile, email, external_Id or id',
          },
        ],
        success: false,
      })
    }
  })

  test('with empty and null parameters beside one identifier is the same as without them', async () => {
    const { ask, orgId } = await prepare()
    await seedCustomer(queries, orgId, { mobile: '9400488244' })
    const plain = (await ask('mobile=9400488244')).body
    const empty =
      'email=&external_id=null&id=&status=&coupon_code_case=null&sort_order=&limit=&offset=null&include=&transaction_numbers=null&include_reversed_redemptions='
    expect((await ask(`mobile=9400488244&${empty}`)).body).toBe(plain)
  })

  test('whose identifiers lead to different customers is refused with 400', async () => {
    const { whom, orgId } = await prepare()
    const first = await seedCustomer(queries, orgId, { mobile: '9400488244', externalId: 'first' })
    const second = await seedCustomer(queries, orgId, { mobile: '9400488245', email: 'b@example.com' })
    for (const query of [
      'mobile=9400488244&email=b@example.com',
      `mobile=9400488244&id=${second}`,
      `external_id=first&email=b@example.com&id=${first}`,
    ]) {
      expect(await whom(query), query).toBe('400/400')
    }
    expect(await whom('mobile=9400488244&mobile=9400488245')).toBe('400/400')
    expect(await whom('external_id=first&externalId=second')).toBe(first)
  })

  test('ignores unknown and impossible identifiers beside a known one, unless the caller is set to strict', async () => {
    const { whom, orgId } = await prepare()
    const id = await seedCustomer(queries, orgId, { mobile: '9400488244', email: 'a@example.com' })
    const queriesOfOne = [
      'mobile=9400488244&email=nobody@example.com',
      'mobile=9400488249&email=a@example.com&external_id=none',
      `mobile=9400488249&id=${id}`,
      `mobile=9400488244&id=${id + 1_000_000}`,
      'mobile=9400488244&email=counter',
    ]
    for (const query of queriesOfOne) expect(await whom(query), query).toBe(id)
    await setClientSettings(queries, orgId, { kind: 'organisation' }, { identifiers: 'strict' })
    await vi.waitFor(async () => expect(await whom(queriesOfOne[0] ?? '')).toBe('404/8015'), {
      timeout: 5_000,
    })
    expect(await whom('mobile=9400488244&email=a@example.com')).toBe(id)
    expect(await whom('mobile=9400488244&email=counter')).toBe('400/400')
  })

  test('with an impossible identifier is refused with the parameter and its requirements', async () => {
    const { ask } = await prepare()
    for (const [query, message] of [
      ['mobile=abc', 'Invalid value "abc" for mobile: a mobile number'],
      ['email=abc', 'Invalid value "abc" for email: an e-mail address'],
      ['id=abc', 'Invalid value "abc" for id: a whole number from 1 to 4503599627370496'],
      ['id=0', 'Invalid value "0" for id: a whole number from 1 to 4503599627370496'],
      ['id=1.5', 'Invalid value "1.5" for id: a whole number from 1 to 4503599627370496'],
      [
        'id=99999999999999999999',
        'Invalid value "99999999999999999999" for id: a whole number from 1 to 4503599627370496',
      ],
      ['external_id=a%00b', 'Invalid value "a\0b" for external_Id: text without control characters'],
      [
        `external_Id=${'x'.repeat(321)}`,
        `Invalid value "${'x'.repeat(64)}…" for external_Id: at most 320 characters`,
      ],
    ] as const) {
      const answer = await ask(query)
      expect(answer.statusCode, query).toBe(400)
      expect(answer.json(), query).toMatchObject({
        errors: [{ status: false, code: 400, message }],
        success: false,
      })
    }
  })
})
