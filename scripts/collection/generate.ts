import { examples, variables, type Example } from './examples.ts'

/** A collection in the format of Postman 2.1, which Bruno, Insomnia and others import too. */

interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly anyOf?: readonly Schema[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly minItems?: number
}
interface Parameter {
  readonly in: string
  readonly name: string
  readonly description?: string
}
interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
}
interface Document {
  readonly info: { readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
interface Call extends Operation {
  readonly method: string
  readonly route: string
}

const schemaUrl = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'

/** The smallest value that a schema allows, for the reader to fill in. */
function leastOf(schema: Schema | undefined): unknown {
  if (schema === undefined) return {}
  const { anyOf, properties = {}, required = [], items, minItems = 0 } = schema
  if ('const' in schema) return schema.const
  if ('default' in schema) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  if (anyOf !== undefined) return leastOf(anyOf[0])
  if (schema.type === 'array') return Array.from({ length: minItems }, () => leastOf(items))
  if (schema.type === 'object' || schema.properties !== undefined)
    return Object.fromEntries(required.map((name) => [name, leastOf(properties[name])]))
  return schema.type === 'number' || schema.type === 'integer' ? 0 : schema.type === 'boolean' ? false : ''
}

/** A variable that stands alone is a number in the body, if the contract wants one: it is written without quotes. */
const numeric = /"(\{\{(?:holdId|redemptionId|customerId|seriesId)\}\})"/g

function bodyOf({ requestBody }: Call, example: Example | undefined) {
  const [[type, content] = []] = Object.entries(requestBody?.content ?? {})
  if (type === undefined || content === undefined) return {}
  const header = { key: 'Content-Type', value: type }
  if (!type.includes('json'))
    return { header, body: { mode: type.includes('multipart') ? 'formdata' : 'raw' } }
  const raw = JSON.stringify(example?.body ?? leastOf(content.schema), null, 2).replace(numeric, '$1')
  return { header, body: { mode: 'raw', raw, options: { raw: { language: 'json' } } } }
}

function urlOf({ route, parameters = [] }: Call, { path = {}, query = {} }: Partial<Example>) {
  const inQuery = parameters.filter((one) => one.in === 'query')
  const inPath = parameters.filter((one) => one.in === 'path')
  const used = Object.entries(query).map(([key, value]) => `${key}=${value}`)
  const asked = used.length > 0 ? `?${used.join('&')}` : ''
  const segments = route.replaceAll(/\{(\w+)\}/g, ':$1')
  return {
    raw: `{{baseUrl}}${segments}${asked}`,
    host: ['{{baseUrl}}'],
    path: segments.slice(1).split('/'),
    ...(inQuery.length > 0 && {
      query: inQuery.map(({ name, description }) => ({
        key: name,
        value: query[name] ?? '',
        ...(description !== undefined && { description }),
        ...(!(name in query) && { disabled: true }),
      })),
    }),
    ...(inPath.length > 0 && {
      variable: inPath.map(({ name, description }) => ({
        key: name,
        value: path[name] ?? '',
        ...(description !== undefined && { description }),
      })),
    }),
  }
}

/** A test of the status, and the variables that later calls use. */
const scriptOf = ({ saves = {} }: Example): string[] => [
  "pm.test('succeeds', () => pm.expect(pm.response.code).to.be.below(300))",
  ...(Object.keys(saves).length > 0 ? ['const answer = pm.response.json()'] : []),
  ...Object.entries(saves).map(([name, value]) => `pm.collectionVariables.set('${name}', String(${value}))`),
]

function itemOf(call: Call, example?: Example) {
  const { header, body } = bodyOf(call, example)
  const takesKey = call.parameters?.some(({ name }) => name.toLowerCase() === 'idempotency-key')
  return {
    name: example?.name ?? call.summary,
    ...(example && {
      event: [{ listen: 'test', script: { type: 'text/javascript', exec: scriptOf(example) } }],
    }),
    request: {
      method: call.method.toUpperCase(),
      header: [
        ...(header ? [header] : []),
        ...(takesKey ? [{ key: 'Idempotency-Key', value: '{{$guid}}' }] : []),
        ...Object.entries(example?.headers ?? {}).map(([key, value]) => ({ key, value })),
      ],
      ...(body && { body }),
      url: urlOf(call, example ?? {}),
      description: call.description ?? call.summary,
    },
  }
}

/** @throws if an example names a call that is not there. */
function exampleItem(calls: readonly Call[], example: Example) {
  const call = calls.find(({ operationId }) => operationId === example.operationId)
  if (call === undefined) throw new Error(`There is no call ${example.operationId} for the collection`)
  return itemOf(call, example)
}

/** The collection as text: examples to run from top to bottom, then every call, in folders by subject. */
export function generateCollection(document: object): string {
  const { info, tags = [], paths } = document as Document
  const calls: Call[] = Object.entries(paths).flatMap(([route, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method, route })),
  )
  const basic = (key: string, value: string) => ({ key, value, type: 'string' })
  const collection = {
    info: {
      name: 'Counterfoil',
      description: `${info.description} Generated from the OpenAPI document by npm run generate.`,
      schema: schemaUrl,
    },
    auth: { type: 'basic', basic: [basic('username', '{{till}}'), basic('password', '{{password}}')] },
    variable: Object.entries(variables).map(([key, value]) => ({ key, value })),
    item: [
      {
        name: 'Examples',
        description:
          'Run them from top to bottom against a new demo: each uses what the answers before it gave.',
        item: examples.map((example) => exampleItem(calls, example)),
      },
      ...tags.map(({ name, description }) => ({
        name,
        description,
        item: calls.filter((call) => call.tags?.[0] === name).map((call) => itemOf(call)),
      })),
    ],
  }
  return `${JSON.stringify(collection, null, 2)}\n`
}
