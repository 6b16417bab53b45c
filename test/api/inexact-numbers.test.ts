import { describe, expect, test } from 'vitest'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { least } from '../support/series-cases.ts'
import { openUploads } from '../support/upload-cases.ts'
import { openShop, send, type Method } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

interface Schema {
  readonly type?: string
  readonly $comment?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}
interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

/** JSON bodies with a placeholder for one value each, covering every field that takes text. */
function textFields(schema: Schema): string[] {
  const own = [
    ...(schema.type === 'string' && schema.$comment === undefined ? ['#'] : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
      textFields(one).map((text) => `{${JSON.stringify(name)}:${text}}`),
    ),
    ...Object.values(schema.patternProperties ?? {}).flatMap((one) =>
      textFields(one).map((text) => `{"any name":${text}}`),
    ),
    ...(schema.items ? textFields(schema.items).map((text) => `[${text}]`) : []),
    ...(schema.anyOf ?? []).flatMap(textFields),
  ]
  return [...new Set(own)]
}

const operations = Object.entries(app.swagger().paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema
      return schema ? [{ method: method.toUpperCase() as Method, path, fields: textFields(schema) }] : []
    }),
)

describe('a JSON number never becomes a text that is not its digits', () => {
  test('in any body: every field of text refuses a number beyond 2^53 and one in powers of ten', async () => {
    expect(operations.flatMap(({ fields }) => fields).length).toBeGreaterThan(100)
    const { authorization } = await openShop(context, app)
    for (const { method, path, fields } of operations) {
      const url = path.replaceAll(/\{[^}]+\}/g, '1')
      for (const field of fields)
        for (const literal of ['12345678901234567890', '4.71235E+15']) {
          const reply = await send(app, method, url, { authorization }, field.replace('#', literal))
          expect([`${method} ${url} ${field}`, reply.status, reply.text]).toEqual([
            `${method} ${url} ${field}`,
            400,
            expect.stringContaining(`the number ${literal} is not taken as text`),
          ])
        }
    }
  }, 120_000)

  test('while small whole numbers are read as their digits, and amounts may be any number', async () => {
    const shop = await openShop(context, app)
    const customerId = await shop.customer({ mobile: '919400488288' })
    const seriesId = await shop.series({ is_multiple_use_allowed: true, is_same_user_multiple_redeem: true })
    const { code } = await shop.coupon(seriesId, customerId, { code: '4711' })
    expect(code).toBe('4711')
    for (const amount of ['0.7999999999999999', '1.2E7', '12.50']) {
      const body = `{"redemptionRequestList":{"code":4711},"user":{"mobile":919400488288},"billAmount":${amount},"transactionNumber":9007199254740991}`
      const reply = await shop.post('/v2/coupon/redeem', body)
      expect([reply.status, reply.at('redemptionStatus.code')]).toEqual([200, 700])
    }
    const { rows } = await context.database.pool.query(
      'select distinct transaction_number, bill_amount::text from redemptions where org_id = $1 order by 2',
      [shop.orgId],
    )
    expect(rows.map(({ transaction_number: number }: { transaction_number: string }) => number)).toEqual([
      '9007199254740991',
      '9007199254740991',
      '9007199254740991',
    ])
  })

  test('in any line of NDJSON, which is refused with the name of the field and a remedy', async () => {
    const shop = await openImports(context)
    const series = String(await shop.series({ client_handling_type: 'DISC_CODE_PIN' }))
    const lines = [
      '{"code":12345678901234567890}',
      '{"code":4.71235E+15}',
      '{"code":1.5}',
      '{"code":4711}',
      '{"mobile":9.19400488244e+11}',
      '{"externalId":9007199254740993}',
      '{"code":"A1","transactionNumber":1e5}',
      '{"code":"A2","maxRedeemed":1e0}',
    ]
    const told = await shop.run('codes', csv(...lines), { series })
    expect(told).toMatchObject({ fresh: 2, refused: 6 })
    expect(told.lines.map(({ line, reason }) => [line, reason])).toEqual(
      [1, 2, 3, 5, 6, 7].map((line) => [line, expect.stringContaining('is not taken as text')]),
    )
    const { rows } = await context.database.pool.query(
      'select code from coupons where org_id = $1 order by id',
      [shop.orgId],
    )
    expect(rows).toEqual([{ code: '4711' }, { code: 'A2' }])
  })
})

describe('a code damaged by a spreadsheet is never accepted as a code', () => {
  const damaged = ['4.71235E+15', '4,71E+15', '4.7e15', '10-Mar']

  test('in files, where the reason says how to avoid the damage; other damaged columns are refused too', async () => {
    const shop = await openImports(context)
    const series = String(await shop.series({ client_handling_type: 'DISC_CODE_PIN' }))
    const told = await shop.run('codes', csv('code', ...damaged.map((code) => `"${code}"`)), { series })
    expect(told).toMatchObject({ fresh: 0, refused: damaged.length })
    for (const { code, reason } of told.lines)
      expect([code, reason]).toEqual([633, expect.stringContaining('format the column as text')])
    const people = await shop.run('customers', csv('mobile', '9.194E+11', '919400488244.0', '919400488244'))
    expect(people).toMatchObject({ fresh: 1, refused: 2 })
    const ids = await shop.run('customers', csv('externalId', '4.71235E+15', 'E-4'))
    expect(ids).toMatchObject({ fresh: 1, refused: 1 })
    const used = await shop.run(
      'redemptions',
      csv(
        'code,externalId,redeemedDate,billNumber',
        '4.71235E+15,E-4,2026-01-02,1',
        'X,E-4,2026-01-02,4.71235E+15',
      ),
    )
    expect(used.lines.map(({ code, reason }) => [code, reason.includes('digits are lost')])).toEqual([
      [633, true],
      [null, true],
    ])
  })

  test('in uploads and as the common code of a series', async () => {
    const shop = await openUploads(context, app)
    const seriesId = await shop.series({ client_handling_type: 'DISC_CODE_PIN' })
    const told = await shop.run('file', seriesId, 'code\n4.71235E+15\nA1\n', {
      customerIdentifier: 'NOT_TAGGED',
    })
    expect([told.counts, told.errors[1]?.[2]]).toEqual(['2/1/1', '633'])
    for (const genericCode of damaged) {
      const CouponSeriesV2 = { ...least, clientHandlingType: 'GENERIC', genericCode }
      const reply = await shop.post('/v2/coupon/series', { CouponSeriesV2 })
      expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('format the column as text')])
    }
  })
})
