import { Type } from 'typebox'
import type { CustomerDetails } from '../../ledger/customers/read-details.ts'
import type { Refusal } from '../../values/errors.ts'
import { constant, shapeOf } from '../../http/shape.ts'
import { flag, type TwoWays, whole } from '../../http/v1_1-values.ts'
import { statusOf, type Item } from '../../http/v1_1-envelope.ts'
import { place, requestStatus, textOrNull } from './schemas.ts'
import { fieldList, fieldsToWire, identifierOf, localTime } from './wire.ts'

/** How the customer calls print customers and results. Their codes are text. */

export interface OutgoingCustomer {
  readonly customer: CustomerDetails
  readonly timeZone: string
}

/** A part of the request that was not executed although the rest was. */
export type CustomerWarning = Pick<Refusal, 'code' | 'message'>

const codeText = Type.Unsafe<TwoWays>(
  Type.Union([Type.String(), Type.Integer()], {
    description: 'Text; a number for callers with typed answers.',
  }),
)

export const customerItemStatus = Type.Object({
  success: requestStatus.properties.success,
  code: codeText,
  message: Type.String(),
  warnings: Type.Object({
    warning: Type.Array(Type.Object({ code: codeText, message: Type.String() })),
  }),
})

export const customerStatus = (
  isOk: boolean,
  code: number,
  message: string,
  warnings: readonly CustomerWarning[] = [],
) => ({
  success: flag(isOk),
  code: whole(code),
  message,
  warnings: { warning: warnings.map((one) => ({ code: whole(one.code), message: one.message })) },
})

/** The overall status also has counts. */
export const countedStatus = Type.Object({
  ...requestStatus.properties,
  total: Type.String({ description: 'How many customers were asked for.' }),
  success_count: Type.String(),
})

export const countedStatusOf = (items: readonly Item[]) => ({
  ...statusOf(items),
  total: String(items.length),
  success_count: String(items.filter(({ isFailed }) => !isFailed).length),
})

const emptyListOf = (name: string) => ({
  schema: Type.Object({ [name]: Type.Array(Type.Unknown(), { maxItems: 0 }) }),
  from: () => ({ [name]: [] as unknown[] }),
})
const text = (from: (customer: CustomerDetails) => string) => ({
  schema: Type.String(),
  from: ({ customer }: OutgoingCustomer) => from(customer),
})
const orNull = (from: (customer: CustomerDetails) => string | null) => ({
  schema: textOrNull,
  from: ({ customer }: OutgoingCustomer) => from(customer),
})
const time = (from: (customer: CustomerDetails) => number) => ({
  schema: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
  from: ({ customer, timeZone }: OutgoingCustomer) => localTime(timeZone, from(customer)),
})
const nothing = { schema: Type.Null(), from: () => null }

const name = {
  firstname: text(({ firstName }) => firstName),
  lastname: text(({ lastName }) => lastName),
  mobile: orNull((customer) => identifierOf(customer, 'mobile')),
  email: orNull((customer) => identifierOf(customer, 'email')),
  external_id: orNull((customer) => identifierOf(customer, 'externalId')),
}
const dates = {
  registered_on: time(({ registeredAtS }) => registeredAtS),
  updated_on: time(({ updatedAtS }) => updatedAtS),
  type: text(({ loyaltyType }) => loyaltyType.toUpperCase()),
  source: text(({ source }) => source.toLowerCase()),
}
const customFields = {
  schema: fieldList,
  from: ({ customer }: OutgoingCustomer) => fieldsToWire(customer.fields),
}
const extendedFields = {
  schema: fieldList,
  from: ({ customer }: OutgoingCustomer) => fieldsToWire(customer.extendedFields),
}
const fraudStatus = ({ isBlocked }: CustomerDetails): string => (isBlocked ? 'CONFIRMED' : 'NONE')

/** A customer in answers to additions and updates. Points, tiers and purchases are not stored here. */
export const writtenCustomer = shapeOf<OutgoingCustomer>()({
  user_id: { schema: Type.Integer(), from: ({ customer }) => customer.id },
  ...name,
  lifetime_points: constant(0),
  loyalty_points: constant(0),
  current_slab: nothing,
  tier_expiry_date: nothing,
  points_summaries: emptyListOf('points_summary'),
  lifetime_purchases: constant(0),
  ...dates,
  fraud_status: text(fraudStatus),
  reason: constant(''),
  custom_fields: customFields,
  extended_fields: extendedFields,
  subscriptions: emptyListOf('subscription'),
  side_effects: emptyListOf('effect'),
})

const gender = ({ extendedFields }: CustomerDetails): string | null => {
  const value = extendedFields['gender']
  return value === undefined || value === null ? null : String(value)
}
const registeredBy = (
  from: (by: NonNullable<CustomerDetails['registeredBy']>) => { code: string; name: string },
) => ({
  schema: place,
  from: ({ customer: { registeredBy: by } }: OutgoingCustomer) =>
    by === null ? { code: '', name: '' } : from(by),
})

/** A customer in answers to reads, up to the coupons. */
export const readCustomer = shapeOf<OutgoingCustomer & { readonly withId: boolean }>()({
  ...name,
  lifetime_points: constant(0),
  lifetime_purchases: constant(0),
  loyalty_points: constant(0),
  current_slab: nothing,
  ...dates,
  identifiers: { schema: Type.Array(Type.Unknown(), { maxItems: 0 }), from: () => [] as unknown[] },
  gender: orNull(gender),
  registered_by: text(({ registeredBy: by }) => by?.store.name ?? ''),
  registered_store: registeredBy(({ store }) => store),
  registered_till: registeredBy(({ code }) => ({ code, name: code })),
  user_groups2: { schema: Type.Array(Type.Unknown(), { maxItems: 0 }), from: () => [] as unknown[] },
  fraud_details: {
    schema: Type.Object({
      status: Type.String(),
      marked_by: Type.Literal(''),
      modified_on: Type.Literal(''),
      reason: Type.Literal(''),
    }),
    from: ({ customer }) => ({
      status: fraudStatus(customer),
      marked_by: '' as const,
      modified_on: '' as const,
      reason: '' as const,
    }),
  },
  trackers: constant(''),
  user_id: {
    schema: Type.Optional(Type.String()),
    from: ({ customer, withId }) => (withId ? String(customer.id) : undefined),
  },
  current_nps_status: nothing,
  custom_fields: customFields,
  extended_fields: extendedFields,
  transactions: emptyListOf('transaction'),
})
