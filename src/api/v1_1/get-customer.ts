import { Type } from 'typebox'
import { historyFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import {
  listCustomerCoupons,
  type CustomerCoupons,
  type ListedCoupon,
} from '../../ledger/coupons/list-customer-coupons.ts'
import { Refusal } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { readBoolean, readEnum, readInteger } from '../../http/query-parameters.ts'
import { customerParameters } from './customer.ts'
import { noCustomerToWire, orNoCustomer, readCustomerOfHistory } from './customer-coupons.ts'
import { flag, itemStatus, openQuestion, sendItems, type Item } from '../../http/v1_1-envelope.ts'
import { answerSchema, formatParameter, itemFields, produces, responses, textOrNull } from './schemas.ts'
import { localTime } from './wire.ts'

const maxLimit = 1_000
const sortKeys = ['created_date', 'created_by', 'valid_till'] as const
const sortKeyOfParameter = {
  created_date: 'createdDate',
  created_by: 'createdBy',
  valid_till: 'validTill',
} as const

const answer = answerSchema({
  customers: Type.Object({
    customer: Type.Object({
      firstname: Type.Optional(Type.String()),
      lastname: Type.Optional(Type.String()),
      email: textOrNull,
      mobile: textOrNull,
      external_id: textOrNull,
      user_id: Type.Optional(Type.String()),
      coupons: Type.Optional(
        Type.Array(
          Type.Object({
            id: Type.String(),
            series_id: Type.String(),
            code: Type.String(),
            description: Type.String(),
            created_date: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
            valid_till: Type.String({ description: 'YYYY-MM-DD HH:MM:SS.' }),
            redeemed: Type.String({ description: 'true or false.' }),
          }),
        ),
      ),
      ...itemFields,
    }),
  }),
})

/** `GET /v1.1/customer/get`: a customer with its coupons. What else the original tells of customers is not kept here. */
export function registerGetCustomer(app: App, context: Context): void {
  app.get(
    '/v1.1/customer/get',
    {
      config: { failure: 'v1.1' },
      schema: {
        operationId: 'getCustomerV11',
        summary: 'A customer with its coupons',
        tags: ['Version 1.1'],
        produces,
        querystring: Type.Object({
          ...formatParameter,
          ...customerParameters,
          user_id: Type.Optional(Type.String({ description: 'true: with the id of the customer.' })),
          coupon_limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default 100.` })),
          coupon_offset: Type.Optional(Type.String({ description: 'Coupons to skip; default 0.' })),
          coupon_order_by: Type.Optional(
            Type.String({
              description: `${sortKeys.join(', ')}; default created_date. created_by: the till.`,
            }),
          ),
          coupon_sort_order: Type.Optional(Type.String({ description: 'asc or desc; default desc.' })),
          coupon_active: Type.Optional(
            Type.String({ description: 'true: only those that have not expired.' }),
          ),
        }),
        response: responses(answer),
      },
    },
    async (request, reply) => {
      const { caller, query } = await openQuestion(request, 'customer', 'coupon')
      const withId = readBoolean(query, 'user_id') ?? false
      const asked = {
        ...readCustomerOfHistory(query, caller),
        statuses: readBoolean(query, 'coupon_active') === true ? (['ACTIVE'] as const) : [],
        transactionNumbers: [],
        sortOrder: readEnum(query, 'coupon_sort_order', ['ASC', 'DESC'] as const) ?? 'DESC',
        sortKey: sortKeyOfParameter[readEnum(query, 'coupon_order_by', sortKeys) ?? 'created_date'],
        limit: readInteger(query, 'coupon_limit', { min: 1, max: maxLimit }) ?? 100,
        offset: readInteger(query, 'coupon_offset', { min: 0, max: 2_147_483_647 }) ?? 0,
        withVerdicts: false,
      }
      const found = await orNoCustomer(() => listCustomerCoupons(context, caller, asked))
      const item =
        found instanceof Refusal
          ? noCustomerToWire(query, found)
          : customerToWire(historyFor(caller, found), caller.timeZone, withId)
      return sendItems(reply, request, [item], { customers: { customer: item.wire } })
    },
  )
}

function customerToWire(found: CustomerCoupons, timeZone: string, withId: boolean): Item {
  return {
    isFailed: false,
    wire: {
      firstname: found.firstName,
      lastname: found.lastName,
      email: found.email,
      mobile: found.mobile,
      external_id: found.externalId,
      ...(withId && { user_id: String(found.customerId) }),
      coupons: found.coupons.map((coupon) => couponToWire(coupon, timeZone)),
      item_status: itemStatus(true, 1000, 'Customer successfully retrieved'),
    },
  }
}

function couponToWire(coupon: ListedCoupon, timeZone: string) {
  return {
    id: String(coupon.id),
    series_id: String(coupon.seriesId),
    code: coupon.code,
    description: coupon.terms.description,
    created_date: localTime(timeZone, coupon.createdAtS),
    valid_till: localTime(timeZone, coupon.validUntilS),
    redeemed: flag(coupon.redemptions.length > 0),
  }
}
