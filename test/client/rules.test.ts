import { afterEach, describe, expect, test, vi } from 'vitest'
import * as api from '../../packages/client/src/api.gen.ts'
import { isAnswered } from '../../packages/client/src/answer-rules.ts'
import { authorizationOf } from '../../packages/client/src/credentials.ts'
import { createClient } from '../../packages/client/src/index.ts'
import { delayMs, retryAfterMs } from '../../packages/client/src/retry-rules.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('pauses', () => {
  test('double up to five seconds, are random, and are added to the pause that the server asks for', () => {
    const longest = [1, 2, 3, 5, 6, 20].map((tries) => delayMs(tries, undefined, 1))
    expect(longest).toEqual([200, 400, 800, 3_200, 5_000, 5_000])
    expect([delayMs(3, undefined, 0), delayMs(3, undefined, 0.5), delayMs(3, 7_000, 0.5)]).toEqual([
      0, 400, 7_400,
    ])
  })

  test('read Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-03-01T10:00:00Z')
    const read = (header: string | null) => retryAfterMs(header, now)
    expect(read('3')).toBe(3_000)
    expect(read('Sun, 01 Mar 2026 10:00:20 GMT')).toBe(20_000)
    expect(read('Sun, 01 Mar 2026 09:59:00 GMT')).toBe(0)
    expect([read(null), read(''), read('soon')]).toEqual([undefined, undefined, undefined])
  })
})

describe('credentials', () => {
  test('of a till are sent in UTF-8', async () => {
    const till = authorizationOf({ tillCode: 'kasse-ö', password: 'päss:wort' }, () => expect.fail())
    expect(await till.header()).toBe(`Basic ${Buffer.from('kasse-ö:päss:wort').toString('base64')}`)
  })

  test('of a client give a token that is fetched again a minute before it expires, and after a failure', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let fetched = 0
    const client = authorizationOf({ clientKey: 'key', clientSecret: 'secret' }, async (key, secret) => {
      fetched++
      if (fetched === 3) throw new Error('no answer')
      return { accessToken: `${key}-${secret}-${fetched}`, ttlSeconds: 3_600 }
    })
    const passMinutes = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000)
    expect(await Promise.all([client.header(), client.header()])).toEqual(
      Array(2).fill('Bearer key-secret-1'),
    )
    passMinutes(58)
    expect(await client.header()).toBe('Bearer key-secret-1')
    passMinutes(1)
    expect(await client.header()).toBe('Bearer key-secret-2')
    client.refused('Bearer key-secret-1')
    expect(await client.header()).toBe('Bearer key-secret-2')
    client.refused('Bearer key-secret-2')
    await expect(client.header()).rejects.toThrow('no answer')
    expect(await client.header()).toBe('Bearer key-secret-4')
  })
})

describe('answers', () => {
  test.each<[string, boolean, number, unknown]>([
    ['a refused redemption', true, 400, { redemption: [{}], redemptionStatus: { status: false } }],
    ['refused codes of several', true, 400, { response: [{}], totalCount: 1, failureCount: 1 }],
    ['items of version 1.1, none done', true, 500, { response: { status: {}, coupons: {} } }],
    ['a request of version 1.1 that failed', false, 400, { response: { status: { code: 400 } } }],
    ['an unknown customer', false, 200, { status: false, code: 701, message: '' }],
    ['errors alone', false, 200, { errors: [{ code: 707 }] }],
    ['an envelope without a result', false, 200, { warnings: [], errors: [{ code: 510 }], success: false }],
    ['an envelope that says no more than success', true, 200, { success: true, warnings: [] }],
    ['an answer in which errors is an empty list', true, 200, { errors: [] }],
    ['rows as text', true, 200, 'id,code\n'],
    ['the same at a busy server', false, 503, { redemption: [{}] }],
  ])('%s: returned %s', (_name, isReturned, status, body) => {
    expect(isAnswered(status, body)).toBe(isReturned)
  })
})

describe('methods', () => {
  test('write their arguments into the address, and omit undefined ones', async () => {
    const addresses: string[] = []
    const client = createClient({
      baseUrl: 'https://example.com/coupons/',
      credentials: { token: 'abc' },
      fetch: async (address, init) => {
        addresses.push(`${init?.method} ${address as string} ${new Headers(init?.headers).get('if-match')}`)
        return Response.json({})
      },
    })
    await client.listTills()
    await client.getSandboxClock({})
    await client.getCustomerCoupons({ mobile: '+91 94004', includeReversedRedemptions: false, limit: 0 })
    await client.getUser({ id: 'a/b' })
    await client.setTillPassword({ id: 7, ifMatch: '3', body: { password: 'seven green kites' } })
    expect(addresses).toEqual([
      'GET https://example.com/coupons/admin/v1/tills null',
      'GET https://example.com/coupons/admin/v1/sandbox/clock null',
      'GET https://example.com/coupons/v2/customers/coupons?mobile=%2B91%2094004&limit=0&include_reversed_redemptions=false null',
      'GET https://example.com/coupons/admin/v1/users/a%2Fb null',
      'PUT https://example.com/coupons/admin/v1/tills/7/password 3',
    ])
  })

  test('take one object of arguments and one of options in every call', () => {
    const lengths = Object.values(api).map((call) => call.length)
    expect(lengths.length).toBeGreaterThan(100)
    expect(new Set(lengths)).toEqual(new Set([1, 2]))
  })
})
