import { Type, type Static, type TSchema } from 'typebox'
import type { Caller } from '../values/caller.ts'
import type { Context } from '../ledger/context.ts'
import { findCustomer } from '../ledger/customers/find-customer.ts'
import { badParameter, Refusal, refuse } from '../values/errors.ts'
import type { CustomerReference } from '../ledger/redemptions/redemption-state.ts'
import { maxAmount, readThousandths } from '../values/amount.ts'
import { maxCodeLength, typedCode } from '../values/coupon-code.ts'
import { isId, parseId } from '../values/ids.ts'
import { hasControlCharacters } from '../values/text.ts'
import { readAsNumber } from './text-fields.ts'
import { normaliseIdentifier, type Identifier, type IdentifierType } from '../values/identifier.ts'

/** A number or its text, since tills send both. */
export const numeric = Type.Union([Type.Number(), Type.String({ maxLength: 40, ...readAsNumber })])

/** An optional field; null counts as absent. */
export const optional = <Schema extends TSchema>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]))

/**
 * Named values. The pattern matches every name; that of TypeBox does not match names with line breaks, whose values
 * would not be validated.
 */
export const record = <Schema extends TSchema>(values: Schema, options: { maxProperties?: number } = {}) =>
  Type.Record(Type.String({ pattern: '^' }), values, options)

/** The value of a field; undefined if it is absent, null or empty. */
export function given<Value>(value: Value | null | undefined): Value | undefined {
  return value === null || value === '' ? undefined : value
}

/** The identifiers of a customer. One key suffices; empty ones are ignored. */
export const customerFields = Type.Object(
  {
    id: optional(numeric),
    mobile: optional(Type.Union([Type.Number(), Type.String({ maxLength: 40 })])),
    email: optional(Type.String({ maxLength: 320 })),
    externalId: optional(Type.Union([Type.Number(), Type.String({ maxLength: 320 })])),
  },
  { title: 'CustomerReference', description: 'One of id, mobile, email, externalId.' },
)

export function readNumber(name: string, value: number | string): number {
  // Excludes other texts that JavaScript converts to numbers: hexadecimal ones, an empty text.
  const isDecimal = typeof value === 'number' || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value.trim())
  const number = isDecimal ? Number(value) : Number.NaN
  if (!Number.isFinite(number)) throw badParameter(name, String(value), 'a number')
  return number
}

export function readId(name: string, value: number | string): number {
  const id = typeof value === 'number' ? value : parseId(value)
  if (!isId(id)) throw badParameter(name, String(value), 'an id')
  return id
}

/** Reads the amount of a bill, to the thousandth. */
export function readAmount(name: string, value: number | string): number {
  const amount = readThousandths(value)
  if (amount === undefined) throw badParameter(name, String(value), `an amount of 0 to ${maxAmount}`)
  return amount
}

/** Reads text that may be a JSON number. One beyond 2^53 has lost digits, and would be another code or customer. */
export function readDigits(name: string, value: string | number): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw badParameter(name, String(value), 'text, or a whole number below 2^53')
  return String(value)
}

/** Reads a code to look up. Surrounding blanks and invisible characters, which are often pasted along, are ignored. */
export function readCode(name: string, value: string | number): string {
  return readText(name, typedCode(readDigits(name, value)), maxCodeLength)
}

/** Reads any other code: of a series, of a product, or a new one for coupons. Surrounding blanks are ignored. */
export function readPlainCode(name: string, value: string | number): string {
  return readText(name, readDigits(name, value).trim(), maxCodeLength)
}

/** Reads text that the database can store. */
export function readText(name: string, value: string, maxLength: number): string {
  if (value.length > maxLength || hasControlCharacters(value)) {
    throw badParameter(name, value, `at most ${maxLength} characters without control characters`)
  }
  return value
}

/** The customer of a call in which it is optional; undefined if all identifiers are empty. */
export function givenCustomer(
  fields: Static<typeof customerFields> | null | undefined,
): Static<typeof customerFields> | undefined {
  const isNamed = Object.values(fields ?? {}).some((value) => given(value) !== undefined)
  return isNamed ? (fields ?? undefined) : undefined
}

/**
 * The customer that an object of identifiers names. A single identifier is looked up later, where it is needed. Several
 * are looked up at once, because unknown ones are ignored and the others must belong to one customer.
 *
 * @throws Refusal 400 without an identifier, 701 for unknown ones and for those of different customers.
 */
export async function readCustomer(
  context: Context,
  caller: Caller,
  fields: Static<typeof customerFields>,
): Promise<CustomerReference> {
  const identifiers: Identifier[] = []
  let hasUnreadable = false
  for (const type of ['mobile', 'email', 'externalId'] as const satisfies readonly IdentifierType[]) {
    const field = given(fields[type])
    if (field === undefined) continue
    const text = readDigits(type, field)
    const value = normaliseIdentifier(type, text, caller.country)
    // Text that cannot be an identifier is an unknown one.
    if (value === undefined) hasUnreadable = true
    else identifiers.push({ type, value: readText(type, value, 320) })
  }
  const id = given(fields.id)
  const customerId = id === undefined ? undefined : readId('id', id)
  const isAlone = identifiers.length === 0 && customerId === undefined
  if (hasUnreadable && (isAlone || caller.settings.identifiers === 'strict')) throw refuse.customerNotFound()
  if (isAlone) {
    throw refuse.badRequest('Name the customer by one of id, mobile, email or externalId')
  }
  if (identifiers.length + (customerId === undefined ? 0 : 1) === 1)
    return { customerId, identifier: identifiers[0] }
  try {
    const found = await findCustomer(context, caller, identifiers, customerId)
    return { customerId: found, identifier: undefined }
  } catch (error) {
    if (error instanceof Refusal && error.code === 8015) throw refuse.customerNotFound()
    if (error instanceof Refusal && error.code === 1047) throw refuse.customerNotFound(error.message)
    throw error
  }
}
