import { createHmac, randomUUID } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createClient } from '../../src/identity/organisations/create-client.ts'
import { revokeLogin } from '../../src/identity/organisations/revoke-login.ts'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { seedCustomer } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

function generate(payload: unknown, headers: Record<string, string> = {}) {
  return app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })
}

function ask(headers: Record<string, string>) {
  return app.inject({ url: '/v2/customers/coupons?mobile=9400488244', headers })
}

async function prepare() {
  const org = await createTestOrganisation(context)
  await seedCustomer(queries, org.orgId, { mobile: '9400488244' })
  const { data } = (await generate({ key: org.clientKey, secret: org.clientSecret })).json<{
    data: { accessToken: string }
  }>()
  const statusOf = async (token: string) => (await ask({ 'x-cap-api-oauth-token': token })).statusCode
  return { ...org, token: data.accessToken, statusOf }
}

/** A token like the server's own, signed with the same key, with changed claims. */
async function forge(
  token: string,
  claims: Record<string, unknown>,
  { secret, kid }: { secret?: Buffer; kid?: string } = {},
): Promise<string> {
  const header = decodeProtectedHeader(token)
  const stored = await queries
    .selectFrom('token_keys')
    .select('secret')
    .where('kid', '=', String(header.kid))
    .executeTakeFirstOrThrow()
  return new SignJWT({ ...decodeJwt(token), ...claims })
    .setProtectedHeader({ alg: 'HS256', kid: kid ?? String(header.kid) })
    .sign(secret ?? stored.secret)
}

describe('a token', () => {
  test('comes in the published shape, fresh each time, with the claims of the contract', async () => {
    const { clientKey: key, clientSecret: secret, orgId } = await prepare()
    const answer = await generate({ key, secret })
    expect(answer.statusCode).toBe(200)
    const body = answer.json<{ data: { accessToken: string; ttlSeconds: number } }>()
    expect(JSON.stringify(body)).toBe(
      JSON.stringify({ data: { accessToken: body.data.accessToken, ttlSeconds: 3600 }, errors: null }),
    )
    const claims = decodeJwt(body.data.accessToken)
    expect(claims).toMatchObject({ sub: 'shop', org_id: orgId, client_key: key })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600)
    expect(answer.body).not.toContain(secret)
    const again = (await generate({ key, secret })).json<{ data: { accessToken: string } }>()
    expect(again.data.accessToken).not.toBe(body.data.accessToken)
  })

  test('is accepted in its own header, bare and after Bearer, and in Authorization', async () => {
    const { token } = await prepare()
    for (const headers of [
      { 'x-cap-api-oauth-token': token },
      { 'x-cap-api-oauth-token': `Bearer ${token}` },
      { 'X-CAP-API-OAUTH-TOKEN': `bearer ${token}` },
      { authorization: `Bearer ${token}` },
      { authorization: `bearer ${token}` },
    ]) {
      expect((await ask(headers as Record<string, string>)).statusCode, Object.keys(headers)[0]).toBe(200)
    }
  })

  test('that has expired is refused, even if it was accepted before', async () => {
    const { token, statusOf } = await prepare()
    const nowS = Math.floor(Date.now() / 1000)
    const expired = await forge(token, { exp: nowS - 1 })
    const answer = await ask({ 'x-cap-api-oauth-token': expired })
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toEqual({
      warnings: [],
      errors: [{ status: false, code: 401, message: 'The access token has expired: generate a new one' }],
      success: false,
    })
    const short = await forge(token, { exp: nowS + 2 })
    expect(await statusOf(short)).toBe(200)
    await expect.poll(() => statusOf(short), { timeout: 4_000, interval: 100 }).toBe(401)
  })

  test('with another key, audience or algorithm is refused', async () => {
    const { token, statusOf, orgId } = await prepare()
    const [header, payload] = token.split('.') as [string, string]
    const sign = (head: object, secret: string) => {
      const signed = `${Buffer.from(JSON.stringify(head)).toString('base64url')}.${payload}`
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
    }
    const { kid } = decodeProtectedHeader(token)
    const bad: Record<string, string> = {
      'another key': await forge(token, {}, { secret: Buffer.alloc(32, 7) }),
      'unknown kid': await forge(token, {}, { kid: randomUUID() }),
      'kid with NUL': await forge(token, {}, { kid: 'a\0b' }),
      'kid of SQL': await forge(token, {}, { kid: "' or true --" }),
      'no kid': sign({ alg: 'HS256' }, ''),
      'kid of numbers': sign({ alg: 'HS256', kid: 5 }, ''),
      'kid of lists': sign({ alg: 'HS256', kid: [kid] }, ''),
      'empty secret': sign({ alg: 'HS256', kid }, ''),
      'alg none': new UnsecuredJWT(decodeJwt(token)).encode(),
      'alg none with our kid': `${Buffer.from(JSON.stringify({ alg: 'none', kid })).toString('base64url')}.${payload}.`,
      'no signature': `${header}.${payload}.`,
      'two parts': `${header}.${payload}`,
      'another use': await forge(token, { token_use: 'refresh' }),
      'another issuer': await forge(token, { iss: 'elsewhere' }),
      'no organisation': await forge(token, { org_id: undefined }),
      'no end': await forge(token, { exp: undefined }),
      'another organisation': await forge(token, { org_id: orgId + 1 }),
      'changed payload': `${header}.${Buffer.from(JSON.stringify({ ...decodeJwt(token), org_id: 1 })).toString('base64url')}.${token.split('.')[2]}`,
      rubbish: 'rubbish',
      dots: '...',
      spaces: 'Bearer  ',
      long: 'x'.repeat(5_000),
    }
    for (const [name, forged] of Object.entries(bad)) expect(await statusOf(forged), name).toBe(401)
    expect(await statusOf(await forge(token, {}))).toBe(200)
  })

  test('of a revoked client is refused within about a second, and no new one is issued', async () => {
    const { token, statusOf, orgId, clientKey: key, clientSecret: secret } = await prepare()
    expect(await statusOf(token)).toBe(200)
    await revokeLogin(queries, orgId, 'client', 'shop')
    await expect.poll(() => statusOf(token), { timeout: 2_000 }).toBe(401)
    expect((await generate({ key, secret })).statusCode).toBe(401)
  })

  test('of a client is refused when its till is revoked, after which no token and no client are created', async () => {
    const { token, statusOf, orgId, tillCode, clientKey: key, clientSecret: secret } = await prepare()
    expect(await statusOf(token)).toBe(200)
    await revokeLogin(queries, orgId, 'till', tillCode)
    await expect.poll(() => statusOf(token), { timeout: 2_000 }).toBe(401)
    expect((await generate({ key, secret })).statusCode).toBe(401)
    await expect(createClient(queries, { orgId, tillCode, name: 'another' })).rejects.toThrow('no till')
  })

  test('is signed with a key that other processes know too', async () => {
    const { token } = await prepare()
    const other = await createTestServer(await createTestContext({ database: context.database }))
    const answer = await other.inject({
      url: '/v2/customers/coupons?mobile=9400488244',
      headers: { 'x-cap-api-oauth-token': token },
    })
    expect(answer.statusCode).toBe(200)
  })

  test('takes precedence over a Basic header in the same request', async () => {
    const { statusOf, authorization, token } = await prepare()
    expect((await ask({ authorization, 'x-cap-api-oauth-token': 'rubbish' })).statusCode).toBe(401)
    expect((await ask({ authorization: 'Basic rubbish', 'x-cap-api-oauth-token': token })).statusCode).toBe(
      200,
    )
    expect(await statusOf(token)).toBe(200)
  })
})

describe('no token is issued', () => {
  test('for a wrong key or secret, without revealing which', async () => {
    const [one, two] = [await prepare(), await prepare()]
    for (const [key, secret] of [
      [one.clientKey, 'wrong'],
      ['wrong', one.clientSecret],
      [one.clientKey, two.clientSecret],
      [one.clientKey.toUpperCase(), one.clientSecret],
      ['a\0b', one.clientSecret],
      [one.tillCode, 'correct horse'],
    ]) {
      const answer = await generate({ key, secret })
      expect(answer.statusCode, key).toBe(401)
      expect(answer.json()).toEqual({
        data: null,
        errors: [
          {
            status: false,
            code: 401,
            message:
              'Failed to generate OAuth token: the key or the secret is wrong, or the client is revoked',
          },
        ],
      })
    }
  })

  test('for an invalid body, in the envelope of the endpoint', async () => {
    const { clientKey: key, clientSecret: secret } = await prepare()
    for (const [payload, status, message] of [
      [{}, 400, 'The field key is missing'],
      [{ key }, 400, 'The field secret is missing'],
      [{ key: '', secret }, 400, 'Invalid value "" for key: it must have at least 1 character'],
      [{ key: 1, secret }, 400, 'Invalid value "1" for key: it must be a text'],
      [[], 400, 'Invalid value "[]" for the body: it must be an object'],
      ['{', 400, 'The body is not valid JSON'],
      ['', 400, 'The body is not valid JSON'],
      ['{"__proto__":{}}', 400, 'The body is not valid JSON'],
      [{ key, secret: 'x'.repeat(1024 * 1024) }, 413, 'The request body is too large: 16 KiB are allowed'],
    ] as const) {
      const answer = await generate(payload)
      expect(answer.statusCode, message).toBe(status)
      expect(answer.json()).toEqual({ data: null, errors: [{ status: false, code: status, message }] })
    }
    const form = await generate(`key=${key}`, { 'content-type': 'application/x-www-form-urlencoded' })
    expect(form.statusCode).toBe(415)
    expect(form.json()).toMatchObject({ data: null, errors: [{ code: 415 }] })
  })
})
