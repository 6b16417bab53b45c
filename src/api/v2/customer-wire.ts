import { Type, type Static } from 'typebox'
import type { Warning } from '../../ledger/customers/customer-rules.ts'
import type { CommChannel } from '../../ledger/customers/given-profile.ts'
import type { ActingTill, CustomerDetails } from '../../ledger/customers/read-details.ts'
import { formatInstant } from '../../values/calendar.ts'
import { emptyList, emptyObject, identifiers, instant, pagination, status } from '../../http/answer-fields.ts'
import { record } from '../../http/fields.ts'

const till = Type.Object({
  id: Type.Integer(),
  code: Type.String(),
  name: Type.String(),
  type: Type.Literal('TILL'),
  referenceId: Type.Literal(-1),
  default: Type.Literal(false),
})

const attribution = Type.Object({
  createDate: instant('When the customer was registered.'),
  createdBy: Type.Optional(till),
  modifiedBy: Type.Optional(till),
  modifiedDate: instant('When the customer was last changed.'),
})

const anyFields = record(Type.Unknown())

const profile = Type.Object({
  firstName: Type.String(),
  lastName: Type.String(),
  attribution,
  fields: anyFields,
  allFields: anyFields,
  identifiers,
  commChannels: Type.Array(
    Type.Object({
      type: Type.String(),
      value: Type.String(),
      primary: Type.Boolean(),
      verified: Type.Boolean(),
      meta: anyFields,
      attributes: anyFields,
    }),
  ),
  source: Type.String(),
  userId: Type.Integer(),
  accountId: Type.Literal(''),
  conflictingProfileList: emptyList,
  autoUpdateTime: instant('When the customer was last changed.'),
  identifiersAll: identifiers,
})

/** A customer with all stored data. */
export const detailsAnswer = Type.Object({
  id: Type.Integer(),
  profiles: Type.Array(profile),
  loyaltyInfo: Type.Object({
    loyaltyType: Type.String(),
    attributionV2: attribution,
    lifetimePurchases: Type.Literal(0),
  }),
  segments: emptyObject,
  extendedFields: anyFields,
  warnings: emptyList,
})

export const searchAnswer = Type.Object({
  pagination,
  data: Type.Array(
    Type.Object({
      userId: Type.Integer(),
      matchedIdentifiers: identifiers,
      profiles: Type.Array(profile),
    }),
  ),
  warnings: emptyList,
  errors: emptyList,
})

export const createdAnswer = Type.Object({
  createdId: Type.Integer(),
  warnings: Type.Array(status),
  sideEffects: emptyList,
})

export function warningsToWire(warnings: readonly Warning[]) {
  return warnings.map(({ code, message }) => ({ status: true, code, message }))
}

function tillToWire({ id, code }: ActingTill): Static<typeof till> {
  return { id, code, name: code, type: 'TILL', referenceId: -1, default: false }
}

function attributionToWire(customer: CustomerDetails, timeZone: string): Static<typeof attribution> {
  return {
    createDate: formatInstant(timeZone, customer.registeredAtS),
    ...(customer.registeredBy && { createdBy: tillToWire(customer.registeredBy) }),
    ...(customer.updatedBy && { modifiedBy: tillToWire(customer.updatedBy) }),
    modifiedDate: formatInstant(timeZone, customer.updatedAtS),
  }
}

function profilesToWire(customer: CustomerDetails, timeZone: string): Static<typeof profile>[] {
  const identifiers = customer.identifiers.map(({ type, value }) => ({ type, value }))
  return [
    {
      firstName: customer.firstName,
      lastName: customer.lastName,
      attribution: attributionToWire(customer, timeZone),
      fields: customer.fields,
      allFields: customer.fields,
      identifiers,
      commChannels: customer.commChannels.map(({ type, value, primary, verified, meta, attributes }) => ({
        type,
        value,
        primary,
        verified,
        meta: metaToWire(meta),
        attributes,
      })),
      source: customer.source,
      userId: customer.id,
      accountId: '',
      conflictingProfileList: [],
      autoUpdateTime: formatInstant(timeZone, customer.updatedAtS),
      identifiersAll: identifiers,
    },
  ]
}

/** The database stores names in its own order. */
function metaToWire({ residence, office, ...rest }: CommChannel['meta']) {
  return { ...(residence !== undefined && { residence }), ...(office !== undefined && { office }), ...rest }
}

/** A customer with all stored data, as the customer calls print it. */
export function detailsToWire(customer: CustomerDetails, timeZone: string): Static<typeof detailsAnswer> {
  return {
    id: customer.id,
    profiles: profilesToWire(customer, timeZone),
    loyaltyInfo: {
      loyaltyType: customer.loyaltyType,
      attributionV2: attributionToWire(customer, timeZone),
      // Purchases are not stored here.
      lifetimePurchases: 0,
    },
    segments: {},
    extendedFields: customer.extendedFields,
    warnings: [],
  }
}

/** A customer in the results of a search. `beginnings`: the searched text, in every form in which it is compared. */
export function foundToWire(customer: CustomerDetails, timeZone: string, beginnings: readonly string[]) {
  return {
    userId: customer.id,
    matchedIdentifiers: customer.identifiers
      .filter(({ value }) => beginnings.some((text) => value.toLowerCase().startsWith(text.toLowerCase())))
      .map(({ type, value }) => ({ type, value })),
    profiles: profilesToWire(customer, timeZone),
  }
}
