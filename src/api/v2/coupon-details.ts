import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { findCoupons, type FoundCoupon } from '../../ledger/coupons/find-coupons.ts'
import { refuse } from '../../values/errors.ts'
import { readSeriesById } from '../../ledger/series/list-series.ts'
import { formatInstant, startOfDayS } from '../../values/calendar.ts'
import { codeCases, inCase, type CodeCase } from '../../values/coupon-code.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import { readBoolean, readEnum, readInteger, readList } from '../../http/query-parameters.ts'
import { discountFields, emptyList, instant, status } from '../../http/answer-fields.ts'
import { errorsFailures } from '../../http/envelope.ts'
import { readId } from '../../http/fields.ts'
import { couponSeries, outgoing } from './series-wire.ts'
import { statusToWire } from './wire.ts'

const maxNamed = 100
const maxLimit = 1_000

const parameters = Type.Object({
  couponIds: Type.Optional(
    Type.String({ description: `The key repeated, or a comma list; at most ${maxNamed}.` }),
  ),
  couponCodes: Type.Optional(
    Type.String({
      description: `Whole codes in any letter case, at most ${maxNamed}. ${codeListRule}`,
    }),
  ),
  issuedToIds: Type.Optional(
    Type.String({ description: 'Ids of the customers who hold them; the key repeated, or a comma list.' }),
  ),
  coupon_code_case: Type.Optional(Type.String({ description: `${codeCases.join(', ')}; default UPPER.` })),
  showCouponSeries: Type.Optional(Type.String({ description: 'true: with the series.' })),
  includeIssualDetails: Type.Optional(
    Type.String({ description: 'true: include the details stated at issue.' }),
  ),
  limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default ${maxLimit}.` })),
  offset: Type.Optional(Type.String({ description: 'Coupons to skip; default 0.' })),
})

const text = Type.Optional(Type.String())

const answer = Type.Object({
  data: Type.Array(
    Type.Object({
      code: Type.String(),
      seriesId: Type.Integer(),
      description: Type.String(),
      discountCode: Type.String({ description: 'NO_VALUE: none.' }),
      validTill: instant('Midnight of the last day.'),
      validTillDateTime: instant('The last instant at which it works.'),
      ...discountFields,
      discountOn: Type.Literal('BILL'),
      detailedInfo: Type.String(),
      couponIssualDetails: Type.Optional(
        Type.Object({ sourceType: text, sourceId: text, sourceActivity: text, notes: text, reason: text }),
      ),
      couponSeries: Type.Optional(Type.Object(couponSeries.properties)),
    }),
  ),
  warnings: emptyList,
  errors: Type.Array(status),
})

/** `GET /v2/coupon`: coupons by id, code and holder. */
export function registerCouponDetails(app: App, context: Context): void {
  route(app, 'GET /v2/coupon', {
    access: ['coupon', 'read'],
    failure: 'errors',
    schema: {
      operationId: 'findCoupons',
      summary: 'Coupons by id, code and holder',
      description:
        'Each kind of filter narrows what is found. Filters that match no coupon are reported in errors.',
      tags: ['Coupons'],
      querystring: parameters,
      response: {
        200: answer,
        ...errorsFailures,
      },
    },
    handler: async (caller, request) => {
      const { query } = request
      const named = (name: string) => readList(query, name, { maxItems: maxNamed })
      const asked = {
        ids: named('couponIds').map((id) => readId('couponIds', id)),
        codes: await readCodeList(context, caller, query, 'couponCodes', { maxItems: maxNamed }),
        holderIds: named('issuedToIds').map((id) => readId('issuedToIds', id)),
        limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? maxLimit,
        offset: readInteger(query, 'offset', { min: 0, max: 2_147_483_647 }) ?? 0,
      }
      if (asked.ids.length + asked.codes.length + asked.holderIds.length === 0) throw refuse.filtersMissing()
      const withDetails = readBoolean(query, 'includeIssualDetails') ?? false
      const withSeries = readBoolean(query, 'showCouponSeries') ?? false
      const codeCase = readEnum(query, 'coupon_code_case', codeCases) ?? 'UPPER'
      const { coupons, unknown } = await findCoupons(context, caller, asked)
      const seriesIds = withSeries ? coupons.map(({ seriesId }) => seriesId) : []
      const series = await readSeriesById(context, caller.orgId, seriesIds, 'counted')
      const { timeZone } = caller
      return {
        data: coupons
          .filter(({ isRevoked }) => !isRevoked)
          .map((coupon) => {
            const own = series.get(coupon.seriesId)
            return {
              ...couponToWire(coupon, codeCase, timeZone),
              ...(withDetails && { couponIssualDetails: detailsToWire(coupon.issueDetails) }),
              ...(own && { couponSeries: couponSeries.toWire(outgoing(own, timeZone)) }),
            }
          }),
        warnings: [],
        errors: [
          ...coupons
            .filter(({ isRevoked }) => isRevoked)
            .map(({ code }) => statusToWire(660, `Coupon code has been revoked: ${inCase(code, codeCase)}`)),
          ...unknown.map((one) => statusToWire(780, `Coupon not found Identifier: ${one}`)),
        ],
      }
    },
  })
}

function couponToWire(coupon: FoundCoupon, codeCase: CodeCase, timeZone: string) {
  return {
    code: inCase(coupon.code, codeCase),
    seriesId: coupon.seriesId,
    description: coupon.description,
    discountCode: coupon.discountCode ?? 'NO_VALUE',
    validTill: formatInstant(timeZone, startOfDayS(timeZone, coupon.validUntilS)),
    validTillDateTime: formatInstant(timeZone, coupon.validUntilS),
    discountType: coupon.discountType,
    discountValue: coupon.discountValue,
    discountUpto: coupon.discountUpto,
    discountOn: 'BILL' as const,
    detailedInfo: coupon.info,
  }
}

/** In the order of the contract, since jsonb does not preserve one. */
function detailsToWire(details: FoundCoupon['issueDetails']) {
  const given = (name: string) => (details?.[name] === undefined ? {} : { [name]: details[name] })
  return {
    ...given('sourceType'),
    ...given('sourceId'),
    ...given('sourceActivity'),
    ...given('notes'),
    ...given('reason'),
  }
}
