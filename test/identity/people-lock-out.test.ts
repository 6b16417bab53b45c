import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { forgetOldRows } from '../../src/operate/sweeps.ts'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn } from '../../src/ledger/context.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { console1, cookieOf, openOffice, personPassword, signIn } from '../support/people-cases.ts'
import { send } from '../support/write-cases.ts'

const context = await createTestContext()
const { pool } = context.database
const office = await openOffice(context, await createTestServer(context))

/** A process at an instant, behind a proxy that reports the address of the caller. */
async function serverAt(time: string) {
  const config = readConfig({ TRUSTED_PROXIES: '127.0.0.1' })
  const now = new Date(`2026-05-04T${time}Z`)
  return createTestServer(createContextOn(config, context.log, context.database, now))
}

const eight = await serverAt('08:00:00')
let last = 0
/** An address that no other test uses. */
const anyAddress = () => `198.51.${Math.floor(++last / 250)}.${(last % 250) + 1}`
const from = (address: string) => ({ 'x-forwarded-for': address })

/** Statuses of attempts with a wrong password, one after the other. */
async function fail(times: number, email: string, address: string, app = eight): Promise<number[]> {
  const statuses: number[] = []
  for (let n = 0; n < times; n++) statuses.push((await signIn(app, email, 'wrong', from(address))).status)
  return statuses
}

const anyEmail = () => `${randomUUID()}@example.com`

describe('failed attempts from one address', () => {
  test('delay further attempts more and more, even with the right password, until the wait is over', async () => {
    const { email } = await office.person('care')
    const address = anyAddress()
    expect(await fail(6, email, address)).toEqual([401, 401, 401, 401, 401, 429])
    const blocked = await signIn(eight, email, personPassword, from(address))
    expect(blocked.status).toBe(429)
    expect(blocked.headers['retry-after']).toBe('1')
    expect(blocked.at('detail')).toBe('Too many attempts to sign in have failed; try again later')
    const later = await serverAt('08:00:01')
    expect(await fail(2, email, address, later)).toEqual([401, 429])
    expect((await signIn(later, email, 'x', from(address))).headers['retry-after']).toBe('2')
    const right = await signIn(await serverAt('08:00:03'), email, personPassword, from(address))
    expect(right.status).toBe(200)
    // Signing in with the right password resets the count.
    expect(await fail(5, email, address, await serverAt('08:00:04'))).not.toContain(429)
  })

  test('are answered alike for an unknown login', async () => {
    expect(await fail(7, anyEmail(), anyAddress())).toEqual([401, 401, 401, 401, 401, 429, 429])
  })

  test('count in every process, and also after a restart', async () => {
    const { email } = await office.person('care')
    const address = anyAddress()
    await fail(3, email, address)
    expect(await fail(3, email, address, await serverAt('08:00:00'))).toEqual([401, 401, 429])
  })

  test('are admitted no more often if they are sent at once', async () => {
    const { email } = await office.person('care')
    const address = anyAddress()
    const replies = await Promise.all(
      Array.from({ length: 30 }, () => signIn(eight, email, 'wrong', from(address))),
    )
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(25)
  })

  test('do not lock out the person at another address', async () => {
    const { email } = await office.person('care')
    const attacker = anyAddress()
    await fail(8, email, attacker)
    const home = anyAddress()
    expect((await signIn(eight, email, personPassword, from(home))).status).toBe(200)
    // This resets nothing for the attacker.
    expect(await fail(1, email, attacker)).toEqual([429])
  })

  test('at many e-mail addresses delay all further attempts from the network address', async () => {
    const address = anyAddress()
    for (let n = 0; n < 30; n++) expect(await fail(1, anyEmail(), address)).toEqual([401])
    expect(await fail(1, anyEmail(), address)).toEqual([429])
    const { email } = await office.person('care')
    expect((await signIn(eight, email, personPassword, from(address))).status).toBe(429)
    expect((await signIn(eight, email, personPassword, from(anyAddress()))).status).toBe(200)
  })

  test('are counted for a whole IPv6 network', async () => {
    const email = anyEmail()
    const net = `2001:db8:${(++last).toString(16)}:1`
    expect(await fail(4, email, `${net}::1`)).not.toContain(429)
    expect(await fail(2, email, `${net}:aaaa:bbbb:cccc:dddd`)).toEqual([401, 429])
    expect(await fail(1, email, `2001:db8:${last.toString(16)}:2::1`)).toEqual([401])
  })
})

test('attempts from everywhere at one e-mail address wait a minute at most, and not at all where the person signed in before', async () => {
  const { email } = await office.person('care')
  const home = anyAddress()
  const statuses: number[] = []
  expect((await signIn(eight, email, personPassword, from(home))).status).toBe(200)
  for (let n = 0; n < 51; n++) statuses.push(...(await fail(1, email, anyAddress())))
  expect(statuses.slice(0, 50)).not.toContain(429)
  expect(statuses[50]).toBe(429)
  expect((await signIn(eight, email, personPassword, from(home))).status).toBe(200)
  const elsewhere = anyAddress()
  expect((await signIn(eight, email, personPassword, from(elsewhere))).status).toBe(429)
  expect((await signIn(await serverAt('08:01:00'), email, personPassword, from(elsewhere))).status).toBe(200)
})

test('a forged address in a header of a browser is ignored', async () => {
  const direct = await createTestServer(context)
  const email = anyEmail()
  const statuses: number[] = []
  for (let n = 0; n < 6; n++) statuses.push((await signIn(direct, email, 'x', from(anyAddress()))).status)
  expect(statuses.at(-1)).toBe(429)
})

test('guesses of the current password in a change of password are delayed too', async () => {
  const { email } = await office.person('care')
  const headers = from(anyAddress())
  const cookie = cookieOf(await signIn(eight, email, personPassword, headers))
  const guess = () =>
    send(
      eight,
      'PUT',
      '/admin/v1/session/password',
      { cookie, ...console1, ...headers },
      {
        currentPassword: 'wrong',
        newPassword: 'another password',
      },
    )
  const statuses: number[] = []
  for (let n = 0; n < 6; n++) statuses.push((await guess()).status)
  expect(statuses).toEqual([400, 400, 400, 400, 400, 429])
})

test('failed attempts are stored without readable logins and addresses, and only for a limited time', async () => {
  await fail(1, 'somebody@example.com', '192.0.2.77')
  const { rows } = await pool.query<{ text: string }>(
    `select string_agg(a::text || encode(a.bucket, 'escape'), ' ') as text from sign_in_attempts a`,
  )
  expect(rows[0]?.text).not.toMatch(/somebody|192\.0\.2\.77/)
  await pool.query(
    `insert into user_sessions (org_id, user_id, token_hash, address, user_agent, created_at, last_seen_at)
     select org_id, id, 'old', '', '', now() - interval '31 days', now() - interval '31 days' from users limit 1`,
  )
  await pool.query(`insert into sign_in_attempts values ('fresh', 1, now() - interval '23 hours', null)`)
  await pool.query(`insert into sign_in_attempts values ('stale', 1, now() - interval '25 hours', null)`)
  await forgetOldRows(context)
  const left = await pool.query(
    `select encode(bucket, 'escape') as b from sign_in_attempts where length(bucket) = 5`,
  )
  expect(left.rows).toEqual([{ b: 'fresh' }])
  expect((await pool.query(`select from user_sessions where token_hash = 'old'`)).rowCount).toBe(0)
})
