import type { IdentifierType } from '../../values/identifier.ts'

/** Who a customer is, as answers print it. */
export interface CustomerProfile {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  /** Mobile first, then external id, then e-mail. */
  readonly identifiers: readonly { readonly type: IdentifierType; readonly value: string }[]
  readonly updatedAtS: number
}

/** Identifiers as the database aggregates them: JSON text of `[type, value]` pairs; null when there is none. */
export function identifiersOf(json: string | null): CustomerProfile['identifiers'] {
  const pairs = json === null ? [] : (JSON.parse(json) as [IdentifierType, string][])
  return pairs.map(([type, value]) => ({ type, value }))
}
