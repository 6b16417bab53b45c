import { Type } from 'typebox'
import { requireAccess } from '../../access/caller.ts'
import type { Context } from '../../context.ts'
import { badParameter, catalogue } from '../../errors.ts'
import { checkCodes } from '../../redemptions/check-redeemable.ts'
import type { CouponVerdict } from '../../redemptions/redeem-rules.ts'
import type { RedemptionState } from '../../redemptions/redemption-state.ts'
import { dayOf, formatInstant, startOfDayS } from '../../values/calendar.ts'
import type { App } from '../app.ts'
import { readEnum, readList, readText, type Query } from '../query-parameters.ts'
import { flatFailures } from './envelope.ts'
import { readCustomer } from './fields.ts'
import { redeemable } from './redemption-wire.ts'
import { profileToWire, statusToWire } from './wire.ts'

const maxCodes = 50
const detailLevels = ['false', 'true', 'extended'] as const
type Details = (typeof detailLevels)[number]

const parameters = Type.Object({
  code: Type.Optional(Type.String({ description: 'One code or several separated by comma, at most 50.' })),
  mobile: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  externalId: Type.Optional(Type.String({ description: 'Also external_id and external_Id.' })),
  external_id: Type.Optional(Type.String()),
  external_Id: Type.Optional(Type.String()),
  id: Type.Optional(Type.String()),
  details: Type.Optional(Type.String({ description: 'true: with the series; extended: with more of it.' })),
})

/** `GET /v2/coupon/is_redeemable`: would these coupons be redeemed now? A "no" is an answer, so it is 200. */
export function registerIsRedeemable(app: App, context: Context): void {
  app.get(
    '/v2/coupon/is_redeemable',
    {
      config: { failure: 'flat' },
      schema: {
        operationId: 'isRedeemable',
        summary: 'Would these coupons be redeemed?',
        tags: ['Redemptions'],
        querystring: parameters,
        response: { 200: Type.Unknown(), 400: Type.Unknown(), ...flatFailures },
      },
    },
    async (request, reply) => {
      const caller = await request.signIn()
      requireAccess(caller, 'coupon', 'read')
      const query = request.query as Query
      const codes = readList(query, 'code', { maxItems: maxCodes })
      if (codes.length === 0) throw badParameter('code', '', `1 to ${maxCodes} codes`)
      const details: Details = readEnum(query, 'details', detailLevels) ?? 'false'
      const customer = await readCustomer(context, caller, {
        id: readText(query, 'id') ?? null,
        mobile: readText(query, 'mobile') ?? null,
        email: readText(query, 'email') ?? null,
        externalId:
          readText(query, 'externalId') ??
          readText(query, 'external_id') ??
          readText(query, 'external_Id') ??
          null,
      })
      const verdict = await checkCodes(context, caller, customer, codes)
      if (verdict.customer === undefined) return reply.code(400).send(statusToWire(701))
      const { timeZone, orgId } = caller
      const isOk = verdict.coupons.every(({ refusal }) => refusal === null)
      return {
        redemption: verdict.coupons.map((one, at) =>
          itemToWire(one, codes[at] ?? '', details, timeZone, orgId),
        ),
        redemptionStatus: isOk
          ? { status: true, code: 700, message: redeemable }
          : { status: false, code: 780, message: catalogue[780].message },
        customer: profileToWire(verdict.customer, timeZone),
        warnings: [],
      }
    },
  )
}

function itemToWire(
  { state, refusal, redemptionsLeft }: CouponVerdict,
  code: string,
  details: Details,
  timeZone: string,
  orgId: number,
) {
  const isRedeemable = refusal === null
  const withSeries = isRedeemable && details !== 'false' && state !== undefined
  return {
    currencyInput: false,
    localToBaseCurrencyExchangeRate: 0,
    isRedeemable,
    warnings: refusal === null ? [] : [statusToWire(refusal)],
    appendedErrorMessage: refusal === null ? '' : catalogue[refusal].message,
    code: state?.code ?? code,
    ...(withSeries && { couponseries: seriesToWire(state, details, timeZone, orgId) }),
    isAbsolute: state?.series.discountType === 'ABS',
    redemptionsLeft,
    numberOfRedemptionsByUser: state?.usage.redeemedThisCoupon ?? 0,
    ...(withSeries && {
      discountType: state.series.discountType,
      discountValue: state.series.discountValue,
      discountUpto: state.series.discountUpto,
    }),
  }
}

function seriesToWire({ series }: RedemptionState, details: Details, timeZone: string, orgId: number) {
  return {
    ...(details === 'extended' && { id: series.id, orgId }),
    description: series.description,
    discountCode: series.discountCode ?? 'NO_VALUE',
    validTillDate: formatInstant(timeZone, startOfDayS(timeZone, series.validUntilS)),
    validTilldateFormat: dayOf(timeZone, series.validUntilS),
    isValidWithDiscountedItem: false,
    isUpdateProductData: false,
    updateProductData: false,
    info: series.info,
    discountUpto: series.discountUpto,
    discountValue: series.discountValue,
    maxRedeem: series.maxRedeemed ?? -1,
    maxRedemptionsInSeriesPerUser: series.maxRedemptionsPerCustomer ?? -1,
    issueToLoyalty: false,
    discountOn: 'BILL',
    discountType: series.discountType,
    ...(details === 'extended' && {
      brands: [],
      products: [],
      categories: [],
      entityLevelRedemptionConfigsValues: [],
    }),
  }
}
