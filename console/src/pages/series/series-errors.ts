import type { Refused } from '../../api/call.ts'
import { amountFields, newFields, wholeFields, type SeriesFields } from './series-fields.ts'

/** Errors in the series form, by field. */

export type FieldErrors = Partial<Record<keyof SeriesFields, string>>

const isNumber = (text: string): boolean => /^\d+(\.\d{1,3})?$/.test(text.trim())
const isWhole = (text: string): boolean => /^\d+$/.test(text.trim())

/** Errors that can be detected before sending. */
export function checkFields(fields: SeriesFields): FieldErrors {
  const errors: FieldErrors = {}
  for (const name of wholeFields)
    if (fields[name] !== '' && !isWhole(fields[name])) errors[name] = 'A whole number'
  for (const name of amountFields)
    if (fields[name] !== '' && !isNumber(fields[name])) errors[name] = 'A number such as 100 or 12.5'
  if (fields.discountType === 'PERC' && Number(fields.discountValue) > 100)
    errors.discountValue = 'At most 100 %'
  const [min, max] = [fields.minBillAmount, fields.maxBillAmount]
  if (min !== '' && max !== '' && Number(min) > Number(max))
    errors.maxBillAmount = 'Less than the smallest bill'
  const last = fields.validTillDate
  const end = `${last} ${fields.validTillTime === '' ? '24:00' : fields.validTillTime}`
  for (const name of ['redemptionValidFrom', 'issueFrom'] as const)
    if (fields[name] !== '' && last !== '' && `${fields[name]} ${fields[`${name}Time`]}` > end)
      errors[name] = fields[name] > last ? 'After the last day' : 'After the end'
  return errors
}

const fieldOfCode: Readonly<Record<number, keyof SeriesFields>> = {
  751: 'seriesCode',
  752: 'seriesCode',
  753: 'seriesCode',
  754: 'genericCode',
}
const otherNames: Readonly<Record<string, keyof SeriesFields>> = {
  validTillDateTime: 'validTillDate',
  endsAt: 'validTillDate',
  redeemableFrom: 'redemptionValidFrom',
  tag: 'tags',
  productInfo: 'includedSkus',
  isPrefixEnabled: 'couponPrefix',
  isSuffixEnabled: 'couponSuffix',
  'redemptionRange.dow': 'dow',
  'redemptionRange.dom': 'dom',
  'redemptionRange.hours': 'hours',
}

/** The form field that a refusal concerns, and the text to print next to it. */
export function fieldError({
  code,
  message,
  field: given = '',
  allowed,
}: Pick<Refused, 'code' | 'message' | 'field' | 'allowed'>):
  | { name: keyof SeriesFields; text: string }
  | undefined {
  const known = fieldOfCode[code]
  if (known) return { name: known, text: message }
  const name = otherNames[given] ?? otherNames[given.split('.')[0] ?? ''] ?? given.split('.')[0] ?? ''
  if (!Object.hasOwn(newFields, name)) return undefined
  return { name: name as keyof SeriesFields, text: allowed ? `Allowed: ${allowed}` : 'Required' }
}
