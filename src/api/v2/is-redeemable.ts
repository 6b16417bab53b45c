import { Type, type Static } from 'typebox'
import { personFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { badParameter, catalogue } from '../../values/errors.ts'
import { inCase } from '../../values/coupon-code.ts'
import { checkCodes } from '../../ledger/redemptions/check-redeemable.ts'
import type { CouponVerdict } from '../../ledger/redemptions/redeem-rules.ts'
import { readSeriesById } from '../../ledger/series/list-series.ts'
import type { Series } from '../../ledger/series/terms.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import { readEnum, readText, spelled, type Query } from '../../http/query-parameters.ts'
import { discountFields, emptyList, shortCustomer, status } from '../../http/answer-fields.ts'
import { refusalStatus } from '../../http/refusal-status.ts'
import { flatFailures } from '../../http/envelope.ts'
import { readCustomer } from '../../http/fields.ts'
import { redeemable } from './redemption-wire.ts'
import { checkedSeries, outgoing } from './series-wire.ts'
import { profileToWire, statusToWire } from './wire.ts'

const maxCodes = 50
const detailLevels = ['false', 'true', 'extended'] as const
type Details = (typeof detailLevels)[number]

const parameters = Type.Object({
  code: Type.Optional(Type.String({ description: `Codes, at most 50. ${codeListRule}` })),
  mobile: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  externalId: spelled('External id, exactly.', 'external_id', 'external_Id'),
  id: Type.Optional(Type.String()),
  details: Type.Optional(Type.String({ description: 'true: with the series; extended: with more of it.' })),
})

const briefKeys: readonly (keyof typeof checkedSeries.properties)[] = [
  'description',
  'discountCode',
  'validTillDate',
  'validTilldateFormat',
  'isValidWithDiscountedItem',
  'isUpdateProductData',
  'updateProductData',
  'info',
  'discountUpto',
  'discountValue',
  'maxRedeem',
  'maxRedemptionsInSeriesPerUser',
  'issueToLoyalty',
  'discountOn',
  'discountType',
]

const couponSeries = Type.Partial(Type.Object(checkedSeries.properties))

const item = Type.Object({
  currencyInput: Type.Literal(false),
  localToBaseCurrencyExchangeRate: Type.Literal(0),
  isRedeemable: Type.Boolean(),
  warnings: Type.Array(status, { description: 'Why not.' }),
  appendedErrorMessage: Type.String({ description: 'Why not.' }),
  code: Type.String(),
  couponseries: Type.Optional(couponSeries),
  isAbsolute: Type.Boolean(),
  redemptionsLeft: Type.Integer({ description: '-1: no limit.' }),
  numberOfRedemptionsByUser: Type.Integer({ description: 'Of this coupon.' }),
  discountType: Type.Optional(discountFields.discountType),
  discountValue: Type.Optional(discountFields.discountValue),
  discountUpto: Type.Optional(discountFields.discountUpto),
})

const answer = Type.Object({
  redemption: Type.Array(item),
  redemptionStatus: status,
  customer: shortCustomer,
  warnings: emptyList,
})

/** `GET /v2/coupon/is_redeemable`: whether coupons would be redeemed now. A refusal is a normal answer with 200. */
export function registerIsRedeemable(app: App, context: Context): void {
  route(app, 'GET /v2/coupon/is_redeemable', {
    access: ['coupon', 'read'],
    failure: 'flat',
    refusedStatus: 400,
    schema: {
      operationId: 'isRedeemable',
      summary: 'Would these coupons be redeemed?',
      tags: ['Redemptions'],
      querystring: parameters,
      response: { 200: Type.Union([answer, status]), 400: Type.Union([answer, status]), ...flatFailures },
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const codes = await readCodeList(context, caller, query, 'code', { maxItems: maxCodes })
      if (codes.length === 0) throw badParameter('code', '', `1 to ${maxCodes} codes`)
      const details: Details = readEnum(query, 'details', detailLevels) ?? 'false'
      const customer = await readCustomer(context, caller, {
        id: readText(query, 'id') ?? null,
        mobile: readText(query, 'mobile') ?? null,
        email: readText(query, 'email') ?? null,
        externalId: readExternalId(query) ?? null,
      })
      const verdict = await checkCodes(context, caller, customer, codes)
      if (verdict.customer === undefined)
        return reply.code(refusalStatus(caller, 400)).send(statusToWire(701))
      const seriesIds = details === 'false' ? [] : verdict.coupons.flatMap(redeemableSeriesId)
      const series = await readSeriesById(context, caller.orgId, seriesIds, 'uncounted')
      const { timeZone } = caller
      const isOk = verdict.coupons.every(({ refusal }) => refusal === null)
      if (!isOk) reply.code(refusalStatus(caller, 200))
      return {
        redemption: verdict.coupons.map((one, at) => {
          const [seriesId = 0] = redeemableSeriesId(one)
          const own = series.get(seriesId)
          return itemToWire(one, codes[at] ?? '', own && seriesToWire(own, details, timeZone))
        }),
        redemptionStatus: isOk
          ? { status: true, code: 700, message: redeemable }
          : { status: false, code: 780, message: catalogue[780].message },
        customer: profileToWire(personFor(caller, verdict.customer), timeZone),
        warnings: [],
      }
    },
  })
}

/** Reads the external id under any of its names; several names must have the same value. */
function readExternalId(query: Query): string | undefined {
  const names = ['externalId', 'external_id', 'external_Id']
  const given = new Set(names.map((name) => readText(query, name)).filter((text) => text !== undefined))
  if (given.size > 1) throw badParameter('externalId', [...given].join(', '), 'give it once')
  return [...given][0]
}

/** Only a redeemable coupon is printed with its series. */
const redeemableSeriesId = ({ state, refusal }: CouponVerdict): number[] =>
  refusal === null && state !== undefined ? [state.series.id] : []

function itemToWire(
  { state, refusal, redemptionsLeft }: CouponVerdict,
  code: string,
  couponseries: Static<typeof couponSeries> | undefined,
): Static<typeof item> {
  const isRedeemable = refusal === null
  return {
    currencyInput: false,
    localToBaseCurrencyExchangeRate: 0,
    isRedeemable,
    warnings: refusal === null ? [] : [statusToWire(refusal)],
    appendedErrorMessage: refusal === null ? '' : catalogue[refusal].message,
    code: inCase(state?.code ?? code, 'UPPER'),
    ...(couponseries && { couponseries }),
    isAbsolute: state?.series.discountType === 'ABS',
    redemptionsLeft,
    numberOfRedemptionsByUser: state?.usage.redeemedThisCoupon ?? 0,
    ...(couponseries &&
      state && {
        discountType: state.series.discountType,
        discountValue: state.series.discountValue,
        discountUpto: state.series.discountUpto,
      }),
  }
}

/** The keys of the series for `details=true`; `extended` prints all of them. */
function seriesToWire(series: Series, details: Details, timeZone: string): Static<typeof couponSeries> {
  const wire = checkedSeries.toWire(outgoing(series, timeZone))
  if (details === 'extended') return wire
  return Object.fromEntries(briefKeys.map((key) => [key, wire[key]]))
}
