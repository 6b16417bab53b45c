/**
 * The input of the client generator: the part of `/openapi.json` that programs call, with a name for every body and
 * answer.
 */

type Schema = Readonly<Record<string, unknown>>
interface Content {
  readonly schema?: Schema
}
interface Answer {
  readonly description?: string
  readonly content?: Readonly<Record<string, Content>>
}
interface Parameter {
  readonly in: string
  readonly name: string
  readonly description?: string
  readonly schema?: Schema
}
interface Operation {
  readonly operationId?: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> }
  readonly responses: Readonly<Record<string, Answer>>
}
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: object
}

/**
 * Calls that the client omits: alternative paths of calls that it has, sessions of people, which use cookies, the
 * token, which it fetches itself, and metrics in a format of their own.
 */
const leftOut = [
  /^\/v1\//,
  /^\/v2\/upload\//,
  /^\/admin\/v1\/(session|sign-in|password-link)\b/,
  /^\/v3\/oauth\//,
  /^\/(metrics|health|ready)$/,
]

/** The keys of an answer that reports only that the request failed; the client throws such an answer. */
const failureKeys = new Set(['status', 'code', 'message', 'success', 'errors', 'warnings'])

const optionsOf = (schema: Schema): Schema[] =>
  Array.isArray(schema['anyOf']) ? (schema['anyOf'] as Schema[]).flatMap(optionsOf) : [schema]

const tellsOnlyFailure = (schema: Schema): boolean =>
  Object.keys(schema['properties'] ?? {}).every((key) => failureKeys.has(key))

/** The answer to a request that did not fail as a whole. */
function withoutFailures(schema: Schema): Schema {
  const [first, ...others] = optionsOf(schema).filter((one) => !tellsOnlyFailure(one))
  if (optionsOf(schema).length === 1 || first === undefined) return schema
  return others.length === 0 ? first : { anyOf: [first, ...others] }
}

/** JSON if there is a choice: the client uses it everywhere. */
function preferred(content: Readonly<Record<string, Content>>): [string, Content][] {
  const [first] = Object.entries(content)
  if (first === undefined) return []
  const json = content['application/json']
  return json === undefined ? [first] : [['application/json', json]]
}

/** Collects the schemas that get a name. Equal ones share a name. */
class Names {
  readonly schemas: Record<string, Schema> = {}
  readonly #nameOf = new Map<string, string>()

  refer(name: string, schema: Schema): Schema {
    const text = JSON.stringify(schema)
    const known = this.#nameOf.get(text)
    this.schemas[name] = known === undefined ? schema : { $ref: `#/components/schemas/${known}` }
    if (known === undefined) this.#nameOf.set(text, name)
    return { $ref: `#/components/schemas/${name}` }
  }
}

/** Programs pass ids and limits as numbers, and flags as booleans; the client writes them into the URL as text. */
function parameterFor(parameter: Parameter): Parameter {
  const { in: place, schema, description = '' } = parameter
  if (place === 'header' || schema?.['type'] !== 'string' || 'enum' in schema) return parameter
  const type = /\btrue\b/.test(description) ? ['string', 'boolean'] : ['string', 'number']
  return { ...parameter, schema: { ...schema, type } }
}

/** The client reads JSON, so it omits the parameter that requests XML. */
const isChoiceOfXml = ({ in: place, name }: Parameter, answer: Answer | undefined): boolean =>
  place === 'query' && name === 'format' && answer?.content?.['application/xml'] !== undefined

const isJson = (type: string): boolean => type.includes('json')

function contentWith(content: Readonly<Record<string, Content>>, refer: (schema: Schema) => Schema) {
  return Object.fromEntries(
    preferred(content).map(([type, { schema }]) => [
      type,
      schema === undefined ? {} : { schema: isJson(type) ? refer(schema) : schema },
    ]),
  )
}

function operationFor(operation: Operation, names: Names): Operation {
  const id = operation.operationId ?? ''
  const name = id.charAt(0).toUpperCase() + id.slice(1)
  const [status, answer] =
    Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? []
  if (id === '' || status === undefined) throw new Error('An operation has no operationId or no answer')
  const { requestBody } = operation
  // With a bare reference, the generator would name the parameter after the type instead of `body`.
  const body =
    requestBody &&
    contentWith(requestBody.content, (schema) => ({ allOf: [names.refer(`${name}Body`, schema)] }))
  const content = contentWith(answer?.content ?? {}, (schema) =>
    names.refer(`${name}Answer`, withoutFailures(schema)),
  )
  return {
    ...operation,
    ...(operation.parameters && {
      parameters: operation.parameters.filter((one) => !isChoiceOfXml(one, answer)).map(parameterFor),
    }),
    ...(body && { requestBody: { ...requestBody, content: body } }),
    responses: { [status]: { ...answer, content } },
  }
}

/** The document for the generator. */
export function documentForClient(document: OpenApiDocument): OpenApiDocument {
  const names = new Names()
  const paths = Object.entries(document.paths)
    .filter(([path]) => !leftOut.some((one) => one.test(path)))
    .map(([path, item]) => [
      path,
      Object.fromEntries(
        Object.entries(item).map(([method, operation]) => [method, operationFor(operation, names)]),
      ),
    ])
  return {
    ...document,
    paths: Object.fromEntries(paths) as OpenApiDocument['paths'],
    components: { ...document.components, schemas: names.schemas },
  }
}
