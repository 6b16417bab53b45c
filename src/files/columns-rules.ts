/** What a file of one kind may and must say. Names are compared without regard to case, blanks, `_` and `-`. */
export interface ColumnRules {
  readonly known: readonly string[]
  /** What an export or a file of refused rows has beside them: allowed, and not read. */
  readonly passedOver: readonly string[]
  /** Of each group one column has to be there. */
  readonly required: readonly (readonly string[])[]
}

const customer = ['customerId', 'mobile', 'email', 'externalId'] as const
export const ofRefusal = ['refusedLine', 'refusalCode', 'refusalReason']

export const customerColumns = {
  known: [...customer, 'firstName', 'lastName', 'blockedDate'],
  passedOver: ['createdDate', ...ofRefusal],
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
  passedOver: ['couponId', 'redeemed', ...ofRefusal],
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
  ],
  passedOver: ['redemptionId', 'seriesCode', ...ofRefusal],
  required: [['code', 'couponId'], customer, ['redeemedDate']],
} as const satisfies ColumnRules

export const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '')
const list = (names: readonly string[]): string => names.join(', ')

/**
 * Where each known column stands in the header, by its place in `known`; −1: nowhere. A text says what is wrong with
 * the header and what is allowed.
 */
export function matchHeader(header: readonly string[], rules: ColumnRules): number[] | string {
  const given = header.map(plain)
  const allowed = new Set([...rules.known, ...rules.passedOver].map(plain))
  const unknown = header.filter((_, at) => !allowed.has(given[at] ?? ''))
  if (unknown.length > 0)
    return `unknown column ${list(unknown.map((name) => JSON.stringify(name)))}; allowed are ${list(rules.known)}`
  const twice = header.find((_, at) => given.indexOf(given[at] ?? '') !== at)
  if (twice !== undefined) return `the column ${JSON.stringify(twice)} stands there twice`
  const missing = rules.required.find((group) => !group.some((name) => given.includes(plain(name))))
  if (missing !== undefined) {
    const needed =
      missing.length === 1 ? `the column ${list(missing)}` : `one of the columns ${list(missing)}`
    return `${needed} is missing; allowed are ${list(rules.known)}`
  }
  return rules.known.map((name) => given.indexOf(plain(name)))
}

/** The values of an object in the order of `known`, or what is wrong with it. An absent value is empty. */
export function matchObject(value: unknown, rules: ColumnRules): string[] | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is not a JSON object'
  const values: string[] = rules.known.map(() => '')
  for (const [name, given] of Object.entries(value as Record<string, unknown>)) {
    const at = rules.known.findIndex((one) => plain(one) === plain(name))
    if (at === -1) {
      if (rules.passedOver.some((one) => plain(one) === plain(name))) continue
      return `unknown field ${JSON.stringify(name)}; allowed are ${list(rules.known)}`
    }
    if (given === null) continue
    if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean')
      return `the field ${name} is neither text nor a number`
    values[at] = String(given)
  }
  return values
}
