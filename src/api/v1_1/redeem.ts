import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { redeemCoupons } from '../../ledger/redemptions/redeem-coupons.ts'
import type { RequestOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readBoolean } from '../../http/query-parameters.ts'
import { readHoldHeader } from '../../http/hold-header.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { redeemHeaders } from '../../http/envelope.ts'
import { given } from '../../http/fields.ts'
import {
  itemStatus,
  maxItems,
  orRefusal,
  readFormat,
  readItems,
  sendWrittenItems,
  sortItems,
  unwrapped,
  type Item,
  type RefusedItem,
} from '../../http/v1_1-envelope.ts'
import { redeemed } from '../v2/redemption-wire.ts'
import { sentToWire } from './customer.ts'
import {
  billOf,
  codesOf,
  discountsOf,
  readRedemption,
  wantedRedemption,
  type WantedRedemption,
} from './redeem-request.ts'
import { couponRefused } from './refusals.ts'
import {
  answerSchema,
  consumes,
  formatParameter,
  itemFields,
  itemsBody,
  oneOrSeveral,
  produces,
  responses,
  text,
  textOrNull,
  userIdParameter,
} from './schemas.ts'
import { customerToWire } from './wire.ts'

const answer = answerSchema({
  coupons: Type.Object({
    coupon: oneOrSeveral({
      customer: Type.Object({
        mobile: textOrNull,
        email: textOrNull,
        external_id: textOrNull,
        user_id: text,
      }),
      redemption_id: text,
      code: Type.String(),
      discount_code: text,
      series_code: text,
      series_info: Type.Optional(Type.Array(Type.Unknown())),
      is_absolute: Type.String({ description: 'true or false.' }),
      coupon_value: text,
      transaction: Type.Object({ amount: Type.String(), number: Type.String() }),
      side_effects: Type.Array(Type.Unknown()),
      ...itemFields,
    }),
  }),
})

/** `POST /v1.1/coupon/redeem`: redeems coupons separately; a refused item does not affect the others. */
export function registerRedeem(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `POST ${prefix}/coupon/redeem`, {
    access: ['coupon', 'write'],
    failure: 'v1.1',
    schema: {
      operationId: `redeemCoupons${suffix}`,
      summary: 'Redeem coupons, each by itself',
      description: `At most ${maxItems} coupons. Where some are refused, success is partial.`,
      tags: ['Version 1.1'],
      consumes,
      produces,
      headers: redeemHeaders,
      querystring: Type.Object({ ...formatParameter, ...userIdParameter }),
      body: itemsBody('coupon', wantedRedemption),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const format = readFormat(request)
      const withId = readBoolean(request.query, 'user_id') ?? false
      const idempotencyKey = readIdempotencyKey(request, caller)
      const list = readItems('coupon', request.body.root.coupon)
      const codes = await codesOf(context, caller, list)
      const discounts = discountsOf(list, caller)
      const read = await Promise.all(
        list.map((one, at) =>
          orRefusal(() => readRedemption(context, caller, one, codes[at], discounts[at])),
        ),
      )
      const sorted = sortItems(format, read)
      const done =
        sorted.requests.length === 0
          ? { outcome: { requests: [] }, presentation: sorted.presentation, isReplay: false }
          : await redeemCoupons(context, caller, {
              ...sorted,
              requests: sorted.requests.map((one) => ({ ...one, ...readHoldHeader(request) })),
              idempotencyKey,
              requestId: request.id,
            })
      return sendWrittenItems<RequestOutcome>(
        reply,
        request,
        done,
        (one, at) => itemToWire(list[at] ?? {}, one, withId),
        (items) => ({ content: { coupons: { coupon: unwrapped(items) } } }),
      )
    },
  })
}

/** The bill as it was sent, with two decimals. */
function billToWire(sent: WantedRedemption) {
  const bill = billOf(sent)
  const amount = Number(given(bill?.amount) ?? 0)
  return {
    amount: (Number.isFinite(amount) ? amount : 0).toFixed(2),
    number: String(bill?.number ?? ''),
  }
}

function itemToWire(sent: WantedRedemption, told: RequestOutcome | RefusedItem, withId: boolean): Item {
  const [refused, outcome] = 'at' in told ? [told, undefined] : [undefined, told]
  const [one] = outcome?.coupons ?? []
  const coupon = one?.coupon
  const code = coupon?.code ?? String(given(sent.code) ?? '')
  const customer =
    outcome?.customer === undefined ? sentToWire(sent.customer) : customerToWire(outcome.customer, withId)
  if (coupon === undefined || one?.refusal !== null) {
    const refusal = refused?.code ?? one?.refusal ?? 701
    return {
      isFailed: true,
      wire: {
        customer,
        code,
        is_absolute: 'false',
        transaction: billToWire(sent),
        side_effects: [],
        item_status: couponRefused(refusal, refused?.message),
      },
    }
  }
  return {
    isFailed: false,
    wire: {
      customer,
      redemption_id: String(one.redemptionId ?? -1),
      code,
      discount_code: coupon.discountCode ?? 'NO_VALUE',
      series_code: String(coupon.seriesId),
      series_info: [],
      is_absolute: String(coupon.discountType === 'ABS'),
      coupon_value: String(coupon.discountValue),
      transaction: billToWire(sent),
      side_effects: [],
      item_status: itemStatus(true, 700, redeemed),
    },
  }
}
