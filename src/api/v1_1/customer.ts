import { Type, type Static } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { refuse } from '../../values/errors.ts'
import type { CustomerReference } from '../../ledger/redemptions/redemption-state.ts'
import { readText, spelled, type Query } from '../../http/query-parameters.ts'
import { given, numeric, optional, readCustomer, readDigits } from '../../http/fields.ts'

/** A scalar of a body, which clients send as a number or as text. */
export const scalar = optional(Type.Union([Type.String({ maxLength: 2_000 }), Type.Number(), Type.Boolean()]))
export type Scalar = Static<typeof scalar> | undefined

/** The text of a scalar; undefined for an absent or empty one. */
export function textOf(name: string, value: Scalar): string | undefined {
  const stated = given(value)
  if (stated === undefined) return undefined
  return typeof stated === 'boolean' ? String(stated) : readDigits(name, stated)
}

const text = optional(Type.Union([Type.String({ maxLength: 320 }), Type.Number()]))

/** The customer of a coupon in a body. Cards are not stored here, so their numbers are unknown. */
export const customerBody = Type.Object(
  {
    mobile: text,
    email: text,
    external_id: text,
    id: optional(numeric),
    user_id: optional(numeric),
  },
  { description: 'One of mobile, email, external_id, id (also user_id).' },
)
export type CustomerBody = Static<typeof customerBody>

/** @throws Refusal 400 if the identifiers contradict each other, 701 if they are unknown or missing. */
export async function readBodyCustomer(
  context: Context,
  caller: Caller,
  customer: CustomerBody | null | undefined,
): Promise<CustomerReference> {
  const { mobile, email, external_id: externalId, id, user_id: userId } = customer ?? {}
  const fields = { mobile, email, externalId, id: given(id) ?? userId }
  if (Object.values(fields).every((value) => given(value) === undefined)) throw refuse.customerNotFound()
  return readCustomer(context, caller, {
    mobile: mobile === undefined ? null : typeof mobile === 'string' ? mobile.slice(0, 40) : mobile,
    email: textOf('email', email) ?? null,
    externalId: externalId ?? null,
    id: fields.id ?? null,
  })
}

/** The identifiers as they were sent, which an answer prints for an unknown customer. */
export function sentToWire(customer: CustomerBody | null | undefined) {
  const sent = (value: string | number | null | undefined) => {
    const stated = given(value)
    return stated === undefined ? null : String(stated)
  }
  return {
    mobile: sent(customer?.mobile),
    email: sent(customer?.email),
    external_id: sent(customer?.external_id),
  }
}

const identifier = (description: string) => Type.Optional(Type.String({ description }))

/** Query parameters that name a customer. */
export const customerParameters = {
  mobile: identifier('Mobile number, with or without country code.'),
  email: identifier('E-mail address; capitals do not matter.'),
  external_id: spelled('External id, exactly.', 'externalId', 'external_Id'),
  id: identifier('The customer’s own id.'),
}

/** The customer fields of a query. */
export function readQueryFields(query: Query, idName = 'id'): CustomerBody {
  return {
    mobile: readText(query, 'mobile') ?? null,
    email: readText(query, 'email') ?? null,
    external_id:
      readText(query, 'external_id') ??
      readText(query, 'externalId') ??
      readText(query, 'external_Id') ??
      null,
    id: readText(query, idName) ?? null,
  }
}

/** @throws Refusal 400 if the query names no customer. */
export function requireCustomer(fields: CustomerBody): CustomerBody {
  if (Object.values(fields).every((value) => given(value) === undefined))
    throw refuse.badRequest('Name the customer by one of mobile, email, external_id or id')
  return fields
}
