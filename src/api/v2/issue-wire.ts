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

export const multipleIssueAnswer = Type.Object({
  coupons: Type.Array(Type.Object({ code: Type.String(), couponId: Type.Integer() })),
  couponConfig: Type.Object({
    customPropertyMap: emptyObject,
    id: Type.Literal(0),
    description: Type.String(),
    discountCode: Type.String(),
    info: Type.String(),
    discountUpto: Type.Number(),
    discountValue: Type.Number(),
    issueToLoyalty: Type.Literal(false),
    numUploadedNonIssued: Type.Literal(0),
    numUploadedTotal: Type.Literal(0),
    redemptionValidAfterDays: Type.Literal(0),
    ownerId: Type.Literal(0),
    ownerValidity: Type.Literal(0),
    alphaNumeric: Type.Literal(false),
    shortCodeLength: Type.Literal(0),
    randomCodeLength: Type.Literal(0),
    fixedExpiryDate: Type.Literal(0),
    numTotal: Type.Literal(0),
    latestIssualTime: Type.Literal(0),
    latestRedemptionTime: Type.Literal(0),
    discountOn: Type.Literal('BILL'),
    discountType: Type.String(),
    externalIssual: Type.Literal(false),
    updateProductData: Type.Literal(false),
  }),
  totalCount: Type.Integer({ description: 'How many were asked for.' }),
  failureCount: Type.Integer(),
  successCount: Type.Integer(),
  customer: shortCustomer,
  errors: Type.Array(status),
  warnings: emptyList,
})

/** An issued coupon. Its id is the real one. */
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

/** Why an issue was refused; some codes stand for several reasons, and the text says which. */
export function issueRefusalToWire(code: NonNullable<IssuedInSeries['refusal']>, one?: IssuedInSeries) {
  if (code === 5004 && one?.series?.clientHandlingType === 'GENERIC') {
    return statusToWire(5004, 'Cannot issue more than one GENERIC coupon code.')
  }
  if (code === 709 && one?.series?.isExistingCouponWithheld !== true) {
    return statusToWire(
      709,
      'Coupon processing failed: too soon after the last one, or the customer has a coupon of a series that excludes this one',
    )
  }
  return statusToWire(code, catalogue[code].message)
}

/** `couponConfig` of the call that issues several; only the first fields carry data in the original too. */
export function multipleConfigToWire(series: IssuedSeries) {
  return {
    customPropertyMap: {},
    id: 0,
    description: series.description,
    discountCode: series.discountCode ?? 'NO_VALUE',
    info: series.info,
    discountUpto: series.discountUpto,
    discountValue: series.discountValue,
    issueToLoyalty: false,
    numUploadedNonIssued: 0,
    numUploadedTotal: 0,
    redemptionValidAfterDays: 0,
    ownerId: 0,
    ownerValidity: 0,
    alphaNumeric: false,
    shortCodeLength: 0,
    randomCodeLength: 0,
    fixedExpiryDate: 0,
    numTotal: 0,
    latestIssualTime: 0,
    latestRedemptionTime: 0,
    discountOn: 'BILL',
    discountType: series.discountType,
    externalIssual: false,
    updateProductData: false,
  }
}
