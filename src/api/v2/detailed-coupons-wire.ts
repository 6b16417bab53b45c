import { Type } from 'typebox'
import type {
  DetailedCoupon,
  DetailedPlace,
  DetailedRedemption,
} from '../../ledger/coupons/read-detailed-coupons.ts'
import { redeemableFromS } from '../../ledger/redemptions/redeemable-from-rules.ts'
import type { Series } from '../../ledger/series/terms.ts'
import type { Caller } from '../../values/caller.ts'
import { formatInstant } from '../../values/calendar.ts'
import { inCase, type CodeCase } from '../../values/coupon-code.ts'
import { emptyList, instant, itemStatus } from '../../http/answer-fields.ts'
import { decimalText } from '../../http/decimals.ts'
import { discountFields, discountText, reversedDiscountFields } from './discount-wire.ts'
import { detailedSeries, outgoing } from './series-wire.ts'

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
  ...discountFields,
  redeemedAt: Type.Optional(place),
}
const reversal = {
  ...redemption,
  ...reversedDiscountFields,
  reversedOn: instant('When it was taken back.'),
  reversedOnISO: instant('The same.'),
}

/** The answer of `GET /v2/customers/{id}/coupons`. */
export const detailedAnswer = Type.Object({
  entity: Type.Array(
    Type.Object({
      id: Type.Integer(),
      seriesId: Type.Integer(),
      series: Type.Object(detailedSeries.properties),
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

const resent = JSON.stringify(succeeded(700, 'Coupon Resent'))
const success = JSON.stringify(succeeded(200, 'Success'))

function placeToWire({ id, code, description, name }: DetailedPlace) {
  return { id, code, description, name, type: 'STORE', adminType: 'GENERAL', isOrgUnit: false }
}

/** The JSON text that all coupons of a series share. */
interface SeriesParts {
  readonly series: Buffer
  readonly description: string
  readonly discountType: string
  readonly discount: string
}

/**
 * Writes coupons of the detailed call as JSON, separated by commas, with the keys of the contract in their order. The
 * series, the store and constants make up nine tenths of a coupon and are converted to JSON once for all coupons that
 * repeat them.
 */
export function detailedCouponsWriter(
  codeCase: CodeCase,
  caller: Pick<Caller, 'timeZone' | 'currency'>,
  withDiscounts: boolean,
): (coupons: readonly DetailedCoupon[]) => Buffer {
  const { timeZone } = caller
  const ofSeries = new Map<Series, SeriesParts>()
  const ofPlace = new Map<number, string>()
  const instant = (epochS: number): string => `"${formatInstant(timeZone, epochS)}"`

  function seriesParts(series: Series): SeriesParts {
    let parts = ofSeries.get(series)
    if (parts === undefined) {
      const { discountType, discountValue, discountUpto } = series
      const description = JSON.stringify(series.description)
      parts = {
        series: Buffer.from(JSON.stringify(detailedSeries.toWire(outgoing(series, timeZone)))),
        description,
        discountType: JSON.stringify(discountType),
        discount: `"discountType":${discountType === 'ABS'},"discountValue":${discountValue},"discountValueAsDouble":${decimalText(discountValue)},"discountUpto":${discountUpto},"seriesName":${description}`,
      }
      ofSeries.set(series, parts)
    }
    return parts
  }

  function place(key: string, at: DetailedPlace | null): string {
    if (at === null) return ''
    let text = ofPlace.get(at.id)
    if (text === undefined) ofPlace.set(at.id, (text = JSON.stringify(placeToWire(at))))
    return `,"${key}":${text}`
  }

  function redemption(one: DetailedRedemption): string {
    const redeemedOn = instant(one.redeemedAtS)
    const reversedOn = one.reversedAtS === null ? undefined : instant(one.reversedAtS)
    const reversed =
      reversedOn === undefined ? '' : `"reversedOn":${reversedOn},"reversedOnISO":${reversedOn},`
    const amount = one.billAmount === null ? '' : `,"billAmount":${one.billAmount}`
    return `{"id":${one.id},"redeemedOn":${redeemedOn},"redeemedOnISO":${redeemedOn},${reversed}"redeemedBy":${one.tillId ?? -1},"redeemedByUser":${one.customerId},"transactionNumber":${JSON.stringify(one.transactionNumber)}${amount}${withDiscounts ? discountText(one.discount, caller) : ''}${place('redeemedAt', one.redeemedAt)}}`
  }

  /** The keys after the series. */
  function rest(coupon: DetailedCoupon, { description, discountType, discount }: SeriesParts): string {
    const { series, redemptions } = coupon
    const code = JSON.stringify(inCase(coupon.code, codeCase))
    const standing = redemptions.filter(({ reversedAtS }) => reversedAtS === null)
    const reversed = redemptions.filter(({ reversedAtS }) => reversedAtS !== null)
    const isRedeemed = standing.length > 0
    const issuedOn = instant(coupon.createdAtS)
    const activeFrom = instant(Math.max(coupon.createdAtS, redeemableFromS(coupon, series, timeZone)))
    return (
      `"code":${code},"description":${description},"createdDate":${issuedOn},"validTill":${instant(coupon.validUntilS)},` +
      `"isRedeemed":${isRedeemed},"issuedTo":${coupon.customerId},"issuedBy":${coupon.issuedTillId ?? -1},` +
      `"orgId":${series.orgId},"refId":0${place('issuedAt', coupon.issuedAt)},"status":${resent},` +
      `"couponDiscountType":${discountType},"issuedOn":${issuedOn},"issuedOnISO":${issuedOn},"activeFrom":${activeFrom},` +
      `"redemptionsLeft":${coupon.redemptionsLeft},"couponStatus":${success},` +
      `"redemptionInfo":[${standing.map(redemption).join()}],"reversedRedemptionInfo":[${reversed.map(redemption).join()}],` +
      `${discount},"redeemed":${isRedeemed},"trimmedCode":${code}}`
    )
  }

  return (coupons) => {
    const parts: Buffer[] = []
    let text = ''
    for (const coupon of coupons) {
      const { id, series } = coupon
      const known = seriesParts(series)
      parts.push(
        Buffer.from(`${text}${text === '' ? '' : ','}{"id":${id},"seriesId":${series.id},"series":`),
        known.series,
      )
      text = `,${rest(coupon, known)}`
    }
    parts.push(Buffer.from(text))
    return Buffer.concat(parts)
  }
}
