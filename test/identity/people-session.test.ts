import { describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn } from '../../src/ledger/context.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { browserOf, console1, cookieOf, openOffice, personPassword, signIn } from '../support/people-cases.ts'
import { fieldParts, filePart, multipart } from '../support/upload-cases.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { send, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries } = context.database

/** Servers apply a change within a second; this pause is longer. */
const untilFollowed = { timeout: 5_000, interval: 100 }
const me = '/admin/v1/session'

const statusOf = async (reply: Promise<Reply>) => (await reply).status

/** Another process on the same database, at another time. */
async function serverAt(now: string) {
  const other = await createTestContext({ now, database: context.database })
  return createTestServer(other)
}

describe('signing in', () => {
  test('returns the person and sets a cookie that scripts and other sites cannot read', async () => {
    const office = await openOffice(context, app)
    const { id, email } = await office.person('care', 'Maya Rao')
    const reply = await signIn(app, `  ${email.toUpperCase()} `)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({
      user: { id, email, name: 'Maya Rao', role: 'care' },
      permissions: { customer: 'write', coupon: 'write', series: 'read', user: 'none' },
      organisation: { id: office.orgId, timeZone: 'UTC', country: 'IN', currency: null },
    })
    expect(reply.headers['set-cookie']).toMatch(
      new RegExp(`^counterfoil_session=${office.orgId}\\.[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    const { rows } = await context.database.pool.query(
      'select token_hash from user_sessions where user_id = $1',
      [id],
    )
    const secret = cookieOf(reply).split('.').at(-1) ?? ''
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  test('marks the cookie Secure if the browser uses https to a trusted proxy', async () => {
    const office = await openOffice(context, app)
    const { email } = await office.person('care')
    const https = { 'x-forwarded-proto': 'https' }
    const direct = await signIn(app, email, personPassword, https)
    expect(direct.headers['set-cookie']).not.toContain('Secure')
    const config = readConfig({ TRUSTED_PROXIES: '127.0.0.1' })
    const proxied = await createTestServer(createContextOn(config, context.log, context.database))
    const secure = await signIn(proxied, email, personPassword, https)
    expect(secure.headers['set-cookie']).toMatch(/; SameSite=Strict; Secure$/)
    const plain = await signIn(proxied, email, personPassword, { 'x-forwarded-proto': 'https, http' })
    expect(plain.headers['set-cookie']).not.toContain('Secure')
  })

  test('answers alike for an unknown e-mail, a wrong password and a disabled person', async () => {
    const office = await openOffice(context, app)
    const { email } = await office.person('care')
    const { id, email: disabled } = await office.person('care')
    await queries.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', id).execute()
    const attempts: [string, string][] = [
      [email, 'wrong'],
      ['nobody@example.com', personPassword],
      ['no address \0', personPassword],
      [disabled, personPassword],
    ]
    for (const [who, password] of attempts) {
      const reply = await signIn(app, who, password, console1)
      expect({ ...(reply.json as object), requestId: '' }).toEqual({
        type: 'about:blank',
        title: 'Unauthorized',
        status: 401,
        detail: 'The e-mail address or the password is wrong',
        code: 401,
        name: 'notSignedIn',
        requestId: '',
      })
      expect(reply.headers['set-cookie']).toBeUndefined()
      // A challenge would make the browser open its own dialog.
      expect(reply.headers['www-authenticate']).toBeUndefined()
    }
  })

  test('takes as long to check a password for an unknown person as for a known one', async () => {
    const office = await openOffice(context, app)
    const { email } = await office.person('care')
    await signIn(app, 'first@example.com', 'x')
    const checks = vi.spyOn(context.slowHashes, 'run')
    await signIn(app, email, 'wrong')
    expect(checks).toHaveBeenCalledTimes(1)
    await signIn(app, 'second@example.com', 'wrong')
    expect(checks).toHaveBeenCalledTimes(2)
    checks.mockRestore()
  })
})

describe('a session', () => {
  test('is accepted by every API, in the name of the person', async () => {
    const office = await openOffice(context, app)
    const customerId = await office.registered()
    const seriesId = await office.series()
    const admin = await office.browser('admin')
    for (const url of [
      me,
      '/admin/v1/organisation',
      `/v2/customers/coupons?id=${customerId}`,
      `/v2/coupon/series?ids=${seriesId}`,
      `/v1.1/customer/coupons?id=${customerId}&format=json`,
      `/coupon/api/v1/upload/getUploadStatus/${seriesId}`,
    ]) {
      const reply = await admin.call('GET', url)
      expect(reply.status, `${url} ${reply.text}`).toBe(200)
    }
    const coupon = await office.coupon(seriesId, customerId)
    const redeemed = await admin.call('POST', '/v2/coupon/redeem', {
      redemptionRequestList: { code: coupon.code },
      user: { id: customerId },
      billAmount: 5,
    })
    expect(redeemed.status).toBe(200)
  })

  test('is overridden by credentials in the same request', async () => {
    const office = await openOffice(context, app)
    const auditor = await office.browser('auditor')
    const seriesId = await office.series()
    const customerId = await office.registered()
    const reply = await office.issue(seriesId, customerId, { headers: { cookie: auditor.cookie } })
    expect(reply.status).toBe(200)
  })

  test('acts in the store that a request names, or without a store', async () => {
    const office = await openOffice(context, app)
    const care = await office.browser('care')
    const customerId = await office.registered()
    const seriesId = await office.series({ redemption_store_ids: [office.storeId] })
    const { code } = await office.coupon(seriesId, customerId)
    const body = { redemptionRequestList: { code }, user: { id: customerId }, billAmount: 5 }
    const nowhere = await care.call('POST', '/v2/coupon/redeem', body)
    expect(nowhere.text).toContain('735')
    const there = await care.call('POST', '/v2/coupon/redeem', body, {
      'x-cap-api-attribution-entity-type': 'STORE_CODE',
      'x-cap-api-attribution-entity-code': office.storeCode,
    })
    expect(there.status).toBe(200)
    const row = await queries
      .selectFrom('redemptions')
      .select(['store_id', 'till_id'])
      .where('org_id', '=', office.orgId)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ store_id: office.storeId, till_id: null })
  })

  test('can upload files, whose coupons are issued without a store unless the request names one', async () => {
    const office = await openOffice(context, app)
    const campaign = await office.browser('campaign')
    const seriesId = await office.series({ client_handling_type: 'DISC_CODE_PIN' })
    const customerId = await office.registered({ externalId: `E-${office.orgId}` })
    const fields = { customerIdentifier: 'external_id', customerIdentifierColumn: '0' }
    const { type, payload } = multipart([
      ...fieldParts(fields),
      filePart(`who,code\nE-${office.orgId},UP-1\n`),
    ])
    const url = `/coupon/api/v1/upload/file/${seriesId}`
    const sent = await campaign.call('POST', url, payload, { 'content-type': type })
    expect(sent.status, sent.text).toBe(200)
    while (await workOnOpenUploads(context)) {
      // Until nothing is left.
    }
    const row = await queries
      .selectFrom('coupons')
      .select(['customer_id', 'issued_store_id'])
      .where('org_id', '=', office.orgId)
      .where('code', '=', 'UP-1')
      .executeTakeFirst()
    expect(row).toEqual({ customer_id: customerId, issued_store_id: null })
  })

  test('ends when the person signs out: in this process at once, in others within a second', async () => {
    const office = await openOffice(context, app)
    const elsewhere = await createTestServer(await createTestContext({ database: context.database }))
    const care = await office.browser('care')
    const there = browserOf(elsewhere, care.cookie)
    expect(await statusOf(there('GET', me))).toBe(200)
    const out = await care.call('DELETE', me)
    expect(out.json).toEqual({ ended: true })
    expect(out.headers['set-cookie']).toMatch(/^counterfoil_session=; .*Max-Age=0$/)
    const after = await care.call('GET', me)
    expect(after.status).toBe(401)
    expect(after.headers['www-authenticate']).toBeUndefined()
    await vi.waitFor(async () => expect(await statusOf(there('GET', me))).toBe(401), untilFollowed)
  })

  test('ends after the idle time, and after the maximum time even if it is in use', async () => {
    const at = (time: string) => serverAt(`2026-05-04T${time}Z`)
    const morning = await at('08:00:00')
    const office = await openOffice(context, morning)
    const care = await office.browser('care', morning)
    const asked = async (time: string) => statusOf(browserOf(await at(time), care.cookie)('GET', me))
    expect(await asked('08:59:59')).toBe(200)
    // The session was used a second before nine.
    expect(await asked('09:59:58')).toBe(200)
    expect(await asked('10:59:58')).toBe(401)
    for (const time of [
      '10:30',
      '11:25',
      '12:20',
      '13:15',
      '14:10',
      '15:05',
      '16:00',
      '16:55',
      '17:50',
      '18:45',
      '19:40',
    ])
      expect(await asked(`${time}:00`), time).toBe(200)
    expect(await asked('19:59:59')).toBe(200)
    expect(await asked('20:00:00')).toBe(401)
  })

  test('ends within a second when the person is disabled or gets another role', async () => {
    const office = await openOffice(context, app)
    const admin = await office.browser('admin')
    const care = await office.browser('care')
    expect(await statusOf(care.call('GET', me))).toBe(200)
    await admin.call('PATCH', `/admin/v1/users/${care.userId}`, { role: 'auditor' })
    await vi.waitFor(
      async () => expect((await care.call('GET', me)).at('permissions.coupon')).toBe('read'),
      untilFollowed,
    )
    await admin.call('PATCH', `/admin/v1/users/${care.userId}`, { isDisabled: true })
    await vi.waitFor(async () => expect(await statusOf(care.call('GET', me))).toBe(401), untilFollowed)
  })

  test.each([
    'counterfoil_session=',
    'counterfoil_session=1',
    'counterfoil_session=1.x',
    `counterfoil_session=1.${'A'.repeat(43)}`,
    `counterfoil_session=999999999999999.${'A'.repeat(43)}`,
    'other=1',
  ])('that does not exist is refused: %s', async (cookie) => {
    expect(await statusOf(browserOf(app, cookie)('GET', '/v2/customers/coupons?id=1'))).toBe(401)
    expect(await statusOf(browserOf(app, cookie)('GET', me))).toBe(401)
  })

  test('of one organisation does not open another one, even with the same secret', async () => {
    const office = await openOffice(context, app)
    const other = await openOffice(context, app)
    const { cookie } = await office.browser('admin')
    const moved = cookie.replace(`=${office.orgId}.`, `=${other.orgId}.`)
    expect(await statusOf(browserOf(app, moved)('GET', me))).toBe(401)
  })
})

describe('a new password', () => {
  test('is set by the person with the old one, and ends all sessions except this one', async () => {
    const office = await openOffice(context, app)
    const care = await office.browser('care')
    const elsewhere = browserOf(app, cookieOf(await signIn(app, care.email)))
    const change = (currentPassword: string, newPassword: string) =>
      care.call('PUT', `${me}/password`, { currentPassword, newPassword })
    expect((await change('wrong', 'another password')).status).toBe(400)
    for (const bad of ['short', 'aaaaaaaaaaaaaaa', care.email, 'x'.repeat(201)])
      expect((await change(personPassword, bad)).status, bad).toBe(400)
    expect((await change(personPassword, 'another password')).json).toEqual({ changed: true })
    expect(await statusOf(care.call('GET', me))).toBe(200)
    await vi.waitFor(async () => expect(await statusOf(elsewhere('GET', me))).toBe(401), untilFollowed)
    expect(await statusOf(signIn(app, care.email))).toBe(401)
    expect(await statusOf(signIn(app, care.email, 'another password'))).toBe(200)
  })

  test('is set by an administrator, and ends all sessions of the person', async () => {
    const office = await openOffice(context, app)
    const [admin, care] = [await office.browser('admin'), await office.browser('care')]
    const path = `/admin/v1/users/${care.userId}/password`
    expect(await statusOf(admin.call('PUT', path, { password: 'short' }))).toBe(400)
    expect(await statusOf(admin.call('PUT', path, { password: 'another password' }))).toBe(200)
    await vi.waitFor(async () => expect(await statusOf(care.call('GET', me))).toBe(401), untilFollowed)
    expect(await statusOf(signIn(app, care.email, 'another password'))).toBe(200)
  })
})

describe('a change with the cookie', () => {
  const body = { redemptionRequestList: { code: 'NONE' }, user: { id: 1 } }
  const change = (cookie: string, headers: Record<string, string>) =>
    send(app, 'POST', '/v2/coupon/redeem', { cookie, host: 'ledger.example.com', ...headers }, body)

  test.each([
    ['without the header of the console', {}],
    ['with another value of it', { 'x-counterfoil-console': 'true' }],
    ['from another site', { ...console1, 'sec-fetch-site': 'cross-site' }],
    ['from another host of the site', { ...console1, 'sec-fetch-site': 'same-site' }],
    ['typed into the address bar', { ...console1, 'sec-fetch-site': 'none' }],
    ['of another origin', { ...console1, origin: 'https://evil.example.com' }],
    ['of another port', { ...console1, origin: 'https://ledger.example.com:444' }],
    ['of an origin that hides', { ...console1, origin: 'null' }],
  ])('is refused %s', async (_, headers) => {
    const office = await openOffice(context, app)
    const { cookie } = await office.browser('admin')
    const reply = await change(cookie, headers)
    expect(reply.status).toBe(403)
    expect(reply.text).toMatch(/X-Counterfoil-Console|pages of this server/)
  })

  test.each([
    ['from a client that is not a browser', console1],
    ['from a page of this server', { ...console1, 'sec-fetch-site': 'same-origin' }],
    ['of its own origin', { ...console1, origin: 'https://LEDGER.example.com' }],
  ])('is accepted %s', async (_, headers) => {
    const office = await openOffice(context, app)
    const { cookie } = await office.browser('admin')
    expect((await change(cookie, headers)).status).toBe(400)
  })

  test('is compared with the host that a trusted proxy reports', async () => {
    const office = await openOffice(context, app)
    const { cookie } = await office.browser('admin')
    const config = readConfig({ TRUSTED_PROXIES: '127.0.0.1' })
    const proxied = await createTestServer(createContextOn(config, context.log, context.database))
    const headers = {
      cookie,
      ...console1,
      host: '10.0.0.1:8080',
      origin: 'https://ledger.example.com',
      'x-forwarded-host': 'ledger.example.com',
    }
    expect((await send(proxied, 'POST', '/v2/coupon/redeem', headers, body)).status).toBe(400)
    expect((await send(app, 'POST', '/v2/coupon/redeem', headers, body)).status).toBe(403)
  })

  test('is also checked if it is made by a GET, which then needs the header', async () => {
    const office = await openOffice(context, app)
    const { cookie } = await office.browser('campaign')
    const url = '/admin/v1/code-batches/1/codes.csv'
    expect((await send(app, 'GET', url, { cookie })).status).toBe(403)
    expect((await send(app, 'GET', url, { cookie, ...console1 })).status).toBe(404)
    // Reads need only the cookie.
    expect((await send(app, 'GET', me, { cookie })).status).toBe(200)
  })

  test('signing in is refused to pages of other sites', async () => {
    const office = await openOffice(context, app)
    const { email } = await office.person('care')
    const reply = await signIn(app, email, personPassword, { origin: 'https://evil.example.com' })
    expect(reply.status).toBe(403)
  })
})
