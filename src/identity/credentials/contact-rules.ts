import type { Caller } from '../../values/caller.ts'

interface Person {
  readonly firstName: string
  readonly lastName: string
  readonly identifiers: readonly unknown[]
}

interface PersonInHistory {
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string | null
  readonly email: string | null
  readonly externalId: string | null
}

type Reader = Pick<Caller, 'access'>

/**
 * Whether a caller may see data that identifies a person elsewhere: names, mobile numbers, e-mail addresses and
 * external ids.
 */
export const seesContacts = ({ access }: Reader): boolean => access.customer !== 'none'

/** Reduces a person to what the caller may see: a caller who may not read customers sees only the id. */
export const personFor = <One extends Person>(caller: Reader, person: One): One =>
  seesContacts(caller) ? person : { ...person, firstName: '', lastName: '', identifiers: [] }

/** The same for the customer of a history. */
export const historyFor = <History extends PersonInHistory>(caller: Reader, history: History): History =>
  seesContacts(caller)
    ? history
    : { ...history, firstName: '', lastName: '', mobile: null, email: null, externalId: null }
