import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { areas } from '../../compatibility/areas.ts'
import type { ContractCall } from '../../compatibility/contract.ts'
import { compareCall, type Operation } from '../../scripts/compatibility/compare-call.ts'
import { compare, type Document, type Sources } from '../../scripts/compatibility/compare.ts'
import { hasPath, parseFields, pathsOf, type FieldTree } from '../../scripts/compatibility/fields.ts'
import { readSources } from '../../scripts/compatibility/read-sources.ts'
import { treeOf, type Schema } from '../../scripts/compatibility/schema-fields.ts'
import { catalogue } from '../../src/values/errors.ts'
import { examples, type Example } from '../support/contract-examples.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { templateOf } from '../support/strict-schema.ts'

const app = await createTestServer(await createTestContext())
const document = app.swagger() as unknown as Document
const calls = areas.flatMap((area) => area.calls)

/** The entry of a call in the table: the fields of the contract and the fields that this server has. */
function knownOf(call: ContractCall): Record<'query' | 'body' | 'answer', FieldTree[]> {
  const [method = '', path = ''] = call.call.split(' ')
  const shape = (text: string) => text.replaceAll(/\{[^}]*\}/g, '{}')
  const own = Object.entries(document.paths).find(([template]) => shape(template) === shape(path))?.[1]
  const operation = own?.[method.toLowerCase()]
  const schemas = (content: Readonly<Record<string, { readonly schema?: Schema }>> | undefined) =>
    Object.values(content ?? {}).map(({ schema }) => treeOf(schema ?? {}) ?? {})
  const parameters = (operation?.parameters ?? []).filter((one) => one.in === 'query')
  return {
    query: [
      parseFields(call.query ?? ''),
      Object.fromEntries(parameters.map(({ name }) => [name, undefined] as const)),
    ],
    body: [parseFields(call.body ?? ''), ...schemas(operation?.requestBody?.content)],
    answer: [
      parseFields(call.answer ?? ''),
      parseFields(call.failure ?? ''),
      ...Object.values(operation?.responses ?? {}).flatMap(({ content }) => schemas(content)),
    ],
  }
}

/** The fields of an example that are missing in the table. */
function unknownIn({ method, path, body, answer, documented }: Example): string[] {
  const [asked = '', query = ''] = path.split('?')
  const paths = calls
    .filter(({ call }) => call.startsWith(`${method} `))
    .map(({ call }) => call.split(' ')[1] ?? '')
  const template = templateOf(paths, asked)
  const call = calls.find((one) => one.call === `${method} ${template ?? ''}`)
  if (call === undefined) return [`${method} ${asked}`]
  const known = knownOf(call)
  const missing = (kind: keyof typeof known, found: readonly string[]) =>
    found
      .filter((one) => !known[kind].some((tree) => hasPath(tree, one)))
      .map((one) => `${call.call}: ${kind} ${one}`)
  // Parameters that every call accepts and ignores.
  const names = [...new URLSearchParams(query).keys()].filter((name) => name !== 'format')
  return [
    ...missing('query', names),
    ...missing('body', pathsOf(body)),
    ...missing('answer', [...pathsOf(answer), ...pathsOf(documented)]),
  ]
}

const readJson = (path: string): Readonly<Record<string, unknown>> =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Readonly<Record<string, unknown>>

describe('the compatibility table', () => {
  test.each(examples)('contains every field of the example %s: %s', (_, __, example) => {
    expect(unknownIn(example)).toEqual([])
  })

  test.each(['customer-345635529', 'customer-565039504'])(
    'contains every field of the history %s',
    (file) => {
      const answer = readJson(`../../fixtures/demo/${file}.json`)
      const example = { method: 'GET', path: '/v2/customers/coupons?mobile=1', status: 200, answer } as const
      expect(unknownIn(example)).toEqual([])
    },
  )

  test('contains no undocumented entry', () => {
    const [, , example] = examples.find(([file]) => file === 'issue') ?? []
    if (example === undefined) throw new Error('no example of issuing')
    const answer = { ...example.answer, sheen: 1, customer: { profiles: [{ nick: 'x' }] } }
    const changed = { ...example, path: `${example.path}?hue=1`, body: { ...example.body, tint: 1 }, answer }
    expect(unknownIn(changed)).toEqual([
      'POST /v2/coupon/issue: query hue',
      'POST /v2/coupon/issue: body tint',
      'POST /v2/coupon/issue: answer customer.profiles.nick',
      'POST /v2/coupon/issue: answer sheen',
    ])
    expect(unknownIn({ ...example, path: '/v2/coupon/lend' })).toEqual(['POST /v2/coupon/lend'])
  })
})

const operation: Operation = {
  parameters: [
    { name: 'limit', in: 'query', description: 'At most 5.' },
    { name: 'tone', in: 'query' },
  ],
  responses: {
    200: {
      content: {
        'application/json': {
          schema: {
            properties: {
              id: {},
              kind: { enum: ['A'] },
              list: { items: { properties: { name: {} } } },
              extra: { properties: { a: {} }, description: 'More.' },
            },
          },
        },
      },
    },
  },
}
const call: ContractCall = {
  call: 'GET /v2/thing',
  what: 'A thing',
  query: 'limit hue',
  answer: 'id kind list { name colour }',
  differs: { 'query limit': 'Less.' },
  missing: { 'query hue': 'None.', 'answer list.colour': 'Nor here.' },
}
const compared = (changes: Partial<ContractCall>) => () => compareCall({ ...call, ...changes }, operation)

describe('the comparison of a call', () => {
  test('takes the fields that work from the schema, and every other field from the entries written by hand', () => {
    expect(
      compared({})().map(({ kind, path, verdict, why }) => `${kind} ${path}: ${verdict} ${why}`),
    ).toEqual([
      'query limit: differs Less.',
      'query hue: not there None.',
      'query tone: ours ',
      'answer id: works ',
      'answer kind: fixed "A"',
      'answer list.name: works ',
      'answer list.colour: not there Nor here.',
      'answer extra: ours More.',
    ])
  })

  test.each<[string, Partial<ContractCall>, string]>([
    [
      'is neither here nor explained',
      { answer: 'id kind shade list { name colour }' },
      'GET /v2/thing: answer shade is in the contract and not in the schema, and nothing says why',
    ],
    [
      'is said to be not there, and it is',
      { missing: { ...call.missing, 'answer list.name': 'Really.' } },
      'GET /v2/thing: answer list.name is said to be not there, and it is',
    ],
    [
      'is explained and not in the contract',
      { differs: { 'answer size': 'Larger.' } },
      'GET /v2/thing: answer size is explained and not in the contract',
    ],
    [
      'is explained with nothing',
      { differs: { 'answer id': ' ' } },
      'GET /v2/thing: answer id is explained with nothing',
    ],
    ['belongs nowhere', { differs: { id: 'x' } }, 'begins with none of'],
  ])('generates nothing when a field %s', (_, changes, message) => {
    expect(compared(changes)).toThrow(message)
  })
})

describe('the comparison of the whole contract', async () => {
  const sources = await readSources()
  const codes = Object.keys(catalogue).map(Number)
  const whole = (changes: { document?: Document; codes?: number[]; sources?: Sources }) => () =>
    compare(changes.document ?? document, changes.codes ?? codes, changes.sources ?? sources)
  const without = (path: string): Document => ({
    paths: Object.fromEntries(Object.entries(document.paths).filter(([one]) => one !== path)),
  })

  test('finds the present table complete', () => {
    expect(whole({})().areas.length).toBeGreaterThan(5)
  })

  test.each<[string, () => unknown, string]>([
    [
      'a call is missing',
      whole({ document: without('/v2/coupon/issue') }),
      'POST /v2/coupon/issue is not there, and nothing says why',
    ],
    [
      'a call exists that the table calls missing',
      whole({ document: { paths: { ...document.paths, '/v2/orgEntity/associate': { post: operation } } } }),
      'POST /v2/orgEntity/associate is said to be not there, and it is',
    ],
    [
      'there is a call that the table does not list',
      whole({ document: { paths: { ...document.paths, '/v2/thing': { get: operation } } } }),
      'GET /v2/thing is here, and compatibility/ does not know it',
    ],
    [
      'a code is missing',
      whole({ codes: codes.filter((code) => code !== 701) }),
      'code 701 is not there, and nothing says why',
    ],
    [
      'a code is new',
      whole({ codes: [...codes, 720], sources: { ...sources, code: { a: '720' } } }),
      'code 720 is said to be not there, and it is',
    ],
    [
      'a code is never used',
      whole({ codes: [...codes, 7_777] }),
      'code 7777 is in the catalogue, and nothing uses it',
    ],
    [
      'the test of a rule is missing',
      whole({ sources: { ...sources, tests: {} } }),
      'test/identity/attribution.test.ts has no test',
    ],
  ])('generates nothing when %s', (_, make, message) => {
    expect(make).toThrow(message)
  })
})
