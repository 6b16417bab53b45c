import type { Source } from './customer-rules.ts'

/** A value that a caller attached under a name; null removes the name. */
export type FieldValue = string | number | boolean | null

/** A channel for contacting a customer, as the caller gave it. */
export interface CommChannel {
  readonly type: string
  readonly value: string
  readonly primary: boolean
  readonly verified: boolean
  readonly meta: Readonly<Record<string, FieldValue>>
  readonly attributes: Readonly<Record<string, FieldValue>>
}

/**
 * Customer data that a caller provides besides the identifiers. Undefined: not provided, so the existing value is kept.
 */
export interface GivenProfile {
  readonly source: Source
  readonly firstName: string | undefined
  readonly lastName: string | undefined
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly extendedFields: Readonly<Record<string, FieldValue>>
  readonly commChannels: readonly CommChannel[] | undefined
  readonly loyaltyType: 'loyalty' | 'non_loyalty' | undefined
  /** Registration instant as stated by the caller, in epoch seconds. */
  readonly registeredAtS: number | undefined
}
