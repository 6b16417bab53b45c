import { Type } from 'typebox'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { formatInstant } from '../../values/calendar.ts'

/** `yyyy-MM-dd HH:mm:ss` in local time of the organisation. */
export function localTime(timeZone: string, epochS: number): string {
  const instant = formatInstant(timeZone, epochS)
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`
}

/** The printed form of an identifier of a customer; null: none. */
export function identifierOf(
  { identifiers }: Pick<CustomerProfile, 'identifiers'>,
  wanted: CustomerProfile['identifiers'][number]['type'],
): string | null {
  return identifiers.find(({ type }) => type === wanted)?.value ?? null
}

/** The customer of a redemption or a check. */
export function customerToWire(customer: CustomerProfile, withId: boolean) {
  return {
    mobile: identifierOf(customer, 'mobile'),
    email: identifierOf(customer, 'email'),
    external_id: identifierOf(customer, 'externalId'),
    ...(withId && { user_id: String(customer.id) }),
  }
}

/** Names and texts as version 1.1 lists them. */
export const fieldList = Type.Object({
  field: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
})

export const fieldsToWire = (fields: Readonly<Record<string, unknown>> | null) => ({
  field: Object.entries(fields ?? {}).map(([name, value]) => ({ name, value: String(value) })),
})
