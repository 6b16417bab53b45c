import { expect, test } from 'vitest'
import { changes, openAudited, type Audited } from '../support/audit-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)

interface Operation {
  operationId: string
  parameters?: readonly { name: string }[]
}

const { paths } = (await app.inject({ url: '/openapi.json' })).json<{
  paths: Record<string, Record<string, Operation>>
}>()
/** Operations of the OpenAPI document that accept an `Idempotency-Key`. */
const keyed = Object.values(paths)
  .flatMap((methods) => Object.values(methods))
  .filter(({ parameters = [] }) => parameters.some(({ name }) => name === 'idempotency-key'))
  .map(({ operationId }) => operationId)

test('every operation that accepts an Idempotency-Key is tried below', () => {
  expect(keyed.length).toBeGreaterThan(20)
  expect(keyed.filter((one) => changes[one] === undefined)).toEqual([])
})

/** Records the last call, and sends every call under its own key. */
function withKeys({ call }: Pick<Audited, 'call'>) {
  let sent = 0
  let last: Parameters<Audited['call']> | undefined
  const keyedCall: Audited['call'] = (method, url, body, headers = {}) => {
    last = [method, url, body, { ...headers, 'idempotency-key': `key ${(sent += 1)}` }]
    return call(...last)
  }
  return { call: keyedCall, again: () => call(...(last as Parameters<Audited['call']>)) }
}

test.each(keyed)(
  '%s returns the bytes of the first answer when it is repeated under its key',
  async (name) => {
    const change = changes[name]
    if (change === undefined) throw new Error(`${name} is not tried`)
    const given = await openAudited(context, app, change.options)
    const { call, again } = withKeys(given)
    const first = await change.make({ ...given, call }, app)
    expect(first.status, first.text).toBeLessThan(300)
    expect(first.headers).not.toHaveProperty('idempotency-replayed')
    const second = await again()
    expect([second.status, second.text]).toEqual([first.status, first.text])
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      'content-type': first.headers['content-type'],
    })
  },
)
