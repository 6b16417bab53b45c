import type { IdentifierType } from '../../values/identifier.ts'

/** A customer as printed in answers. */
export interface CustomerProfile {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  /** Mobile first, then external id, then e-mail. */
  readonly identifiers: readonly { readonly type: IdentifierType; readonly value: string }[]
  readonly updatedAtS: number
}

/**
 * Parses identifiers as the database aggregates them: JSON text of `[type, value]` pairs, or null if there are none.
 */
export function identifiersOf(json: string | null): CustomerProfile['identifiers'] {
  const pairs = json === null ? [] : (JSON.parse(json) as [IdentifierType, string][])
  return pairs.map(([type, value]) => ({ type, value }))
}
