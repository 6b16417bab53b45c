import type { Code } from '../../values/errors.ts'
import { trimmedText } from '../../values/trimmed-text.ts'

/** A row of a file of customers with what the ledger has for it. */
export interface CustomerRow {
  readonly line: number
  readonly faultCode: Code | null
  readonly fault: string | null
  readonly givenId: number | null
  readonly mobile: string | null
  readonly email: string | null
  readonly externalId: string | null
  readonly firstName: string
  readonly lastName: string
  /** Whom each identifier leads to; null: to nobody. */
  readonly mobileOf: number | null
  readonly emailOf: number | null
  readonly externalIdOf: number | null
  /** Who is there under the id, or else under one of the identifiers. */
  readonly thereId: number | null
  readonly thereFirstName: string
  readonly thereLastName: string
}

export type CustomerVerdict = 'fresh' | 'present' | { readonly reason: string; readonly code: Code | null }

/** Earlier rows by id and by identifier. */
export type CustomersEarlier = Map<string, CustomerRow>

/**
 * A customer who is there with the same names and identifiers is there already; one who is there with others is
 * refused, and never changed. What a row leaves out contradicts nothing.
 */
export function decideCustomerRow(row: CustomerRow, earlier: CustomersEarlier): CustomerVerdict {
  if (row.fault !== null) return { reason: row.fault, code: row.faultCode }
  const keys = keysOf(row)
  const before = keys.map((key) => earlier.get(key)).find((one) => one !== undefined)
  if (before !== undefined) {
    const isSame =
      keys.every((key) => earlier.get(key) === before) && sameNames(row, before.firstName, before.lastName)
    return isSame ? 'present' : contradicts(`the customer of line ${before.line}`)
  }
  const owners: [name: string, value: string | null, owner: number | null][] = [
    ['mobile', row.mobile, row.mobileOf],
    ['email', row.email, row.emailOf],
    ['externalId', row.externalId, row.externalIdOf],
  ]
  const { thereId } = row
  if (thereId === null) {
    const taken = owners.find(([, , owner]) => owner !== null)
    if (taken) return contradicts(`customer ${taken[2]}, who has this ${taken[0]}`)
    for (const key of keys) earlier.set(key, row)
    return 'fresh'
  }
  const other = owners.find(([, value, owner]) => value !== null && owner !== thereId)
  if (other !== undefined) {
    const whose =
      other[2] === null
        ? `customer ${thereId}, who has not this ${other[0]}`
        : `customer ${other[2]}, who has this ${other[0]}`
    return contradicts(whose)
  }
  return sameNames(row, row.thereFirstName, row.thereLastName)
    ? 'present'
    : contradicts(`customer ${thereId}, who has another name`)
}

/** Under which a row is remembered. */
export function keysOf({ givenId, mobile, email, externalId }: CustomerRow): string[] {
  return [
    ...(givenId === null ? [] : [`id ${givenId}`]),
    ...(mobile === null ? [] : [`mobile ${mobile}`]),
    ...(email === null ? [] : [`email ${email}`]),
    ...(externalId === null ? [] : [`externalId ${externalId}`]),
  ]
}

/** What the customer of a row that was not refused is known by, in this row and in others of the file. */
export const namesOf = (row: CustomerRow): string[] => [
  ...keysOf(row),
  ...(row.thereId === null || row.thereId === row.givenId ? [] : [`id ${row.thereId}`]),
]

/** Names that were stored by earlier releases may have blanks around them. */
function sameNames(row: CustomerRow, firstName: string, lastName: string): boolean {
  return (
    (row.firstName === '' || row.firstName === trimmedText(firstName)) &&
    (row.lastName === '' || row.lastName === trimmedText(lastName))
  )
}

const contradicts = (what: string): CustomerVerdict => ({ reason: `it contradicts ${what}`, code: null })
