import { describe, expect, test } from 'vitest'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { seedCoupon, seedCustomer, seedSeries, type SeedCoupon } from '../support/seed.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)
const { queries } = context.database

interface Answer {
  entity: {
    pagination: { limit: string; offset: string; total: number }
    customers: [{ coupons: { id: number }[] }]
  }
}

async function prepare(coupons: readonly Partial<SeedCoupon>[]) {
  const org = await createTestOrganisation(context)
  const seriesId = await seedSeries(queries, org.orgId)
  const customerId = await seedCustomer(queries, org.orgId)
  const ids: number[] = []
  for (const one of coupons) {
    ids.push((await seedCoupon(queries, org.orgId, { seriesId, customerId, ...one })).id)
  }
  const ask = (query: string) =>
    app.inject({
      url: `/v2/customers/coupons?id=${customerId}&${query}`,
      headers: { authorization: org.authorization },
    })
  const page = async (query: string) => {
    const answer = await ask(query)
    expect(answer.statusCode, answer.body).toBe(200)
    const { entity } = answer.json<Answer>()
    return { ...entity.pagination, ids: entity.customers[0].coupons.map(({ id }) => id) }
  }
  const refusal = async (query: string) => {
    const answer = await ask(query)
    expect(answer.statusCode, query).toBe(400)
    return answer.json<{ errors: [{ message: string }] }>().errors[0].message
  }
  return { ...org, ids, ask, page, refusal }
}

const day = (n: number) => new Date(Date.UTC(2026, 4, n))

describe('a page', () => {
  test('follows the previous one without gaps or repetitions, in both directions, also through coupons of one instant', async () => {
    // Four instants with five coupons each, issued out of order.
    const { ids, page } = await prepare(
      Array.from({ length: 20 }, (_, n) => ({ createdAt: day(1 + ((n * 7) % 4)) })),
    )
    const ascending = ids.toSorted((a, b) => ((ids.indexOf(a) * 7) % 4) - ((ids.indexOf(b) * 7) % 4) || a - b)
    for (const [order, expected] of [
      ['ASC', ascending],
      ['desc', ascending.toReversed()],
      ['', ascending.toReversed()],
    ] as const) {
      for (const limit of [1, 3, 7, 20, 1_000]) {
        const walked: number[] = []
        for (let offset = 0; offset < 20; offset += limit) {
          const found = await page(`sort_order=${order}&limit=${limit}&offset=${offset}`)
          expect(found).toMatchObject({ limit: String(limit), offset: String(offset), total: 20 })
          walked.push(...found.ids)
        }
        expect(walked, `${order} by ${limit}`).toEqual(expected)
      }
    }
  })

  test('preserves the order of an import within a second, although it prints whole seconds', async () => {
    const { ids, page } = await prepare(
      [3, 1, 2].map((ms) => ({ createdAt: new Date(day(1).getTime() + ms) })),
    )
    expect((await page('sort_order=ASC')).ids).toEqual([ids[1], ids[2], ids[0]])
  })

  test('past the end is empty and contains the total, filtered or not', async () => {
    const { page } = await prepare([{}, {}, {}])
    for (const filter of ['', '&status=ACTIVE', '&status=ACTIVE,REVOKED', '&transaction_numbers=0']) {
      for (const offset of ['3', '4', '2147483647']) {
        expect(await page(`limit=2&offset=${offset}${filter}`)).toEqual({
          limit: '2',
          offset,
          total: 3,
          ids: [],
        })
      }
    }
  })

  test('has 100 coupons by default and at most 1,000', async () => {
    const { page } = await prepare(Array.from({ length: 101 }, () => ({})))
    expect(await page('')).toMatchObject({ limit: '100', offset: '0', total: 101 })
    expect((await page('')).ids).toHaveLength(100)
    expect((await page('limit=1000')).ids).toHaveLength(101)
    expect((await page('limit=%2B1&offset=%2B0')).ids).toHaveLength(1)
    expect((await page('limit=001&offset=-0')).offset).toBe('0')
  })

  test('outside its bounds is refused with the parameter, the value and the allowed range', async () => {
    const { refusal } = await prepare([])
    for (const value of ['0', '1001', '-1', '1.5', '1e2', '0x10', 'ten', ' ', '١٠', 'NaN', '9'.repeat(25)]) {
      expect(await refusal(`limit=${encodeURIComponent(value)}`)).toBe(
        `Invalid value "${value}" for limit: a whole number from 1 to 1000`,
      )
    }
    for (const value of ['-1', '2147483648', '0.0', 'x', '1,2']) {
      expect(await refusal(`offset=${value}`)).toBe(
        `Invalid value "${value}" for offset: a whole number from 0 to 2147483647`,
      )
    }
    expect(await refusal('limit=5&limit=6')).toBe('Invalid value "5, 6" for limit: give it once')
  })
})

describe('a parameter', () => {
  test('outside its set is refused with its name, the value cut to 64 characters and the allowed values', async () => {
    const { refusal } = await prepare([])
    expect(await refusal('sort_order=UP')).toBe('Invalid value "UP" for sort_order: one of ASC, DESC')
    expect(await refusal('coupon_code_case=Title')).toBe(
      'Invalid value "Title" for coupon_code_case: one of UPPER, LOWER, AS_IT_IS',
    )
    expect(await refusal('include_reversed_redemptions=2')).toBe(
      'Invalid value "2" for include_reversed_redemptions: true or false',
    )
    expect(await refusal('include=everything')).toBe(
      'Invalid value "everything" for include: one of customer, redemptionStatus, iso, reversedTransactionNumber, discount',
    )
    expect(await refusal(`status=ACTIVE,${'x'.repeat(65)}`)).toBe(
      `Invalid value "${'x'.repeat(64)}…" for status: one of REDEEMED, UNREDEEMED, ACTIVE, EXPIRED, ACTIVE_REDEEMED, ACTIVE_UNREDEEMED, EXPIRED_REDEEMED, EXPIRED_UNREDEEMED, REDEEMABLE, REVOKED`,
    )
    expect(await refusal(`status=${'x'.repeat(64)}`)).toContain(`"${'x'.repeat(64)}" for status`)
    expect(await refusal(`transaction_numbers=${'1,'.repeat(1_001)}`)).toBe(
      'Invalid value "1001 values" for transaction_numbers: at most 1000',
    )
  })

  test('that is unknown is ignored', async () => {
    const { ask } = await prepare([{}])
    const known = (await ask('')).body
    expect((await ask('format=json&page=3&Limits=0&__proto__=x&constructor=y&a[]=1&=&&')).body).toBe(known)
  })
})

describe('transaction_numbers', () => {
  test('selects coupons issued under one of them; 0 means without a number', async () => {
    const { ids, page } = await prepare([
      { transactionNumber: '1010' },
      { transactionNumber: '2020' },
      { transactionNumber: null },
      { transactionNumber: '10101' },
    ])
    const [first, second, none, longer] = ids
    const found = async (query: string) =>
      (await page(`sort_order=ASC&${query}`)).ids.toSorted((a, b) => a - b)
    expect(await found('transaction_numbers=1010')).toEqual([first])
    expect(await found('transaction_numbers=1010,2020')).toEqual([first, second])
    expect(await found('transaction_numbers=1010&transaction_numbers=2020')).toEqual([first, second])
    expect(await found('transaction_numbers=0')).toEqual([none])
    expect(await found('transaction_numbers=0, 1010')).toEqual([first, none])
    expect(await found('transaction_numbers=unknown')).toEqual([])
    for (const absent of ['', 'null', ',', ' ,null']) {
      expect(await found(`transaction_numbers=${encodeURIComponent(absent)}`)).toEqual([
        first,
        second,
        none,
        longer,
      ])
    }
  })
})

describe('the route', () => {
  test('answers HEAD like GET without the body', async () => {
    const { orgId, authorization } = await prepare([])
    const customerId = await seedCustomer(queries, orgId)
    const url = `/v2/customers/coupons?id=${customerId}`
    const [get, head] = await Promise.all(
      (['GET', 'HEAD'] as const).map((method) => app.inject({ method, url, headers: { authorization } })),
    )
    expect(head?.statusCode).toBe(200)
    expect(head?.body).toBe('')
    expect(head?.headers['content-length']).toBe(String(get?.body.length))
  })

  test('answers other methods with 405 and Allow, other paths with 401 and 404, all in the envelope', async () => {
    const { authorization } = await createTestOrganisation(context)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const url = '/v2/customers/coupons?mobile=1'
      const bare = await app.inject({ method, url })
      expect(bare.json(), method).toMatchObject({ errors: [{ code: 401 }], success: false })
      const answer = await app.inject({ method, url, headers: { authorization } })
      expect(answer.statusCode, method).toBe(405)
      expect(answer.headers['allow']).toBe('GET, HEAD')
      expect(answer.json()).toMatchObject({ errors: [{ status: false, code: 405 }], success: false })
    }
    for (const url of ['/v2/customer/coupons', '/v2/customers/coupons/1', '/v2', '/V2/nothing']) {
      expect((await app.inject({ url })).json(), url).toMatchObject({ errors: [{ code: 401 }] })
      const answer = await app.inject({ url, headers: { authorization } })
      expect(answer.statusCode, url).toBe(404)
      expect(answer.json()).toEqual({
        warnings: [],
        errors: [{ status: false, code: 404, message: expect.stringContaining('nothing under this path') }],
        success: false,
      })
    }
  })

  test('returns the request id of the caller if it is valid, else a generated one', async () => {
    const { authorization } = await prepare([])
    const idFor = async (given: string | undefined, url = '/v2/customers/coupons?id=1') => {
      const headers = { authorization, ...(given !== undefined && { 'x-request-id': given }) }
      return (await app.inject({ url, headers })).headers['x-request-id']
    }
    for (const sane of ['abc-123', 'A.b_c:d', 'x'.repeat(128)]) {
      expect(await idFor(sane)).toBe(sane)
      expect(await idFor(sane, '/nowhere')).toBe(sane)
    }
    const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
    for (const odd of [undefined, '', 'two words', 'x'.repeat(129), '<script>', 'a,b']) {
      expect(await idFor(odd), odd).toMatch(uuid)
    }
  })
})
