import { describe, expect, test } from 'vitest'
import { changes, openAudited } from '../support/audit-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { operationsOf } from '../support/operations.ts'
import type { Browser } from '../support/people-cases.ts'

/** What takes something away from somebody under /admin/v1 needs a reason. */

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

const operations = operationsOf(app).filter(
  ({ method, path }) => method !== 'GET' && path.startsWith('/admin/v1/'),
)

/** By its method or the last word of its path, an operation takes something away. */
const soundsLikeTaking = ({ method, path }: (typeof operations)[number]): boolean =>
  method === 'DELETE' ||
  /\/(revoke|rotate-secret|cancel|void|stop|pause|release|password|reset|erase|block|disable|merge)$/.test(
    path,
  )

/** Operations that take something away depending on their body. */
const bySomeBodies = ['updateUser', 'blockCustomer', 'updateAccessGroup']

/** Operations that sound like it and need no reason, and why. */
const without: Readonly<Record<string, string>> = {
  endSession: 'a person signs out',
  changeOwnPassword: 'the own password, which has to be known',
  eraseCustomer: 'no reason is kept about a person who is erased, and the console asks for the id instead',
  resetSandbox: 'a sandbox is there to be emptied, by programs before each of their tests',
}

const taking = [
  ...operations.filter((one) => soundsLikeTaking(one) && !(one.id in without)).map(({ id }) => id),
  ...bySomeBodies,
]

test('the operations that take something away are known', () => {
  expect(taking.toSorted()).toEqual([
    'blockCustomer',
    'cancelCodeBatch',
    'deleteBudget',
    'deleteWebhook',
    'endUserSession',
    'endUserSessions',
    'mergeCustomers',
    'pauseSeries',
    'pauseWebhook',
    'releaseHoldOfCheckout',
    'revokeClient',
    'revokeTill',
    'rotateClientSecret',
    'rotateWebhookSecret',
    'setTillPassword',
    'setUserPassword',
    'stopSeries',
    'updateAccessGroup',
    'updateUser',
    'voidCodeBatch',
    'withdrawPasswordLink',
  ])
  const sounding = new Set(operations.filter(soundsLikeTaking).map(({ id }) => id))
  expect(Object.keys(without).filter((id) => !sounding.has(id))).toEqual([])
})

const isCallOf = (id: string, method: string, url: string): boolean =>
  operations.some(
    (one) =>
      one.id === id &&
      one.method === method &&
      new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url),
  )

/** Everything of an organisation that the audit log watches, as the number of its entries. */
const entriesOf = async (orgId: number): Promise<number> =>
  (await pool.query('select from audit_log where org_id = $1', [orgId])).rowCount ?? 0

describe.each(taking)('%s', (id) => {
  const change = changes[id]

  test('is refused with a missing or blank reason, changes nothing, and keeps the reason that is stated', async () => {
    const given = await openAudited(context, app, change?.options)
    const refused: unknown[] = []
    const recorded: number[] = []
    const call: Browser['call'] = async (method, url, body, headers) => {
      if (!isCallOf(id, method, url)) return given.call(method, url, body, headers)
      recorded.push(await entriesOf(given.orgId))
      for (const blank of ['', '%20%20', '%0A%09']) {
        const reply = await given.call(method, url, body, { ...headers, 'x-counterfoil-reason': blank })
        refused.push([reply.status, reply.at('detail')])
      }
      recorded.push(await entriesOf(given.orgId))
      return given.call(method, url, body, { ...headers, 'x-counterfoil-reason': 'it%20was%20stolen' })
    }
    const reply = await change?.make({ ...given, call }, app)
    expect(reply?.status, reply?.text).toBeLessThan(300)
    const refusal = [400, expect.stringContaining('X-Counterfoil-Reason')]
    expect(refused).toEqual([refusal, refusal, refusal])
    expect(recorded[1]).toBe(recorded[0])
    const { rows } = await pool.query<{ reason: string }>(
      'select distinct reason from audit_log where org_id = $1 and request_id = $2',
      [given.orgId, reply?.headers['x-request-id']],
    )
    expect(rows).toEqual([{ reason: 'it was stolen' }])
  })
})

test('changes of the same records that take nothing away need no reason', async () => {
  const { call, admin, customerId } = await openAudited(context, app)
  const none = { 'x-counterfoil-reason': '' }
  expect((await call('PATCH', `/admin/v1/customers/${customerId}`, { isBlocked: false }, none)).status).toBe(
    200,
  )
  const path = `/admin/v1/users/${admin.userId}`
  expect((await call('PATCH', path, { name: 'Maya' }, none)).status).toBe(200)
  expect((await call('PATCH', path, { isDisabled: false }, none)).status).toBe(200)
})

test('the document says which operations need one', () => {
  const { paths } = app.swagger() as unknown as {
    paths: Record<string, Record<string, { operationId: string; parameters?: { name: string }[] }>>
  }
  const described = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'x-counterfoil-reason'))
    .map(({ operationId }) => operationId)
  // Their descriptions say so.
  const inWords = new Set(['pauseSeries', 'stopSeries', 'releaseHoldOfCheckout'])
  expect(described.toSorted()).toEqual(taking.filter((id) => !inWords.has(id)).toSorted())
})
