/** Possible contents of a column in an uploaded file; `customerIdentifier` of the upload call. */
export const columnKinds = {
  '': 'Not used',
  code: 'Code',
  MOBILE: 'Mobile number',
  EMAIL: 'E-mail',
  EXTERNAL_ID: 'External id',
  USER_ID: 'Customer id',
} as const
export type ColumnKind = keyof typeof columnKinds

/** The kinds, by the server's interpretation of column names. */
const kindsByName: Readonly<Record<string, ColumnKind>> = {
  code: 'code',
  mobile: 'MOBILE',
  email: 'EMAIL',
  externalId: 'EXTERNAL_ID',
  customerId: 'USER_ID',
}

const delimiters: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }
export const delimiterWords = (delimiter: string | null): string => delimiters[delimiter ?? ''] ?? ''

const isCustomer = (kind: ColumnKind): boolean => kind !== '' && kind !== 'code'

/** The kinds that the column names imply. Nothing is guessed if a name implies none. */
export function kindsOf(columns: readonly { readonly holds: string | null }[]): ColumnKind[] {
  let kinds: ColumnKind[] = columns.map(() => '')
  columns.forEach(({ holds }, at) => {
    const kind = kindsByName[holds ?? ''] ?? ''
    // The first of each kind is used.
    if (kind !== '' && !kinds.some((one) => one === kind || (isCustomer(one) && isCustomer(kind))))
      kinds = withColumn(kinds, at, kind)
  })
  return kinds
}

/** Only one column names the customers and only one holds the codes: choosing another deselects the previous one. */
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
