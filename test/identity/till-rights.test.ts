import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { anyMobile, bodyOf } from '../support/customer-cases.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { least } from '../support/series-cases.ts'
import { send, type Body, type Method } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { queries, pool } = context.database

async function openNewTill(accessGroup?: string) {
  const office = await openOffice(context, app)
  const { orgId, storeCode } = office
  const code = `new-${orgId}`
  await createTill(queries, { orgId, storeCode, code, password, isReadOnly: false, accessGroup })
  const call = (method: Method, url: string, body?: Body) =>
    send(app, method, url, { authorization: basic(code, password) }, body)
  return { ...office, code, newTill: call }
}

const groupOf = async (orgId: number, code: string): Promise<unknown> => {
  const { rows } = await pool.query<{ name: string }>(
    `select g.name from tills t join access_groups g on g.org_id = t.org_id and g.id = t.access_group_id
     where t.org_id = $1 and t.code = $2`,
    [orgId, code],
  )
  return rows[0]?.name
}

describe('a new till', () => {
  test('finds customers, and issues, checks, redeems and reverses coupons', async () => {
    const { newTill, series, customer } = await openNewTill()
    const customerId = await customer()
    const issued = await newTill('POST', '/v2/coupon/issue', {
      seriesId: await series(),
      customer: { id: customerId },
    })
    expect(issued.status).toBe(200)
    const code = String(issued.at('code'))
    expect((await newTill('GET', `/v2/customers/${customerId}?source=INSTORE`)).status).toBe(200)
    expect((await newTill('GET', `/v2/customers/coupons?id=${customerId}`)).status).toBe(200)
    expect((await newTill('GET', `/v2/coupon/is_redeemable?id=${customerId}&code=${code}`)).status).toBe(200)
    const redeemed = await newTill('POST', '/v2/coupon/redeem', {
      redemptionRequestList: [{ code }],
      user: { id: customerId },
      billAmount: 100,
    })
    expect(redeemed.status).toBe(200)
    const redemptionIds = [redeemed.at('redemption.0.redemptionId')]
    expect((await newTill('POST', '/v2/coupon/reactivate', { redemptionIds })).status).toBe(200)
  })

  test('cannot do anything else: no customers, series, codes, webhooks, settings, tills, exports or people', async () => {
    const { newTill, series, storeId, customer } = await openNewTill()
    const [seriesId, customerId] = [await series(), await customer()]
    for (const [method, url, body] of [
      ['POST', '/v2/customers?source=INSTORE', bodyOf({ mobile: anyMobile() })],
      ['PUT', `/v2/customers/${customerId}?source=INSTORE`, bodyOf({ firstName: 'X' })],
      ['POST', '/v2/coupon/series', { CouponSeriesV2: least }],
      ['GET', '/v2/coupon/series', undefined],
      ['POST', `/admin/v1/series/${seriesId}/codes`, { count: 1 }],
      ['GET', '/admin/v1/webhooks', undefined],
      ['GET', '/admin/v1/organisation', undefined],
      ['GET', '/admin/v1/tills', undefined],
      ['POST', '/v2/orgEntity/till', { name: 'a', password: 'a till of its own', storeId }],
      ['GET', '/admin/v1/export/customers', undefined],
      ['GET', '/admin/v1/users', undefined],
      ['GET', '/admin/v1/audit', undefined],
      ['PATCH', `/admin/v1/customers/${customerId}`, { isBlocked: true }],
    ] as const)
      expect((await newTill(method, url, body)).status, `${method} ${url}`).toBe(403)
  })

  test('gets the group till, even if the organisation has deleted it, unless another group is named', async () => {
    const { orgId, storeCode, storeId, code, browser } = await openNewTill()
    expect(await groupOf(orgId, code)).toBe('till')
    await pool.query(`update access_groups set name = 'desk' where org_id = $1 and name = 'till'`, [orgId])
    const admin = await browser('admin')
    const add = (name: string, more: object = {}) =>
      admin.call('POST', '/v2/orgEntity/till', { name, password: 'a till of its own', storeId, ...more })
    expect((await add(`a-${orgId}`)).status).toBe(200)
    expect(await groupOf(orgId, `a-${orgId}`)).toBe('till')
    expect(await groupOf(orgId, code)).toBe('desk')
    expect((await add(`b-${orgId}`, { accessGroup: 'default' })).status).toBe(200)
    expect(await groupOf(orgId, `b-${orgId}`)).toBe('default')
    const unknown = await add(`c-${orgId}`, { accessGroup: 'nobody' })
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('no access group')])
    const given = { orgId, storeCode, password, isReadOnly: true }
    await createTill(queries, { ...given, code: `d-${orgId}` })
    expect(await groupOf(orgId, `d-${orgId}`)).toBe('read-only')
  })

  test('an organisation of an earlier release gets the group by migration, and keeps its own group of that name', async () => {
    const [old, own] = [await openNewTill('default'), await openNewTill('default')]
    await pool.query(`delete from access_groups where org_id = $1 and name = 'till'`, [old.orgId])
    await pool.query(
      `update access_groups set customer_access = 'write' where org_id = $1 and name = 'till'`,
      [own.orgId],
    )
    const migration = new URL('../../migrations/0022_till_access.sql', import.meta.url)
    await pool.query(await readFile(migration, 'utf8'))
    const { rows } = await pool.query(
      `select org_id, customer_access, coupon_access, series_access, organisation_access, webhook_access
       from access_groups where name = 'till' and org_id in ($1, $2) order by org_id`,
      [old.orgId, own.orgId],
    )
    const rights = {
      coupon_access: 'write',
      series_access: 'none',
      organisation_access: 'none',
      webhook_access: 'none',
    }
    expect(rows).toEqual([
      { org_id: old.orgId, customer_access: 'read', ...rights },
      { org_id: own.orgId, customer_access: 'write', ...rights },
    ])
    expect(await groupOf(old.orgId, old.code)).toBe('default')
  })
})

describe('a password that is easily guessed is refused by every call that sets one', () => {
  const weak = ['short', 'password1234', '123456789012', 'aaaaaaaaaaaa']

  test('of a till and of a person', async () => {
    const { browser, tillId, tillCode, storeId, orgId } = await openNewTill()
    const admin = await browser('admin')
    const care = await browser('care')
    const { rows } = await pool.query<{ name: string }>('select name from organisations where org_id = $1', [
      orgId,
    ])
    const organisation = `${rows[0]?.name ?? ''} 2026`
    const token = (await admin.call('POST', `/admin/v1/users/${care.userId}/password-link`)).at('token')
    const calls: readonly [Method, string, (password: string) => object, readonly string[]][] = [
      [
        'POST',
        '/v2/orgEntity/till',
        (one) => ({ name: 'a.certain.till', password: one, storeId }),
        ['a.certain.till', 'A-Certain-Till'],
      ],
      ['PUT', `/admin/v1/tills/${tillId}/password`, (one) => ({ password: one }), [tillCode]],
      [
        'POST',
        '/admin/v1/users',
        (one) => ({ email: 'somebody.new@example.com', name: 'A', role: 'care', password: one }),
        ['somebody.new@example.com', 'somebody.new!'],
      ],
      ['PUT', `/admin/v1/users/${care.userId}/password`, (one) => ({ password: one }), [care.email]],
      ['POST', '/admin/v1/password-link/use', (one) => ({ token, password: one }), [care.email]],
    ]
    for (const [method, url, body, names] of calls)
      for (const password of [...weak, ...names, organisation]) {
        const reply = await admin.call(method, url, body(password))
        expect([url, password, reply.status]).toEqual([url, password, 400])
        expect(reply.text).toContain('The password ')
      }
    for (const newPassword of [...weak, care.email])
      expect(
        (
          await care.call('PUT', '/admin/v1/session/password', {
            currentPassword: 'correct horse battery',
            newPassword,
          })
        ).status,
      ).toBe(400)
  })
})
