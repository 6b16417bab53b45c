import { describe, expect, test } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { examples as all } from '../support/contract-examples.ts'
import { openContractShop } from '../support/contract-shop.ts'
import { states } from '../support/contract-states.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'
import { strictSchema } from '../support/strict-schema.ts'

/**
 * Examples of version 1.1 and of uploads have their own tests, because their values are text and their bodies
 * multipart.
 */
const examples = all.filter(([file]) => file !== 'v1_1' && file !== 'upload')

/** The instants at which the examples of a file are requested; files that are not listed use the first one. */
const moments: Record<string, string> = {
  '': '2025-09-28T09:00:00Z',
  series: '2025-10-09T06:45:15Z',
  'coupon-details': '2025-10-09T06:45:15Z',
  'detailed-coupons': '2025-05-21T07:13:01Z',
  'is-redeemable': '2025-05-21T07:13:01Z',
}
const database = await createTestDatabase()
const servers = new Map<string, { context: Context; app: App }>()
for (const now of new Set(Object.values(moments))) {
  const context = await createTestContext({ now, database })
  servers.set(now, { context, app: await createTestServer(context) })
}

type Known = Readonly<Record<string, string | number>>

/** An example in which the ids, codes and names of this test replace the published ones. */
function fill<Value>(value: Value, known: Known): Value {
  if (Array.isArray(value)) return value.map((one: unknown) => fill(one, known)) as Value
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, known)])) as Value
  const own = known[String(value)]
  if (own === undefined || typeof value === 'boolean') return value
  return (typeof value === 'string' ? String(own) : own) as Value
}

const fillPath = (path: string, known: Known): string =>
  path.replaceAll(/[\w.-]+/g, (word) => String(known[word] ?? word))

/** Instants at which rows were written, which a test cannot set. */
const ofDatabaseClock = /(^|\.)(autoUpdateTime|createDate|modifiedDate)$/

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/
const formOf = (value: unknown) =>
  typeof value === 'string' && instant.test(value) ? 'an instant' : value === null ? 'null' : typeof value

/**
 * The example with the actual values in the free places, unless an actual value has another format than the example.
 */
function settle(example: unknown, actual: unknown, isFree: (path: string) => boolean, path = ''): unknown {
  if (Array.isArray(example) && Array.isArray(actual))
    return example.map((one, at) => settle(one, actual[at], isFree, path))
  if (typeof example === 'object' && example !== null && typeof actual === 'object' && actual !== null) {
    const entries = Object.entries(example).map(([key, one]) => {
      const value: unknown = (actual as Record<string, unknown>)[key]
      return [key, settle(one, value, isFree, path === '' ? key : `${path}.${key}`)]
    })
    return Object.fromEntries(entries)
  }
  return isFree(path) && formOf(example) === formOf(actual) ? actual : example
}

describe('an example of the contract is answered key by key', () => {
  test.each(examples)('%s: %s', async (file, name, example) => {
    const server = servers.get(moments[file] ?? moments[''] ?? '')
    const state = states[`${file}: ${name}`]
    if (server === undefined || state === undefined)
      throw new Error(`no test knows the state of ${file}: ${name}`)
    const shop = await openContractShop(server.context, server.app)
    const { known = {}, free = [], headers = {} } = await state(shop)
    const { method, path, body, status, answer } = example
    const reply = await shop.call(method, fillPath(path, known), body && fill(body, known), { headers })
    const isFree = (at: string) => ofDatabaseClock.test(at) || free.includes(at)
    const expected = settle(fill(answer, known), reply.json, isFree)
    // As text, because the order of keys is part of it.
    expect({ status: reply.status, text: JSON.stringify(reply.json, null, 1) }).toEqual({
      status,
      text: JSON.stringify(expected, null, 1),
    })
    expect(strictSchema(server.app, method, path, status).errorsOf(reply.json)).toEqual([])
    await shop.expectLedgerAdds()
  })

  test('every prepared state belongs to an example', () => {
    expect(Object.keys(states).sort()).toEqual(examples.map(([file, name]) => `${file}: ${name}`).sort())
  })
})
