import { Type, type Static } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { readCodes } from '../../ledger/coupons/read-codes.ts'
import { badParameter, catalogue, Refusal, refuse } from '../../values/errors.ts'
import { redeemCoupons, type RedeemRequest } from '../../ledger/redemptions/redeem-coupons.ts'
import type { RequestOutcome } from '../../ledger/redemptions/redemption-outcome-rules.ts'
import { readNow } from '../../platform/clock.ts'
import { codeKey } from '../../values/coupon-code.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readBoolean } from '../../http/query-parameters.ts'
import { readIdempotencyKey } from '../../http/idempotency-key.ts'
import { writeHeaders } from '../../http/envelope.ts'
import {
  given,
  numeric,
  optional,
  readAmount,
  readCode,
  readDigits,
  readId,
  readText,
} from '../../http/fields.ts'
import { readStatedTime } from '../v2/redeem-request.ts'
import { redeemed } from '../v2/redemption-wire.ts'
import { customerBody, nobody, readBodyCustomer } from './customer.ts'
import {
  flag,
  itemRefused,
  itemStatus,
  orRefusal,
  readFormat,
  readItems,
  sendWrittenItems,
  sortItems,
  type Item,
  type RefusedItem,
} from '../../http/v1_1-envelope.ts'
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

const maxItems = 50
const maxFields = 50

const field = Type.Object({
  name: Type.String(),
  value: optional(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
})
const transaction = Type.Object({
  number: optional(Type.Union([Type.String(), Type.Number()])),
  amount: optional(numeric),
})
const wanted = Type.Object({
  code: optional(Type.Union([Type.String(), Type.Number()])),
  id: optional(numeric),
  customer: optional(customerBody),
  custom_fields: optional(
    Type.Object({ field: optional(Type.Union([field, Type.Array(field, { maxItems: 1_000 })])) }),
  ),
  redemption_time: optional(Type.String({ maxLength: 64 })),
  transaction: optional(Type.Union([transaction, Type.Array(transaction, { maxItems: 1_000 })])),
})
type Wanted = Static<typeof wanted>

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

/** `POST /v1.1/coupon/redeem`: coupons, each by itself; what is refused of one does not hold up the others. */
export function registerRedeem(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `POST ${prefix}/coupon/redeem`, {
    access: ['coupon', 'write'],
    failure: 'v1.1',
    schema: {
      operationId: `redeemCoupons${suffix}`,
      summary: 'Redeem coupons, each by itself',
      description: `At most ${maxItems} coupons. All refused: 400; some: 200, and success is partial.`,
      tags: ['Version 1.1'],
      consumes,
      produces,
      headers: writeHeaders,
      querystring: Type.Object({ ...formatParameter, ...userIdParameter }),
      body: itemsBody(wanted),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const format = readFormat(request)
      const withId = readBoolean(request.query, 'user_id') ?? false
      const idempotencyKey = readIdempotencyKey(request, caller)
      const list = readItems(request.body.root.coupon, maxItems)
      const codes = await codesOf(context, caller, list)
      const read = await Promise.all(
        list.map((one, at) => orRefusal(() => readRequest(context, caller, one, codes[at]))),
      )
      const sorted = sortItems(format, read)
      const done =
        sorted.requests.length === 0
          ? { outcome: { requests: [] }, presentation: sorted.presentation, isReplay: false }
          : await redeemCoupons(context, caller, { ...sorted, idempotencyKey, requestId: request.id })
      return sendWrittenItems<RequestOutcome>(
        reply,
        done,
        (one, at) => itemToWire(list[at] ?? {}, one, withId),
        (coupon) => ({ coupons: { coupon } }),
      )
    },
  })
}

/** The code of each item, by its code or its id; a Refusal where neither leads to one. */
async function codesOf(
  context: Context,
  caller: Caller,
  list: readonly Wanted[],
): Promise<(string | Refusal)[]> {
  const read = await Promise.all(
    list.map((one) =>
      orRefusal(() => {
        const code = given(one.code)
        if (code !== undefined) return readCode('code', code)
        const id = given(one.id)
        if (id === undefined) throw refuse.couponIdOrCodeMissing()
        return readId('id', id)
      }),
    ),
  )
  const known = await readCodes(
    context,
    caller,
    read.filter((one) => typeof one === 'number'),
  )
  return read.map((one) => (typeof one === 'number' ? (known.get(one) ?? refuse.codeUnknown()) : one))
}

/** @throws Refusal for what is wrong with the item alone. */
async function readRequest(
  context: Context,
  caller: Caller,
  one: Wanted,
  code: string | Refusal | undefined,
): Promise<RedeemRequest> {
  if (code === undefined || code instanceof Refusal) throw code ?? refuse.couponIdOrCodeMissing()
  const bills = [one.transaction ?? []].flat()
  if (bills.length > 1) throw badParameter('transaction', `${bills.length} transactions`, 'one per coupon')
  const [bill] = bills
  const now = (await readNow(context, context.database.pool, caller)) ?? new Date()
  return {
    codeKeys: [codeKey(code)],
    customer: await readBodyCustomer(context, caller, one.customer),
    place: { storeId: caller.storeId, tillId: caller.tillId },
    bill: {
      amount: readAmount('transaction.amount', given(bill?.amount) ?? 0),
      transactionNumber: readText(
        'transaction.number',
        readDigits('transaction.number', bill?.number ?? ''),
        200,
      ),
      isNumberRequired: caller.requiresTransactionNumber,
    },
    statedTimeS: readStatedTime('redemption_time', one.redemption_time, 'org', caller, now).statedTimeS,
    redemptionTimeGiven: one.redemption_time || null,
    timeZone: caller.timeZone,
    replaysRetries: caller.replaysTillRetries,
    hasTestCodes: caller.isSandbox,
    customFields: [readFields(one.custom_fields)],
  }
}

function readFields(fields: Wanted['custom_fields']): Readonly<Record<string, string>> | undefined {
  const list = [fields?.field ?? []].flat()
  if (list.length === 0) return undefined
  if (list.length > maxFields)
    throw badParameter('custom_fields', `${list.length} fields`, `at most ${maxFields}`)
  return Object.fromEntries(
    list.map(({ name, value }) => [
      readText('custom_fields', name, 200),
      readText(`custom_fields.${name}`, String(value ?? ''), 1_000),
    ]),
  )
}

/** The bill as it was sent, with two digits behind the point. */
function billToWire({ transaction: sent }: Wanted) {
  const [bill] = [sent ?? []].flat()
  const amount = Number(given(bill?.amount) ?? 0)
  return {
    amount: (Number.isFinite(amount) ? amount : 0).toFixed(2),
    number: String(bill?.number ?? ''),
  }
}

function itemToWire(sent: Wanted, told: RequestOutcome | RefusedItem, withId: boolean): Item {
  const [refused, outcome] = 'at' in told ? [told, undefined] : [undefined, told]
  const [one] = outcome?.coupons ?? []
  const coupon = one?.coupon
  const code = coupon?.code ?? String(given(sent.code) ?? '')
  const customer = outcome?.customer === undefined ? nobody : customerToWire(outcome.customer, withId)
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
        item_status: itemRefused(refusal, refused?.message ?? catalogue[refusal].message),
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
      is_absolute: flag(coupon.discountType === 'ABS'),
      coupon_value: String(coupon.discountValue),
      transaction: billToWire(sent),
      side_effects: [],
      item_status: itemStatus(true, 700, redeemed),
    },
  }
}
