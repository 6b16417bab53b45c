/** The part of an OpenAPI document that holds schemas. */
interface Schema {
  readonly [key: string]: unknown
}
type Contents = Readonly<Record<string, { readonly schema?: Schema }>>
interface Operation {
  readonly operationId?: string
  readonly requestBody?: { readonly content?: Contents }
  readonly responses?: Readonly<Record<string, { readonly content?: Contents }>>
}
export interface ApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: object
}

/** Shorter schemas stay where they are: a reference would say less than they do. */
const shortestNamed = 80

/** Names by schema, as JSON. The first name of a schema is the one that all its places refer to. */
class Names {
  readonly nameOf = new Map<string, string>()
  readonly #taken = new Set<string>()

  add(name: string, schema: Schema | undefined): void {
    const text = JSON.stringify(schema) ?? ''
    if (text.length < shortestNamed || this.nameOf.has(text)) return
    const title = schema?.['title']
    const wanted = typeof title === 'string' ? title : name
    if (this.#taken.has(wanted)) throw new Error(`Two schemas of the API are called ${wanted}`)
    this.#taken.add(wanted)
    this.nameOf.set(text, wanted)
  }
}

/** JSON first: XML and problems of the same status have schemas of their own, or the same. */
function schemaOf(content: Contents = {}, type: RegExp): Schema | undefined {
  return Object.entries(content).find(([key]) => type.test(key))?.[1].schema
}

function addNamesOf({ operationId = '', requestBody, responses = {} }: Operation, names: Names): void {
  const name = operationId.charAt(0).toUpperCase() + operationId.slice(1)
  names.add(`${name}Body`, schemaOf(requestBody?.content, /^application\/json/))
  const answers = Object.entries(responses)
  const first = answers.find(([status]) => status.startsWith('2'))?.[0]
  for (const [status, { content }] of answers) {
    const isFailure = /^[45]/.test(status)
    const ending = isFailure ? `Failure${status}` : `Answer${status === first ? '' : status}`
    names.add(`${name}${ending}`, schemaOf(content, /^application\/json/))
    names.add(`${name}Problem${status}`, schemaOf(content, /^application\/problem\+json/))
  }
}

/** Schemas inside others that have a title are named by it. */
function addTitled(value: unknown, names: Names): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && 'title' in value && typeof value.title === 'string')
    names.add(value.title, value)
  for (const one of Object.values(value)) addTitled(one, names)
}

/** Puts a reference in the place of every named schema in a value. */
function referring(value: unknown, nameOf: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const name = nameOf.get(JSON.stringify(value))
  return name === undefined ? withReferences(value, nameOf) : { $ref: `#/components/schemas/${name}` }
}

function withReferences(value: object, nameOf: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => referring(one, nameOf))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, referring(one, nameOf)]))
}

/**
 * Names the schemas of an OpenAPI document, and refers to them where they repeat: bodies and answers after their
 * operation (`QuoteBody`, `QuoteAnswer`, `QuoteFailure400`), others by their title. Routes keep their schemas whole, since
 * they are validated and written by them; only the document for readers and generators has references.
 *
 * @throws if two different schemas would have one name.
 */
export function nameSchemas<Document extends ApiDocument>(document: Document): Document {
  const names = new Names()
  for (const item of Object.values(document.paths ?? {})) addTitled(item, names)
  for (const item of Object.values(document.paths ?? {}))
    for (const operation of Object.values(item)) addNamesOf(operation, names)
  const { nameOf } = names
  const schemas = Object.fromEntries(
    [...nameOf].map(([text, name]) => [name, withReferences(JSON.parse(text) as object, nameOf)]),
  )
  return {
    ...document,
    paths: withReferences(document.paths ?? {}, nameOf),
    components: { ...document.components, schemas },
  }
}
