import { quote } from '../../values/errors.ts'
import { cellValue, delimitersIn, parseCsvRecord, type Delimiter } from './csv-rules.ts'

/**
 * The permitted and required columns of one kind of file. Names are compared regardless of case, blanks, `_` and `-`.
 */
export interface ColumnRules {
  readonly known: readonly string[]
  /** Additional columns of an export or a file of refused rows: permitted and ignored. */
  readonly passedOver: readonly string[]
  /** At least one column of each group is required. */
  readonly required: readonly (readonly string[])[]
}

const customer = ['customerId', 'mobile', 'email', 'externalId'] as const
export const ofRefusal = ['refusedLine', 'refusalCode', 'refusalReason']

export const customerColumns = {
  known: [...customer, 'firstName', 'lastName', 'blockedDate'],
  passedOver: ['createdDate', 'mergedInto', ...ofRefusal],
  required: [customer],
} as const satisfies ColumnRules

export const codeColumns = {
  known: [
    ...customer,
    'code',
    'seriesCode',
    'validTill',
    'issuedAt',
    'transactionNumber',
    'createdDate',
    'maxRedeemed',
    'revokedDate',
  ],
  passedOver: ['couponId', 'redeemed', 'originalCustomerId', ...ofRefusal],
  required: [['code', ...customer]],
} as const satisfies ColumnRules

export const redemptionColumns = {
  known: [
    ...customer,
    'code',
    'couponId',
    'redeemedDate',
    'redeemedAt',
    'till',
    'billNumber',
    'billAmount',
    'reversedDate',
    'billId',
    'details',
    'customFields',
    'discountAmount',
    'discountReturned',
    'returnedDate',
    'discountKept',
    'returns',
  ],
  passedOver: ['redemptionId', 'seriesCode', 'currency', 'originalCustomerId', ...ofRefusal],
  required: [['code', 'couponId'], customer, ['redeemedDate']],
} as const satisfies ColumnRules

/** A name in the form used for comparison: regardless of case, blanks, `_`, `-` and invisible characters. */
export const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_\-\p{Cf}]/gu, '')

/** Alternative column names, as `plain` writes them. The command, the uploads and the console accept the same names. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  code: [
    'codes',
    'coupon',
    'coupons',
    'couponcode',
    'couponcodes',
    'couponnumber',
    'couponno',
    'voucher',
    'vouchers',
    'vouchercode',
    'vouchercodes',
    'vouchernumber',
    'voucherno',
    'promocode',
    'promocodes',
    'promotioncode',
  ],
  mobile: ['mobilenumber', 'mobileno', 'mobilephone', 'phone', 'phonenumber', 'phoneno'],
  email: ['emailaddress'],
  customerId: ['userid'],
  validTill: ['validuntil', 'expirydate'],
}

const nameOf = new Map<string, string>([
  ...[customerColumns, codeColumns, redemptionColumns].flatMap(({ known, passedOver }) =>
    [...known, ...passedOver].map((name): [string, string] => [plain(name), name]),
  ),
  ...Object.entries(aliases).flatMap(([name, others]) =>
    others.map((other): [string, string] => [other, name]),
  ),
])

/** The canonical name of a column; undefined: unknown name. */
export const columnNamed = (name: string): string | undefined => nameOf.get(plain(name))

const refusalNames = new Set(ofRefusal)
/** True for a column that only a file of refused rows has. */
export const isOfRefusal = (name: string): boolean => refusalNames.has(columnNamed(name) ?? '')

/** Usual names of a code column, for messages. */
export const codeNames = 'code, coupon, coupon code, voucher, voucher code or promo code'

const list = (names: readonly string[]): string => names.join(', ')

/** A value instead of a name: digits without a letter, or an e-mail address. */
const isValue = (name: string): boolean => (/\d/.test(name) && !/\p{L}/u.test(name)) || /\S@\S/.test(name)

/**
 * Reads the names of the columns, trimmed and without empty ones at the end. A text explains why they cannot be column
 * names.
 */
export function readHeader(cells: readonly string[]): string[] | string {
  const names = cells.map(cellValue)
  while (names.at(-1) === '') names.pop()
  const value = names.find(isValue)
  if (value !== undefined)
    return `the first line holds ${quote(value)}, which is not the name of a column. Put a line with the names of the columns above the rows`
  if (names.length === 0) return 'the first line names no column'
  return names.some((name) => name.includes('\0')) ? 'its header contains U+0000' : names
}

/**
 * Detects the delimiter of a file from its first line. Among several candidates it is the one that yields the most
 * known names; undefined: undecided.
 */
export function delimiterOf(first: string): Delimiter | undefined {
  const found = delimitersIn(first)
  if (found.length < 2) return found[0] ?? ','
  const scores = found.map((one) => {
    const cells = parseCsvRecord(first, one)
    return typeof cells === 'string' ? 0 : cells.filter((name) => columnNamed(name) !== undefined).length
  })
  const best = Math.max(...scores)
  const isOnly = scores.filter((score) => score === best).length === 1
  return best > 0 && isOnly ? found[scores.indexOf(best)] : undefined
}

/**
 * The index of each known column in the header, in the order of `known`; −1: absent. A text explains what is wrong with
 * the header and what is permitted.
 */
export function matchHeader(header: readonly string[], rules: ColumnRules): number[] | string {
  const given = header.map((name) => columnNamed(name) ?? name)
  const allowed = new Set([...rules.known, ...rules.passedOver])
  const unknown = header.filter((name, at) => name !== '' && !allowed.has(given[at] ?? ''))
  if (unknown.length > 0)
    return `unknown column ${list(unknown.map((name) => quote(name)))}; allowed are ${list(rules.known)}. Columns are separated by commas, semicolons or tabs`
  const twice = given.findIndex((name, at) => name !== '' && given.indexOf(name) !== at)
  if (twice !== -1) {
    const first = header[given.indexOf(given[twice] ?? '')] ?? ''
    const name = header[twice] ?? ''
    return plain(first) === plain(name)
      ? `the column ${quote(name)} stands there twice`
      : `the columns ${quote(first)} and ${quote(name)} both hold ${given[twice]}`
  }
  const missing = rules.required.find((group) => !group.some((name) => given.includes(name)))
  if (missing !== undefined) {
    const needed =
      missing.length === 1 ? `the column ${list(missing)}` : `one of the columns ${list(missing)}`
    return `${needed} is missing; allowed are ${list(rules.known)}`
  }
  return rules.known.map((name) => given.indexOf(name))
}

/**
 * The values of an object in the order of `known`, or a text that explains what is wrong with it. An absent value is
 * empty.
 */
export function matchObject(value: unknown, rules: ColumnRules): string[] | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object'
  const values: string[] = rules.known.map(() => '')
  for (const [name, given] of Object.entries(value as Record<string, unknown>)) {
    const known = columnNamed(name) ?? ''
    const at = rules.known.indexOf(known)
    if (at === -1) {
      if (rules.passedOver.includes(known)) continue
      return `unknown field ${JSON.stringify(name)}; allowed are ${list(rules.known)}`
    }
    if (given === null) continue
    if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean')
      return `the field ${name} is neither text nor a number`
    if (values[at] !== '') return `two fields hold ${known}`
    values[at] = String(given)
  }
  return values
}
