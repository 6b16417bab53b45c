import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { attemptSignIn, type SignInName } from '../../src/identity/credentials/sign-in-attempts.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn, type Context } from '../../src/ledger/context.ts'
import { diagnose } from '../../src/operate/doctor/diagnose-rules.ts'
import { readFacts } from '../../src/operate/doctor/read-facts.ts'
import {
  basic,
  createTestContext,
  createTestOrganisation,
  createTestServer,
  password,
} from '../support/harness.ts'
import { openOffice, personPassword, signIn } from '../support/people-cases.ts'
import { send } from '../support/write-cases.ts'

/** What an attacker without credentials can do to people, tills and programs, from the same address and from others. */

const context = await createTestContext()
const { pool } = context.database
const office = await openOffice(context, await createTestServer(context))

/** A process behind a trusted proxy, with empty memory. */
function processAt(env: NodeJS.ProcessEnv = {}, now = '2026-05-04T08:00:00Z'): Context {
  const config = readConfig({
    TRUSTED_PROXIES: '127.0.0.1',
    MAX_WAIT_MS: '600000',
    ABUSE_LIMITS: '0',
    ...env,
  })
  return createContextOn(config, context.log, context.database, new Date(now))
}

const here = processAt()
const app = await createTestServer(here)
const isWrong = async (): Promise<boolean> => false

/** Attempts of a stranger with wrong credentials, without the slow hash. @returns how many were refused unchecked. */
async function guesses(kind: SignInName['kind'], times: number, anyLogin: () => string, address: string) {
  let refused = 0
  for (let n = 0; n < times; n++)
    await attemptSignIn(here, { kind, login: anyLogin() }, address, false, isWrong).catch(() => refused++)
  return refused
}

let last = 0
const anyAddress = () => `192.0.${Math.floor(++last / 250)}.${(last % 250) + 1}`
const from = (address: string) => ({ 'x-forwarded-for': address })
const anyEmail = () => `${randomUUID()}@example.com`

const person = async (email: string, secret: string, address: string, server = app) =>
  (await signIn(server, email, secret, from(address))).status
const till = async (code: string, secret: string, address: string, server = app) =>
  (
    await send(server, 'GET', '/v2/coupon?couponCodes=X', {
      authorization: basic(code, secret),
      ...from(address),
    })
  ).status
const client = async (key: string, secret: string, address: string, server = app) =>
  (await send(server, 'POST', '/v3/oauth/token/generate', from(address), { key, secret })).status

describe('a person who has signed in at an address', () => {
  test('can sign in there whatever a stranger at the address tries with other logins', async () => {
    const [{ email }, address] = [await office.person('care'), anyAddress()]
    expect(await person(email, personPassword, address)).toBe(200)
    await guesses('user', 40, anyEmail, address)
    expect(await person(anyEmail(), 'x', address)).toBe(429)
    expect(await person(email, personPassword, address)).toBe(200)
  })

  test('waits a minute at most if a stranger at the address tries their login', async () => {
    const [{ email }, address] = [await office.person('care'), anyAddress()]
    expect(await person(email, personPassword, address)).toBe(200)
    for (let minute = 1; minute < 30; minute++) {
      const at = processAt({}, `2026-05-04T08:${String(minute).padStart(2, '0')}:00Z`)
      for (let n = 0; n < 7; n++)
        await attemptSignIn(at, { kind: 'user', login: email }, address, true, isWrong).catch(() => {})
    }
    const later = await createTestServer(processAt({}, '2026-05-04T08:30:00Z'))
    expect(await person(email, personPassword, address, later)).toBe(200)
  })

  test('is known in the whole IPv6 network', async () => {
    const { email } = await office.person('care')
    expect(await person(email, personPassword, '2001:db8:7:1::1')).toBe(200)
    await guesses('user', 40, anyEmail, '2001:db8:7:1::2')
    expect(await person(email, personPassword, '[2001:DB8:7:1:aaaa::3]:4711')).toBe(200)
  })
})

test('a stranger who uses up the sign-ins of an address locks out neither people known there nor clients', async () => {
  const server = await createTestServer(processAt({ ABUSE_LIMITS: '1', RATE_LIMIT_SIGN_IN: '3' }))
  const { clientKey, clientSecret } = await createTestOrganisation(context)
  const [{ email }, { email: newcomer }] = [await office.person('care'), await office.person('care')]
  const address = anyAddress()
  expect(await person(email, personPassword, address, server)).toBe(200)
  for (let n = 0; n < 5; n++) await client(randomUUID(), 'x', address, server)
  expect(await person(newcomer, personPassword, address, server)).toBe(429)
  expect(await client(clientKey, 'wrong', address, server)).toBe(429)
  expect(await client(clientKey, clientSecret, address, server)).toBe(200)
  expect(await person(email, personPassword, address, server)).toBe(200)
})

test('a right and a wrong password of a signed-in till get the same answer at addresses where it is not signed in', async () => {
  const { tillCode } = await createTestOrganisation(context)
  const [home, elsewhere] = [anyAddress(), anyAddress()]
  expect(await till(tillCode, password, home)).toBe(200)
  await guesses('till', 6, () => tillCode, elsewhere)
  expect(await till(tillCode, randomUUID(), elsewhere)).toBe(429)
  expect(await till(tillCode, password, elsewhere)).toBe(429)
  expect(await till(tillCode, password, home)).toBe(200)
})

test('a till that has signed in at an address can sign in there at a new process, whatever strangers tried meanwhile', async () => {
  const { tillCode } = await createTestOrganisation(context)
  const home = anyAddress()
  expect(await till(tillCode, password, home)).toBe(200)
  await guesses('till', 40, randomUUID, home)
  for (let n = 0; n < 60; n++) await guesses('till', 1, () => tillCode, anyAddress())
  for (let n = 0; n < 9; n++)
    await attemptSignIn(here, { kind: 'till', login: tillCode }, home, true, isWrong).catch(() => {})
  const later = await createTestServer(processAt({}, '2026-05-04T08:01:00Z'))
  expect(await till(tillCode, password, home, later)).toBe(200)
})

describe('a flood of made-up logins', () => {
  const rowCount = async () =>
    (await pool.query<{ n: number }>('select count(*)::int as n from sign_in_attempts')).rows[0]?.n ?? 0
  /** Each checked attempt writes a row by login and a row by login and address; the address has one row. */
  const most = 2 * 30 + 1

  test.each(['user', 'till', 'client'] as const)(
    'of kind %s from one address fills no table, because refused attempts write no row',
    async (kind) => {
      const [before, address] = [await rowCount(), anyAddress()]
      expect(await guesses(kind, 3_000, randomUUID, address)).toBe(3_000 - 30)
      expect((await rowCount()) - before).toBe(most)
    },
    120_000,
  )

  test('that arrives at once writes no more rows than one in sequence', async () => {
    const [before, address] = [await rowCount(), anyAddress()]
    await Promise.all(Array.from({ length: 300 }, () => guesses('client', 1, randomUUID, address)))
    expect((await rowCount()) - before).toBe(most)
  }, 120_000)
})

test('a caller whose proxy adds the port counts as one address', async () => {
  const [{ email }, address] = [await office.person('care'), anyAddress()]
  const statuses: number[] = []
  for (let n = 0; n < 6; n++) statuses.push(await person(email, 'x', `${address}:${50_000 + n}`))
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  expect(await person(email, 'x', address)).toBe(429)
})

test('an entry that is not an address counts as the proxy that wrote it, and lets no caller choose an address', async () => {
  const { email } = await office.person('care')
  const statuses: number[] = []
  for (const entry of ['unknown', '', '_a', 'x'.repeat(60), '1.2.3', 'unknown'])
    statuses.push(await person(email, 'x', `9.9.9.9, ${entry}`))
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
})

test('an unlisted proxy is reported once in the log of a server, and by doctor until it is listed', async () => {
  const lines: string[] = []
  const log = pino({}, new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) }))
  const config = readConfig({ TRUSTED_PROXIES: '10.0.0.1' })
  const server = await createTestServer(createContextOn(config, log, context.database, null))
  const ask = (remoteAddress: string, headers: Record<string, string>) =>
    server.inject({ url: '/health', headers, remoteAddress })
  await ask('10.0.0.1', { 'x-forwarded-for': '203.0.113.9' })
  await ask('10.0.0.3', {})
  expect(lines.join('')).not.toContain('TRUSTED_PROXIES')
  for (let n = 0; n < 5; n++) await ask('10.0.0.2', { 'x-forwarded-for': '203.0.113.9' })
  await ask('2001:db8::2', { forwarded: 'for=203.0.113.9' })
  for (let n = 0; n < 200; n++) await ask(anyAddress(), { 'x-forwarded-for': '203.0.113.9' })
  const told = lines.filter((line) => line.includes('TRUSTED_PROXIES'))
  expect(told).toHaveLength(10)
  expect(told[0]).toContain('"address":"10.0.0.2"')
  const { rows } = await pool.query('select from noticed_proxies')
  expect(rows.length).toBeLessThanOrEqual(20)
  const findings = async (env: NodeJS.ProcessEnv) =>
    diagnose(await readFacts(context.database, readConfig({ DATA_DIR: '.', ...env }))).filter(({ what }) =>
      what.includes('TRUSTED_PROXIES'),
    )
  expect(await findings({})).toMatchObject([
    { verdict: 'warning', what: expect.stringContaining('10.0.0.2, ') },
  ])
  const [left] = await findings({ TRUSTED_PROXIES: '10.0.0.2,2001:db8::/32' })
  expect(left?.what).not.toMatch(/10\.0\.0\.2|2001/)
  expect(await findings({ TRUSTED_PROXIES: '10.0.0.2,2001:db8::/32,192.0.0.0/16' })).toEqual([])
})
