import { recordedCustomFields } from '../../values/custom-fields.ts'
import { redemptionColumns } from './columns-rules.ts'
import { amountOf, stageReturns } from './return-row-rules.ts'
import {
  codeOf,
  idOf,
  notA,
  numberOf,
  parsedJson,
  pastOf,
  reader,
  referenceOf,
  RowFault,
  storeOf,
  textOf,
  type Staged,
} from './row-rules.ts'
import type { Setting } from './setting.ts'

const maxDetailsLength = 1_000

/** Columns of `stagedColumns.redemptions`. @throws RowFault */
export function stageRedemption(values: readonly string[], setting: Setting): Staged[] {
  const read = reader(redemptionColumns, values)
  const reference = referenceOf(read, setting.country)
  if (reference.every((one) => one === null)) throw new RowFault('it names no customer', 701)
  const code = codeOf(read('code'))
  const couponId = idOf('couponId', read('couponId'))
  if (code === null && couponId === null) throw new RowFault('it names no coupon', 702)
  const redeemedAt = pastOf('redeemedDate', read('redeemedDate'), setting)
  if (redeemedAt === null) throw new RowFault('redeemedDate is missing')
  const reversedAt = pastOf('reversedDate', read('reversedDate'), setting)
  if (reversedAt !== null && Date.parse(reversedAt) < Date.parse(redeemedAt))
    throw notA('reversedDate', read('reversedDate'), 'after redeemedDate')
  const till = read('till') === '' ? null : setting.tills.get(read('till'))
  if (till === undefined) throw notA('till', read('till'), 'the code of a till')
  const storeId = storeOf('redeemedAt', read('redeemedAt'), setting) ?? till?.storeId ?? null
  if (till && till.storeId !== storeId) throw notA('till', read('till'), 'in the store of redeemedAt')
  const billAmount = amountOf('billAmount', read('billAmount'))
  const discountAmount = amountOf('discountAmount', read('discountAmount'))
  // A redemption without a bill is recorded with 0.
  if (discountAmount !== null && billAmount && discountAmount > billAmount)
    throw notA('discountAmount', read('discountAmount'), 'at most billAmount', 733)
  return [
    ...reference,
    code,
    couponId,
    redeemedAt,
    reversedAt,
    storeId,
    till?.id ?? null,
    numberOf('billNumber', read('billNumber')),
    billAmount,
    idOf('billId', read('billId')),
    textOf('details', read('details'), maxDetailsLength) || null,
    customFieldsOf(read('customFields')),
    discountAmount,
    ...stageReturns(read, setting, { redeemedAt, reversedAt, discountAmount: discountAmount ?? 0 }),
  ]
}

/** Custom fields of a redemption as an export writes them: JSON. */
function customFieldsOf(text: string): string | null {
  if (text === '') return null
  const fields = recordedCustomFields(parsedJson(text))
  if (fields === undefined) throw notA('customFields', text, 'a JSON object of names and texts')
  return JSON.stringify(fields)
}
