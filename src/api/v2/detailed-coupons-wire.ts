import { Type } from 'typebox'
import type {
  DetailedCoupon,
  DetailedPlace,
  DetailedRedemption,
} from '../../coupons/read-detailed-coupons.ts'
import { redeemableFromS } from '../../redemptions/ordered-redemption-rules.ts'
import type { KeptSeries } from '../../series/series-fields.ts'
import { formatInstant } from '../../values/calendar.ts'
import { inCase, type CodeCase } from '../../values/coupon-code.ts'
import { emptyList, instant, itemStatus } from './answer-fields.ts'
import { enrichedSeriesFields, enrichedSeriesToWire } from './enriched-series.ts'

const place = Type.Object({
  id: Type.Integer(),
  code: Type.String(),
  description: Type.String(),
  name: Type.String(),
  type: Type.Literal('STORE'),
  adminType: Type.Literal('GENERAL'),
  isOrgUnit: Type.Literal(false),
})

const redemption = {
  id: Type.Integer(),
  redeemedOn: instant('When it was redeemed.'),
  redeemedOnISO: instant('The same.'),
  redeemedBy: Type.Integer({ description: 'The till; -1: none.' }),
  redeemedByUser: Type.Integer({ description: 'The customer.' }),
  transactionNumber: Type.String(),
  billAmount: Type.Optional(Type.Number()),
  redeemedAt: Type.Optional(place),
}
const reversal = {
  ...redemption,
  reversedOn: instant('When it was taken back.'),
  reversedOnISO: instant('The same.'),
}

/** The answer of `GET /v2/customers/{id}/coupons`. */
export const detailedAnswer = Type.Object({
  entity: Type.Array(
    Type.Object({
      id: Type.Integer(),
      seriesId: Type.Integer(),
      series: Type.Object(enrichedSeriesFields),
      code: Type.String(),
      description: Type.String(),
      createdDate: instant('When it was issued.'),
      validTill: instant('The last instant at which it works.'),
      isRedeemed: Type.Boolean({ description: 'At least once.' }),
      issuedTo: Type.Integer({ description: 'The customer.' }),
      issuedBy: Type.Integer({ description: 'The till; -1: none.' }),
      orgId: Type.Integer(),
      refId: Type.Literal(0),
      issuedAt: Type.Optional(place),
      status: itemStatus,
      couponDiscountType: Type.String({ description: 'ABS or PERC.' }),
      issuedOn: instant('When it was issued.'),
      issuedOnISO: instant('The same.'),
      activeFrom: instant('From when it may be redeemed.'),
      redemptionsLeft: Type.Integer({ description: 'By the limits alone; -1: no limit.' }),
      couponStatus: itemStatus,
      redemptionInfo: Type.Array(Type.Object(redemption)),
      reversedRedemptionInfo: Type.Array(Type.Object(reversal)),
      discountType: Type.Boolean({ description: 'Absolute?' }),
      discountValue: Type.Number(),
      discountValueAsDouble: Type.Number(),
      discountUpto: Type.Number(),
      seriesName: Type.String(),
      redeemed: Type.Boolean({ description: 'The same as isRedeemed.' }),
      trimmedCode: Type.String({ description: 'The same as code.' }),
    }),
  ),
  warnings: emptyList,
  errors: emptyList,
  success: Type.Boolean(),
})

const succeeded = (code: number, message: string) => ({
  statusCode: { status: true, code, message },
  warnings: [],
  warningsAsStatusCode: [],
  code,
  success: true,
  message,
})

const resent = succeeded(700, 'Coupon Resent')
const success = succeeded(200, 'Success')

function placeToWire({ id, code, description, name }: DetailedPlace) {
  return { id, code, description, name, type: 'STORE', adminType: 'GENERAL', isOrgUnit: false }
}

/**
 * Writes coupons of the detailed call as JSON, separated by commas, in the contract's keys and their order; instants are
 * true ones in every field. Three quarters of a coupon are its series, which is put into bytes once however many of the
 * coupons are of it.
 */
export function detailedCouponsWriter(
  codeCase: CodeCase,
  timeZone: string,
): (coupons: readonly DetailedCoupon[]) => Buffer {
  const bySeries = new Map<KeptSeries, Buffer>()
  const seriesBytes = (series: KeptSeries): Buffer => {
    const known = bySeries.get(series)
    if (known !== undefined) return known
    const bytes = Buffer.from(JSON.stringify(enrichedSeriesToWire(series, timeZone)))
    bySeries.set(series, bytes)
    return bytes
  }
  return (coupons) => {
    const parts: Buffer[] = []
    let text = ''
    for (const coupon of coupons) {
      const { id, series } = coupon
      text += `${text === '' ? '' : ','}{"id":${id},"seriesId":${series.id},"series":`
      parts.push(Buffer.from(text), seriesBytes(series))
      text = `,${JSON.stringify(withoutSeriesToWire(coupon, codeCase, timeZone)).slice(1)}`
    }
    parts.push(Buffer.from(text))
    return Buffer.concat(parts)
  }
}

/** What stands behind the series. No spreads: they cost on hot paths; JSON leaves out what is undefined. */
function withoutSeriesToWire(coupon: DetailedCoupon, codeCase: CodeCase, timeZone: string) {
  const { series } = coupon
  const instant = (epochS: number) => formatInstant(timeZone, epochS)
  const code = inCase(coupon.code, codeCase)
  const standing = coupon.redemptions.filter(({ reversedAtS }) => reversedAtS === null)
  const isRedeemed = standing.length > 0
  const createdDate = instant(coupon.createdAtS)
  const activeFromS = Math.max(coupon.createdAtS, redeemableFromS(coupon, series, timeZone))
  return {
    code,
    description: series.description,
    createdDate,
    validTill: instant(coupon.validUntilS),
    isRedeemed,
    issuedTo: coupon.customerId,
    issuedBy: coupon.issuedTillId ?? -1,
    orgId: series.orgId,
    refId: 0,
    issuedAt: coupon.issuedAt === null ? undefined : placeToWire(coupon.issuedAt),
    status: resent,
    couponDiscountType: series.discountType,
    issuedOn: createdDate,
    issuedOnISO: createdDate,
    activeFrom: instant(activeFromS),
    redemptionsLeft: coupon.redemptionsLeft,
    couponStatus: success,
    redemptionInfo: standing.map((one) => redemptionToWire(one, timeZone)),
    reversedRedemptionInfo: coupon.redemptions
      .filter(({ reversedAtS }) => reversedAtS !== null)
      .map((one) => redemptionToWire(one, timeZone)),
    discountType: series.discountType === 'ABS',
    discountValue: series.discountValue,
    discountValueAsDouble: series.discountValue,
    discountUpto: series.discountUpto,
    seriesName: series.description,
    redeemed: isRedeemed,
    trimmedCode: code,
  }
}

function redemptionToWire(one: DetailedRedemption, timeZone: string) {
  const redeemedOn = formatInstant(timeZone, one.redeemedAtS)
  const reversedOn = one.reversedAtS === null ? undefined : formatInstant(timeZone, one.reversedAtS)
  return {
    id: one.id,
    redeemedOn,
    redeemedOnISO: redeemedOn,
    ...(reversedOn !== undefined && { reversedOn, reversedOnISO: reversedOn }),
    redeemedBy: one.tillId ?? -1,
    redeemedByUser: one.customerId,
    transactionNumber: one.transactionNumber,
    ...(one.billAmount !== null && { billAmount: one.billAmount }),
    ...(one.redeemedAt && { redeemedAt: placeToWire(one.redeemedAt) }),
  }
}
