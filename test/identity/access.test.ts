import { beforeAll, describe, expect, test } from 'vitest'
import { registerAccess } from '../../src/http/access.ts'
import { createApp } from '../../src/http/create-app.ts'
import { route } from '../../src/http/route.ts'
import { permissionsOfRole, roles, type Role } from '../../src/identity/credentials/roles.ts'
import {
  permissionsOf,
  requireAccess,
  resources,
  type Grants,
  type Permissions,
} from '../../src/values/caller.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { leastOf, operationsOf, type Operation } from '../support/operations.ts'
import { console1, openOffice } from '../support/people-cases.ts'
import { fieldParts, filePart, multipart } from '../support/upload-cases.ts'
import { send, type Body, type Reply } from '../support/write-cases.ts'

/** Calls every operation of the OpenAPI document as every kind of caller, with each role and each access group. */

const context = await createTestContext()
const app = await createTestServer(context)
const office = await openOffice(context, app)
const operations = operationsOf(app)

interface Asker {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly permissions: Permissions
  readonly role?: Role
}
const askers: Asker[] = []

beforeAll(async () => {
  const admin = await office.browser('admin')
  const levels = ['read', 'write'] as const
  const alone = resources.flatMap((resource) => levels.map((level) => [resource, level] as const))
  await admin.call('POST', '/admin/v1/access-groups', { name: 'nothing' })
  for (const [resource, level] of alone)
    await admin.call('POST', '/admin/v1/access-groups', {
      name: `${resource}-${level}`,
      access: { [resource]: level },
    })
  const listed = await admin.call('GET', '/admin/v1/access-groups')
  for (const { name, access } of listed.at('accessGroups') as { name: string; access: Grants }[]) {
    const till = await office.signInAs(name)
    const client = await signInAsClient(context, app, office, name)
    askers.push({ name: `till ${name}`, ...till, permissions: permissionsOf(access, 'till') })
    askers.push({ name: `client ${name}`, ...client, permissions: permissionsOf(access, 'client') })
  }
  for (const role of roles) {
    const { cookie } = await office.browser(role)
    const headers = { cookie, ...console1 }
    askers.push({ name: role, role, headers, permissions: permissionsOfRole[role] })
  }
}, 120_000)

interface Call {
  readonly operation: Operation
  readonly url: string
  readonly body?: Body
  /** Lists of permissions; a caller must have all permissions of one list. */
  readonly needs: readonly (readonly string[])[]
}

const file = multipart([...fieldParts({ customerIdentifier: 'NOT_TAGGED' }), filePart('code\nROLE1\n')])
const named: Readonly<Record<string, string>> = { what: 'series', code: 'NONE', name: 'error_1_1.csv' }
const fill = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => named[name] ?? '999999999')

/** Calls whose required permissions depend on more than the operation. */
const dependent: Readonly<Record<string, readonly Omit<Call, 'operation'>[]>> = {
  redeemCoupons: [
    { url: '/v2/coupon/bulk/redeem', needs: [['coupon:write']] },
    { url: '/v2/coupon/bulk/redeem?is_redeemable=true', needs: [['coupon:read']] },
  ],
  revokeCoupons: [
    { url: '/v2/coupon/revoke', body: { couponCodes: ['NONE'] }, needs: [['coupon:write']] },
    {
      url: '/v2/coupon/revoke',
      body: { couponCodes: ['NONE', 'NEITHER'], couponSeriesId: 999_999_999 },
      needs: [['coupon:write', 'bulkRevoke:write']],
    },
    {
      url: '/v2/coupon/revoke',
      body: { couponSeriesId: 999_999_999, customer: { id: 1 } },
      needs: [['coupon:write', 'bulkRevoke:write']],
    },
  ],
  exportRows: [
    { url: '/admin/v1/export/coupons', needs: [['export:read', 'coupon:read']] },
    { url: '/admin/v1/export/redemptions', needs: [['export:read', 'coupon:read']] },
    { url: '/admin/v1/export/holds', needs: [['export:read', 'coupon:read']] },
    { url: '/admin/v1/export/series', needs: [['export:read', 'series:read']] },
    { url: '/admin/v1/export/customers', needs: [['export:read', 'customer:read']] },
    { url: '/admin/v1/export/nothing', needs: [['export:read']] },
  ],
}

const calls = operations.flatMap((operation): Call[] => {
  const { id, path, access } = operation
  if (typeof access === 'string') return []
  const cases = dependent[id] ?? [{ url: fill(path), needs: access }]
  return cases.map((one) => ({ operation, ...one }))
})

function make(
  { operation: { method, body }, url, body: given }: Call,
  headers: Asker['headers'],
): Promise<Reply> {
  if (body?.type === 'multipart/form-data')
    return send(app, method, url, { 'content-type': file.type, ...headers }, file.payload)
  return send(app, method, url, headers, given ?? (body && (leastOf(body.schema) as object)))
}

const isGranted = (permissions: Permissions, need: string): boolean => {
  const [resource = '', level] = need.split(':')
  const granted = permissions[resource as keyof Permissions]
  return granted === 'write' || granted === level
}

/** The roles that have each permission that an operation can require, as documented in docs/users.md. */
const everybody: readonly Role[] = roles
const haveNeed: Readonly<Record<string, readonly Role[]>> = {
  'coupon:read': everybody,
  'coupon:write': ['care', 'admin'],
  'bulkRevoke:write': ['admin'],
  'customer:read': ['care', 'admin', 'auditor'],
  'customer:write': ['care', 'admin'],
  'series:read': everybody,
  'campaign:read': everybody,
  'campaign:write': ['campaign', 'admin'],
  'upload:read': ['campaign', 'admin', 'auditor'],
  'upload:write': ['campaign', 'admin'],
  'export:read': ['campaign', 'admin', 'auditor'],
  'organisation:read': everybody,
  'organisation:write': ['admin'],
  'client:read': everybody,
  'client:write': ['admin'],
  'user:read': ['admin', 'auditor'],
  'user:write': ['admin'],
  'webhook:read': ['admin', 'auditor'],
  'webhook:write': ['admin'],
  'audit:read': ['admin', 'auditor'],
}

/** The subjects of paths; the first match counts. The method decides between read and write. */
const subjects: readonly (readonly [RegExp, string])[] = [
  [/^\/admin\/v1\/session/, 'session'],
  [
    /^\/admin\/v1\/(organisation|client-settings|sandbox|tills|stores|zones|concepts|access-groups|customers)/,
    'organisation',
  ],
  [/^\/v2\/(organization|orgEntity|stores|locations)/, 'organisation'],
  [/^\/admin\/v1\/clients/, 'client'],
  [/^\/admin\/v1\/users/, 'user'],
  [/^\/admin\/v1\/audit/, 'audit'],
  [/^\/admin\/v1\/export/, 'export'],
  [/^\/admin\/v1\/(series|code-batches|figures)|^\/v2\/coupon\/series/, 'campaign'],
  [/^\/admin\/v1\/webhooks|^\/v3\/web[hH]ooks/, 'webhook'],
  [/\/uploads?\//, 'upload'],
  [/^\/v2\/customers(?!\/coupons|\/\{customerId\}\/coupons)/, 'customer'],
  [/^\/v1(\.1)?\/customer\/(add|update|update_identity|search)$/, 'customer'],
  [/^\/v1(\.1)?\/organization\//, 'organisation'],
  [/^\/v2\/(coupon|customers)|^\/admin\/v1\/(coupons|holds)|^\/till\/v1|^\/v1/, 'coupon'],
]
/**
 * Operations that require other permissions than their path and method suggest, with the first of those permissions.
 */
const exceptions: Readonly<Record<string, string>> = {
  // In the document every such call declares its permissions: a check reads, a redemption writes.
  redeemCoupons: 'coupon:read',
  // These calls have a method with a body, but change nothing.
  quoteCoupons: 'coupon:read',
  // The export is available once, and changes the batch.
  exportCodes: 'campaign:write',
  // The rows contain customers, so only callers who may upload them may read them.
  getUploadResult: 'upload:write',
  getUploadResultV1: 'upload:write',
  listJobs: 'upload:read,campaign:read',
  getCustomersV11: 'customer:read,coupon:read',
  getCustomersV1: 'customer:read,coupon:read',
  getStoreV11: 'coupon:read|organisation:read',
  getStoreV1: 'coupon:read|organisation:read',
  getSeriesV11: 'coupon:read,series:read',
  getSeriesV1: 'coupon:read,series:read',
  search: 'customer:read|coupon:read',
  listHolds: 'coupon:read,client:read',
  getHoldOfCheckout: 'coupon:read,client:read',
  releaseHoldOfCheckout: 'coupon:write,client:read',
  findBill: 'coupon:read,client:read',
  getCouponHistory: 'coupon:read,client:read',
  getCustomerHistory: 'customer:read,client:read',
  getSeriesHistory: 'campaign:read,client:read',
  getTillHistory: 'organisation:read,client:read',
  listCustomerNotes: 'customer:read,client:read',
  addCustomerNote: 'customer:write,client:read',
  previewMerge: 'customer:read,coupon:read,client:read',
  listMerges: 'customer:read,client:read',
  mergeCustomers: 'customer:write,coupon:write,client:read',
  exportClientSettings: 'organisation:read,client:read',
  importClientSettings: 'organisation:write,client:write',
}

describe('the access that the document declares', () => {
  test('follows from the subject and the method of each operation', () => {
    const wrong = operations.flatMap(({ id, method, path, access }) => {
      if (typeof access === 'string') return []
      const [, subject = 'nothing'] = subjects.find(([pattern]) => pattern.test(path)) ?? []
      const expected = exceptions[id] ?? `${subject}:${method === 'GET' ? 'read' : 'write'}`
      const declared = access.map((needs) => needs.join(',')).join('|')
      return declared === expected ? [] : [`${id} ${path}: ${declared}, not ${expected}`]
    })
    expect(wrong).toEqual([])
  })

  test('is public for the probes, the two ways to sign in and links for passwords, and a session for calls about the session', () => {
    const of = (access: Operation['access']) =>
      operations.filter((one) => one.access === access).map(({ id }) => id)
    expect(of('public')).toEqual([
      'getHealth',
      'getReadiness',
      'getMetrics',
      'generateToken',
      'getSignInPage',
      'beginSession',
      'readPasswordLink',
      'usePasswordLink',
    ])
    expect(of('session')).toEqual(['getSession', 'endSession', 'changeOwnPassword'])
  })

  test('names only permissions that are in the table of roles', () => {
    const needs = new Set(calls.flatMap((one) => one.needs.flat()))
    expect([...needs].filter((need) => haveNeed[need] === undefined)).toEqual([])
    for (const [need, expected] of Object.entries(haveNeed))
      expect([need, ...roles.filter((role) => isGranted(permissionsOfRole[role], need))]).toEqual([
        need,
        ...expected,
      ])
  })
})

describe('every operation of the document', () => {
  test('answers 401 without credentials and with wrong ones, unless it is public', async () => {
    const answered: string[] = []
    for (const operation of operations.filter(({ access }) => access !== 'public'))
      for (const headers of [
        {},
        { authorization: 'Bearer none' },
        { cookie: 'counterfoil_session=1.none' },
      ]) {
        const call = { operation, url: fill(operation.path), needs: [] }
        const { status, text } = await make(call, { ...console1, ...headers })
        if (status !== 401) answered.push(`${operation.id} ${JSON.stringify(headers)}: ${status} ${text}`)
      }
    expect(answered).toEqual([])
  }, 300_000)

  test('answers 403 to exactly those tills, clients and people who lack what it needs', async () => {
    expect(calls.length).toBeGreaterThan(120)
    // Four groups that every organisation has, one that grants nothing, and two for each resource.
    expect(askers).toHaveLength((4 + 1 + resources.length * 2) * 2 + roles.length)
    const wrong: string[] = []
    for (const { name, headers, permissions } of askers)
      for (const call of calls) {
        const mayCall = call.needs.some((needs) => needs.every((need) => isGranted(permissions, need)))
        const { status, text } = await make(call, headers)
        const isWrong = mayCall ? [401, 403, 405, 500, 503].includes(status) : status !== 403
        if (isWrong) wrong.push(`${name} ${call.operation.id} ${call.url}: ${status} ${text}`)
      }
    expect(wrong).toEqual([])
  }, 600_000)

  test('about the own session is only for people', async () => {
    const own = operations.filter(({ access }) => access === 'session')
    for (const { headers, role, name } of askers)
      for (const operation of own) {
        // The invalid body changes nothing.
        if (role !== undefined && operation.method === 'DELETE') continue
        const { status } = await make({ operation, url: operation.path, needs: [] }, headers)
        expect([name, operation.id, status === 401]).toEqual([name, operation.id, role === undefined])
      }
  })
})

describe('a route', () => {
  test('that declares no access cannot be registered', async () => {
    const other = createApp(context)
    await other.register(async (scope) => {
      registerAccess(scope, context)
      expect(() => scope.get('/v2/open', async () => 'open')).toThrow(
        'the route GET /v2/open does not declare who may call it',
      )
    })
  })

  test('that needs a caller refuses requests without credentials', async () => {
    const other = createApp(context)
    route(other, 'GET /v2/open', { access: ['coupon', 'read'], schema: {}, handler: async () => 'open' })
    expect((await other.inject({ url: '/v2/open' })).statusCode).toBe(500)
  })
})

test('an auditor has only read permissions', () => {
  expect(new Set(Object.values(permissionsOfRole.auditor))).toEqual(new Set(['read']))
})

test('an access group grants the permissions of roles as it did before roles existed', () => {
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
  expect(() => requireAccess({ access: administrator }, 'campaign', 'read')).toThrow('Access denied')
})
