import { beforeAll, describe, expect, test } from 'vitest'
import { roles, permissionsOfRole } from '../../src/identity/credentials/roles.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { base, fieldParts, filePart, multipart } from '../support/upload-cases.ts'
import { workOnOpenUploads } from '../../src/bulk/uploads/work-on-open-uploads.ts'
import { send, type Method, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const office = await openOffice(context, app)
const admin = await office.browser('admin')

/** Data that identifies the customer outside this system. */
const contacts = ['919400488244', 'asha@example.com', 'CRM-4711', 'Asha', 'Nair']
const everything = {
  customer: 'write',
  coupon: 'write',
  series: 'write',
  organisation: 'write',
  webhook: 'write',
} as const

interface Reader {
  readonly name: string
  readonly seesContacts: boolean
  readonly get: (url: string) => Promise<Reply>
}
const readers: Reader[] = []
const tills: { readonly name: string; readonly call: (method: Method, url: string) => Promise<Reply> }[] = []
let seriesId: number
let poolSeriesId: number
let customerId: number
let waitingIds: number[]
const waiting = [`WAITING-${office.orgId}-1`, `WAITING-${office.orgId}-2`]
let uploads: string[] = []

async function upload(name: 'file' | 'redeemFile', id: number, csv: string, fields: Record<string, string>) {
  const { type, payload } = multipart([...fieldParts(fields), filePart(csv)])
  const reply = await admin.call('POST', `${base}/${name}/${id}`, payload, { 'content-type': type })
  if (reply.status !== 200) throw new Error(reply.text)
  while (await workOnOpenUploads(context)) {
    // Until nothing is left.
  }
}

beforeAll(async () => {
  customerId = await office.registered({
    mobile: contacts[0] as string,
    email: contacts[1] as string,
    externalId: contacts[2] as string,
    firstName: contacts[3] as string,
    lastName: contacts[4] as string,
  })
  seriesId = await office.series({ is_multiple_use_allowed: true, is_multiple_per_customer_allowed: true })
  poolSeriesId = await office.series({ client_handling_type: 'DISC_CODE_PIN', is_any_user: true })
  const { code } = await office.coupon(seriesId, customerId)
  await office.redeem(code, customerId)
  await upload('file', poolSeriesId, `code\n${waiting.join('\n')}\n`, { customerIdentifier: 'NOT_TAGGED' })
  await upload('file', seriesId, 'mobile\n919400488244\nnobody\n', { customerIdentifier: 'MOBILE' })
  await upload('redeemFile', seriesId, `mobile,code,at\n919400488244,${code},1601835836973\n9194,X,1\n`, {
    customerIdentifier: 'MOBILE',
    couponIdentifier: 'COUPON_CODE',
    uploadHeaders: JSON.stringify({ mobile: 0, couponCode: 1, redeemedDateInMillis: 2 }),
  })
  const { rows } = await context.database.pool.query<{ id: number }>(
    'select id from coupons where org_id = $1 and series_id = $2 order by id',
    [office.orgId, poolSeriesId],
  )
  waitingIds = rows.map(({ id }) => id)
  const listed = await Promise.all([
    admin.call('GET', `${base}/getUploadStatus/${poolSeriesId}`),
    admin.call('GET', `${base}/getUploadStatus/${seriesId}`),
    admin.call('GET', `${base}/getUploadRedeemedCouponStatus/${seriesId}`),
  ])
  uploads = [
    ...listed
      .map(({ text }) => text)
      .join('')
      .matchAll(/"(\/coupon\/api[^"]+\.csv)"/g),
  ].map(([, path]) => path as string)
  if (uploads.length !== 5) throw new Error(`results of uploads: ${uploads.join(' ')}`)

  for (const role of roles) {
    const { call } = await office.browser(role)
    const seesContacts = permissionsOfRole[role].customer !== 'none'
    readers.push({ name: role, seesContacts, get: (url) => call('GET', url) })
  }
  const groups = {
    'without-customers': { ...everything, customer: 'none' },
    everything,
  }
  for (const [name, access] of Object.entries(groups))
    await admin.call('POST', '/admin/v1/access-groups', { name, access })
  for (const name of ['default', 'read-only', 'administrator', ...Object.keys(groups)]) {
    const { headers } = await office.signInAs(name)
    const client = await signInAsClient(context, app, office, name)
    const seesContacts = name !== 'without-customers'
    tills.push({
      name,
      call: (method, url) => send(app, method, url, headers, method === 'GET' ? undefined : {}),
    })
    readers.push({ name: `till ${name}`, seesContacts, get: (url) => send(app, 'GET', url, headers) })
    readers.push({
      name: `client ${name}`,
      seesContacts,
      get: (url) => send(app, 'GET', url, client.headers),
    })
  }
})

/** Every read operation, with existing ids in its path and all of its parameters. */
function readings(): string[] {
  const { paths } = app.swagger() as { paths: Record<string, Record<string, unknown>> }
  const query: Record<string, string> = {
    '/v2/customers/coupons': `?id=${customerId}&include=customer`,
    '/v2/coupon': `?issuedToIds=${customerId}&includeIssualDetails=true&showCouponSeries=true`,
    '/v2/coupon/is_redeemable': `?id=${customerId}&code=NONE`,
    '/v1.1/coupon/isredeemable': `?customer_id=${customerId}&code=NONE&format=json`,
    '/v1.1/coupon/get': `?issuedToIds=${customerId}&format=json`,
    '/v1.1/customer/coupons': `?id=${customerId}&format=json`,
    '/v1.1/customer/redemptions': `?id=${customerId}&format=json`,
    '/v1.1/customer/get': `?id=${customerId}&format=json`,
    '/admin/v1/search': '?q=Asha',
  }
  return Object.entries(paths)
    .filter(([path, item]) => 'get' in item && !/codes\.csv|openapi|\/metrics/.test(path))
    .flatMap(([path]) => {
      const filled = path
        .replace(/\{couponSeriesId\}|series\/\{id\}|series\/\{seriesId\}/, (found) =>
          found.startsWith('{') ? String(poolSeriesId) : `series/${poolSeriesId}`,
        )
        .replace(/customers\/\{[^}]+\}/, `customers/${customerId}`)
        .replace('{what}', 'coupons')
        .replace('{name}', 'none.csv')
        .replaceAll(/\{[^}]+\}/g, '1')
      return [`${filled}${query[path] ?? '?format=json'}`]
    })
    .concat(
      ['coupons', 'redemptions', 'series', 'customers'].flatMap((what) => [
        `/admin/v1/export/${what}`,
        `/admin/v1/export/${what}?format=ndjson${what === 'coupons' ? '&status=ACTIVE,UNREDEEMED' : ''}`,
      ]),
      [`/admin/v1/export/coupons?series=${poolSeriesId}`, `/v2/coupon/series?ids=${poolSeriesId}`],
      uploads,
    )
}

describe('over all roles and access groups', () => {
  test('no read reveals a name, mobile number, e-mail address or external id to callers who may not read customers', async () => {
    const found: string[] = []
    const seen = new Set<string>()
    for (const { name, seesContacts, get } of readers) {
      for (const url of readings()) {
        const { status, text } = await get(url)
        if (status === 500) found.push(`${name} ${url}: 500`)
        const told = contacts.filter((one) => text.includes(one))
        // This name was in the request.
        if (told.length === 0 || (url.includes('q=Asha') && !text.includes('Nair'))) continue
        if (seesContacts) seen.add(url)
        else found.push(`${name} ${url}: ${told.join(', ')}`)
      }
    }
    expect(found).toEqual([])
    // Guards the test itself: the calls could reveal something.
    expect(seen.size).toBeGreaterThan(10)
  }, 300_000)

  test('no read except the export of their batch reveals unassigned codes', async () => {
    const found: string[] = []
    for (const { name, get } of readers)
      for (const url of readings()) {
        const { text } = await get(url)
        if (waiting.some((code) => text.includes(code))) found.push(`${name} ${url}`)
      }
    expect(found).toEqual([])
    expect(waitingIds).toHaveLength(2)
  }, 300_000)

  test('no till reads or changes people, sessions, clients or the audit log', async () => {
    const { paths } = app.swagger() as { paths: Record<string, Record<string, unknown>> }
    const calls = Object.entries(paths)
      .filter(([path]) => /^\/admin\/v1\/(users|clients|audit)/.test(path))
      .flatMap(([path, item]) =>
        Object.keys(item).map(
          (method) => [method.toUpperCase() as Method, path.replaceAll(/\{[^}]+\}/g, '1')] as const,
        ),
      )
    expect(calls.length).toBeGreaterThan(10)
    for (const { name, call } of tills)
      for (const [method, path] of calls) {
        const { status } = await call(method, path)
        // A body that lacks its fields is refused before the caller is checked.
        expect([`${name} ${method} ${path}`, status === 400 && method !== 'GET' ? 403 : status]).toEqual([
          `${name} ${method} ${path}`,
          403,
        ])
      }
  })
})

test('an export is recorded before its first row and after its last, with author, subject, filters and the number of rows', async () => {
  const { call, userId } = await office.browser('campaign')
  const url = `/admin/v1/export/redemptions?series=${seriesId}&from=2020-01-01&format=ndjson`
  const reply = await call('GET', url)
  expect(reply.status).toBe(200)
  const entries = async () => {
    const listed = await admin.call('GET', `/admin/v1/audit?actor=user:${userId}&subject=export`)
    return listed.at('entries') as { action: string; after: object }[]
  }
  await expect.poll(async () => (await entries()).length).toBe(2)
  const told = {
    what: 'redemptions',
    format: 'ndjson',
    seriesId,
    from: '2020-01-01T00:00:00.000Z',
    withContacts: false,
  }
  const rows = reply.text.trim().split('\n').length
  expect(await entries()).toMatchObject([
    { action: 'export.ended', after: { ...told, rows, isWhole: true } },
    { action: 'export.begun', after: told },
  ])
  await admin.call('GET', uploads[0] as string)
  const uploadEntry = await admin.call('GET', '/admin/v1/audit?action=upload.exported')
  expect(uploadEntry.at('entries.0.after')).toMatchObject({ rows: 2 })
})
