import { expect, test } from 'vitest'
import { nameSchemas, type ApiDocument } from '../../src/http/named-schemas.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const app = await createTestServer(await createTestContext())
const whole = app.swagger() as Record<string, unknown>
const { body } = await app.inject({ url: '/openapi.json' })
const served = JSON.parse(body) as {
  paths: Record<string, Record<string, { requestBody: unknown; responses: Record<string, unknown> }>>
  components: { schemas: Record<string, object>; securitySchemes: object }
}
const prefix = '#/components/schemas/'

/** Puts each named schema in the place of its references. */
function written(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$ref' in value) return written(served.components.schemas[String(value.$ref).slice(prefix.length)])
  if (Array.isArray(value)) return value.map(written)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, written(one)]))
}

test('with every reference written out, the document says what the routes are validated by', () => {
  expect(written(served.paths)).toEqual(JSON.parse(JSON.stringify(whole['paths'])))
})

test('the document is at most a megabyte, and no long schema stands in two places', () => {
  expect(body.length).toBeLessThan(1_000_000)
  const places = new Map<string, number>()
  for (const [, text] of body.matchAll(/"schema":(\{(?!"\$ref")[^{}]{200,}\})/g))
    places.set(text ?? '', (places.get(text ?? '') ?? 0) + 1)
  expect([...places].filter(([, count]) => count > 1)).toEqual([])
})

test('a generated client has types that read well: bodies and answers after their call, the rest by title', () => {
  const { requestBody, responses } = served.paths['/till/v1/quotes']?.['post'] ?? {}
  expect(requestBody).toMatchObject({
    content: { 'application/json': { schema: { $ref: `${prefix}QuoteCouponsBody` } } },
  })
  expect(responses).toMatchObject({
    200: { content: { 'application/json': { schema: { $ref: `${prefix}QuoteCouponsAnswer` } } } },
    503: { content: { 'application/problem+json': { schema: { $ref: `${prefix}Problem` } } } },
  })
  const { schemas } = served.components
  expect(schemas['QuoteCouponsBody']).toMatchObject({ properties: { bill: { $ref: `${prefix}Bill` } } })
  expect(Object.keys(schemas)).toEqual(expect.arrayContaining(['Bill', 'CustomerReference', 'Refusal']))
  expect(Object.keys(schemas).filter((name) => !/^[A-Z][A-Za-z0-9]+$/.test(name))).toEqual([])
  expect(served.components.securitySchemes).toHaveProperty('basic')
})

test('two different schemas under one name are refused, so that no call gets the schema of another', () => {
  const of = (title: string, ...fields: string[]) => ({
    title,
    type: 'object',
    properties: Object.fromEntries(fields.map((name) => [name, { type: 'string' }])),
  })
  const call = (operationId: string, schema: object) => ({
    post: { operationId, requestBody: { content: { 'application/json': { schema: { ...schema } } } } },
  })
  const document = (second: object) =>
    ({
      paths: { '/a': call('a', of('Long', 'one', 'two', 'three')), '/b': call('b', second) },
    }) as ApiDocument
  expect(nameSchemas(document(of('Long', 'one', 'two', 'three')))).toMatchObject({
    components: { schemas: { Long: {} } },
  })
  expect(() => nameSchemas(document(of('Long', 'one', 'two', 'four')))).toThrow(
    'Two schemas of the API are called Long',
  )
})
