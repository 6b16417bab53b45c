import { Type } from 'typebox'
import type { HeldCoupon } from '../../ledger/coupons/issue-rules.ts'
import type { IssuedInSeries, IssuedSeries } from '../../ledger/coupons/issue-coupons.ts'
import { catalogue } from '../../values/errors.ts'
import { formatInstant, startOfDayS } from '../../values/calendar.ts'
import {
  discountFields,
  emptyList,
  emptyObject,
  instant,
  shortCustomer,
  status,
} from '../../http/answer-fields.ts'
import { constant, shapeOf } from '../../http/shape.ts'
import { statusToWire } from './wire.ts'

const head = {
  code: Type.String(),
  seriesId: Type.Integer(),
  description: Type.String(),
  discountCode: Type.String({ description: 'NO_VALUE: none.' }),
  validTill: instant('Midnight of the last day.'),
  ...discountFields,
  discountOn: Type.Literal('BILL'),
  detailedInfo: Type.String(),
}
const tail = {
  redemptionCount: Type.Literal(0),
  id: Type.Integer({ description: 'The coupon’s id.' }),
  validTillDateTime: instant('The last instant at which it works.'),
}

export const issueAnswer = Type.Object({ ...head, customer: shortCustomer, ...tail, warnings: emptyList })

export const bulkIssueAnswer = Type.Object({
  response: Type.Array(
    Type.Object({
      entityId: Type.Integer({ description: 'The series.' }),
      result: Type.Optional(Type.Object({ ...head, ...tail }, { description: 'Unless it was refused.' })),
      errors: Type.Array(status),
      warnings: emptyList,
    }),
  ),
  totalCount: Type.Integer(),
  failureCount: Type.Integer(),
})

/** `couponConfig` of the call that issues several coupons; only the first fields have data, as in the original. */
const couponConfig = shapeOf<IssuedSeries>()({
  customPropertyMap: { schema: emptyObject, from: () => ({}) },
  id: constant(0),
  description: { schema: Type.String(), from: ({ description }) => description },
  discountCode: { schema: Type.String(), from: ({ discountCode }) => discountCode ?? 'NO_VALUE' },
  info: { schema: Type.String(), from: ({ info }) => info },
  discountUpto: { schema: Type.Number(), from: ({ discountUpto }) => discountUpto },
  discountValue: { schema: Type.Number(), from: ({ discountValue }) => discountValue },
  issueToLoyalty: constant(false),
  numUploadedNonIssued: constant(0),
  numUploadedTotal: constant(0),
  redemptionValidAfterDays: constant(0),
  ownerId: constant(0),
  ownerValidity: constant(0),
  alphaNumeric: constant(false),
  shortCodeLength: constant(0),
  randomCodeLength: constant(0),
  fixedExpiryDate: constant(0),
  numTotal: constant(0),
  latestIssualTime: constant(0),
  latestRedemptionTime: constant(0),
  discountOn: constant('BILL'),
  discountType: { schema: Type.String(), from: ({ discountType }) => discountType },
  externalIssual: constant(false),
  updateProductData: constant(false),
})
export const multipleConfigToWire = couponConfig.toWire

export const multipleIssueAnswer = Type.Object({
  coupons: Type.Array(Type.Object({ code: Type.String(), couponId: Type.Integer() })),
  couponConfig: Type.Object(couponConfig.properties),
  totalCount: Type.Integer({ description: 'How many were asked for.' }),
  failureCount: Type.Integer(),
  successCount: Type.Integer(),
  customer: shortCustomer,
  errors: Type.Array(status),
  warnings: emptyList,
})

/** An issued coupon, with the id that it has in the history. */
export function couponToWire(series: IssuedSeries, coupon: HeldCoupon, timeZone: string) {
  return {
    code: coupon.code,
    seriesId: series.id,
    description: series.description,
    discountCode: series.discountCode ?? 'NO_VALUE',
    validTill: formatInstant(timeZone, startOfDayS(timeZone, coupon.validUntilS)),
    discountType: series.discountType,
    discountValue: series.discountValue,
    discountUpto: series.discountUpto,
    discountOn: 'BILL',
    detailedInfo: series.info,
    redemptionCount: 0,
    id: coupon.id,
    validTillDateTime: formatInstant(timeZone, coupon.validUntilS),
  }
}

/** The reason of a refused issue. Some codes have several reasons, which the message distinguishes. */
export function issueRefusalToWire(code: NonNullable<IssuedInSeries['refusal']>, one?: IssuedInSeries) {
  if (code === 5004 && one?.series?.clientHandlingType === 'GENERIC') {
    return statusToWire(5004, 'Cannot issue more than one GENERIC coupon code.')
  }
  return statusToWire(code, catalogue[one?.ownRefusal ?? code].message)
}
