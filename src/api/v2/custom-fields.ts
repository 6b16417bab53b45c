import { Type, type Static } from 'typebox'
import { badParameter } from '../../values/errors.ts'
import { readText, record } from '../../http/fields.ts'

export const maxFields = 50
const maxNameLength = 100
const maxValueLength = 1_000

const fieldValue = Type.Union([
  Type.String({ maxLength: maxValueLength }),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
])
const fieldMap = record(fieldValue, { maxProperties: maxFields })

/** Custom fields of a redemption. */
export const customFieldsBody = Type.Union([fieldMap, Type.Array(fieldMap, { maxItems: maxFields })], {
  description: `An object, a list of objects with one key each, or a list of {name, value}: at most ${maxFields} fields, names of ${maxNameLength} and values of ${maxValueLength} characters.`,
})

type Value = Static<typeof fieldValue>
type Pair = readonly [name: string, value: Value]

/** @returns undefined when nothing was given. @throws Refusal 400 for more fields or longer texts than are kept. */
export function readCustomFields(
  fields: Static<typeof customFieldsBody> | null | undefined,
): Readonly<Record<string, string>> | undefined {
  if (fields === null || fields === undefined) return undefined
  const pairs = Array.isArray(fields) ? fields.flatMap(pairsOf) : Object.entries(fields)
  if (pairs.length > maxFields)
    throw badParameter('customFields', `${pairs.length} fields`, `at most ${maxFields}`)
  return Object.fromEntries(
    pairs.map(([name, value]) => [
      readText('customFields', name, maxNameLength),
      readText(`customFields.${name}`, String(value ?? ''), maxValueLength),
    ]),
  )
}

/** An element of a list: `{name, value}`, or an object whose keys are names. */
function pairsOf(one: Readonly<Record<string, Value>>): Pair[] {
  const { name, value } = one
  const isNamed = typeof name === 'string' && value !== undefined && Object.keys(one).length === 2
  return isNamed ? [[name, value]] : Object.entries(one)
}
