import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { setTillPassword } from '../../src/identity/organisations/set-till-password.ts'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import {
  basic,
  createTestContext,
  createTestOrganisation,
  createTestServer,
  password,
} from '../support/harness.ts'
import { forgetOldRows } from '../../src/operate/sweeps.ts'

/** Tills and clients at addresses reported by a trusted proxy. */

const first = await createTestContext({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
const { pool, queries } = first.database
const app = await createTestServer(first)
/** Another process on the same database, with empty memory. */
const anotherServer = async (): Promise<App> =>
  createTestServer(
    await createTestContext({ database: first.database, env: { TRUSTED_PROXIES: '127.0.0.1' } }),
  )

let last = 0
const anyAddress = () => `203.0.${Math.floor(++last / 250)}.${(last % 250) + 1}`

async function ask(code: string, secret: string, address: string, server: App = app) {
  const answer = await server.inject({
    url: '/v2/coupon?couponCodes=X',
    headers: { authorization: basic(code, secret), 'x-forwarded-for': address },
  })
  return { status: answer.statusCode, headers: answer.headers, json: answer.json<Record<string, unknown>>() }
}

/** Statuses of a number of different guesses at the password of a till. */
async function guess(times: number, code: string, address: string, server: App = app): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < times; n++) statuses.push((await ask(code, randomUUID(), address, server)).status)
  return statuses
}

async function anyTill(org?: { orgId: number; storeCode: string }): Promise<string> {
  if (org === undefined) return (await createTestOrganisation(first)).tillCode
  const code = `till-${randomUUID()}`
  await createTill(queries, { ...org, code, password, isReadOnly: false, accessGroup: 'default' })
  return code
}

const five401 = [401, 401, 401, 401, 401]

describe('guesses at the password of a till', () => {
  test('are refused after five with Retry-After and the quota, in the form of the route', async () => {
    const [till, address] = [await anyTill(), anyAddress()]
    expect(await guess(6, till, address)).toEqual([...five401, 429])
    const refused = await ask(till, 'another', address)
    expect(refused.json).toEqual({
      errors: [
        { status: false, code: 429, message: 'Too many attempts to sign in have failed; try again later' },
      ],
    })
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"failed-sign-ins";q=5;w=86400',
      ratelimit: '"failed-sign-ins";r=0;t=1',
    })
  })

  test('are answered alike for an unknown till', async () => {
    expect(await guess(7, `no-${randomUUID()}`, anyAddress())).toEqual([...five401, 429, 429])
  })

  test('are admitted no more often if they are sent at once, and count in every process', async () => {
    const [till, address] = [await anyTill(), anyAddress()]
    const other = await anotherServer()
    const at = (n: number) => (n % 2 === 0 ? app : other)
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ask(till, randomUUID(), address, at(n))),
    )
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(15)
  })

  test('do not affect a till that is signed in, at the same address or elsewhere', async () => {
    const [till, address] = [await anyTill(), anyAddress()]
    expect((await ask(till, password, address)).status).toBe(200)
    await guess(8, till, address)
    expect((await ask(till, password, address)).status).toBe(200)
    expect((await ask(till, password, anyAddress())).status).toBe(200)
  })

  test('from elsewhere do not lock it out of a new process at the address where it signed in before', async () => {
    const [till, home] = [await anyTill(), anyAddress()]
    expect((await ask(till, password, home)).status).toBe(200)
    // Created before the guesses, because the first wait is short.
    const [other, third] = [await anotherServer(), await anotherServer()]
    for (let n = 0; n < 51; n++) await guess(1, till, anyAddress())
    // Elsewhere the right password waits too, because the answer would reveal a right guess.
    expect((await ask(till, password, anyAddress(), third)).status).toBe(429)
    expect((await ask(till, password, home, other)).status).toBe(200)
  })

  test('do not lock out another till behind the same address', async () => {
    const org = await createTestOrganisation(first)
    const [neighbour, address] = [await anyTill(org), anyAddress()]
    expect((await ask(neighbour, password, address)).status).toBe(200)
    const [other, attacked] = [await anotherServer(), await anyTill(org)]
    for (let n = 0; n < 31; n++) await guess(1, `no-${randomUUID()}`, address)
    expect((await guess(1, attacked, address))[0]).toBe(429)
    expect((await ask(neighbour, password, address, other)).status).toBe(200)
  })
})

describe('a till that was given a wrong password', () => {
  test('has to wait longer and longer, and works as soon as it sends the right one', async () => {
    const [till, address] = [await anyTill(), anyAddress()]
    const statuses: number[] = []
    for (let n = 0; n < 7; n++) statuses.push((await ask(till, 'wrong', address)).status)
    expect(statuses).toEqual([...five401, 429, 429])
    expect((await ask(till, password, address)).status).toBe(200)
  })

  test('uses up neither the attempts of its neighbours nor slow hashes, however often it tries', async () => {
    const [till, address] = [await anyTill(), anyAddress()]
    let hashes = 0
    const counting = await createTestContext({ database: first.database })
    const { slowHashes } = counting
    const run = slowHashes.run.bind(slowHashes)
    slowHashes.run = (check) => {
      hashes++
      return run(check)
    }
    const server = await createTestServer(counting)
    for (let n = 0; n < 40; n++) await ask(till, 'wrong', address, server)
    expect(hashes).toBe(1)
    expect(await guess(1, await anyTill(), address)).toEqual([401])
  })

  test('works at once if the password is changed to the one that it sends', async () => {
    const { orgId, tillCode, tillId } = await createTestOrganisation(first)
    const address = anyAddress()
    for (let n = 0; n < 7; n++) await ask(tillCode, 'its own password', address)
    await setTillPassword(queries, orgId, tillId, 'its own password')
    first.signIn.holders.forget(`till ${tillCode}`)
    expect((await ask(tillCode, 'its own password', address)).status).toBe(200)
  })
})

test('a correct till signs in repeatedly without a query about failed attempts', async () => {
  const [till, address] = [await anyTill(), anyAddress()]
  await ask(till, password, address)
  const asked: string[] = []
  const query = pool.query.bind(pool)
  const watching = {
    ...first,
    database: {
      ...first.database,
      pool: Object.assign(Object.create(pool) as typeof pool, {
        query: (...given: Parameters<typeof query>) => {
          asked.push(JSON.stringify(given))
          return query(...given)
        },
        connect: () => {
          asked.push('a transaction')
          return pool.connect()
        },
      }),
    },
  } as Context
  const server = await createTestServer(watching)
  for (let n = 0; n < 5; n++) expect((await ask(till, password, address, server)).status).toBe(200)
  expect(asked.length).toBeGreaterThanOrEqual(5)
  expect(asked.filter((text) => !text.includes('find-coupons'))).toEqual([])
})

test('a check that could not be executed does not count as a failed attempt', async () => {
  const [till, address] = [await anyTill(), anyAddress()]
  const busy = await createTestContext({
    database: first.database,
    env: { TRUSTED_PROXIES: '127.0.0.1' },
  })
  busy.slowHashes.run = () => Promise.reject(new Error('Connection terminated'))
  const server = await createTestServer(busy)
  for (let n = 0; n < 8; n++) expect((await ask(till, password, address, server)).status).toBe(503)
  expect((await ask(till, password, address)).status).toBe(200)
})

describe('wrong secrets of a client', () => {
  const exchange = async (key: string, secret: string, address: string) =>
    app.inject({
      method: 'POST',
      url: '/v3/oauth/token/generate',
      headers: { 'x-forwarded-for': address },
      payload: { key, secret },
    })

  test('are refused after five for known and unknown keys, in the envelope of the endpoint; the right secret is accepted', async () => {
    const { clientKey, clientSecret } = await createTestOrganisation(first)
    const address = anyAddress()
    for (const key of [clientKey, `no-${randomUUID()}`]) {
      const statuses: number[] = []
      for (let n = 0; n < 7; n++) statuses.push((await exchange(key, `x${n}`, address)).statusCode)
      expect(statuses).toEqual([...five401, 429, 429])
    }
    const refused = await exchange(clientKey, 'x', address)
    expect(refused.json()).toMatchObject({ data: null, errors: [{ code: 429 }] })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await exchange(clientKey, clientSecret, address)).statusCode).toBe(200)
  })
})

test('addresses of tills are deleted a year after the last sign-in there', async () => {
  const { orgId, tillId } = await createTestOrganisation(first)
  await pool.query(
    `insert into till_addresses values ($1, $2, 'old', now() - interval '366 days'), ($1, $2, 'new', now() - interval '364 days')`,
    [orgId, tillId],
  )
  await forgetOldRows(first)
  const { rows } = await pool.query('select network from till_addresses where org_id = $1', [orgId])
  expect(rows).toEqual([{ network: 'new' }])
})
