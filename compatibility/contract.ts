/**
 * The form in which the Capillary contract is written down here, in names only. What works is not said by hand: it
 * follows from the schemas of the routes, the catalogue of errors and the tests. By hand stands only what differs and
 * what is not there, with the reason.
 */

/**
 * Names of fields, separated by blanks; a field with others inside carries them in braces, a list the ones of its
 * items: `entity { pagination { limit offset } customers { id } }`. A star stands for any name: `customFields { * }`.
 */
export type Fields = string

/** `query limit`, `body customer.mobile`, `answer entity.pagination`, several names of one kind separated by blanks. */
type Place = string

export interface ContractCall {
  /** Method and path, as in `PUT /v2/coupon/series/{id}`. */
  readonly call: string
  /** Other paths of the same call, which answer the same. */
  readonly also?: readonly string[]
  readonly what: string
  readonly query?: Fields
  readonly body?: Fields
  readonly answer?: Fields
  /** The body of a refused request. */
  readonly failure?: Fields
  /** Why it is there and not as in the contract. */
  readonly differs?: Readonly<Record<Place, string>>
  /** Why it is not there; a field stands for all that are in it. */
  readonly missing?: Readonly<Record<Place, string>>
  /** How the call behaves differently where no single field tells it. */
  readonly notes?: readonly string[]
  /** Why the whole call is not there. */
  readonly isMissing?: string
}

export interface ContractCode {
  readonly what: string
  readonly differs?: string
  /** Why it never arises. */
  readonly missing?: string
}

/** A rule of the contract that no schema shows. */
export interface ContractRule {
  readonly rule: string
  /** The file and a part of the title of the test that holds it. */
  readonly test?: readonly [file: string, title: string]
  readonly differs?: string
  readonly missing?: string
}
