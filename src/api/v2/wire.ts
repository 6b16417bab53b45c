import type { Static } from 'typebox'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { catalogue, type Code } from '../../values/errors.ts'
import { formatInstant } from '../../values/calendar.ts'
import type { shortCustomer } from '../../http/answer-fields.ts'

/** The shortened profile in answers of coupon calls. */
export function profileToWire(customer: CustomerProfile, timeZone: string): Static<typeof shortCustomer> {
  const identifiers = customer.identifiers.map(({ type, value }) => ({ type, value }))
  return {
    id: customer.id,
    profiles: [
      {
        firstName: customer.firstName,
        lastName: customer.lastName,
        fields: {},
        allFields: {},
        identifiers,
        commChannels: [],
        userId: customer.id,
        accountId: '',
        autoUpdateTime: formatInstant(timeZone, customer.updatedAtS),
        identifiersAll: identifiers,
      },
    ],
  }
}

/** A status as most calls print it. */
export function statusToWire(code: Code, message: string = catalogue[code].message) {
  return { status: false, code, message }
}
