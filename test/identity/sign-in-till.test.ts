import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import { hashTillPassword, md5Hex } from '../../src/identity/credentials/secrets.ts'
import { createContextOn } from '../../src/ledger/context.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { revokeLogin } from '../../src/identity/organisations/revoke-login.ts'
import {
  basic,
  createTestContext,
  createTestOrganisation,
  createTestServer,
  password,
  type TestOrganisation,
} from '../support/harness.ts'
import { seedCustomer } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

const wrong = {
  warnings: [],
  errors: [
    {
      status: false,
      code: 401,
      message: 'Authentication failed. Please check the user name and the password',
    },
  ],
  success: false,
}

function ask(authorization: string | undefined, headers: Record<string, string> = {}) {
  return app.inject({
    url: '/v2/customers/coupons?mobile=9400488244',
    headers: { ...(authorization !== undefined && { authorization }), ...headers },
  })
}

async function prepare(): Promise<
  TestOrganisation & { addTill: (given?: object) => Promise<{ code: string; id: number }> }
> {
  const org = await createTestOrganisation(context)
  await seedCustomer(queries, org.orgId, { mobile: '9400488244' })
  const addTill = async (given: object = {}) => {
    const code = `till-${randomUUID()}`
    const { orgId, storeCode } = org
    const till = { orgId, storeCode, code, password, isReadOnly: false, accessGroup: 'default', ...given }
    return { code: till.code, id: await createTill(queries, till) }
  }
  return { ...org, addTill }
}

describe('a till signs in', () => {
  test('with the published header: store.server and the MD5 of server123', async () => {
    const { addTill } = await prepare()
    await addTill({ code: 'store.server', password: 'server123', isPublic: true })
    const published = 'Basic c3RvcmUuc2VydmVyOjhhMTZhNmI3MDUwNWViMWYxZmY3Y2RjMGNkNTU1OWE3'
    expect(basic('store.server', md5Hex('server123'))).toBe(published)
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    expect((await ask(published, headers)).statusCode).toBe(200)
    expect((await ask(published.replace('Basic', 'basic'))).statusCode).toBe(200)
  })

  test('with the MD5 of its password or with the password itself', async () => {
    const { tillCode } = await prepare()
    expect((await ask(basic(tillCode, md5Hex(password)))).statusCode).toBe(200)
    expect((await ask(basic(tillCode, password))).statusCode).toBe(200)
  })

  test('with a password that itself looks like an MD5, plain and hashed', async () => {
    const { addTill } = await prepare()
    const odd = md5Hex('something else')
    const { code } = await addTill({ password: odd })
    expect((await ask(basic(code, odd))).statusCode).toBe(200)
    expect((await ask(basic(code, md5Hex(odd)))).statusCode).toBe(200)
    expect((await ask(basic(code, 'something else'))).statusCode).toBe(401)
  })

  test('with colons, capitals and letters of any alphabet in its password', async () => {
    const { addTill } = await prepare()
    for (const secret of ['a:b::c', 'Ünïcødé पासवर्ड', ' leading and trailing ', '\u0001', '::']) {
      const { code } = await addTill({ password: secret, isPublic: true })
      expect((await ask(basic(code, secret))).statusCode, secret).toBe(200)
      expect((await ask(basic(code, md5Hex(secret)))).statusCode, secret).toBe(200)
    }
  })
})

describe('401 with a challenge and without a reason is the answer', () => {
  test('to a wrong password, an unknown till and a revoked till', async () => {
    const { tillCode, addTill, orgId } = await prepare()
    const revoked = await addTill()
    await revokeLogin(queries, orgId, 'till', revoked.code)
    for (const authorization of [
      basic(tillCode, 'wrong'),
      basic(tillCode, md5Hex('wrong')),
      basic(tillCode, ''),
      basic(tillCode, `${password} `),
      basic(tillCode.toUpperCase(), password),
      basic(`no-${tillCode}`, password),
      basic(revoked.code, password),
      basic(`${tillCode}\u2028`, password),
    ]) {
      const answer = await ask(authorization)
      expect(answer.statusCode, authorization).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Basic realm="counterfoil"')
      expect(answer.json(), authorization).toEqual(wrong)
    }
  })

  test('to missing credentials and to an invalid header', async () => {
    await prepare()
    const encode = (text: string) => Buffer.from(text).toString('base64')
    for (const authorization of [
      undefined,
      '',
      'Basic',
      'Basic ',
      'Basic !!!!',
      `Basic ${encode('no colon')}`,
      `Basic ${encode(':no user')}`,
      `Basic ${encode('nul\0in:it')}`,
      `Basic ${encode('a:b')} trailing`,
      `Digest ${encode('a:b')}`,
      encode('a:b'),
      `Basic ${encode(`${'x'.repeat(5_000)}:y`)}`,
    ]) {
      const answer = await ask(authorization)
      expect(answer.statusCode, authorization).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Basic realm="counterfoil"')
      expect(answer.json(), authorization).toMatchObject({
        errors: [{ status: false, code: 401 }],
        success: false,
      })
    }
  })
})

describe('within about a second', () => {
  test('a revoked till is refused, and a new password replaces the old one', async () => {
    const { addTill, orgId } = await prepare()
    const [revoked, changed] = [await addTill(), await addTill()]
    for (const { code } of [revoked, changed]) expect((await ask(basic(code, password))).statusCode).toBe(200)
    await revokeLogin(queries, orgId, 'till', revoked.code)
    await queries
      .updateTable('tills')
      .set({ password_hash: await hashTillPassword('new one') })
      .where('org_id', '=', orgId)
      .where('id', '=', changed.id)
      .execute()
    await expect
      .poll(async () => (await ask(basic(revoked.code, password))).statusCode, { timeout: 2_000 })
      .toBe(401)
    await expect
      .poll(async () => (await ask(basic(changed.code, 'new one'))).statusCode, { timeout: 2_000 })
      .toBe(200)
    expect((await ask(basic(changed.code, password))).statusCode).toBe(401)
  })
})

describe('the access of a till', () => {
  let org: Awaited<ReturnType<typeof prepare>>
  beforeAll(async () => {
    org = await prepare()
  })

  test('a read-only till reads', async () => {
    const { code } = await org.addTill({ isReadOnly: true })
    expect((await ask(basic(code, password))).statusCode).toBe(200)
  })

  test('a till whose access group has no access to coupons gets 403', async () => {
    const { code, id } = await org.addTill()
    const group = await queries
      .insertInto('access_groups')
      .values({
        org_id: org.orgId,
        name: 'no coupons',
        customer_access: 'write',
        coupon_access: 'none',
        series_access: 'write',
        organisation_access: 'write',
        webhook_access: 'write',
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await queries
      .updateTable('tills')
      .set({ access_group_id: group.id })
      .where('org_id', '=', org.orgId)
      .where('id', '=', id)
      .execute()
    const answer = await ask(basic(code, password))
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toEqual({
      warnings: [],
      errors: [
        {
          status: false,
          code: 403,
          message:
            'Access denied. Make sure that your API resource has appropriate access control permissions.',
        },
      ],
      success: false,
    })
  })
})

test('a hundred requests with one header cost one slow hash, and so does a repeated wrong password', async () => {
  const { tillCode, authorization } = await prepare()
  let hashes = 0
  const { slowHashes } = context
  const counting = Object.create(slowHashes, {
    run: {
      value: (check: () => Promise<boolean>) => {
        hashes += 1
        return slowHashes.run(check)
      },
    },
  }) as typeof slowHashes
  const server = await createTestServer({
    ...createContextOn(context.config, pino({ level: 'silent' }), context.database),
    slowHashes: counting,
  })
  const inject = (header: string) =>
    server.inject({ url: '/v2/customers/coupons?mobile=9400488244', headers: { authorization: header } })
  const answers = await Promise.all(Array.from({ length: 100 }, () => inject(authorization)))
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
  expect(hashes).toBe(1)
  for (let tries = 1; tries <= 3; tries++) {
    expect((await inject(basic(tillCode, 'wrong'))).statusCode).toBe(401)
    expect(hashes).toBe(2)
  }
})
