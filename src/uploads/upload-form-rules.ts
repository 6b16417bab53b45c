import { badParameter, quote, Refusal } from '../errors.ts'
import { ofRefusal, plain } from '../files/columns-rules.ts'
import type { IdentifierType } from '../values/identifier.ts'

/** What names a customer in a column. */
export type CustomerKey = 'customerId' | IdentifierType

/** A column that names customers, counted from 0. */
export interface CustomerColumn {
  readonly key: CustomerKey
  readonly column: number
}

/** How the columns of an upload of codes are read. Null: there is no such column. */
export interface CodesForm {
  readonly customer: CustomerColumn | null
  readonly codeColumn: number | null
}

/** What a column of an upload of redemptions may hold, as `uploadHeaders` calls it. */
export const redemptionHeaders = [
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
export type RedemptionHeader = (typeof redemptionHeaders)[number]

/** How the columns of an upload of redemptions are read. */
export interface RedemptionsForm {
  /** The first of them with something in it names the customer. */
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

/** What a column of codes may be called, as `plain` writes it. */
const codeNames = new Set(['code', 'coupon', 'couponcode', 'voucher', 'vouchercode'])
const refusalNames = new Set(ofRefusal.map(plain))

/**
 * Finds the column of codes: the one that is called so (code, coupon, coupon code, voucher, voucher code), else the one
 * beside that of the customers. A file of customers alone has no column of codes, a file of codes alone may have one
 * column only, whatever it is called. Columns of a file of refused rows do not count.
 *
 * @param customer null: no customers are named (NOT_TAGGED).
 * @param stated where the codes stand, if that is said; null: nowhere.
 * @throws Refusal 400 when the columns leave it open, or there is no column of customers with this number.
 */
export function codesForm(
  header: readonly string[],
  customer: CustomerIdentifier | null,
  customerColumn: number,
  stated?: number | null,
): CodesForm {
  if (customer !== null && customerColumn >= header.length)
    throw badParameter('customerIdentifierColumn', String(customerColumn), columnsOf(header))
  const customers = customer === null ? null : { key: customerKeys[customer], column: customerColumn }
  if (stated !== undefined) {
    if (stated === null && customers === null)
      throw badParameter('couponCodeColumn', 'NONE', 'a file without customers has a column of codes')
    if (stated !== null && (stated >= header.length || stated === customers?.column))
      throw badParameter(
        'couponCodeColumn',
        String(stated),
        `${columnsOf(header)}, and it is not the customers’`,
      )
    return { customer: customers, codeColumn: stated }
  }
  const others = header.flatMap((name, column) =>
    refusalNames.has(plain(name)) || (customer !== null && column === customerColumn) ? [] : [column],
  )
  const named = others.filter((column) => codeNames.has(plain(header[column] ?? '')))
  const candidates = named.length > 0 ? named : others
  if (candidates.length > 1 || (customer === null && candidates.length === 0)) {
    throw new Refusal(
      400,
      `Which column holds the codes cannot be told from the header ${quote(header.join(','))}: call one of them code`,
    )
  }
  return { customer: customers, codeColumn: candidates[0] ?? null }
}

const columnsOf = (header: readonly string[]): string =>
  `the columns of the file are 0 to ${header.length - 1}`

/**
 * The columns that `uploadHeaders` names. `userId` goes before other identifiers, `couponId` before `couponCode`.
 *
 * @throws Refusal 400 for what is no such map, and for one that lacks what the rows are found by.
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

/** @throws Refusal 400 when the file has not all columns that are named. */
export function requireColumns({ columns }: RedemptionsForm, header: readonly string[]): void {
  for (const [name, column] of Object.entries(columns))
    if (column >= header.length) throw badParameter('uploadHeaders', `${name}: ${column}`, columnsOf(header))
}
