import { expect, test } from 'vitest'
import { changes, openAudited } from '../support/audit-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { operationsOf } from '../support/operations.ts'

const context = await createTestContext()
const app = await createTestServer(context)

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      { readonly operationId: string; readonly parameters?: readonly { readonly name: string }[] }
    >
  >
}
const { paths } = app.swagger() as unknown as Document
const takesIfMatch = (path: string, method: string): boolean =>
  paths[path]?.[method.toLowerCase()]?.parameters?.some(({ name }) => name === 'if-match') === true

/** Changes that edit no record of which a person could have an outdated form. */
const withoutVersion = new Set([
  // The clock is set, whatever it showed before.
  'setSandboxClock',
  // The current password has to be stated.
  'changeOwnPassword',
  // A document of many records; what it does not name stays.
  'importClientSettings',
])

const ours = operationsOf(app).filter(({ path }) => path.startsWith('/admin/v1/'))
const edits = ours.filter(({ path, method }) => takesIfMatch(path, method))

test('every PUT and PATCH of /admin/v1 takes the version that was read', () => {
  const without = ours
    .filter(({ path, method }) => (method === 'PUT' || method === 'PATCH') && !takesIfMatch(path, method))
    .map(({ id }) => id)
  expect(new Set(without)).toEqual(withoutVersion)
  expect(edits.length).toBeGreaterThan(20)
})

test.each(edits.map((one) => [one.id, one] as const))(
  '%s refuses an outdated version, does nothing, and shows what is there now',
  async (id, { path, method }) => {
    const change = changes[id]
    if (change === undefined) throw new Error(`${id} has no call in audit-cases.ts`)
    const given = await openAudited(context, app, change.options)
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    const call: typeof given.call = (way, url, body, headers = {}) => {
      const isEdit = way === method && pattern.test(url.split('?', 1)[0] ?? '')
      return given.call(way, url, body, isEdit ? { ...headers, 'if-match': '"99999"' } : headers)
    }
    const reply = await change.make({ ...given, call }, app)
    expect([id, reply.status]).toEqual([id, 412])
    const { version, current, detail } = reply.json as Record<string, unknown>
    expect(version).toBeLessThan(99_999)
    expect(reply.headers['etag']).toBe(`"${String(version)}"`)
    expect(detail).toContain('changed meanwhile')
    expect(current).toBeInstanceOf(Object)
    expect(JSON.stringify(current)).not.toMatch(/hash|secret"|password/i)
  },
)

/** Edits whose repetition is another change, or that change what the version of the record does not count. */
const neverTheSame = new Set([
  // A new secret each time, and a hash or a sealed value that is never the same.
  'setUserPassword',
  'setTillPassword',
  'rotateClientSecret',
  'rotateWebhookSecret',
  'changeWebhook',
  // The record is gone.
  'deleteWebhook',
  'setTillLookups',
  'pauseWebhook',
  'resumeWebhook',
  // A customer is merged once.
  'mergeCustomers',
])

test.each(edits.filter(({ id }) => !neverTheSame.has(id)).map((one) => [one.id, one] as const))(
  '%s accepts the retry of an edit whose answer was lost',
  async (id, { path, method }) => {
    const change = changes[id]
    if (change === undefined) throw new Error(`${id} has no call in audit-cases.ts`)
    const given = await openAudited(context, app, change.options)
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    const retried: Awaited<ReturnType<typeof given.call>>[] = []
    const call: typeof given.call = async (way, url, body, headers = {}) => {
      const first = await given.call(way, url, body, headers)
      if (way === method && pattern.test(url.split('?', 1)[0] ?? ''))
        retried.push(first, await given.call(way, url, body, { ...headers, 'if-match': '"99999"' }))
      return first
    }
    await change.make({ ...given, call }, app)
    const [first, again] = retried
    expect([id, first?.status, again?.status]).toEqual([id, 200, 200])
    expect(again?.headers['etag']).toBe(first?.headers['etag'])
  },
)
