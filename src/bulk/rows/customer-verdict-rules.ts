import type { Code } from '../../values/errors.ts'
import { trimmedText } from '../../values/trimmed-text.ts'

/** A row of a customer file with the matching state of the ledger. */
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
  /** The customer of each identifier; null: none. */
  readonly mobileOf: number | null
  readonly emailOf: number | null
  readonly externalIdOf: number | null
  /** The customer with the id, or else with one of the identifiers. */
  readonly thereId: number | null
  readonly thereFirstName: string
  readonly thereLastName: string
}

export type CustomerVerdict = 'fresh' | 'present' | { readonly reason: string; readonly code: Code | null }

/** Earlier rows by id and by identifier. */
export type CustomersEarlier = Map<string, CustomerRow>

/**
 * An existing customer with the same names and identifiers counts as present; one with different ones is refused, and
 * never changed. Omitted values contradict nothing.
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

/** The keys under which a row is remembered. */
export function keysOf({ givenId, mobile, email, externalId }: CustomerRow): string[] {
  return [
    ...(givenId === null ? [] : [`id ${givenId}`]),
    ...(mobile === null ? [] : [`mobile ${mobile}`]),
    ...(email === null ? [] : [`email ${email}`]),
    ...(externalId === null ? [] : [`externalId ${externalId}`]),
  ]
}

/** All keys of a row's customer, in this row and in others of the file. */
export const namesOf = (row: CustomerRow): string[] => [
  ...keysOf(row),
  ...(row.thereId === null || row.thereId === row.givenId ? [] : [`id ${row.thereId}`]),
]

/** Names stored by earlier releases may have surrounding blanks. */
function sameNames(row: CustomerRow, firstName: string, lastName: string): boolean {
  return (
    (row.firstName === '' || row.firstName === trimmedText(firstName)) &&
    (row.lastName === '' || row.lastName === trimmedText(lastName))
  )
}

const contradicts = (what: string): CustomerVerdict => ({ reason: `it contradicts ${what}`, code: null })
