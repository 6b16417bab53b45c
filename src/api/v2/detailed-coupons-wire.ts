import type {
  DetailedCoupon,
  DetailedPlace,
  DetailedRedemption,
} from '../../coupons/read-detailed-coupons.ts'
import type { KeptSeries } from '../../series/series-fields.ts'
import { dayOf, formatInstant, startOfDayS } from '../../values/calendar.ts'
import { inCase, type CodeCase } from '../../values/coupon-code.ts'
import { seriesToWire } from './series-wire.ts'

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
 * Writes coupons of the detailed call as JSON texts, in the contract's keys and their order; instants are true ones in
 * every field. Nine tenths of a text are its series, which is written once however many of the coupons are of it.
 */
export function detailedCouponWriter(
  codeCase: CodeCase,
  timeZone: string,
): (coupon: DetailedCoupon) => string {
  const seriesTexts = new Map<KeptSeries, string>()
  return (coupon) => {
    const { id, series } = coupon
    let seriesText = seriesTexts.get(series)
    if (seriesText === undefined) {
      seriesText = seriesToText(series, timeZone)
      seriesTexts.set(series, seriesText)
    }
    const rest = JSON.stringify(withoutSeriesToWire(coupon, codeCase, timeZone))
    return `{"id":${id},"seriesId":${series.id},"series":${seriesText},${rest.slice(1)}`
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
  const activeFromS = Math.max(coupon.createdAtS, series.redemptionValidFromS ?? 0)
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

/** Keys of the series object of this call alone, each before the key of the common one that it stands before. */
function seriesToText(series: KeptSeries, timeZone: string): string {
  const common = seriesToWire(series, timeZone, series.maxIssued ?? -1)
  const { brands, products, categories } = productIds(series)
  const places = {
    concepts: series.redemptionConceptIds ?? [],
    zones: series.redemptionZoneIds ?? [],
    stores: series.redemptionStoreIds ?? [],
    tills: series.redemptionTillIds ?? [],
  }
  const before: Readonly<Record<string, Record<string, unknown>>> = {
    info: { isUpdateProductData: false },
    termsAndConditions: { brands, products, categories },
    seriesType: { validRedemptionOrgEntityDetails: places },
    updateProductData: { entityLevelRedemptionConfigsValues: [] },
  }
  const after = {
    validTilldateFormat: dayOf(timeZone, series.validUntilS),
    redemptionValidFromFormat: dayOf(timeZone, series.redemptionValidFromS ?? series.updatedAtS),
    dvsExpiryDateFormat: dayOf(timeZone, startOfDayS(timeZone, series.updatedAtS)),
  }
  const pairs: string[] = []
  for (const [key, value] of Object.entries(common)) {
    const inserted = before[key]
    if (inserted !== undefined) pairs.push(JSON.stringify(inserted).slice(1, -1))
    if (!absent.has(key)) pairs.push(`"${key}":${JSON.stringify(value)}`)
  }
  pairs.push(JSON.stringify(after).slice(1, -1))
  return `{${pairs.join(',')}}`
}

/** Keys of a series that this call does not print. */
const absent = new Set([
  'customPropertyMap',
  'validTillDateTime',
  'targetUserDetails',
  'numUploadedNonIssued',
  'numUploadedTotal',
  'redemptionValidAfterDays',
  'ownedBy',
  'ownerId',
  'ownerValidity',
  'alphaNumeric',
  'shortCodeLength',
  'randomCodeLength',
  'fixedExpiryDate',
  'numTotal',
  'latestIssualTime',
  'latestRedemptionTime',
  'genericCode',
  'resendMessageEnabled',
  'couponPrefix',
  'couponSuffix',
  'isPrefixEnabled',
  'isSuffixEnabled',
  'orgPrefixOverride',
  'orgSuffixOverride',
  'externalIssual',
  'productInfo',
  'redemptionOrgEntityDetails',
])

/** Ids or codes, as the series states them; empty: all products. */
export function productIds({ products }: KeptSeries) {
  const ofType = (type: string) =>
    (products ?? [])
      .filter(({ productType }) => productType === type)
      .flatMap(({ productIds, productCodes }): (number | string)[] => [...(productIds ?? productCodes ?? [])])
  return { brands: ofType('BRAND'), products: ofType('SKU'), categories: ofType('CATEGORY') }
}
