import type { Series, SeriesTerms, StatedSeries } from '../../api/types.ts'
import type { Formats } from '../../parts/format.ts'
import { typedNumber } from '../../parts/typed-amount.ts'
import { groupsOf, textsOf } from './product-lists.ts'
import { otherPlacesOf, windowOf } from './series-values.ts'

const none: readonly string[] = []

/** An empty form. The names are those of the API, so that a refusal appears at its field. */
export const newFields = {
  description: '',
  info: '',
  seriesCode: '',
  discountCode: '',
  discountType: 'ABS' as SeriesTerms['discountType'],
  discountValue: '',
  discountUpto: '',
  clientHandlingType: 'DISC_CODE' as SeriesTerms['clientHandlingType'],
  genericCode: '',
  randomCodeLength: '',
  alphaNumeric: true,
  couponPrefix: '',
  couponSuffix: '',
  validTillDate: '',
  /** HH:MM; empty: the end of the day. */
  validTillTime: '',
  redemptionValidFrom: '',
  /** HH:MM; empty: the beginning of the day. */
  redemptionValidFromTime: '',
  issueFrom: '',
  issueFromTime: '',
  /** Separated by commas. */
  tags: '',
  redemptionValidAfterDays: '',
  expiryStrategyType: 'SERIES_EXPIRY' as SeriesTerms['expiryStrategy'],
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
  includedSkus: '',
  includedBrands: '',
  includedCategories: '',
  /** Ids of stores. */
  redemptionOrgEntityDetails: none,
  dow: none,
  dom: none,
  hours: none,
  smsTemplate: 'Your coupon code: {{voucher}}',
}

/** The content of the form, as typed. */
export type SeriesFields = Readonly<typeof newFields>

export const wholeFields = [
  'maxCreate',
  'maxRedeem',
  'redemptionPerCouponMaxLimit',
  'maxRedemptionsInSeriesPerUser',
  'minDaysBetweenRedemption',
  'maxVouchersPerUser',
  'redemptionValidAfterDays',
  'expiryStrategyValue',
  'randomCodeLength',
] as const
export const amountFields = ['discountValue', 'discountUpto', 'minBillAmount', 'maxBillAmount'] as const

/** The form with its numbers as the server reads them; what is no number stays as it was typed. */
export function typedFields(fields: SeriesFields): SeriesFields {
  const numbers = [...wholeFields, ...amountFields].map((name) => [
    name,
    typedNumber(fields[name]) ?? fields[name],
  ])
  return { ...fields, ...(Object.fromEntries(numbers) as Partial<SeriesFields>) }
}

/** A number as text; empty for −1, and for 0 if that too means none. */
const shown = (value: number, none: readonly number[] = [-1]): string =>
  none.includes(value) ? '' : String(value)

const midnight = '00:00'
const endOfDay = '23:59'

/** The time of day of an instant; empty if it is the usual one. */
const timeOf = (instant: string, { clock }: Formats, usual: string): string =>
  clock(instant) === usual ? '' : clock(instant)

/** The form of an existing series. */
export function fieldsOf(series: Series, formats: Formats): SeriesFields {
  const { isoDay } = formats
  const { issueFrom, redeemableFrom, endsAt } = series
  const { dow, dom, hours } = windowOf(series)
  const zeroToo = [-1, 0]
  const products = textsOf(series.productInfo ?? [])
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
    validTillDate: isoDay(endsAt),
    validTillTime: timeOf(endsAt, formats, endOfDay),
    redemptionValidFrom: redeemableFrom === null ? '' : isoDay(redeemableFrom),
    redemptionValidFromTime: redeemableFrom === null ? '' : timeOf(redeemableFrom, formats, midnight),
    issueFrom: issueFrom === null ? '' : isoDay(issueFrom),
    issueFromTime: issueFrom === null ? '' : timeOf(issueFrom, formats, midnight),
    tags: series.tags.join(', '),
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
    includedSkus: products.SKU,
    includedBrands: products.BRAND,
    includedCategories: products.CATEGORY,
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
 * The form of a new series with the terms of another: values that must be unique are omitted, and so are days in the
 * past.
 *
 * @param today YYYY-MM-DD in the organisation's time zone.
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
    issueFrom: stillAhead(fields.issueFrom),
  }
}

const limit = (text: string): number | string => (text.trim() === '' ? -1 : text.trim())
const stated = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim())

/**
 * The last instant in the form that the server accepts; unchanged to the second if its day and minute are unchanged.
 * Undefined: the end of the day.
 */
function endOf(
  { validTillDate: day, validTillTime: time }: SeriesFields,
  series: Series | undefined,
  formats: Formats,
): string | undefined {
  if (day === '') return undefined
  const before = series?.endsAt
  if (before !== undefined && formats.isoDay(before) === day && timeOf(before, formats, endOfDay) === time)
    return before
  return time === '' ? undefined : `${day} ${time}:00`
}

const beginOf = (day: string, time: string): string | null =>
  day === '' ? null : `${day} ${time === '' ? midnight : time}:00`

const scheduleNames = [
  'validTillDate',
  'validTillTime',
  'redemptionValidFrom',
  'redemptionValidFromTime',
  'issueFrom',
  'issueFromTime',
] as const

/**
 * The schedule of the form, if the series itself cannot state it: the contract knows days, and no issue start.
 *
 * @param before the fields when the form was filled; undefined: a new series.
 */
export function scheduleOf(
  fields: SeriesFields,
  before: SeriesFields | undefined,
  series: Series | undefined,
  formats: Formats,
): { issueFrom: string | null; redeemableFrom: string | null; endsAt: string } | undefined {
  const isNeeded =
    before === undefined
      ? fields.issueFrom !== '' || fields.redemptionValidFromTime !== ''
      : scheduleNames.some((name) => fields[name] !== before[name])
  if (!isNeeded) return undefined
  return {
    issueFrom: beginOf(fields.issueFrom, fields.issueFromTime),
    redeemableFrom: beginOf(fields.redemptionValidFrom, fields.redemptionValidFromTime),
    endsAt: endOf(fields, series, formats) ?? fields.validTillDate,
  }
}

/**
 * The body of the call that saves the form. An edit resets omitted terms to their defaults, so terms that the form does
 * not show are stated again as they were printed; the API ignores those that cannot be stated.
 *
 * @param series that the form was filled from.
 */
export function bodyOf(fields: SeriesFields, series: Series | undefined, formats: Formats): StatedSeries {
  const isGenerated = fields.clientHandlingType === 'DISC_CODE'
  const list = (values: readonly string[]): number[] => (values.length === 0 ? [-1] : values.map(Number))
  // A text that is stated but not enabled is kept; the organisation's text does not belong to the series.
  const affix = (text: string, isOfOrganisation: boolean | undefined, kept: string | undefined) =>
    (isGenerated ? stated(text) : undefined) ?? (isOfOrganisation ? undefined : kept)
  const prefix = affix(fields.couponPrefix, series?.orgPrefixOverride, series?.couponPrefix)
  const suffix = affix(fields.couponSuffix, series?.orgSuffixOverride, series?.couponSuffix)
  return {
    ...series,
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
    validTillDateTime: endOf(fields, series, formats),
    tag: stated(fields.tags),
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
    productInfo: groupsOf(
      { SKU: fields.includedSkus, BRAND: fields.includedBrands, CATEGORY: fields.includedCategories },
      series?.productInfo ?? [],
    ),
    redemptionOrgEntityDetails: [
      ...otherPlacesOf(series),
      ...fields.redemptionOrgEntityDetails.map((id) => ({
        redemptionOrgEntityType: 'STORE',
        orgEntityId: Number(id),
      })),
    ],
    redemptionRange: { dom: list(fields.dom), dow: list(fields.dow), hours: list(fields.hours) },
    smsTemplate: fields.smsTemplate,
  }
}

/** Only codes that several people use can have a limit of their own. */
export const hasCouponLimit = ({
  isMultipleUseAllowed,
  anyUser,
  clientHandlingType,
}: SeriesFields): boolean => isMultipleUseAllowed && anyUser && clientHandlingType !== 'GENERIC'
