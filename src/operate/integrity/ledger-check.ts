/**
 * Invariants of an organisation's books, as SQL that returns a row for every violation: the subject, the actual value
 * and the expected one. $1 is the organisation.
 */
export interface LedgerCheck {
  readonly name: string
  readonly sql: string
}
