import { badParameter, quote, type Refusal, refuse } from '../../values/errors.ts'
import { codeNames, columnNamed, isOfRefusal } from '../rows/columns-rules.ts'
import type { IdentifierType } from '../../values/identifier.ts'

/** The kinds of customer reference in a column. */
export type CustomerKey = 'customerId' | IdentifierType

/** A column that names customers, counted from 0. */
export interface CustomerColumn {
  readonly key: CustomerKey
  readonly column: number
}

/** How the columns of a code upload are read. Null: no such column. */
export interface CodesForm {
  readonly customer: CustomerColumn | null
  readonly codeColumn: number | null
}

/** Possible contents of a column in a redemption upload, as named by `uploadHeaders`. */
const redemptionHeaders = [
  'mobile',
  'externalId',
  'email',
  'userId',
  'couponId',
  'couponCode',
  'redeemedDateInMillis',
  'redeemedAt',
  'billId',
  'billNumber',
  'details',
] as const
type RedemptionHeader = (typeof redemptionHeaders)[number]

/** How the columns of a redemption upload are read. */
export interface RedemptionsForm {
  /** The first non-empty one names the customer. */
  readonly customers: readonly CustomerColumn[]
  readonly columns: Readonly<Partial<Record<RedemptionHeader, number>>>
}

export type UploadForm =
  | { readonly kind: 'codes'; readonly form: CodesForm }
  | { readonly kind: 'redemptions'; readonly form: RedemptionsForm }

export const customerIdentifiers = ['MOBILE', 'EXTERNAL_ID', 'EMAIL', 'USER_ID'] as const
export type CustomerIdentifier = (typeof customerIdentifiers)[number]
export const couponIdentifiers = ['COUPON_ID', 'COUPON_CODE'] as const
export type CouponIdentifier = (typeof couponIdentifiers)[number]

const customerKeys: Record<CustomerIdentifier, CustomerKey> = {
  MOBILE: 'mobile',
  EXTERNAL_ID: 'externalId',
  EMAIL: 'email',
  USER_ID: 'customerId',
}
const headerNames: Record<CustomerIdentifier, RedemptionHeader> = {
  MOBILE: 'mobile',
  EXTERNAL_ID: 'externalId',
  EMAIL: 'email',
  USER_ID: 'userId',
}
const couponNames: Record<CouponIdentifier, RedemptionHeader> = {
  COUPON_ID: 'couponId',
  COUPON_CODE: 'couponCode',
}

const customerNames: Record<CustomerKey, string> = {
  mobile: 'mobile numbers',
  email: 'e-mail addresses',
  externalId: 'external ids',
  customerId: 'ids of customers',
}

/**
 * Finds the code column by its name. Nothing is guessed: a column of another name contains codes only if its number is
 * stated. A file that lists only customers has no other column. Columns of a file of refused rows do not count.
 *
 * @param customer null: no customers are named (NOT_TAGGED).
 * @param stated the column of the codes, if stated; null: none.
 * @throws Refusal 400 if the columns leave it open, contradict what is stated, or lack a column with the stated number.
 */
export function codesForm(
  header: readonly string[],
  customer: CustomerIdentifier | null,
  customerColumn: number,
  stated?: number | null,
): CodesForm {
  const customers = customer === null ? null : { key: customerKeys[customer], column: customerColumn }
  if (customers !== null) {
    requireColumn('customerIdentifierColumn', customerColumn, header)
    if (columnNamed(header[customerColumn] ?? '') === 'code')
      throw badParameter(
        'customerIdentifierColumn',
        String(customerColumn),
        `this column is called ${quote(header[customerColumn] ?? '')}, as one of codes is. ${columnsOf(header)}`,
      )
  }
  if (stated !== undefined)
    return { customer: customers, codeColumn: statedColumn(header, customers, stated) }
  const others = header.flatMap((name, column) =>
    isOfRefusal(name) || name === '' || column === customers?.column ? [] : [column],
  )
  const named = others.filter((column) => columnNamed(header[column] ?? '') === 'code')
  const [codeColumn = null] = named
  if (named.length > 1 || (codeColumn === null && (customer === null || others.length > 0))) {
    const found = `The file has the columns ${header.map((name) => quote(name)).join(', ')}`
    const way = `give the number of the column in couponCodeColumn, counted from 0${customer === null ? '' : ', or NONE where the file has no codes'}`
    throw refuse.badRequest(
      named.length > 1
        ? `${found}, and more than one is called as codes are: ${way}`
        : `${found}, and none is called as codes are: call one ${codeNames}, or ${way}`,
    )
  }
  return { customer: customers, codeColumn }
}

function statedColumn(
  header: readonly string[],
  customers: CustomerColumn | null,
  stated: number | null,
): number | null {
  const refuse = (why: string): Refusal => badParameter('couponCodeColumn', String(stated ?? 'NONE'), why)
  if (stated === null) {
    if (customers === null) throw refuse('a file without customers has a column of codes')
    return null
  }
  requireColumn('couponCodeColumn', stated, header)
  if (stated === customers?.column) throw refuse(`${columnsOf(header)}, and it is not the customers’`)
  const name = columnNamed(header[stated] ?? '') ?? ''
  if (name in customerNames)
    throw refuse(
      `this column is called ${quote(header[stated] ?? '')}, as one of ${customerNames[name as CustomerKey]} is`,
    )
  return stated
}

function requireColumn(field: string, column: number, header: readonly string[]): void {
  if (column >= header.length) throw badParameter(field, String(column), columnsOf(header))
}

const columnsOf = (header: readonly string[]): string =>
  `the columns of the file are 0 to ${header.length - 1}`

/**
 * Reads the columns named by `uploadHeaders`. `userId` takes precedence over other identifiers, `couponId` over
 * `couponCode`.
 *
 * @throws Refusal 400 for an invalid map, and for one that lacks the columns needed to find the rows' coupons.
 */
export function redemptionsForm(
  text: string,
  customer: CustomerIdentifier,
  coupon: CouponIdentifier,
): RedemptionsForm {
  const columns = readHeaderMap(text)
  const needs = (...names: readonly RedemptionHeader[]): void => {
    if (!names.some((name) => columns[name] !== undefined))
      throw badParameter('uploadHeaders', text, `it has to name the column of ${names.join(' or ')}`)
  }
  needs(...new Set([headerNames[customer], 'userId' as const]))
  needs(...new Set([couponNames[coupon], 'couponId' as const]))
  needs('redeemedDateInMillis')
  const first: CustomerIdentifier[] = ['USER_ID', customer]
  const customers = [...new Set([...first, ...customerIdentifiers])].flatMap((one) => {
    const column = columns[headerNames[one]]
    return column === undefined ? [] : [{ key: customerKeys[one], column }]
  })
  return { customers, columns }
}

function readHeaderMap(text: string): Partial<Record<RedemptionHeader, number>> {
  const refuse = (why: string): Refusal => badParameter('uploadHeaders', text, why)
  let map: unknown
  try {
    map = JSON.parse(text)
  } catch {
    throw refuse('it is no JSON; give an object such as {"mobile":0,"couponCode":1,"redeemedDateInMillis":2}')
  }
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw refuse('it is no JSON object')
  const columns: Partial<Record<RedemptionHeader, number>> = {}
  for (const [name, given] of Object.entries(map)) {
    const known = redemptionHeaders.find((one) => one === name)
    if (known === undefined) throw refuse(`${quote(name)} is none of ${redemptionHeaders.join(', ')}`)
    if (given === null || given === '') continue
    const column = typeof given === 'string' && /^\d{1,6}$/.test(given) ? Number(given) : given
    if (!Number.isInteger(column) || Number(column) < 0)
      throw refuse(`the column of ${known} is no whole number from 0`)
    if (Object.values(columns).includes(Number(column)))
      throw refuse(`column ${String(column)} is named twice`)
    columns[known] = Number(column)
  }
  return columns
}

/** @throws Refusal 400 if the file lacks one of the named columns. */
export function requireColumns({ columns }: RedemptionsForm, header: readonly string[]): void {
  for (const [name, column] of Object.entries(columns))
    if (column >= header.length) throw badParameter('uploadHeaders', `${name}: ${column}`, columnsOf(header))
}
