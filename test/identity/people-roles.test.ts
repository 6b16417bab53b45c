import { describe, expect, test } from 'vitest'
import { permissionsOf, requireAccess, type Caller } from '../../src/values/caller.ts'
import { permissionsOfRole, roles, type Role } from '../../src/identity/credentials/roles.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice, type Browser } from '../support/people-cases.ts'
import { least } from '../support/series-cases.ts'
import { fieldParts, filePart, multipart } from '../support/upload-cases.ts'
import type { Body, Method } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const office = await openOffice(context, app)
const seriesId = await office.series({ client_handling_type: 'DISC_CODE_PIN', is_any_user: true })
const customerId = await office.registered()
const browsers = Object.fromEntries(
  await Promise.all(roles.map(async (role) => [role, await office.browser(role)] as const)),
) as Record<Role, Browser>

const all = [...roles]
const customer = { id: customerId }
const redeem = { redemptionRequestList: { code: 'NONE' }, user: customer, billAmount: 1 }
const codesFile = multipart([...fieldParts({ customerIdentifier: 'NOT_TAGGED' }), filePart('code\nROLE1\n')])

interface Call {
  readonly method: Method
  readonly url: string
  readonly body?: Body
  readonly type?: string
  /** Others are refused with 403. */
  readonly allowed: readonly Role[]
}

const reading: Call[] = [
  { method: 'GET', url: `/v2/customers/coupons?id=${customerId}`, allowed: all },
  { method: 'GET', url: `/v1.1/customer/coupons?id=${customerId}`, allowed: all },
  { method: 'GET', url: `/v2/customers/${customerId}?source=INSTORE`, allowed: ['care', 'admin', 'auditor'] },
  { method: 'GET', url: '/v2/coupon/series', allowed: all },
  { method: 'GET', url: '/v2/coupon/is_redeemable?id=1&code=NONE', allowed: all },
  { method: 'GET', url: '/v2/stores', allowed: all },
  { method: 'GET', url: '/admin/v1/organisation', allowed: all },
  { method: 'GET', url: '/admin/v1/tills', allowed: all },
  { method: 'GET', url: '/admin/v1/users', allowed: ['admin', 'auditor'] },
  { method: 'GET', url: `/admin/v1/users/${browsers.care.userId}`, allowed: ['admin', 'auditor'] },
  { method: 'GET', url: `/admin/v1/users/${browsers.care.userId}/sessions`, allowed: ['admin', 'auditor'] },
  { method: 'GET', url: '/admin/v1/audit', allowed: ['admin', 'auditor'] },
  { method: 'GET', url: '/admin/v1/search?q=asha', allowed: all },
  { method: 'GET', url: '/admin/v1/figures/overview', allowed: all },
  { method: 'GET', url: `/admin/v1/series/${seriesId}/figures`, allowed: all },
  { method: 'GET', url: `/admin/v1/figures/series?ids=${seriesId}`, allowed: all },
  { method: 'GET', url: '/admin/v1/jobs', allowed: ['campaign', 'admin', 'auditor'] },
  { method: 'GET', url: '/admin/v1/stores', allowed: all },
  { method: 'GET', url: '/admin/v1/coupons/NONE/explain', allowed: all },
  { method: 'GET', url: '/admin/v1/export/series', allowed: ['campaign', 'admin', 'auditor'] },
  { method: 'GET', url: '/admin/v1/export/coupons', allowed: ['campaign', 'admin', 'auditor'] },
  { method: 'GET', url: '/admin/v1/export/customers', allowed: ['admin', 'auditor'] },
  { method: 'GET', url: `/admin/v1/series/${seriesId}/codes`, allowed: all },
  {
    method: 'GET',
    url: `/coupon/api/v1/upload/getUploadStatus/${seriesId}`,
    allowed: ['campaign', 'admin', 'auditor'],
  },
]

const writing: Call[] = [
  {
    method: 'POST',
    url: '/admin/v1/uploads/preview',
    body: { content: 'Y29kZQpBMQo=' },
    allowed: ['campaign', 'admin'],
  },
  { method: 'POST', url: '/v2/coupon/issue', body: { seriesId, customer }, allowed: ['care', 'admin'] },
  { method: 'POST', url: '/v2/coupon/redeem', body: redeem, allowed: ['care', 'admin'] },
  { method: 'POST', url: '/v2/coupon/bulk/redeem', body: redeem, allowed: ['care', 'admin'] },
  {
    method: 'POST',
    url: '/v1.1/coupon/redeem?format=json',
    body: { root: { coupon: [{ code: 'NONE', customer }] } },
    allowed: ['care', 'admin'],
  },
  {
    method: 'POST',
    url: '/v1.1/coupon/issue?format=json',
    body: { root: { coupon: [{ series_id: '1', customer }] } },
    allowed: ['care', 'admin'],
  },
  { method: 'PUT', url: '/v2/coupon/redeem', body: {}, allowed: ['care', 'admin'] },
  { method: 'POST', url: '/v2/coupon/reactivate', body: { redemptionIds: [1] }, allowed: ['care', 'admin'] },
  { method: 'PUT', url: '/v2/coupon/bulk/expiry', body: {}, allowed: ['care', 'admin'] },
  { method: 'POST', url: '/v2/coupon/revoke', body: { couponCodes: ['NONE'] }, allowed: ['care', 'admin'] },
  {
    method: 'POST',
    url: '/v2/coupon/revoke',
    body: { couponCodes: ['NONE', 'NEITHER'], couponSeriesId: seriesId },
    allowed: ['admin'],
  },
  {
    method: 'POST',
    url: '/v2/coupon/revoke',
    body: { couponSeriesId: seriesId, customer },
    allowed: ['admin'],
  },
  { method: 'POST', url: '/v2/customers?source=INSTORE', body: {}, allowed: ['care', 'admin'] },
  { method: 'PUT', url: `/v2/customers/${customerId}?source=INSTORE`, body: {}, allowed: ['care', 'admin'] },
  {
    method: 'POST',
    url: `/v2/customers/${customerId}/changeIdentifier?source=INSTORE`,
    body: {},
    allowed: ['care', 'admin'],
  },
  {
    method: 'POST',
    url: '/v2/coupon/series',
    body: { CouponSeriesV2: least },
    allowed: ['campaign', 'admin'],
  },
  {
    method: 'PUT',
    url: '/v2/coupon/series/999999999',
    body: { CouponSeriesV2: least },
    allowed: ['campaign', 'admin'],
  },
  {
    method: 'POST',
    url: `/admin/v1/series/${seriesId}/codes`,
    body: { count: 1 },
    allowed: ['campaign', 'admin'],
  },
  { method: 'PUT', url: `/admin/v1/series/${seriesId}/code-form`, body: {}, allowed: ['campaign', 'admin'] },
  { method: 'POST', url: '/admin/v1/code-batches/999999999/cancel', allowed: ['campaign', 'admin'] },
  { method: 'POST', url: '/admin/v1/code-batches/999999999/void', allowed: ['campaign', 'admin'] },
  { method: 'GET', url: '/admin/v1/code-batches/999999999/codes.csv', allowed: ['campaign', 'admin'] },
  {
    method: 'POST',
    url: `/coupon/api/v1/upload/file/${seriesId}`,
    body: codesFile.payload,
    type: codesFile.type,
    allowed: ['campaign', 'admin'],
  },
  { method: 'POST', url: '/v2/orgEntity/store', body: { code: 'x' }, allowed: ['admin'] },
  {
    method: 'POST',
    url: '/v2/orgEntity/till',
    body: { name: 'x', password: 'a till of its own', storeId: 999_999_999 },
    allowed: ['admin'],
  },
  { method: 'PATCH', url: '/admin/v1/organisation', body: {}, allowed: ['admin'] },
  { method: 'POST', url: '/admin/v1/clients', body: { name: 'x', till: 'nobody' }, allowed: ['admin'] },
  { method: 'POST', url: '/admin/v1/clients/999999999/revoke', allowed: ['admin'] },
  { method: 'POST', url: '/admin/v1/clients/999999999/rotate-secret', allowed: ['admin'] },
  { method: 'POST', url: '/admin/v1/tills/999999999/revoke', allowed: ['admin'] },
  {
    method: 'PUT',
    url: '/admin/v1/tills/999999999/password',
    body: { password: 'a till of its own' },
    allowed: ['admin'],
  },
  { method: 'POST', url: '/admin/v1/zones', body: { code: 'x' }, allowed: ['admin'] },
  { method: 'POST', url: '/admin/v1/concepts', body: { code: 'x' }, allowed: ['admin'] },
  { method: 'PATCH', url: '/admin/v1/stores/999999999', body: {}, allowed: ['admin'] },
  { method: 'POST', url: '/admin/v1/access-groups', body: { name: 'x' }, allowed: ['admin'] },
  { method: 'PATCH', url: '/admin/v1/access-groups/999999999', body: {}, allowed: ['admin'] },
  { method: 'PATCH', url: '/admin/v1/customers/999999999', body: { isBlocked: true }, allowed: ['admin'] },
  { method: 'DELETE', url: '/admin/v1/customers/999999999', allowed: ['admin'] },
  {
    method: 'POST',
    url: '/admin/v1/users',
    body: { email: 'x', name: 'x', role: 'care', password: 'a till of its own' },
    allowed: ['admin'],
  },
  { method: 'PATCH', url: '/admin/v1/users/999999999', body: {}, allowed: ['admin'] },
  {
    method: 'PUT',
    url: '/admin/v1/users/999999999/password',
    body: { password: 'a till of its own' },
    allowed: ['admin'],
  },
  { method: 'DELETE', url: '/admin/v1/users/999999999/sessions', allowed: ['admin'] },
  { method: 'DELETE', url: '/admin/v1/users/999999999/sessions/1', allowed: ['admin'] },
]

describe.each(roles)('%s', (role) => {
  test.each([...reading, ...writing])(
    '$method $url: as the table of roles says',
    async ({ method, url, body, type, allowed }) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type }
      const reply = await browsers[role].call(method, url, body, headers)
      expect(reply.status !== 403, reply.text).toBe(allowed.includes(role))
      expect([401, 405, 500, 503], reply.text).not.toContain(reply.status)
    },
  )
})

test('an auditor changes nothing: every permission is to read', () => {
  expect(new Set(Object.values(permissionsOfRole.auditor))).toEqual(new Set(['read']))
})

test('an access group grants of what roles tell apart what it granted before there were roles', () => {
  const grants = {
    customer: 'none',
    coupon: 'write',
    series: 'read',
    organisation: 'read',
    webhook: 'none',
  } as const
  expect(permissionsOf(grants, 'client')).toEqual({
    ...grants,
    campaign: 'read',
    upload: 'write',
    bulkRevoke: 'write',
    export: 'none',
    client: 'read',
    user: 'read',
    audit: 'read',
  })
  const offices = { client: 'none', user: 'none', audit: 'none' }
  expect(permissionsOf({ ...grants, organisation: 'write' }, 'till')).toMatchObject(offices)
  const administrator = permissionsOf({ ...grants, organisation: 'write', coupon: 'none' }, 'client')
  expect(administrator).toMatchObject({ campaign: 'none', export: 'read', user: 'write' })
  expect(() => requireAccess({ access: administrator } as Caller, 'campaign', 'read')).toThrow(
    'Access denied',
  )
})
