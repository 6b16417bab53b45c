import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openReads } from '../support/v1_1-cases.ts'

const context = await createTestContext({ now: '2025-09-28T09:00:00Z' })
const app = await createTestServer(context)
const prepare = (timeZone?: string) => openReads(context, app, timeZone)

interface Operation {
  responses: Record<string, { content: Record<string, { schema: object }> }>
  parameters?: { name: string; in: string }[]
}

describe('random requests of version 1.1', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  const values = fc.oneof(
    fc.constantFrom(
      '1',
      '0',
      '-1',
      'a,b',
      'true',
      'asc',
      'active;expired',
      '2025-01-01',
      '9400488280',
      'null',
      '',
      'COUPONS',
      '\0',
      '9'.repeat(30),
      'amount',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )

  test(
    `are answered in a declared form, in JSON and as XML, never with 5xx (FUZZ_SEED=${seed})`,
    { timeout: 120_000 },
    async () => {
      const { shop, customerId } = await prepare()
      await context.database.queries
        .updateTable('access_groups')
        .set({ customer_access: 'write', organisation_access: 'read' })
        .where('org_id', '=', shop.orgId)
        .execute()
      await shop.coupon(await shop.series(), customerId, { code: 'a' })
      const { paths } = app.swagger() as unknown as {
        paths: Record<string, Record<string, Operation>>
      }
      const calls = Object.entries(paths)
        .filter(([path]) => path.startsWith('/v1') && !path.startsWith('/v1/upload/'))
        .flatMap(([path, item]) =>
          Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
        )
      expect(calls).toHaveLength(30)
      const ajv = new Ajv({ strict: false })
      const body = fc.oneof(
        fc.json(),
        fc
          .record({
            root: fc.record({
              customer: fc.array(
                fc.record(
                  {
                    mobile: values,
                    email: values,
                    firstname: values,
                    registered_on: values,
                    type: values,
                    identifier: fc.constantFrom('mobile', 'email', 'x'),
                    old_value: values,
                    new_value: values,
                  },
                  { requiredKeys: [] },
                ),
                { maxLength: 3 },
              ),
              coupon: fc.oneof(
                fc.json(),
                fc.array(
                  fc.record(
                    {
                      code: fc.oneof(values, fc.integer()),
                      id: values,
                      series_id: values,
                      customer: fc.record({ id: values, mobile: values }, { requiredKeys: [] }),
                      transaction: fc.record({ amount: values, number: values }, { requiredKeys: [] }),
                      redemption_time: values,
                    },
                    { requiredKeys: [] },
                  ),
                  { maxLength: 4 },
                ),
              ),
            }),
          })
          .map((one) => JSON.stringify(one)),
      )
      const seen = new Map<number, number>()
      for (const { path, method, operation } of calls) {
        const names = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name)
        const schemas = new Map(
          Object.entries(operation.responses).map(([status, { content }]) => {
            expect(Object.keys(content)).toEqual(['application/json', 'application/xml'])
            return [Number(status), ajv.compile(content['application/json']?.schema as object)]
          }),
        )
        const others = names.filter((name) => name !== 'format')
        const asked = fc.record({
          query: fc.dictionary(fc.constantFrom(...others, 'unknown'), values, { maxKeys: 5 }),
          body,
        })
        for (const { query, body: payload } of fc.sample(asked, { numRuns: 60, seed })) {
          const parameters = Object.entries(query).map(
            ([name, value]) => `${name}=${encodeURIComponent(Buffer.from(value).toString())}`,
          )
          const url = `${path}?${[`id=${customerId}`, ...parameters].slice(query['id'] === undefined ? 0 : 1).join('&')}`
          for (const format of ['json', 'xml']) {
            const answer = await app.inject({
              method: method.toUpperCase() as 'GET',
              url: `${url}&format=${format}`,
              headers: {
                authorization: shop.authorization,
                ...(method === 'post' && { 'content-type': 'application/json' }),
              },
              ...(method === 'post' && { payload }),
            })
            const what = `${method} ${url} ${payload.slice(0, 200)}: ${answer.statusCode} ${answer.body.slice(0, 300)}`
            seen.set(answer.statusCode, (seen.get(answer.statusCode) ?? 0) + 1)
            expect(answer.statusCode, what).toBeLessThan(500)
            expect(answer.headers['content-type'], what).toBe(`application/${format}; charset=utf-8`)
            const matches = schemas.get(answer.statusCode)
            expect(matches, `status not declared: ${what}`).toBeDefined()
            expect(format === 'xml' || matches?.(answer.json()), what).toBe(true)
          }
        }
      }
      for (const status of [200, 400]) expect(seen.get(status), `status ${status}`).toBeGreaterThan(20)
      await shop.expectLedgerAdds()
    },
  )
})
