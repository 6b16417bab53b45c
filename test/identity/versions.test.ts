import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { least } from '../support/series-cases.ts'
import type { Body, Method, Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

type Call = (method: Method, url: string, body?: Body, headers?: Record<string, string>) => Promise<Reply>

async function openForms() {
  const office = await openOffice(context, app)
  const { call, userId } = await office.browser('admin')
  return { ...office, call, adminId: userId }
}
type Forms = Awaited<ReturnType<typeof openForms>>

interface Form {
  /** The path of the change. */
  readonly url: string
  readonly method?: 'PATCH' | 'PUT'
  /** The same form, filled in differently by each sender. */
  readonly body: (by: number) => object
  /** The version that a person sees when opening the form. */
  readonly read: () => Promise<number>
}

const inEtag = (reply: Reply): number => Number(/^"(\d+)"$/.exec(String(reply.headers['etag']))?.[1])
const inList = (reply: Reply, name: string, id: unknown): number =>
  (reply.at(name) as { id: number; version: number }[]).find((one) => one.id === id)?.version ?? -1

const forms: readonly (readonly [string, (given: Forms) => Promise<Form>])[] = [
  [
    'the settings of the organisation',
    async ({ call }) => ({
      url: '/admin/v1/organisation',
      body: (by) => ({ couponPrefix: `P${by}`, currency: 'INR' }),
      read: async () => inEtag(await call('GET', '/admin/v1/organisation')),
    }),
  ],
  [
    'an access group',
    async ({ call, orgId }) => {
      const id = (await call('POST', '/admin/v1/access-groups', { name: `desk ${orgId}` })).at('id')
      return {
        url: `/admin/v1/access-groups/${String(id)}`,
        body: (by) => ({ name: `desk ${by}`, access: { coupon: by % 2 === 0 ? 'read' : 'write' } }),
        read: async () => inList(await call('GET', '/admin/v1/access-groups'), 'accessGroups', id),
      }
    },
  ],
  [
    'a store',
    async ({ call, storeId, orgId }) => {
      const zones: unknown[] = []
      for (const one of ['a', 'b', 'c', 'd', 'e'])
        zones.push((await call('POST', '/admin/v1/zones', { code: `${one}-${orgId}` })).at('id'))
      return {
        url: `/admin/v1/stores/${storeId}`,
        body: (by) => ({ zoneId: zones[by % 5] }),
        read: async () => inList(await call('GET', '/admin/v1/stores'), 'stores', storeId),
      }
    },
  ],
  [
    'the limits of a till',
    async ({ call, tillId }) => ({
      url: `/admin/v1/tills/${tillId}/limits`,
      method: 'PUT',
      body: (by) => ({ readsPerMinute: 1_000 + by }),
      read: async () => inList(await call('GET', '/admin/v1/tills'), 'tills', tillId),
    }),
  ],
  [
    'how a till is answered',
    async ({ call, tillId }) => ({
      url: `/admin/v1/tills/${tillId}/client-settings`,
      body: (by) => ({ v1AllFailedStatus: [200, 400, 500][by % 3], v1Types: ['text', 'typed'][by % 2] }),
      read: async () => inList(await call('GET', '/admin/v1/tills'), 'tills', tillId),
    }),
  ],
  [
    'the limits of a client',
    async ({ call, tillCode }) => {
      const id = (await call('POST', '/admin/v1/clients', { name: 'another', till: tillCode })).at('id')
      return {
        url: `/admin/v1/clients/${String(id)}/limits`,
        method: 'PUT',
        body: (by) => ({ writesPerMinute: 1_000 + by }),
        read: async () => inList(await call('GET', '/admin/v1/clients'), 'clients', id),
      }
    },
  ],
  [
    'a person',
    async ({ call, person }) => {
      const { id } = await person('care')
      return {
        url: `/admin/v1/users/${id}`,
        body: (by) => ({ name: `Maya ${by}`, role: by % 2 === 0 ? 'care' : 'campaign' }),
        read: async () => inEtag(await call('GET', `/admin/v1/users/${id}`)),
      }
    },
  ],
  [
    'a webhook',
    async ({ call }) => {
      const created = await call('POST', '/admin/v1/webhooks', {
        name: 'hook',
        url: 'https://hooks.example.com/a',
        eventNames: ['CouponIssue'],
      })
      const id = created.at('id')
      return {
        url: `/admin/v1/webhooks/${String(id)}`,
        body: (by) => ({ name: `hook ${by}`, maxConnections: 1 + (by % 50) }),
        read: async () => inEtag(await call('GET', `/admin/v1/webhooks/${String(id)}`)),
      }
    },
  ],
  [
    'a series',
    async ({ call, orgId }) => {
      const created = await call('POST', '/v2/coupon/series', {
        CouponSeriesV2: { ...least, seriesCode: `S${orgId}` },
      })
      const id = String(created.at('id') ?? created.at('entity.id'))
      return {
        url: `/v2/coupon/series/${id}`,
        method: 'PUT',
        body: (by) => ({
          CouponSeriesV2: { ...least, seriesCode: `S${orgId}`, maxRedeem: 1_000 + by, maxCreate: 2_000 + by },
        }),
        read: async () => inEtag(await call('GET', `/v2/coupon/series?ids=${id}`)),
      }
    },
  ],
  [
    'the form of codes',
    async ({ call, orgId }) => {
      const created = await call('POST', '/v2/coupon/series', {
        CouponSeriesV2: { ...least, seriesCode: `F${orgId}` },
      })
      const id = String(created.at('id') ?? created.at('entity.id'))
      return {
        url: `/admin/v1/series/${id}/code-form`,
        method: 'PUT',
        body: (by) => ({ alphabet: 'unambiguous', pattern: `A${by}-########` }),
        read: async () => inEtag(await call('GET', `/admin/v1/series/${id}/code-form`)),
      }
    },
  ],
  [
    'the rules of a series for items',
    async ({ call, orgId }) => {
      const created = await call('POST', '/v2/coupon/series', {
        CouponSeriesV2: { ...least, seriesCode: `I${orgId}` },
      })
      const id = String(created.at('id') ?? created.at('entity.id'))
      return {
        url: `/admin/v1/series/${id}/item-rules`,
        method: 'PUT',
        body: (by) => ({ minQuantity: 10 + by }),
        read: async () => inEtag(await call('GET', `/admin/v1/series/${id}/item-rules`)),
      }
    },
  ],
  [
    'the schedule of a series',
    async ({ call, orgId }) => {
      const created = await call('POST', '/v2/coupon/series', {
        CouponSeriesV2: { ...least, seriesCode: `T${orgId}` },
      })
      const id = String(created.at('id') ?? created.at('entity.id'))
      return {
        url: `/admin/v1/series/${id}/schedule`,
        method: 'PUT',
        body: (by) => ({ endsAt: `2090-01-0${by + 1} 18:00:00` }),
        read: async () => inEtag(await call('GET', `/admin/v1/series/${id}`)),
      }
    },
  ],
  [
    'the budget of a series',
    async ({ call, orgId }) => {
      const created = await call('POST', '/v2/coupon/series', {
        CouponSeriesV2: { ...least, seriesCode: `B${orgId}` },
      })
      const id = String(created.at('id') ?? created.at('entity.id'))
      return {
        url: `/admin/v1/series/${id}/budget`,
        method: 'PUT',
        body: (by) => ({ total: 100 + by }),
        read: async () => inEtag(await call('GET', `/admin/v1/series/${id}/budget`)),
      }
    },
  ],
]

const save = (call: Call, { url, method = 'PATCH', body }: Form, by: number, version?: number) =>
  call(method, url, body(by), version === undefined ? {} : { 'if-match': `"${version}"` })

describe.each(forms)('a stale form of %s', (_, open) => {
  test('overwrites nothing: it is refused with 412 and the current version', async () => {
    const given = await openForms()
    const form = await open(given)
    const opened = await form.read()
    expect(opened).toBeGreaterThanOrEqual(1)
    expect((await save(given.call, form, 1, opened)).status).toBe(200)
    const current = await form.read()
    expect(current).toBeGreaterThan(opened)
    const stale = await save(given.call, form, 2, opened)
    expect([stale.status, inEtag(stale)]).toEqual([412, current])
    expect(stale.text).toContain(`is in version ${current}`)
    expect(stale.json).toMatchObject(
      form.url.startsWith('/admin/v1/')
        ? { status: 412, code: 412, version: current }
        : { success: false, errors: [{ code: 412 }] },
    )
    expect(await form.read()).toBe(current)
    // The form can be saved with the current version, and without one, as by callers that do not know versions.
    expect((await save(given.call, form, 2, current)).status).toBe(200)
    expect((await save(given.call, form, 3)).status).toBe(200)
  })

  test('that five callers save at once is saved by one, and the others get 412', async () => {
    const given = await openForms()
    const form = await open(given)
    const opened = await form.read()
    const replies = await Promise.all([1, 2, 3, 4, 5].map((by) => save(given.call, form, by, opened)))
    expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
      200, 412, 412, 412, 412,
    ])
  })
})

test('changes by a process of the previous release advance the version too, and changes of counters do not', async () => {
  const { call, orgId, tillId } = await openForms()
  const created = await call('POST', '/admin/v1/webhooks', {
    name: 'hook',
    url: 'https://hooks.example.com/a',
    eventNames: ['CouponIssue'],
  })
  const read = async (table: string, id: unknown) =>
    (
      await pool.query<{ version: number }>(`select version from ${table} where org_id = $1 and id = $2`, [
        orgId,
        id,
      ])
    ).rows[0]?.version
  const [till, hook] = [await read('tills', tillId), await read('webhooks', created.at('id'))]
  await pool.query(`update tills set description = 'by the door' where org_id = $1 and id = $2`, [
    orgId,
    tillId,
  ])
  await pool.query(`update tills set description = 'by the door' where org_id = $1 and id = $2`, [
    orgId,
    tillId,
  ])
  await pool.query(
    `update webhooks set read_up_to_id = read_up_to_id + 1, updated_at = now() where org_id = $1`,
    [orgId],
  )
  expect(await read('tills', tillId)).toBe((till ?? 0) + 1)
  expect(await read('webhooks', created.at('id'))).toBe(hook)
})

test('the audit log contains the changes, but no versions', async () => {
  const { call } = await openForms()
  await call('PATCH', '/admin/v1/organisation', { couponPrefix: 'NEW' })
  const { text } = await call('GET', '/admin/v1/audit?action=organisation.changed')
  expect(text).toContain('NEW')
  expect(text).not.toContain('version')
})

test.each(['7', '"7', 'W/', 'seven', '"1" "2"', ','])(
  'If-Match: %s is refused with the allowed forms',
  async (tag) => {
    const { call } = await openForms()
    const reply = await call('PATCH', '/admin/v1/organisation', { couponPrefix: 'NEW' }, { 'if-match': tag })
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('the ETag of what was read')])
  },
)

test.each([
  ['*', 200],
  ['"999"', 412],
  ['W/"1"', 412],
  ['"x"', 412],
  ['"999", "1"', 200],
])('If-Match: %s for a record of version 1 is answered with %i', async (tag, status) => {
  const { call } = await openForms()
  await pool.query('select 1')
  const reply = await call('PATCH', '/admin/v1/organisation', { couponPrefix: 'NEW' }, { 'if-match': tag })
  expect(reply.status).toBe(status)
})
