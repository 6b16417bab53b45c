import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../../ledger/context.ts'
import { describeCoupons, type DescribedCoupon } from '../../ledger/coupons/describe-coupons.ts'
import { findEach, type CouponQuery, type FoundCoupons } from '../../ledger/coupons/find-coupons.ts'
import { type Code, refuse } from '../../values/errors.ts'
import { codeCases, codeKey, inCase, type CodeCase } from '../../values/coupon-code.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import { readBoolean, readEnum, readList, type Query } from '../../http/query-parameters.ts'
import { readId } from '../../http/fields.ts'
import {
  checkCount,
  itemRefused,
  itemStatus,
  maxItems,
  sendItems,
  statusOf,
  type Item,
} from '../../http/v1_1-envelope.ts'
import {
  answerSchema,
  formatParameter,
  itemFields,
  place,
  produces,
  requestStatus,
  responses,
  textOrNull,
} from './schemas.ts'
import { identifierOf, localTime } from './wire.ts'

const maxCoupons = 1_000
const nothing: Pick<FoundCoupons, 'coupons' | 'keys'> = { coupons: [], keys: [] }

const redemptionInfo = Type.Object(
  {
    redeemed: Type.Literal('true'),
    id: Type.Integer(),
    redeemed_on: Type.String({ description: 'yyyy-MM-dd HH:mm:ss.' }),
    redeemed_at: Type.String({ description: 'Code of the till; empty: unknown.' }),
    redeemed_by: Type.Object({
      firstname: Type.String(),
      lastname: Type.String(),
      email: textOrNull,
      mobile: textOrNull,
    }),
    store: Type.Optional(place),
    transaction: Type.Object({
      id: Type.Union([Type.Integer(), Type.Null()]),
      bill_number: Type.String(),
    }),
  },
  { description: 'The last redemption that stands.' },
)

const content = {
  coupons: Type.Object({
    coupon: Type.Array(
      Type.Object({
        id: Type.Union([Type.String(), Type.Literal(-1)]),
        code: textOrNull,
        valid_till: Type.Optional(Type.String({ description: 'DD-MM-YYYY.' })),
        issued_on: Type.Optional(Type.String()),
        valid_from: Type.Optional(Type.String()),
        purpose: Type.Optional(Type.String()),
        custom_properties: Type.Optional(
          Type.Object({
            custom_property: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
          }),
        ),
        series_id: Type.Optional(Type.Integer()),
        is_absolute: Type.Boolean(),
        value: Type.Union([Type.Number(), Type.Null()]),
        discount_upto: Type.Union([Type.Number(), Type.Null()]),
        customer: Type.Optional(
          Type.Object({
            id: Type.String(),
            name: Type.String(),
            mobile: textOrNull,
            email: textOrNull,
            external_id: textOrNull,
            user_id: Type.Optional(Type.String()),
          }),
        ),
        redemption_info: Type.Optional(redemptionInfo),
        pincode: Type.Literal('NULL'),
        issued_store: Type.Optional(place),
        ...itemFields,
      }),
    ),
  }),
}
const status = Type.Object({
  ...requestStatus.properties,
  status: requestStatus.properties.success,
})
const answer = answerSchema(content, {}, status)

/** `GET /v1.1/coupon/get`: coupons by code, id and holder, with an item for each requested one. */
export function registerCouponDetails(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/coupon/get`, {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `getCoupons${suffix}`,
      summary: 'Coupons by code, id and holder',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        code: Type.Optional(Type.String({ description: `Codes, at most ${maxItems}. ${codeListRule}` })),
        id: Type.Optional(Type.String({ description: `Ids of coupons, a comma list; at most ${maxItems}.` })),
        issuedToIds: Type.Optional(
          Type.String({
            description: `Ids of customers, a comma list: coupons that one of them holds; alone, their first ${maxCoupons}.`,
          }),
        ),
        coupon_code_case: Type.Optional(
          Type.String({ description: `${codeCases.join(', ')}; default UPPER.` }),
        ),
        user_id: Type.Optional(Type.String({ description: 'true: the customer has user_id too.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const { codes, ids, holderIds } = await readAsked(context, caller, query)
      const codeCase = readEnum(query, 'coupon_code_case', codeCases) ?? 'UPPER'
      const presentation: Presentation = {
        codeCase,
        timeZone: caller.timeZone,
        withId: readBoolean(query, 'user_id') ?? false,
      }
      // Codes and ids are looked up separately, since they need not name the same coupons.
      const anything = { codes: [], ids: [], holderIds, limit: maxCoupons, offset: 0 }
      const questions = [
        { ...anything, codes },
        { ...anything, ids },
      ].filter((one) => one.codes.length + one.ids.length > 0)
      const answers = await findEach(context, caller, questions.length === 0 ? [anything] : questions)
      const foundBy = (is: (question: CouponQuery) => boolean) => answers[questions.findIndex(is)] ?? nothing
      const { coupons: byCode, keys } = foundBy((one) => one.codes.length > 0)
      const { coupons: byId } = foundBy((one) => one.ids.length > 0)
      const held = questions.length === 0 ? (answers[0]?.coupons ?? []) : []
      const found = [...byCode, ...byId, ...held]
      const described = await describeCoupons(context, caller, [...new Set(found.map(({ id }) => id))])
      const itemOf = (one: (typeof found)[number] | undefined, asked: Asked): Item => {
        const coupon = one && described.get(one.id)
        if (coupon === undefined) return refusedToWire(asked, 705)
        const shown = { ...asked, code: inCase(coupon.code, codeCase) }
        return one?.isRevoked === true ? refusedToWire(shown, 660) : couponToWire(coupon, presentation)
      }
      const items = [
        ...codes.flatMap((code, at) => {
          const all = byCode.filter((one) => codeKey(one.code) === keys[at])
          const asked = { code: inCase(code, codeCase) }
          return all.length === 0 ? [itemOf(undefined, asked)] : all.map((one) => itemOf(one, asked))
        }),
        ...ids.map((id) =>
          itemOf(
            byId.find((one) => one.id === id),
            { id },
          ),
        ),
        ...held.map((one) => itemOf(one, { id: one.id })),
      ]
      const coupons = { coupon: items.map(({ wire }) => wire) }
      return sendItems(reply, request, { items, status: statusToWire(items), content: { coupons } })
    },
  })
}

/** This call prints success twice, and an unknown code among others is not a failure of the request. */
function statusToWire(items: readonly Item[]) {
  const done = items.filter(({ isFailed }) => !isFailed)
  const { success, ...status } = statusOf(done.length > 0 ? done : items)
  return { success, status: success, ...status }
}

interface Asked {
  readonly id?: number
  readonly code?: string
}

interface Presentation {
  readonly codeCase: CodeCase
  readonly timeZone: string
  readonly withId: boolean
}

/** @throws Refusal 400 if no coupon is named, 1060 if too many are. */
async function readAsked(
  context: Context,
  caller: Caller,
  query: Query,
): Promise<{ codes: string[]; ids: number[]; holderIds: number[] }> {
  const checked = (name: string, given: readonly string[]) => {
    const values = [...new Set(given)]
    checkCount(name, values)
    return values
  }
  const read = (name: string) => checked(name, readList(query, name, { maxItems: 10_000 }))
  const codes = checked('code', await readCodeList(context, caller, query, 'code', { maxItems: 10_000 }))
  const ids = read('id').map((id) => readId('id', id))
  const holderIds = read('issuedToIds').map((id) => readId('issuedToIds', id))
  if (codes.length + ids.length + holderIds.length === 0)
    throw refuse.badRequest('Name the coupons by code, id or issuedToIds')
  return { codes, ids, holderIds }
}

function refusedToWire({ id, code }: Asked, refusal: Code): Item {
  return {
    isFailed: true,
    wire: {
      id: id === undefined ? -1 : String(id),
      code: code ?? null,
      is_absolute: false,
      value: null,
      discount_upto: null,
      pincode: 'NULL',
      item_status: itemRefused(refusal),
    },
  }
}

function couponToWire(coupon: DescribedCoupon, { codeCase, timeZone, withId }: Presentation): Item {
  const { holder, redemption } = coupon
  const day = localTime(timeZone, coupon.validUntilS)
  return {
    isFailed: false,
    wire: {
      id: String(coupon.id),
      code: inCase(coupon.code, codeCase),
      valid_till: `${day.slice(8, 10)}-${day.slice(5, 7)}-${day.slice(0, 4)}`,
      issued_on: localTime(timeZone, coupon.createdAtS),
      valid_from: localTime(timeZone, coupon.validFromS),
      purpose: '',
      custom_properties: { custom_property: coupon.customProperties ?? [] },
      series_id: coupon.seriesId,
      is_absolute: coupon.discountType === 'ABS',
      value: coupon.discountValue,
      discount_upto: coupon.discountUpto,
      ...(holder && { customer: holderToWire(holder, withId) }),
      ...(redemption && { redemption_info: redemptionToWire(redemption, timeZone) }),
      pincode: 'NULL',
      ...(coupon.issuedAt && { issued_store: coupon.issuedAt }),
      item_status: itemStatus(true, 700, 'Coupon processing successful'),
    },
  }
}

function holderToWire(holder: NonNullable<DescribedCoupon['holder']>, withId: boolean) {
  return {
    id: String(holder.id),
    name: `${holder.firstName} ${holder.lastName}`.trim(),
    mobile: identifierOf(holder, 'mobile'),
    email: identifierOf(holder, 'email'),
    external_id: identifierOf(holder, 'externalId'),
    ...(withId && { user_id: String(holder.id) }),
  }
}

function redemptionToWire(one: NonNullable<DescribedCoupon['redemption']>, timeZone: string) {
  return {
    redeemed: 'true',
    id: one.id,
    redeemed_on: localTime(timeZone, one.redeemedAtS),
    redeemed_at: one.tillCode ?? '',
    redeemed_by: {
      firstname: one.by.firstName,
      lastname: one.by.lastName,
      email: identifierOf(one.by, 'email'),
      mobile: identifierOf(one.by, 'mobile'),
    },
    ...(one.store && { store: one.store }),
    transaction: { id: one.billId, bill_number: one.transactionNumber },
  }
}
