import type { FastifyError } from 'fastify'
import { badParameter, type Refusal, refuse } from '../values/errors.ts'

type Fault = NonNullable<FastifyError['validation']>[number]

const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}

const counted = (count: unknown, unit: string): string => `${String(count)} ${unit}${count === 1 ? '' : 's'}`
const listOf = (values: readonly unknown[]): string => values.map((one) => String(one)).join(', ')

/** What a keyword of a JSON schema allows, as the end of "it must …", by keyword. */
const wordings: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => string>> = {
  type: ({ type }) =>
    `be ${[type]
      .flat()
      .map((one) => typeNames[String(one)] ?? String(one))
      .join(' or ')}`,
  const: ({ allowedValue }) => `be ${String(allowedValue)}`,
  enum: ({ allowedValues }) => `be one of ${listOf(allowedValues as unknown[])}`,
  minLength: ({ limit }) => `have at least ${counted(limit, 'character')}`,
  maxLength: ({ limit }) => `have at most ${counted(limit, 'character')}`,
  minItems: ({ limit }) => `have at least ${counted(limit, 'item')}`,
  maxItems: ({ limit }) => `have at most ${counted(limit, 'item')}`,
  minProperties: ({ limit }) => `have at least ${counted(limit, 'field')}`,
  maxProperties: ({ limit }) => `have at most ${counted(limit, 'field')}`,
  minimum: ({ limit }) => `be at least ${String(limit)}`,
  maximum: ({ limit }) => `be at most ${String(limit)}`,
  exclusiveMinimum: ({ limit }) => `be more than ${String(limit)}`,
  exclusiveMaximum: ({ limit }) => `be less than ${String(limit)}`,
  multipleOf: ({ multipleOf }) => `be a multiple of ${String(multipleOf)}`,
  pattern: ({ pattern }) => `match the pattern ${String(pattern)}`,
  uniqueItems: () => 'have each item only once',
  additionalProperties: ({ additionalProperty }) => `not have the field ${String(additionalProperty)}`,
}

const wordingOf = ({ keyword, params, message }: Fault): string =>
  wordings[keyword]?.(params) ?? message?.replace(/^must /, '') ?? 'be valid'

const isOfUnion = ({ keyword }: Fault): boolean => keyword === 'anyOf' || keyword === 'oneOf'

/** Alternatives of one value are named together; where they differ deeper inside, only the first is named. */
function allowedIn(faults: readonly [Fault, ...Fault[]]): string {
  const [first] = faults
  const whole = faults.at(-1)
  if (whole === undefined || !isOfUnion(whole)) return wordingOf(first)
  // A union inside a union has already named its own alternatives.
  const alternatives = faults.filter((one) => !isOfUnion(one))
  if (alternatives.some(({ instancePath }) => instancePath !== whole.instancePath)) return wordingOf(first)
  const constants = alternatives.filter(({ keyword }) => keyword === 'const')
  const others = alternatives.filter(({ keyword }) => keyword !== 'const').map(wordingOf)
  const named =
    constants.length > 1
      ? [`be one of ${listOf(constants.map(({ params }) => params['allowedValue']))}`]
      : constants.map(wordingOf)
  const [start = 'be valid', ...rest] = [...new Set([...named, ...others])]
  const further = rest.map((one) => one.replace(/^be /, ''))
  const last = further.pop()
  return [start, ...further].join(', ') + (last === undefined ? '' : ` or ${last}`)
}

/** Converts the first validation error of a body to a refusal with the field, the value and the allowed values. */
export function invalidBody({ validation }: FastifyError): Refusal {
  const [first, ...further] = validation ?? []
  if (first === undefined) return refuse.badRequest()
  const field = first.instancePath.slice(1).replaceAll('/', '.')
  if (first.keyword === 'required') {
    const missing = String(first.params['missingProperty'])
    const name = `${field ? `${field}.` : ''}${missing}`
    return refuse.badRequest(`The field ${name} is missing`, { field: name })
  }
  const value: unknown = 'data' in first ? first.data : undefined
  return badParameter(
    field || 'the body',
    typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    `it must ${allowedIn([first, ...further])}`,
  )
}
