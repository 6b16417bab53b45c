import type { Series, StatedSeries } from '../../api/types.ts'
import type { Formats } from '../../parts/format.ts'
import { firstDayOf, windowOf } from './series-values.ts'

/** What stands in the form: as it is typed. Names are those of the API, so that what it refuses stands at its field. */
export interface SeriesFields {
  readonly description: string
  readonly info: string
  readonly seriesCode: string
  readonly discountCode: string
  readonly discountType: 'ABS' | 'PERC'
  readonly discountValue: string
  readonly discountUpto: string
  readonly clientHandlingType: 'DISC_CODE' | 'DISC_CODE_PIN' | 'GENERIC'
  readonly genericCode: string
  readonly randomCodeLength: string
  readonly alphaNumeric: boolean
  readonly couponPrefix: string
  readonly couponSuffix: string
  readonly validTillDate: string
  readonly redemptionValidFrom: string
  readonly redemptionValidAfterDays: string
  readonly expiryStrategyType: 'SERIES_EXPIRY' | 'DAYS' | 'MONTHS_END'
  readonly expiryStrategyValue: string
  readonly maxCreate: string
  readonly maxRedeem: string
  readonly isMultipleUseAllowed: boolean
  readonly redemptionPerCouponMaxLimit: string
  readonly sameUserMultipleRedeem: boolean
  readonly maxRedemptionsInSeriesPerUser: string
  readonly minDaysBetweenRedemption: string
  readonly isMultipleVouchersPerUserAllowed: boolean
  readonly maxVouchersPerUser: string
  readonly anyUser: boolean
  readonly minBillAmount: string
  readonly maxBillAmount: string
  /** Ids. */
  readonly redemptionOrgEntityDetails: readonly string[]
  readonly dow: readonly string[]
  readonly dom: readonly string[]
  readonly hours: readonly string[]
  readonly smsTemplate: string
}

export const newFields: SeriesFields = {
  description: '',
  info: '',
  seriesCode: '',
  discountCode: '',
  discountType: 'ABS',
  discountValue: '',
  discountUpto: '',
  clientHandlingType: 'DISC_CODE',
  genericCode: '',
  randomCodeLength: '',
  alphaNumeric: true,
  couponPrefix: '',
  couponSuffix: '',
  validTillDate: '',
  redemptionValidFrom: '',
  redemptionValidAfterDays: '',
  expiryStrategyType: 'SERIES_EXPIRY',
  expiryStrategyValue: '',
  maxCreate: '',
  maxRedeem: '',
  isMultipleUseAllowed: false,
  redemptionPerCouponMaxLimit: '',
  sameUserMultipleRedeem: false,
  maxRedemptionsInSeriesPerUser: '',
  minDaysBetweenRedemption: '',
  isMultipleVouchersPerUserAllowed: false,
  maxVouchersPerUser: '',
  anyUser: false,
  minBillAmount: '',
  maxBillAmount: '',
  redemptionOrgEntityDetails: [],
  dow: [],
  dom: [],
  hours: [],
  smsTemplate: 'Your coupon code: {{voucher}}',
}

/** A number that may be none: −1, and 0 where that says the same. */
const shown = (value: number, none: readonly number[] = [-1]): string =>
  none.includes(value) ? '' : String(value)

/** The form of a series that there is. */
export function fieldsOf(series: Series, { isoDay }: Formats): SeriesFields {
  const first = firstDayOf(series)
  const { dow, dom, hours } = windowOf(series)
  const zeroToo = [-1, 0]
  return {
    description: series.description,
    info: series.info === series.description ? '' : series.info,
    seriesCode: series.seriesCode,
    discountCode: series.discountCode === 'NO_VALUE' ? '' : series.discountCode,
    discountType: series.discountType === 'PERC' ? 'PERC' : 'ABS',
    discountValue: String(series.discountValue),
    discountUpto: shown(series.discountUpto, zeroToo),
    clientHandlingType: series.clientHandlingType as SeriesFields['clientHandlingType'],
    genericCode: series.genericCode ?? '',
    randomCodeLength: shown(series.randomCodeLength, zeroToo),
    alphaNumeric: series.alphaNumeric,
    couponPrefix: series.isPrefixEnabled ? (series.couponPrefix ?? '') : '',
    couponSuffix: series.isSuffixEnabled ? (series.couponSuffix ?? '') : '',
    validTillDate: isoDay(series.validTillDateTime),
    redemptionValidFrom: first ? isoDay(first) : '',
    redemptionValidAfterDays: shown(series.redemptionValidAfterDays, zeroToo),
    expiryStrategyType: series.expiryStrategyType as SeriesFields['expiryStrategyType'],
    expiryStrategyValue: shown(series.expiryStrategyValue),
    maxCreate: shown(series.maxCreate),
    maxRedeem: shown(series.maxRedeem),
    isMultipleUseAllowed: series.isMultipleUseAllowed,
    redemptionPerCouponMaxLimit: shown(series.redemptionPerCouponMaxLimit),
    sameUserMultipleRedeem: series.sameUserMultipleRedeem,
    maxRedemptionsInSeriesPerUser: shown(series.maxRedemptionsInSeriesPerUser),
    minDaysBetweenRedemption: shown(series.minDaysBetweenRedemption, zeroToo),
    isMultipleVouchersPerUserAllowed: series.isMultipleVouchersPerUserAllowed,
    maxVouchersPerUser: shown(series.maxVouchersPerUser),
    anyUser: series.anyUser,
    minBillAmount: shown(series.minBillAmount),
    maxBillAmount: shown(series.maxBillAmount),
    redemptionOrgEntityDetails: (series.redemptionOrgEntityDetails ?? [])
      .filter((one) => one.redemptionOrgEntityType === 'STORE')
      .map((one) => String(one.orgEntityId)),
    dow: dow.map(String),
    dom: dom.map(String),
    hours: hours.map(String),
    smsTemplate: series.smsTemplate,
  }
}

/**
 * The form of another series with the terms of one: what must be its own is left out, and so are days that have passed.
 *
 * @param today YYYY-MM-DD on the clock of the organisation.
 */
export function copyOf(series: Series, formats: Formats, today: string): SeriesFields {
  const fields = fieldsOf(series, formats)
  const stillAhead = (day: string): string => (day < today ? '' : day)
  return {
    ...fields,
    seriesCode: '',
    genericCode: '',
    validTillDate: stillAhead(fields.validTillDate),
    redemptionValidFrom: stillAhead(fields.redemptionValidFrom),
  }
}

/** What the form does not show is stated again as it was: an edit gives what it leaves out its default. */
function carried(series: Series): Partial<StatedSeries> {
  const { tag, customPropertyMap, productInfo, targetUserDetails, mutualExclusiveSeriesIds } = series
  const { doNotResendExistingVoucher, minDaysBetweenVouchers, resendMessageEnabled, isSMSDisabled } = series
  const { isValidationRequired, isReferralExistingUsersAllowed, isValidWithDiscountedItem } = series
  const { maxReferralsPerReferee, orgPrefixOverride, orgSuffixOverride } = series
  return {
    tag,
    customPropertyMap,
    productInfo,
    targetUserDetails,
    mutualExclusiveSeriesIds,
    doNotResendExistingVoucher,
    minDaysBetweenVouchers,
    resendMessageEnabled,
    isSMSDisabled,
    isValidationRequired,
    isReferralExistingUsersAllowed,
    isValidWithDiscountedItem,
    maxReferralsPerReferee,
    orgPrefixOverride,
    orgSuffixOverride,
  }
}

const limit = (text: string): number | string => (text.trim() === '' ? -1 : text.trim())
const stated = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim())

/** The body of the call that saves the form. @param series that it was filled from. */
export function bodyOf(fields: SeriesFields, series: Series | undefined, { isoDay }: Formats): StatedSeries {
  const isGenerated = fields.clientHandlingType === 'DISC_CODE'
  const keepsEnd = series !== undefined && isoDay(series.validTillDateTime) === fields.validTillDate
  const otherPlaces = (series?.redemptionOrgEntityDetails ?? []).filter(
    (one) => one.redemptionOrgEntityType !== 'STORE',
  )
  const list = (values: readonly string[]): number[] => (values.length === 0 ? [-1] : values.map(Number))
  // One that is stated and not used is kept; that of the organisation is not the series' own.
  const affix = (text: string, isOfOrganisation: boolean | undefined, kept: string | undefined) =>
    (isGenerated ? stated(text) : undefined) ?? (isOfOrganisation ? undefined : kept)
  const prefix = affix(fields.couponPrefix, series?.orgPrefixOverride, series?.couponPrefix)
  const suffix = affix(fields.couponSuffix, series?.orgSuffixOverride, series?.couponSuffix)
  return {
    ...(series && carried(series)),
    description: fields.description.trim(),
    info: stated(fields.info),
    seriesCode: stated(fields.seriesCode),
    discountCode: stated(fields.discountCode),
    discountType: fields.discountType,
    discountValue: stated(fields.discountValue),
    discountUpto: stated(fields.discountUpto),
    clientHandlingType: fields.clientHandlingType,
    genericCode: fields.clientHandlingType === 'GENERIC' ? stated(fields.genericCode) : undefined,
    randomCodeLength: stated(fields.randomCodeLength),
    alphaNumeric: fields.alphaNumeric,
    couponPrefix: prefix,
    isPrefixEnabled: isGenerated && stated(fields.couponPrefix) !== undefined,
    couponSuffix: suffix,
    isSuffixEnabled: isGenerated && stated(fields.couponSuffix) !== undefined,
    validTillDate: stated(fields.validTillDate),
    ...(keepsEnd && { validTillDateTime: series.validTillDateTime }),
    redemptionValidFrom: stated(fields.redemptionValidFrom),
    redemptionValidAfterDays: stated(fields.redemptionValidAfterDays),
    expiryStrategyType: fields.expiryStrategyType,
    expiryStrategyValue:
      fields.expiryStrategyType === 'SERIES_EXPIRY' ? undefined : stated(fields.expiryStrategyValue),
    maxCreate: limit(fields.maxCreate),
    maxRedeem: limit(fields.maxRedeem),
    isMultipleUseAllowed: fields.isMultipleUseAllowed,
    redemptionPerCouponMaxLimit: hasCouponLimit(fields) ? limit(fields.redemptionPerCouponMaxLimit) : -1,
    sameUserMultipleRedeem: fields.sameUserMultipleRedeem,
    maxRedemptionsInSeriesPerUser: limit(fields.maxRedemptionsInSeriesPerUser),
    minDaysBetweenRedemption: limit(fields.minDaysBetweenRedemption),
    isMultipleVouchersPerUserAllowed: fields.isMultipleVouchersPerUserAllowed,
    maxVouchersPerUser: limit(fields.maxVouchersPerUser),
    anyUser: fields.anyUser,
    minBillAmount: limit(fields.minBillAmount),
    maxBillAmount: limit(fields.maxBillAmount),
    redemptionOrgEntityDetails: [
      ...otherPlaces,
      ...fields.redemptionOrgEntityDetails.map((id) => ({
        redemptionOrgEntityType: 'STORE',
        orgEntityId: Number(id),
      })),
    ],
    redemptionRange: { dom: list(fields.dom), dow: list(fields.dow), hours: list(fields.hours) },
    smsTemplate: fields.smsTemplate,
  }
}

/** The limit of one code is for codes that several people use. */
export const hasCouponLimit = ({
  isMultipleUseAllowed,
  anyUser,
  clientHandlingType,
}: SeriesFields): boolean => isMultipleUseAllowed && anyUser && clientHandlingType !== 'GENERIC'
