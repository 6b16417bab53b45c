import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { base, fieldParts, filePart, multipart } from '../support/upload-cases.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

/** Processor time of this process that one request may take, at least ten times the usual time. */
const maxCpuMs = 1_500

interface Schema {
  readonly properties?: Record<string, Schema>
  readonly type?: unknown
  readonly anyOf?: readonly Schema[]
}
interface Operation {
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> }
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
}
const { paths } = app.swagger() as unknown as {
  paths: Record<string, Record<string, Operation>>
}
const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    method: method.toUpperCase(),
    url: path.replaceAll(/\{\w+\}/g, '1'),
    operation,
  })),
)

let authorization = ''
let seriesId = 0

beforeAll(async () => {
  const shop = await openShop(context, app)
  seriesId = await shop.series()
  const code = `boss-${shop.orgId}`
  await createTill(context.database.queries, {
    orgId: shop.orgId,
    storeCode: shop.storeCode,
    code,
    password,
    isReadOnly: false,
    accessGroup: 'administrator',
  })
  authorization = basic(code, password)
})

/** Sends a request and expects neither a server failure nor much processor time. */
async function expectCheap(
  what: string,
  method: string,
  url: string,
  type?: string,
  payload?: string | Buffer,
): Promise<number> {
  const before = process.cpuUsage()
  const answer = await app.inject({
    method: method as 'POST',
    url,
    headers: { authorization, ...(type !== undefined && { 'content-type': type }) },
    ...(payload !== undefined && { payload }),
  })
  const { user, system } = process.cpuUsage(before)
  expect(answer.statusCode, `${method} ${url} ${what}: ${answer.body.slice(0, 300)}`).toBeLessThan(500)
  expect((user + system) / 1_000, `${method} ${url} ${what}`).toBeLessThan(maxCpuMs)
  return answer.statusCode
}

const filled = (unit: string, bytes: number): string => unit.repeat(Math.floor(bytes / unit.length))
const listOf = (unit: string, bytes: number): string => `[${filled(`${unit},`, bytes)}${unit}]`

/** Values that are expensive to traverse, each with about the given number of JSON bytes. */
const values: readonly (readonly [string, (bytes: number) => string])[] = [
  ['numbers', (bytes) => listOf('0', bytes)],
  ['empty lists', (bytes) => listOf('[]', bytes)],
  ['empty objects', (bytes) => listOf('{}', bytes)],
  ['texts', (bytes) => listOf('"a"', bytes)],
  ['objects with a code', (bytes) => listOf('{"code":"A","id":1,"name":"x"}', bytes)],
  ['a long text', (bytes) => `"${filled('x', bytes)}"`],
  ['a long text of blanks', (bytes) => `"${filled(' ', bytes)}x"`],
  ['a long text of commas', (bytes) => `"${filled(',', bytes)}"`],
  ['escapes', (bytes) => `"${filled(String.raw`\u0000`, bytes)}"`],
  ['a list in text', (bytes) => JSON.stringify(listOf('0', bytes / 2))],
  ['brackets in text', (bytes) => `"${filled('[', bytes)}"`],
  ['nested brackets in text', (bytes) => `"${filled('[', bytes / 2)}${filled(']', bytes / 2)}"`],
  ['many names', (bytes) => `{${Array.from({ length: bytes / 14 }, (_, at) => `"k${at}":1`).join(',')}}`],
  ['digits', (bytes) => filled('9', bytes)],
  ['allowed depth', () => `${'['.repeat(25)}${']'.repeat(25)}`],
]

/** The fields of a body with the same value in each, two levels down at most. */
function bodyOf(schema: Schema | undefined, value: (bytes: number) => string, bytes: number): string {
  const names = Object.keys(schema?.properties ?? {})
  const isNested = (name: string) => schema?.properties?.[name]?.properties !== undefined
  const share = Math.floor(bytes / Math.max(1, names.length))
  const fields = names.map((name) => {
    const inner = Object.keys(schema?.properties?.[name]?.properties ?? {})
    const text = isNested(name)
      ? `{${inner.map((one) => `${JSON.stringify(one)}:${value(share / inner.length)}`).join(',')}}`
      : value(share)
    return `${JSON.stringify(name)}:${text}`
  })
  return names.length === 0 ? value(bytes) : `{${fields.join(',')}}`
}

test(
  'no JSON body of any operation causes a server failure or holds up other requests',
  { timeout: 300_000 },
  async () => {
    const taking = operations.filter(
      ({ operation }) => operation.requestBody?.content['application/json'] !== undefined,
    )
    expect(taking.length).toBeGreaterThan(40)
    for (const [at, { method, url, operation }] of taking.entries()) {
      const schema = operation.requestBody?.content['application/json']?.schema
      for (const [kind, [what, value]] of values.entries()) {
        // Every operation gets every value, and a third of the operations gets each value at full length.
        const bytes = (at + kind) % 3 === 0 ? 500_000 : 100_000
        await expectCheap(what, method, url, 'application/json', bodyOf(schema, value, bytes))
        // No operation accepts a value that is not an object, so each such value goes to some operations only.
        if (values[at % values.length]?.[0] === what)
          await expectCheap(`${what} alone`, method, url, 'application/json', value(1_000_000))
      }
      for (const deep of [filled('[', 1_000_000), `{"a":${filled('[', 30_000)}${filled(']', 30_000)}}`])
        expect(await expectCheap('brackets', method, url, 'application/json', deep)).toBeOneOf([400, 413])
    }
  },
)

describe('XML', () => {
  const url = '/v1.1/coupon/redeem'
  const limit = 64 * 1024
  const inRoot = (unit: string): string =>
    `<root>${filled(unit, limit - 20 - unit.length)}</root>`.slice(0, limit)

  test('of 64 KiB is read, of more it is refused with the limit', async () => {
    const send = (payload: string) =>
      app.inject({
        method: 'POST',
        url: `${url}?format=json`,
        headers: { authorization, 'content-type': 'application/xml' },
        payload,
      })
    const body = (length: number) => `<root><coupon><code>${'x'.repeat(length)}</code></coupon></root>`
    const most = limit - body(0).length
    expect((await send(body(most))).body).not.toContain('too large')
    const more = await send(body(most + 1))
    expect([more.statusCode, more.json<unknown>()]).toMatchObject([
      413,
      { response: { status: { message: 'The request body is too large: 64 KiB are allowed in XML' } } },
    ])
  })

  test('with too many elements is refused', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: `${url}?format=json`,
      headers: { authorization, 'content-type': 'text/xml' },
      payload: inRoot('<a/>'),
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain('6000 tags are allowed')
  })

  test(
    'of any kind causes no server failure and does not hold up other requests',
    { timeout: 120_000 },
    async () => {
      const units = [
        ...`<a/> <a>1</a> <a> </a> < > & &amp; &#65; &#x &a; <!----> <!-- <![CDATA[]]> <![CDATA[ <?a?> <? <!`.split(
          ' ',
        ),
        ...`<!ENTITY|x<a/>|<a:b/>|<a b="">|<coupon><code>1</code></coupon>| a="1"|'|"|\0|\uFFFF|<a | |\n`.split(
          '|',
        ),
      ]
      const pieces = fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 6 })
      for (const unit of [...units, ...fc.sample(pieces, 60).map((some) => some.join(''))])
        await expectCheap(JSON.stringify(unit), 'POST', url, 'application/xml', inRoot(unit))
      const names = `<root>${Array.from({ length: 5_000 }, (_, at) => `<a${at}/>`).join('')}</root>`
      await expectCheap('many names', 'POST', url, 'application/xml', names)
    },
  )
})

describe('multipart', () => {
  const upload = (name: string) => `${base}/${name}/${seriesId}`
  const field = (name: string, value: string, type: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n${value}\r\n`
  const sent = (...parts: readonly string[]) =>
    `${parts.join('')}--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ncode\nA1\r\n--b--\r\n`
  const type = 'multipart/form-data; boundary=b'

  test('a field of JSON with 30,000 brackets is refused with 400', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    for (const call of ['file', 'redeemFile'])
      for (const name of ['customerIdentifier', 'uploadHeaders', 'anything'])
        for (const one of ['application/json', 'text/plain'])
          for (const value of [deep, `{"mobile":${deep}}`, '['.repeat(30_000)]) {
            const body = sent(field(name, value, one))
            const status = await expectCheap(`${name} ${one}`, 'POST', upload(call), type, body)
            expect(status).toBe(400)
          }
  })

  test(
    'fields of any kind cause no server failure and do not hold up other requests',
    { timeout: 120_000 },
    async () => {
      const odd: readonly string[] = [
        ...values.map(([, value]) => field('uploadHeaders', value(60_000), 'application/json')),
        ...values.map(([, value]) => field('uploadHeaders', value(60_000), 'text/plain')),
        ...values.map(([, value]) => field('customerIdentifier', value(70_000), 'text/plain')),
        field('x'.repeat(50_000), '1', 'text/plain'),
        field('__proto__', '{}', 'application/json'),
        field('constructor', '1', 'text/plain'),
        field('a', 'b', `text/plain; ${'x=y;'.repeat(4_000)}`),
        Array.from({ length: 3_000 }, (_, at) => field(`f${at}`, '', 'text/plain')).join(''),
        filled('--b\r\n', 60_000),
        filled('\r\n-', 60_000),
        `--b\r\n${filled('X-A: 1\r\n', 60_000)}\r\n\r\n`,
      ]
      for (const [at, part] of odd.entries()) {
        const url = upload(part.includes('uploadHeaders') ? 'redeemFile' : 'file')
        expect(await expectCheap(`part ${at}`, 'POST', url, type, sent(part))).toBeGreaterThanOrEqual(400)
      }
    },
  )

  test(
    'cells of any kind cause no server failure and do not hold up other requests',
    { timeout: 120_000 },
    async () => {
      const cells = [
        ...values.map(([, value]) => value(200_000)),
        ...['"', '""', ',', '\n', '"\n', '\0', '😀', 'a,b\n'].map((unit) => filled(unit, 300_000)),
        // A quote that is not closed within the allowed lines of a record.
        filled(`"${filled(`${'x'.repeat(9_000)}\n`, 200 * 9_001)}`, 4_000_000),
      ]
      for (const cell of cells) {
        const { type: ours, payload } = multipart([
          ...fieldParts({ customerIdentifier: 'NOT_TAGGED' }),
          filePart(`code\n${cell}\n`),
        ])
        await expectCheap(cell.slice(0, 20), 'POST', upload('file'), ours, payload)
      }
    },
  )
})

test(
  'no query string or header causes a server failure or holds up other requests',
  { timeout: 300_000 },
  async () => {
    const texts = ['1,', ',', ' ', '[', '{"a":', '%5B', '%00', ';', '9', 'a=1&', '=', '&', '-', 'Z']
    for (const { method, url, operation } of operations.filter((one) => one.method === 'GET')) {
      const names = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name)
      for (const text of texts) {
        const query = names.map((name) => `${name}=${filled(text, 12_000 / names.length)}`).join('&')
        await expectCheap(text, method, `${url}?${query === '' ? filled(text, 12_000) : query}`)
      }
    }
  },
)
