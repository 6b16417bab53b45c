import { Type } from 'typebox'
import { refuse } from '../../values/errors.ts'
import {
  codesForm,
  couponIdentifiers,
  customerIdentifiers,
  redemptionsForm,
  requireColumns,
  type UploadForm,
} from '../../bulk/uploads/upload-form-rules.ts'
import { readBoolean, readEnum, readInteger, readText, type Query } from '../../http/query-parameters.ts'

const notify = Type.Optional(
  Type.String({ description: 'false: webhooks receive no events for the rows of the file; default true.' }),
)
const file = Type.String({ format: 'binary', description: 'CSV in UTF-8; the first line names the columns.' })

export const codesBody = Type.Object({
  file,
  customerIdentifier: Type.String({
    description: `What names the customers: ${customerIdentifiers.join(', ')}; NOT_TAGGED: codes without customers.`,
  }),
  customerIdentifierColumn: Type.Optional(
    Type.String({ description: 'Column of the customers, counted from 0; default 0.' }),
  ),
  couponCodeColumn: Type.Optional(
    Type.String({
      description:
        'Column of the codes, counted from 0; NONE: there is none. If omitted, the column is recognised by its name.',
    }),
  ),
  notify,
})

export const redemptionsBody = Type.Object({
  file,
  customerIdentifier: Type.String({ description: `One of ${customerIdentifiers.join(', ')}.` }),
  couponIdentifier: Type.String({ description: `One of ${couponIdentifiers.join(', ')}.` }),
  uploadHeaders: Type.String({
    description:
      'JSON: the column, counted from 0, of mobile, externalId, email, userId, couponId, couponCode, ' +
      'redeemedDateInMillis, redeemedAt (id of a till), billId, billNumber, details.',
  }),
  notify,
})

/** Whether webhooks must not report the import. @throws Refusal 400 for a value that is neither true nor false. */
export const readIsQuiet = (fields: Query): boolean => readBoolean(fields, 'notify') === false

/**
 * Reads the fields that describe the columns of a file.
 *
 * @param header undefined: the file has not arrived yet, and only the present fields are validated.
 * @throws Refusal 400 for a field that is missing or has a value outside its set.
 */
export type ReadForm = (fields: Query, header: readonly string[] | undefined) => UploadForm | undefined

function required<Value>(name: string, value: Value | undefined): Value {
  if (value === undefined) throw refuse.badRequest(`The field ${name} is missing`)
  return value
}

/** Null: the file has no such column. Undefined: not stated. */
function readCodeColumn(fields: Query): number | null | undefined {
  const isNone = readText(fields, 'couponCodeColumn')?.toUpperCase() === 'NONE'
  return isNone ? null : readInteger(fields, 'couponCodeColumn', { min: 0, max: 100_000 })
}

export const readCodesForm: ReadForm = (fields, header) => {
  const customer = readEnum(fields, 'customerIdentifier', [...customerIdentifiers, 'NOT_TAGGED'] as const)
  const column = readInteger(fields, 'customerIdentifierColumn', { min: 0, max: 100_000 }) ?? 0
  const codeColumn = readCodeColumn(fields)
  if (header === undefined) return undefined
  const named = required('customerIdentifier', customer)
  return { kind: 'codes', form: codesForm(header, named === 'NOT_TAGGED' ? null : named, column, codeColumn) }
}

export const readRedemptionsForm: ReadForm = (fields, header) => {
  const customer = readEnum(fields, 'customerIdentifier', customerIdentifiers)
  const coupon = readEnum(fields, 'couponIdentifier', couponIdentifiers)
  const map = readText(fields, 'uploadHeaders')
  if (header === undefined && (customer === undefined || coupon === undefined || map === undefined))
    return undefined
  const form = redemptionsForm(
    required('uploadHeaders', map),
    required('customerIdentifier', customer),
    required('couponIdentifier', coupon),
  )
  if (header !== undefined) requireColumns(form, header)
  return { kind: 'redemptions', form }
}
