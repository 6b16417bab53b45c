import { Type, type Static } from 'typebox'
import type { Caller } from '../../access/caller.ts'
import type { Context } from '../../context.ts'
import { findCustomer } from '../../customers/find-customer.ts'
import { badParameter, Refusal } from '../../errors.ts'
import type { CustomerReference } from '../../redemptions/redemption-state.ts'
import { isId } from '../../values/ids.ts'
import { normaliseIdentifier, type Identifier, type IdentifierType } from '../../values/identifier.ts'

/** A number, or text that holds one: tills send both. */
export const numeric = Type.Union([Type.Number(), Type.String({ maxLength: 40 })])

/** Whose coupons are meant: one of the keys is enough; empty ones are ignored. */
export const customerFields = Type.Object(
  {
    id: Type.Optional(Type.Union([numeric, Type.Null()])),
    mobile: Type.Optional(Type.Union([numeric, Type.Null()])),
    email: Type.Optional(Type.Union([Type.String({ maxLength: 320 }), Type.Null()])),
    externalId: Type.Optional(Type.Union([numeric, Type.Null()])),
  },
  { description: 'One of id, mobile, email, externalId.' },
)

export const placeFields = { code: Type.String(), name: Type.String() }

export function readNumber(name: string, value: number | string): number {
  const number = typeof value === 'number' ? value : Number(value.trim() || Number.NaN)
  if (!Number.isFinite(number)) throw badParameter(name, String(value), 'a number')
  return number
}

export function readId(name: string, value: number | string): number {
  const id = typeof value === 'number' ? value : /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (!isId(id)) throw badParameter(name, String(value), 'an id')
  return id
}

export function readAmount(name: string, value: number | string): number {
  const amount = readNumber(name, value)
  if (amount < 0 || amount > 999_999_999_999)
    throw badParameter(name, String(value), 'an amount of 0 to 999999999999')
  return amount
}

/** Text that the database can hold. */
export function readText(name: string, value: string, maxLength: number): string {
  // oxlint-disable-next-line no-control-regex
  if (value.length > maxLength || /[\u0000-\u001F]/.test(value)) {
    throw badParameter(name, value, `at most ${maxLength} characters without control characters`)
  }
  return value
}

/**
 * The customer that an object of identifiers names: one identifier stays one to be looked up where it is needed,
 * several are looked up now, because they must lead to the same customer.
 *
 * @throws Refusal 400 when none is given, 701 when they lead to nobody.
 */
export async function readCustomer(
  context: Context,
  caller: Caller,
  fields: Static<typeof customerFields>,
): Promise<CustomerReference> {
  const identifiers: Identifier[] = []
  const given = (value: number | string | null | undefined): string =>
    value === null || value === undefined ? '' : String(value)
  for (const type of ['mobile', 'email', 'externalId'] as const satisfies readonly IdentifierType[]) {
    const text = given(fields[type])
    if (text === '') continue
    const value = normaliseIdentifier(type, text, caller.country)
    // What cannot be an identifier leads to nobody.
    if (value === undefined) throw new Refusal(701)
    identifiers.push({ type, value: readText(type, value, 320) })
  }
  const idText = given(fields.id)
  const customerId = idText === '' ? undefined : readId('id', idText)
  if (identifiers.length === 0 && customerId === undefined) {
    throw new Refusal(400, 'Name the customer by one of id, mobile, email or externalId')
  }
  if (identifiers.length + (customerId === undefined ? 0 : 1) === 1)
    return { customerId, identifier: identifiers[0] }
  try {
    const found = await findCustomer(context, caller.orgId, identifiers, customerId)
    return { customerId: found, identifier: undefined }
  } catch (error) {
    if (error instanceof Refusal && error.code === 8015) throw new Refusal(701)
    throw error
  }
}
