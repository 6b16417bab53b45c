import { codeColumns, redemptionColumns } from '../rows/columns-rules.ts'
import { notA, RowFault } from '../rows/row-rules.ts'
import type { Setting } from '../rows/setting.ts'
import { normaliseIdentifier } from '../../values/identifier.ts'
import type {
  CodesForm,
  CustomerColumn,
  CustomerKey,
  RedemptionsForm,
  UploadForm,
} from './upload-form-rules.ts'

type Named<Columns extends { readonly known: readonly string[] }> = Partial<
  Record<Columns['known'][number], string>
>

const valuesOf = (known: readonly string[], named: Readonly<Record<string, string>>): string[] =>
  known.map((name) => named[name] ?? '')

/**
 * Converts a row of a code upload to a row of a code file.
 *
 * @param storeCode the issuing store. @throws RowFault 701 if it names no customer where the file names customers.
 */
export function codeValues(
  { customer, codeColumn }: CodesForm,
  cells: readonly string[],
  storeCode: string,
): string[] {
  const code = codeColumn === null ? '' : (cells[codeColumn] ?? '')
  const named: Named<typeof codeColumns> = { code }
  if (customer !== null) {
    const cell = cells[customer.column] ?? ''
    if (cell === '') throw new RowFault('it names no customer', 701)
    named[customer.key] = cell
    named.issuedAt = storeCode
  }
  return valuesOf(codeColumns.known, named)
}

/** Earlier instants are seconds mistaken for milliseconds: 1973. */
const oldestMillis = 100_000_000_000
const newestMillis = 8_640_000_000_000_000

function dateOf(text: string, { nowS }: Setting): string {
  if (text === '') throw new RowFault('redeemedDateInMillis is missing')
  const millis = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!(millis >= oldestMillis && millis <= newestMillis))
    throw notA('redeemedDateInMillis', text, 'a time in milliseconds since 1970')
  if (millis / 1000 >= nowS + 1) throw notA('redeemedDateInMillis', text, 'in the past')
  return new Date(millis).toISOString()
}

function tillOf(text: string, { tills }: Setting): string {
  if (text === '') return ''
  for (const [code, { id }] of tills) if (String(id) === text) return code
  throw notA('redeemedAt', text, 'the id of a till')
}

/** No bill: some systems write it like this. */
const noBills = new Set(['0', '-1'])

/** Converts a row of a redemption upload to a row of a redemption file. @throws RowFault */
export function redemptionValues(
  { customers, columns }: RedemptionsForm,
  cells: readonly string[],
  setting: Setting,
): string[] {
  const cell = (column: number | undefined): string => (column === undefined ? '' : (cells[column] ?? ''))
  const customer = customers.find(({ column }) => cell(column) !== '')
  const couponId = cell(columns.couponId)
  const billId = cell(columns.billId)
  const named: Named<typeof redemptionColumns> = {
    couponId,
    // The id takes precedence over the code, which is then ignored.
    code: couponId === '' ? cell(columns.couponCode) : '',
    redeemedDate: dateOf(cell(columns.redeemedDateInMillis), setting),
    till: tillOf(cell(columns.redeemedAt), setting),
    billId: noBills.has(billId) ? '' : billId,
    billNumber: cell(columns.billNumber),
    details: cell(columns.details),
  }
  if (customer) named[customer.key] = cell(customer.column)
  return valuesOf(redemptionColumns.known, named)
}

/** The columns of an upload that name customers. */
function customerColumns(upload: UploadForm): readonly CustomerColumn[] {
  if (upload.kind === 'redemptions') return upload.form.customers
  return upload.form.customer === null ? [] : [upload.form.customer]
}

/** Numbers of the columns that identify a customer elsewhere. */
export const contactColumns = (upload: UploadForm): number[] =>
  customerColumns(upload).flatMap(({ key, column }) => (key === 'customerId' ? [] : [column]))

/** True if a row names a customer by one of these, in any spelling. */
export function namesCustomer(
  upload: UploadForm,
  cells: readonly string[],
  identifiers: readonly { readonly key: CustomerKey; readonly value: string }[],
  country: string,
): boolean {
  return customerColumns(upload).some(({ key, column }) => {
    const cell = cells[column] ?? ''
    const value = key === 'customerId' ? cell.replace(/^0+/, '') : normaliseIdentifier(key, cell, country)
    return identifiers.some((one) => one.key === key && one.value === value)
  })
}
