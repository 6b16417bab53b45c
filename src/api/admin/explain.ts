import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { badParameter, catalogue, refuse, type Code } from '../../values/errors.ts'
import {
  explainRedemption,
  type Explanation,
  type RedemptionQuestion,
} from '../../ledger/redemptions/explain-redemption.ts'
import type { Seen } from '../../ledger/redemptions/ordered-redemption-rules.ts'
import type { CustomerReference } from '../../ledger/redemptions/redemption-state.ts'
import type { Caller } from '../../values/caller.ts'
import { moneyText } from '../../values/money.ts'
import { formatInstant } from '../../values/calendar.ts'
import { identifierTypes, normaliseIdentifier } from '../../values/identifier.ts'
import { maxId } from '../../values/ids.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readInteger, readText, type Query } from '../../http/query-parameters.ts'
import { readAmount, readCode } from '../../http/fields.ts'
import { answers, nullable } from './fields.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

const parameters = Type.Object({
  customerId: text(
    'The redeeming customer, by id, mobile, email or externalId. Omitted: the holder of the coupon.',
  ),
  mobile: text('Of the customer.'),
  email: text('Of the customer.'),
  externalId: text('Of the customer.'),
  storeId: text('The store. Without storeId and tillId: no rule about places is judged.'),
  tillId: text('The till, which implies its store.'),
  billAmount: text('Without billAmount and transactionNumber: no rule about bills is judged.'),
  transactionNumber: text('Of the bill.'),
  at: text('ISO 8601: the instant of judgement. Omitted: now. The usage is always the current one.'),
})

const ownCode = Type.Optional(
  Type.Integer({ description: 'The code in calls of /till/v1, if the contract has none for the rule.' }),
)

export const ruleSchema = Type.Object({
  name: Type.String(),
  code: Type.Integer({ description: 'The refusal code of a redemption that breaks the rule.' }),
  ownCode,
  message: Type.String(),
  verdict: Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('notApplicable')]),
  seen: Type.Object({}, { additionalProperties: true, description: 'The values that the rule inspected.' }),
})

export const explanationSchema = Type.Object({
  isRedeemable: Type.Boolean(),
  refusal: nullable(Type.Object({ code: Type.Integer(), ownCode, message: Type.String() })),
  judgedAt: Type.String(),
  coupon: nullable(
    Type.Object({
      id: Type.Integer(),
      code: Type.String(),
      seriesId: Type.Integer(),
      holderId: nullable(Type.Integer()),
      validUntil: Type.String(),
    }),
  ),
  customer: nullable(Type.Object({ id: Type.Integer(), firstName: Type.String(), lastName: Type.String() })),
  place: nullable(Type.Object({ storeId: nullable(Type.Integer()), tillId: nullable(Type.Integer()) })),
  rules: Type.Array(ruleSchema),
  discount: nullable(
    Type.String({
      description:
        'The discount on the bill, such as "50.00"; null without billAmount, and for a coupon that would be refused.',
    }),
  ),
  currency: nullable(Type.String({ description: 'ISO 4217; null: the organisation states none.' })),
  redemptions: Type.Array(
    Type.Object({
      id: Type.Integer(),
      redeemedAt: Type.String(),
      discountAmount: nullable(Type.String({ description: 'The discount on its bill; null: unknown.' })),
      returned: Type.String({ description: 'The part of it that returns and a reversal gave back.' }),
      useReturned: Type.Boolean({ description: 'Whether the use has been returned.' }),
    }),
    { description: 'The latest redemptions of the coupon by any customer, newest first.' },
  ),
})

/** `GET /admin/v1/coupons/{code}/explain`: the verdict of each rule on a redemption of a coupon. */
export function registerExplain(app: App, context: Context): void {
  route(app, 'GET /admin/v1/coupons/:code/explain', {
    access: ['coupon', 'read'],
    failure: 'problem',
    schema: {
      operationId: 'explainRedemption',
      summary: 'Why a coupon would be redeemed or refused, rule by rule',
      description:
        'The rules are those of a redemption, in the order in which it reports refusals; nothing is redeemed. Names are shown only to people who may read customers.',
      tags: ['Care'],
      params: Type.Object({ code: Type.String({ description: 'The code of the coupon.' }) }),
      querystring: parameters,
      response: answers(explanationSchema),
    },
    handler: async (caller, request) => {
      const { query } = request
      const explained = await explainRedemption(context, caller, {
        code: readCode('code', request.params.code),
        customer: readCustomer(query, caller.country),
        place: readPlace(query),
        bill: readBill(query),
        at: readMoment(query, caller.timeZone),
      })
      return toWire(explained, caller, caller.access.customer !== 'none')
    },
  })
}

function readCustomer(query: Query, country: string): CustomerReference | undefined {
  const customerId = readInteger(query, 'customerId', { min: 1, max: maxId })
  const given = identifierTypes.flatMap((type) => {
    const value = readText(query, type)
    return value === undefined ? [] : [{ type, value }]
  })
  if (given.length + (customerId === undefined ? 0 : 1) > 1)
    throw refuse.badRequest('Give one of customerId, mobile, email and externalId')
  const [first] = given
  if (first === undefined) return customerId === undefined ? undefined : { customerId, identifier: undefined }
  const value = normaliseIdentifier(first.type, first.value, country)
  if (value === undefined) throw badParameter(first.type, first.value, `a valid ${first.type}`)
  return { customerId: undefined, identifier: { type: first.type, value } }
}

function readPlace(query: Query): { storeId: number } | { tillId: number } | undefined {
  const range = { min: 1, max: maxId }
  const storeId = readInteger(query, 'storeId', range)
  const tillId = readInteger(query, 'tillId', range)
  if (storeId !== undefined && tillId !== undefined)
    throw refuse.badRequest('Give storeId or tillId, not both: a till implies its store')
  if (tillId !== undefined) return { tillId }
  return storeId === undefined ? undefined : { storeId }
}

function readBill(query: Query): RedemptionQuestion['bill'] {
  const billAmount = readText(query, 'billAmount')
  const transactionNumber = readText(query, 'transactionNumber')
  if (billAmount === undefined && transactionNumber === undefined) return undefined
  return {
    amount: billAmount === undefined ? undefined : readAmount('billAmount', billAmount),
    transactionNumber: transactionNumber ?? '',
  }
}

function readMoment(query: Query, timeZone: string): Date | undefined {
  const given = readText(query, 'at')
  if (given === undefined) return undefined
  const atS = parseStatedTimeS(given, timeZone)
  if (atS === undefined || atS < 0 || atS > Date.UTC(9999, 11, 31) / 1000)
    throw badParameter('at', given, 'YYYY-MM-DD or ISO 8601 with an offset')
  return new Date(atS * 1000)
}

/** Prints instants, under names without the unit. */
function seenToWire(seen: Readonly<Record<string, Seen>>, timeZone: string): Record<string, Seen> {
  return Object.fromEntries(
    Object.entries(seen).map(([name, value]) =>
      name.endsWith('S')
        ? [name.slice(0, -1), value === null ? null : formatInstant(timeZone, Math.floor(Number(value)))]
        : [name, value],
    ),
  )
}

const refusalToWire = (code: Code, ownCode: Code | undefined) => ({
  code,
  ...(ownCode !== undefined && { ownCode }),
  message: catalogue[ownCode ?? code].message,
})

function toWire(
  { judgedAtS, unknown, customer, state, place, rules, discountAmount, redemptions }: Explanation,
  { timeZone, currency }: Pick<Caller, 'timeZone' | 'currency'>,
  withNames: boolean,
) {
  const broken = rules.find(({ verdict }) => verdict === 'fail')
  const code = unknown ?? broken?.code
  return {
    isRedeemable: code === undefined,
    refusal: code === undefined ? null : refusalToWire(code, unknown === null ? broken?.ownCode : undefined),
    judgedAt: formatInstant(timeZone, judgedAtS),
    coupon: state
      ? {
          id: state.couponId,
          code: state.code,
          seriesId: state.series.id,
          holderId: state.coupon.customerId,
          validUntil: formatInstant(timeZone, state.coupon.validUntilS),
        }
      : null,
    customer: customer
      ? {
          id: customer.id,
          firstName: withNames ? customer.firstName : '',
          lastName: withNames ? customer.lastName : '',
        }
      : null,
    place: place ?? null,
    rules: rules.map(({ seen, ...one }) => ({
      ...one,
      message: catalogue[one.ownCode ?? one.code].message,
      seen: seenToWire(seen, timeZone),
    })),
    discount: discountAmount === null ? null : moneyText(discountAmount, currency),
    currency,
    redemptions: redemptions.map(({ id, redeemedAtS, given, wentBack, isUseBack }) => ({
      id,
      redeemedAt: formatInstant(timeZone, redeemedAtS),
      discountAmount: given === null ? null : moneyText(given, currency),
      returned: moneyText(wentBack, currency),
      useReturned: isUseBack,
    })),
  }
}
