import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const { database } = await createTestContext()
const token = 'a-token-of-24-characters'

async function ask(
  env: NodeJS.ProcessEnv,
  headers: Record<string, string> = {},
  remoteAddress = '127.0.0.1',
) {
  const app = await createTestServer(await createTestContext({ database, env }))
  const answer = await app.inject({ url: '/metrics', headers, remoteAddress })
  expect(answer.body.includes('counterfoil_http_request_duration_seconds')).toBe(answer.statusCode === 200)
  return answer
}

describe('the metrics', () => {
  test('are returned to every caller unless the operator configures otherwise', async () => {
    expect((await ask({}, {}, '203.0.113.9')).statusCode).toBe(200)
  })

  test('are returned only with the token if one is configured', async () => {
    const env = { METRICS_TOKEN: token }
    const refused = await ask(env)
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer'])
    for (const wrong of [`Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, 'Bearer '])
      expect((await ask(env, { authorization: wrong })).statusCode, wrong).toBe(401)
    expect((await ask(env, { authorization: `Bearer ${token}` })).statusCode).toBe(200)
  })

  test('are returned only to the listed addresses, as reported by a trusted proxy', async () => {
    const env = { METRICS_ADDRESSES: '10.0.0.0/8, 2001:db8::7', TRUSTED_PROXIES: '127.0.0.1' }
    expect((await ask(env, {}, '10.9.8.7')).statusCode).toBe(200)
    expect((await ask(env, {}, '2001:db8::7')).statusCode).toBe(200)
    expect((await ask(env, { 'x-forwarded-for': '10.1.1.1:4711' })).statusCode).toBe(200)
    expect((await ask(env)).statusCode).toBe(403)
    expect((await ask(env, { 'x-forwarded-for': '203.0.113.9' })).statusCode).toBe(403)
    expect((await ask(env, { 'x-forwarded-for': '10.1.1.1' }, '203.0.113.9')).statusCode).toBe(403)
  })

  test('require both a listed address and the token if both are configured', async () => {
    const env = { METRICS_ADDRESSES: '10.0.0.7', METRICS_TOKEN: token }
    const authorization = `Bearer ${token}`
    expect((await ask(env, { authorization })).statusCode).toBe(403)
    expect((await ask(env, {}, '10.0.0.7')).statusCode).toBe(401)
    expect((await ask(env, { authorization }, '10.0.0.7')).statusCode).toBe(200)
  })
})

test('a token that is easily guessed, or that no header can contain, is refused at the start', () => {
  for (const METRICS_TOKEN of ['short', 'x'.repeat(15), 'a token with some blanks'])
    expect(() => readConfig({ METRICS_TOKEN })).toThrow(/METRICS_TOKEN must have 16 or more/)
  expect(() => readConfig({ METRICS_ADDRESSES: '10.0.0.0/33' })).toThrow(/METRICS_ADDRESSES contains/)
})

test('the reference page keeps no credentials in the browser, and removes those of earlier versions', async () => {
  const app = await createTestServer(await createTestContext({ database }))
  const settings = (await app.inject({ url: '/docs/static/swagger-initializer.js' })).body
  expect(settings).toMatch(/"persistAuthorization": ?false/)
  expect((await app.inject({ url: '/docs' })).body).toContain('theme/counterfoil.js')
  expect((await app.inject({ url: '/docs/static/theme/counterfoil.js' })).body).toContain(
    "localStorage.removeItem('authorized')",
  )
})
