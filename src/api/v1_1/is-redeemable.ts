import { Type } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import { personFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { catalogue, Refusal, refuse } from '../../values/errors.ts'
import { checkCodes } from '../../ledger/redemptions/check-redeemable.ts'
import type { CouponVerdict } from '../../ledger/redemptions/redeem-rules.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import { readEnum } from '../../http/query-parameters.ts'
import { redeemable } from '../v2/redemption-wire.ts'
import {
  customerParameters,
  readBodyCustomer,
  readQueryFields,
  requireCustomer,
  sentToWire,
  type CustomerBody,
} from './customer.ts'
import {
  checkCount,
  flag,
  itemRefused,
  orRefusal,
  sendItems,
  unwrapped,
  type Item,
} from '../../http/v1_1-envelope.ts'
import {
  answerSchema,
  formatParameter,
  oneOrSeveral,
  produces,
  responses,
  seriesInfoFields,
  text,
  textOrNull,
} from './schemas.ts'
import { customerToWire, identifierOf, seriesInfoToWire } from './wire.ts'

const maxCodes = 50

const answer = answerSchema({
  coupons: Type.Object({
    redeemable: oneOrSeveral({
      mobile: textOrNull,
      code: Type.String(),
      is_redeemable: Type.String({ description: 'true or false.' }),
      redemptions_left: Type.Optional(Type.Integer({ description: '-1: no limit.' })),
      no_of_redemptions_by_user: Type.Optional(Type.Integer()),
      coupon_value: text,
      customer: Type.Object({ mobile: textOrNull, email: textOrNull, external_id: textOrNull }),
      series_info: Type.Optional(Type.Object(seriesInfoFields)),
      item_status: Type.Object({
        success: Type.String(),
        status: text,
        code: Type.Integer({ description: '700, or why it would be refused.' }),
        message: Type.String(),
      }),
    }),
  }),
})

/** `GET /v1.1/coupon/isredeemable`: would these coupons be redeemed now? A "no" is an answer, not a failure. */
export function registerIsRedeemable(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/coupon/isredeemable`, {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `isRedeemable${suffix}`,
      summary: 'Would these coupons be redeemed?',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        code: Type.Optional(Type.String({ description: `Codes, at most ${maxCodes}. ${codeListRule}` })),
        details: Type.Optional(Type.String({ description: 'true or extended: with the series.' })),
        ...customerParameters,
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const codes = await readCodeList(context, caller, query, 'code', { maxItems: 10_000 })
      if (codes.length === 0) throw refuse.couponIdOrCodeMissing()
      checkCount('code', codes, maxCodes)
      const withSeries = (readEnum(query, 'details', ['false', 'true', 'extended']) ?? 'false') !== 'false'
      const fields = requireCustomer(readQueryFields(query))
      const items = await orRefusal(() => checkAll(context, caller, codes, fields, withSeries))
      const told = items instanceof Refusal ? codes.map((code) => unknownToWire(code, fields, items)) : items
      return sendItems(reply, request, told, { coupons: { redeemable: unwrapped(told) } })
    },
  })
}

/** @throws Refusal 701 when the customer is unknown. */
async function checkAll(
  context: Context,
  caller: Caller,
  codes: readonly string[],
  fields: CustomerBody,
  withSeries: boolean,
): Promise<Item[]> {
  const reference = await readBodyCustomer(context, caller, fields)
  const { customer, coupons } = await checkCodes(context, caller, reference, codes)
  if (customer === undefined) throw refuse.customerNotFound()
  const person = personFor(caller, customer)
  return coupons.map((one, at) => ({
    isFailed: false,
    wire: itemToWire(one, codes[at] ?? '', person, withSeries ? caller.timeZone : undefined),
  }))
}

function itemToWire(
  { state, refusal, redemptionsLeft }: CouponVerdict,
  code: string,
  customer: CustomerProfile,
  seriesTimeZone: string | undefined,
) {
  const reason = refusal ?? 700
  return {
    mobile: identifierOf(customer, 'mobile'),
    code: state?.code ?? code,
    is_redeemable: flag(refusal === null),
    redemptions_left: redemptionsLeft,
    no_of_redemptions_by_user: state?.usage.redeemedThisCoupon ?? 0,
    ...(state && { coupon_value: String(state.series.discountValue) }),
    customer: customerToWire(customer, false),
    ...(state &&
      seriesTimeZone !== undefined && { series_info: seriesInfoToWire(state.series, seriesTimeZone) }),
    // The question was answered, whatever the answer is.
    item_status: {
      success: 'true',
      status: 'true',
      code: reason,
      message: refusal === null ? redeemable : catalogue[reason].message,
    },
  }
}

function unknownToWire(code: string, fields: CustomerBody, { code: reason, message }: Refusal): Item {
  const customer = sentToWire(fields)
  return {
    isFailed: true,
    wire: {
      mobile: customer.mobile,
      code,
      is_redeemable: 'false',
      customer,
      item_status: itemRefused(reason, message),
    },
  }
}
