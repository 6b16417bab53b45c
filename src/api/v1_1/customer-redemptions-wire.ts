import { Type } from 'typebox'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import type {
  CustomerRedemption,
  CustomerRedemptions,
} from '../../ledger/redemptions/list-customer-redemptions.ts'
import type { Caller } from '../../values/caller.ts'
import { moneyOf, moneyText } from '../../values/money.ts'
import { answerSchema, booleanStatus, oneOrSeveral, place, text, textOrNull } from './schemas.ts'
import { fieldList, fieldsToWire, identifierOf, localTime } from './wire.ts'

const coupon = Type.Object({
  id: Type.String({ description: 'Of the redemption.' }),
  code: Type.String(),
  series_id: Type.String(),
  description: Type.String(),
  discount_code: Type.String(),
  discount_type: Type.String({ description: 'ABS or PERC.' }),
  discount_value: Type.String(),
  transaction_number: Type.String(),
  bill_id: Type.String({ description: '0: unknown.' }),
  redeemed_time: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
  redeemed_at: Type.String({ description: 'Code of the till; empty: unknown.' }),
  redeemed_store: Type.Optional(place),
  redeemed_till: Type.Optional(place),
  custom_fields: fieldList,
  discount_amount: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'The discount on the bill, such as 50.00; null: unknown. With include=discount.',
    }),
  ),
  discount_returned: Type.Optional(
    Type.String({
      description: 'The sum of its returns; omitted: nothing was returned. With include=discount.',
    }),
  ),
  returned_time: Type.Optional(
    Type.String({ description: 'YYYY-MM-DD HH:MM:SS: the latest return, with discount_returned.' }),
  ),
})

/** The answer of `GET /v1.1/customer/redemptions`. */
export const redemptionsAnswer = answerSchema(
  {
    customer: oneOrSeveral({
      mobile: textOrNull,
      email: textOrNull,
      external_id: textOrNull,
      firstname: text,
      lastname: text,
      user_id: text,
      user_groups2: Type.Optional(Type.Array(Type.Unknown())),
      rows: Type.Optional(Type.Integer({ description: 'All that match.' })),
      coupons_count: Type.Optional(textOrNull),
      points_count: Type.Optional(Type.Integer({ description: 'Points are not kept here: 0.' })),
      coupons_start_id: Type.Optional(textOrNull),
      points_start_id: Type.Optional(Type.Integer()),
      redemptions: Type.Optional(
        Type.Object({
          coupons: Type.Object({ coupon: Type.Union([Type.Array(coupon), Type.Null()]) }),
          points: Type.Object({ point: Type.Array(Type.Unknown()) }),
        }),
      ),
      item_status: Type.Optional(
        Type.Object({ success: Type.Boolean(), code: Type.Integer(), message: Type.String() }),
      ),
    }),
  },
  {},
  booleanStatus,
)

export function customerToWire(
  customer: CustomerProfile,
  { total, redemptions }: CustomerRedemptions,
  { timeZone, currency }: Pick<Caller, 'timeZone' | 'currency'>,
  { withId, withDiscount }: { withId: boolean; withDiscount: boolean },
) {
  const [first] = redemptions
  const printed = (amount: number): string => moneyText(moneyOf(amount), currency)
  const discountOf = ({ discountAmount, discountReturned, returnedAtS }: CustomerRedemption) => ({
    discount_amount: discountAmount === null ? null : printed(discountAmount),
    ...(discountReturned !== null && { discount_returned: printed(discountReturned) }),
    ...(returnedAtS !== null && { returned_time: localTime(timeZone, returnedAtS) }),
  })
  return {
    mobile: identifierOf(customer, 'mobile'),
    email: identifierOf(customer, 'email'),
    external_id: identifierOf(customer, 'externalId'),
    firstname: customer.firstName,
    lastname: customer.lastName,
    ...(withId && { user_id: String(customer.id) }),
    user_groups2: [],
    rows: total,
    coupons_count: total === 0 ? null : String(total),
    points_count: 0,
    coupons_start_id: first === undefined ? null : String(first.id),
    points_start_id: 0,
    redemptions: {
      coupons: {
        coupon:
          total === 0
            ? null
            : redemptions.map((one) => ({
                ...redemptionToWire(one, timeZone),
                ...(withDiscount && discountOf(one)),
              })),
      },
      points: { point: [] },
    },
  }
}

function redemptionToWire(one: CustomerRedemption, timeZone: string) {
  const { store, tillCode } = one
  return {
    id: String(one.id),
    code: one.code,
    series_id: String(one.seriesId),
    description: one.description,
    discount_code: one.discountCode ?? 'NO_VALUE',
    discount_type: one.discountType,
    discount_value: String(one.discountValue),
    transaction_number: one.transactionNumber,
    bill_id: String(one.billId ?? 0),
    redeemed_time: localTime(timeZone, one.redeemedAtS),
    redeemed_at: tillCode ?? '',
    ...(store && { redeemed_store: { name: store.name, code: store.code } }),
    ...(tillCode !== null && { redeemed_till: { name: tillCode, code: tillCode } }),
    custom_fields: fieldsToWire(one.customFields),
  }
}
