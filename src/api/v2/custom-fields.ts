import { Type, type Static } from 'typebox'
import { badParameter } from '../../values/errors.ts'
import { customFieldLimits, customFieldPairs, type CustomFields } from '../../values/custom-fields.ts'
import { readText, record } from '../../http/fields.ts'

export const { count: maxFields, name: maxNameLength, value: maxValueLength } = customFieldLimits

const fieldValue = Type.Union([
  Type.String({ maxLength: maxValueLength }),
  Type.Number(),
  Type.Boolean(),
  Type.Null(),
])
const fieldMap = record(fieldValue, { maxProperties: maxFields })

/** Custom fields of a redemption. */
export const customFieldsBody = Type.Union([fieldMap, Type.Array(fieldMap, { maxItems: maxFields })], {
  title: 'CustomFields',
  description: `An object, a list of objects with one key each, or a list of {name, value}: at most ${maxFields} fields, names of ${maxNameLength} and values of ${maxValueLength} characters.`,
})

/** @returns undefined if they are omitted. @throws Refusal 400 for too many fields or too long texts. */
export function readCustomFields(
  fields: Static<typeof customFieldsBody> | null | undefined,
): CustomFields | undefined {
  if (fields === null || fields === undefined) return undefined
  const pairs = customFieldPairs(fields)
  if (pairs.length > maxFields)
    throw badParameter('customFields', `${pairs.length} fields`, `at most ${maxFields}`)
  return Object.fromEntries(
    pairs.map(([name, value]) => [
      readText('customFields', name, maxNameLength),
      readText(`customFields.${name}`, String(value ?? ''), maxValueLength),
    ]),
  )
}
