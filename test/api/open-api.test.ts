import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'

interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  parameters?: { name: string; in: string; schema?: object; description?: string }[]
  requestBody?: { content: Record<string, { schema?: object }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>
}
interface Document {
  openapi: string
  info: { title: string; version: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas?: Record<string, unknown>; securitySchemes: Record<string, unknown> }
  security: Record<string, unknown>[]
}

const context = await createTestContext()
const app = await createTestServer(context)
const document = (await app.inject({ url: '/openapi.json' })).json<Document>()
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
)

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = '$ref' in value ? [String(value.$ref)] : []
  return [...own, ...Object.values(value).flatMap(references)]
}

/** Converts the route tree that Fastify prints, which indents each level by four characters, to `get /path`. */
function routesOf(tree: string): string[] {
  const branch: string[] = []
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', path = '', , methods] = /^([ │├└─]*)([^ ]*)( \(([^)]+)\))?/.exec(line) ?? []
    const depth = indent.length / 4 - 1
    branch.splice(depth, Number.POSITIVE_INFINITY, path)
    return (methods?.split(', ') ?? []).map((method) => `${method.toLowerCase()} ${branch.join('')}`)
  })
}

describe('the OpenAPI document', () => {
  test('is of version 3.1 and defines every reference, tag and security scheme that it uses', () => {
    expect(document.openapi).toBe('3.1.0')
    expect(document.info).toMatchObject({ title: 'Counterfoil' })
    for (const reference of references(document)) {
      const [, ...keys] = reference.split('/')
      const target = keys.reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[key],
        document,
      )
      expect(target, reference).toBeDefined()
    }
    const tags = document.tags.map(({ name }) => name)
    for (const { tags: used = [], path } of operations) {
      expect(used.length, path).toBeGreaterThan(0)
      for (const tag of used) expect(tags, path).toContain(tag)
    }
    for (const scheme of document.security.flatMap(Object.keys)) {
      expect(document.components.securitySchemes).toHaveProperty(scheme)
    }
  })

  test('gives every operation a unique name, a summary and a schema for each status', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, method, summary, responses } of operations) {
      expect(summary, `${method} ${path}`).toBeTruthy()
      expect(Object.keys(responses).join(' '), `${method} ${path}`).toMatch(/\b20[012]\b/)
      for (const [status, response] of Object.entries(responses)) {
        const contents = Object.values(response.content ?? {})
        expect(contents.length, `${method} ${path} ${status}`).toBeGreaterThan(0)
        for (const { schema } of contents) expect(schema, `${method} ${path} ${status}`).toBeDefined()
      }
    }
  })

  test('declares the failures of every operation', () => {
    for (const { path, method, responses } of operations.filter((one) => /^\/v\d/.test(one.path))) {
      for (const status of ['400', '401', '405', '500', '503']) {
        expect(Object.keys(responses), `${method} ${path}`).toContain(status)
      }
    }
  })

  test('contains every route of the server except pages and the endpoint of MCP, which describes itself', () => {
    const routes = routesOf(app.printRoutes({ commonPrefix: false }))
    expect(routes.length).toBeGreaterThan(5)
    // Some clients send these calls with PATCH; the description of the POST mentions it.
    const withPatch = ['/v2/coupon/redeem', '/v2/coupon/bulk/redeem', '/v2/coupon/reactivate']
    // Newer pages of the contract send these calls with PUT, which is mentioned there, too.
    const withPut = new Set([
      'put /v1.1/customer/add',
      'put /v1.1/customer/update',
      'put /v1/customer/add',
      'put /v1/customer/update',
    ])
    const missing = routes.filter(
      (route) =>
        !/^(head|options) /.test(route) &&
        !withPatch.some((path) => route === `patch ${path}`) &&
        !withPut.has(route) &&
        !/ (\/docs|\/openapi\.json|\/$|\/console|\/mcp$)/.test(route) &&
        // The router stores paths in lower case, because programs write them in any case.
        !operations.some(
          ({ path, method }) =>
            route.toLowerCase() === `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`.toLowerCase(),
        ),
    )
    expect(missing).toEqual([])
  })

  test('names every parameter of the coupon history', () => {
    const names = document.paths['/v2/customers/coupons']?.['get']?.parameters?.map(({ name }) => name)
    expect(names).toEqual([
      'mobile',
      'email',
      'external_Id',
      'id',
      'status',
      'coupon_code_case',
      'sort_order',
      'limit',
      'offset',
      'include_reversed_redemptions',
      'transaction_numbers',
      'coupon_codes',
      'include',
    ])
  })
})

test('the reference page loads nothing from elsewhere', async () => {
  const page = await app.inject({ url: '/docs' })
  const policy = String(page.headers['content-security-policy'])
  expect(page.statusCode).toBe(200)
  expect(policy).toContain("default-src 'self'")
  expect(policy).not.toMatch(/https?:\/\/(?!localhost)/)
  const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => source)
  expect(sources.length).toBeGreaterThan(2)
  for (const source of sources) {
    expect(source).toMatch(/^[./]/)
    const answer = await app.inject({ url: new URL(source, 'http://localhost/docs/').pathname })
    expect(answer.statusCode, source).toBe(200)
  }
})

test('the metrics are Prometheus text with the time of requests by route and status', async () => {
  await app.inject({ url: '/v2/customers/coupons' })
  const { headers, body } = await app.inject({ url: '/metrics' })
  expect(headers['content-type']).toContain('text/plain')
  expect(body).toMatch(
    /counterfoil_http_request_duration_seconds_count\{method="GET",route="\/v2\/customers\/coupons",status="401"\} 1/,
  )
})
