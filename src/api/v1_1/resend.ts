import { Type } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { readCodes } from '../../ledger/coupons/read-codes.ts'
import { type Code, Refusal, refuse } from '../../values/errors.ts'
import { checkCodes } from '../../ledger/redemptions/check-redeemable.ts'
import type { CouponVerdict } from '../../ledger/redemptions/redeem-rules.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import { readList, type Query } from '../../http/query-parameters.ts'
import { readId } from '../../http/fields.ts'
import { customerParameters, readBodyCustomer, readQueryFields, requireCustomer } from './customer.ts'
import {
  checkCount,
  itemRefused,
  itemStatus,
  maxItems,
  orRefusal,
  sendItems,
  type Item,
} from '../../http/v1_1-envelope.ts'
import { answerSchema, formatParameter, itemFields, produces, responses } from './schemas.ts'

const answer = answerSchema({
  coupons: Type.Object({
    coupon: Type.Array(
      Type.Object({
        id: Type.Optional(Type.String()),
        code: Type.Optional(Type.String()),
        ...itemFields,
      }),
    ),
  }),
})

/** The requested id or code, and the code that it identifies. */
interface Asked {
  readonly id: number | undefined
  readonly code: string | undefined
}

/**
 * `GET /v1.1/coupon/resend`: whether coupons may be sent to their holder again. This server sends no messages, so the
 * only effect is the answer, with the codes that a caller would send.
 */
export function registerResend(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/coupon/resend`, {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `resendCoupons${suffix}`,
      summary: 'Look up active coupons to send them again',
      description:
        'No message is sent: the answer says whether the customer holds the coupons and they are active.',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        code: Type.Optional(Type.String({ description: `Codes, at most ${maxItems}. ${codeListRule}` })),
        id: Type.Optional(Type.String({ description: `Ids of coupons, a comma list; at most ${maxItems}.` })),
        mobile: customerParameters.mobile,
        email: customerParameters.email,
        external_id: customerParameters.external_id,
        user_id: Type.Optional(Type.String({ description: 'The customer’s own id.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const asked = await readAsked(context, caller, query)
      const fields = requireCustomer(readQueryFields(query, 'user_id'))
      const customer = await orRefusal(() => readBodyCustomer(context, caller, fields))
      const items =
        customer instanceof Refusal
          ? asked.map((one) => itemToWire(one, undefined, customer.code))
          : await judgeAll(context, caller, asked, customer)
      return sendItems(reply, request, {
        items,
        content: { coupons: { coupon: items.map(({ wire }) => wire) } },
      })
    },
  })
}

/** @throws Refusal 400 without ids and codes, 1060 for too many. */
async function readAsked(context: Context, caller: Caller, query: Query): Promise<Asked[]> {
  const codes = await readCodeList(context, caller, query, 'code', { maxItems: 10_000 })
  const ids = readList(query, 'id', { maxItems: 10_000 }).map((id) => readId('id', id))
  if (codes.length + ids.length === 0) throw refuse.badRequest('Name the coupons by code or id')
  checkCount('code and id', [...codes, ...ids])
  const known = await readCodes(context, caller, ids)
  return [
    ...codes.map((code) => ({ id: undefined, code })),
    ...ids.map((id) => ({ id, code: known.get(id) })),
  ]
}

async function judgeAll(
  context: Context,
  caller: Caller,
  asked: readonly Asked[],
  customer: Awaited<ReturnType<typeof readBodyCustomer>>,
): Promise<Item[]> {
  const named = asked.filter(({ code }) => code !== undefined)
  const codes = named.map(({ code }) => code ?? '')
  const verdict = await checkCodes(context, caller, customer, codes, 'of other holders')
  const holder = verdict.customer
  if (holder === undefined) return asked.map((one) => itemToWire(one, undefined, 701))
  return asked.map((one) => {
    const coupon = verdict.coupons[named.indexOf(one)]
    return itemToWire(one, coupon, coupon === undefined ? 702 : refusalOf(coupon, one, holder.id))
  })
}

/** A coupon is active if it is neither revoked nor expired, whether or not it was redeemed. */
function refusalOf({ state, refusal }: CouponVerdict, { id }: Asked, customerId: number): Code | null {
  if (state === undefined) return 702
  if (refusal === 660 || refusal === 712 || refusal === 713) return refusal
  const isHolder = state.coupon.customerId === customerId && (id === undefined || id === state.couponId)
  return isHolder ? null : 703
}

function itemToWire({ id, code }: Asked, coupon: CouponVerdict | undefined, refusal: Code | null): Item {
  if (refusal !== null || coupon?.state === undefined) {
    const sent = id === undefined ? { code: code ?? '' } : { id: String(id) }
    return { isFailed: true, wire: { ...sent, item_status: itemRefused(refusal ?? 702) } }
  }
  const { couponId, code: stored } = coupon.state
  return {
    isFailed: false,
    wire: { id: String(couponId), code: stored, item_status: itemStatus(true, 700, 'Coupon Resent') },
  }
}
