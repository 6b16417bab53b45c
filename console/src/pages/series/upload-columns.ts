/** What a column of an uploaded file may hold; `customerIdentifier` of the upload call. */
export const columnKinds = {
  '': 'Not used',
  code: 'Code',
  MOBILE: 'Mobile number',
  EMAIL: 'E-mail',
  EXTERNAL_ID: 'External id',
  USER_ID: 'Customer id',
} as const
export type ColumnKind = keyof typeof columnKinds

const names: Readonly<Record<string, ColumnKind>> = {
  code: 'code',
  coupon: 'code',
  couponcode: 'code',
  voucher: 'code',
  vouchercode: 'code',
  mobile: 'MOBILE',
  mobilenumber: 'MOBILE',
  phone: 'MOBILE',
  phonenumber: 'MOBILE',
  email: 'EMAIL',
  emailaddress: 'EMAIL',
  externalid: 'EXTERNAL_ID',
  customerid: 'USER_ID',
  userid: 'USER_ID',
}

const isCustomer = (kind: ColumnKind): boolean => kind !== '' && kind !== 'code'

/** Why a file cannot be read as it is, from its first rows; null: it can. */
export function faultOf([header = [], ...rows]: readonly (readonly string[])[]): string | null {
  if (rows.length === 0) return 'The file needs a line with the names of its columns, and rows below it.'
  const [only = ''] = header.length === 1 ? header : []
  const separator = only.includes(';') ? 'semicolons' : only.includes('\t') ? 'tabs' : null
  // Spreadsheets of many countries write semicolons when asked for CSV.
  if (separator !== null)
    return `The columns of this file are separated by ${separator}. Save it with commas between them.`
  if ([header, ...rows].some((cells) => cells.some((cell) => cell.includes('\uFFFD'))))
    return 'Some characters of this file cannot be read. Save it as CSV in UTF-8.'
  return null
}

/** What the names of the columns say. A column alone holds codes, unless it is called otherwise. */
export function guessColumns(header: readonly string[]): ColumnKind[] {
  let kinds: ColumnKind[] = header.map(() => '')
  header.forEach((name, at) => {
    const kind = names[name.toLowerCase().replaceAll(/[\s_-]/g, '')] ?? ''
    // The first of each stands.
    if (kind !== '' && !kinds.some((one) => one === kind || (isCustomer(one) && isCustomer(kind))))
      kinds = withColumn(kinds, at, kind)
  })
  return header.length === 1 && kinds[0] === '' ? ['code'] : kinds
}

/** One column names the customers, one holds the codes: another one that did is not used any more. */
export function withColumn(kinds: readonly ColumnKind[], at: number, kind: ColumnKind): ColumnKind[] {
  return kinds.map((one, column) => {
    if (column === at) return kind
    const isSame = one === kind || (isCustomer(one) && isCustomer(kind))
    return isSame ? '' : one
  })
}

/** The fields of the upload call; null: nothing is chosen. */
export function uploadFields(kinds: readonly ColumnKind[]): Record<string, string> | null {
  const customers = kinds.findIndex(isCustomer)
  const codes = kinds.indexOf('code')
  if (customers === -1 && codes === -1) return null
  const couponCodeColumn = codes === -1 ? 'NONE' : String(codes)
  return customers === -1
    ? { customerIdentifier: 'NOT_TAGGED', couponCodeColumn }
    : {
        customerIdentifier: kinds[customers] ?? '',
        customerIdentifierColumn: String(customers),
        couponCodeColumn,
      }
}
