import type { Source } from './customer-rules.ts'

/** A value that a caller attached under a name; null takes the name away. */
export type FieldValue = string | number | boolean | null

/** A way to reach a customer, as the caller gave it. */
export interface CommChannel {
  readonly type: string
  readonly value: string
  readonly primary: boolean
  readonly verified: boolean
  readonly meta: Readonly<Record<string, FieldValue>>
  readonly attributes: Readonly<Record<string, FieldValue>>
}

/** What a caller says of a customer beside its identifiers. Undefined: nothing, what is there stays. */
export interface GivenProfile {
  readonly source: Source
  readonly firstName: string | undefined
  readonly lastName: string | undefined
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly extendedFields: Readonly<Record<string, FieldValue>>
  readonly commChannels: readonly CommChannel[] | undefined
  readonly loyaltyType: 'loyalty' | 'non_loyalty' | undefined
  /** When registered, epoch seconds, as the caller states it. */
  readonly registeredAtS: number | undefined
}
