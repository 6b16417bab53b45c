import { Type, type Static } from 'typebox'
import { quote, Refusal } from '../../values/errors.ts'
import type { SeriesFields } from '../../ledger/series/series-fields.ts'
import { damageOfCode } from '../../values/spreadsheet-notation.ts'
import { given, numeric, optional, readPlainCode, readText, record } from '../../http/fields.ts'
import {
  readCodeLength,
  readExclusiveSeries,
  readPlaces,
  readProducts,
  readProperties,
  readRedemptionRange,
  readTarget,
} from './series-lists.ts'
import {
  readAffixText,
  readBillBound,
  readDecimal,
  readEnum,
  readFlag,
  readGap,
  readInstantS,
  readInteger,
  readLimit,
  readLines,
} from './series-values.ts'

const text = optional(Type.String())
const number = optional(numeric)
const flag = optional(Type.Union([Type.Boolean(), Type.String({ maxLength: 5 })]))
const instant = optional(numeric)
const codeText = optional(Type.Union([Type.String(), Type.Number()]))

/** A series as a caller states it; other fields are ignored. */
const series = Type.Object({
  description: text,
  discountCode: text,
  validTillDate: instant,
  validTillDateTime: instant,
  anyUser: flag,
  smsTemplate: text,
  discountValue: number,
  discountType: text,
  clientHandlingType: text,
  expiryStrategyType: text,
  expiryStrategyValue: number,
  seriesCode: codeText,
  genericCode: codeText,
  maxCreate: number,
  maxRedeem: number,
  redemptionPerCouponMaxLimit: number,
  maxRedemptionsInSeriesPerUser: number,
  sameUserMultipleRedeem: flag,
  isMultipleUseAllowed: flag,
  minDaysBetweenRedemption: number,
  isMultipleVouchersPerUserAllowed: flag,
  maxVouchersPerUser: number,
  minDaysBetweenVouchers: number,
  doNotResendExistingVoucher: flag,
  mutualExclusiveSeriesIds: optional(
    Type.Union([Type.String({ maxLength: 10_000 }), Type.Array(numeric, { maxItems: 1_000 })]),
  ),
  discountUpto: number,
  minBillAmount: number,
  maxBillAmount: number,
  redemptionRange: optional(Type.Union([Type.String({ maxLength: 2_000 }), Type.Object({})])),
  redemptionValidFrom: instant,
  redemptionValidAfterDays: number,
  productInfo: optional(
    Type.Array(
      Type.Object({
        productType: text,
        productIds: optional(Type.Array(numeric, { maxItems: 20_000 })),
        productCodes: optional(
          Type.Array(Type.Union([Type.String({ maxLength: 100 }), Type.Number()]), { maxItems: 20_000 }),
        ),
      }),
      { maxItems: 100 },
    ),
  ),
  redemptionOrgEntityDetails: optional(
    Type.Array(Type.Object({ redemptionOrgEntityType: text, orgEntityId: number }), { maxItems: 5_000 }),
  ),
  targetUserDetails: optional(
    Type.Object({
      validMaxUserTransactionLimit: number,
      validUserRegistrationStartTime: number,
      validUserRegistrationEndTime: number,
    }),
  ),
  alphaNumeric: flag,
  randomCodeLength: number,
  resendMessageEnabled: flag,
  isSMSDisabled: flag,
  info: text,
  tag: text,
  customPropertyMap: optional(
    record(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
  ),
  couponPrefix: text,
  couponSuffix: text,
  isPrefixEnabled: flag,
  isSuffixEnabled: flag,
  orgPrefixOverride: flag,
  orgSuffixOverride: flag,
  isValidationRequired: flag,
  isReferralExistingUsersAllowed: flag,
  isValidWithDiscountedItem: flag,
  maxReferralsPerReferee: number,
})

export type SeriesBody = Static<typeof series>

export const seriesRequest = Type.Object({ CouponSeriesV2: series })

/** Not trimmed away when it is stated as empty. */
const readSeriesCode = (name: string, value: string | number | null | undefined) =>
  value === undefined || value === null ? undefined : readPlainCode(name, value)

/** The same of the code that customers are given. @throws Refusal 633 for what a spreadsheet has made of one. */
function readGenericCode(value: string | number | null | undefined): string | undefined {
  const code = readSeriesCode('genericCode', value)
  const damage = code === undefined ? undefined : damageOfCode(code)
  if (damage !== undefined) throw new Refusal(633, `The code ${quote(code ?? '')} ${damage}`)
  return code
}

/**
 * Reads a series, each field for itself; what they say together is judged by the rules of series.
 *
 * @throws Refusal 400 with the field's name for a value outside its type or range, 756 for malformed exclusions.
 */
export function readSeriesFields(body: SeriesBody, timeZone: string): SeriesFields {
  const line = (name: 'description' | 'discountCode' | 'info' | 'tag', maxLength: number) =>
    given(readLines(name, body[name], maxLength))
  return {
    code: readSeriesCode('seriesCode', body.seriesCode),
    description: line('description', 2_000),
    discountCode: given(readText('discountCode', body.discountCode ?? '', 200)),
    smsTemplate: readLines('smsTemplate', body.smsTemplate, 10_000),
    discountValue: readDecimal('discountValue', body.discountValue),
    discountType: readEnum('discountType', body.discountType, ['ABS', 'PERC']),
    isAnyUser: readFlag('anyUser', body.anyUser),
    clientHandlingType: readEnum('clientHandlingType', body.clientHandlingType, [
      'DISC_CODE',
      'DISC_CODE_PIN',
      'GENERIC',
    ]),
    expiryStrategy: readEnum('expiryStrategyType', body.expiryStrategyType, [
      'SERIES_EXPIRY',
      'DAYS',
      'MONTHS_END',
    ]),
    expiryStrategyValue: readInteger('expiryStrategyValue', body.expiryStrategyValue, { min: -1 }),
    validTillDateS: readInstantS('validTillDate', body.validTillDate, timeZone),
    validTillDateTimeS: readInstantS('validTillDateTime', body.validTillDateTime, timeZone),
    redemptionValidFromS: readInstantS('redemptionValidFrom', body.redemptionValidFrom, timeZone),
    genericCode: readGenericCode(body.genericCode),
    info: line('info', 10_000),
    tag: line('tag', 2_000),
    prefix: {
      text: readAffixText('couponPrefix', body.couponPrefix),
      isEnabled: readFlag('isPrefixEnabled', body.isPrefixEnabled) ?? false,
      isOfOrganisation: readFlag('orgPrefixOverride', body.orgPrefixOverride) ?? false,
    },
    suffix: {
      text: readAffixText('couponSuffix', body.couponSuffix),
      isEnabled: readFlag('isSuffixEnabled', body.isSuffixEnabled) ?? false,
      isOfOrganisation: readFlag('orgSuffixOverride', body.orgSuffixOverride) ?? false,
    },
    plain: readPlainTerms(body),
  }
}

function readPlainTerms(body: SeriesBody): SeriesFields['plain'] {
  type Flag = {
    [Key in keyof SeriesBody]-?: SeriesBody['anyUser'] extends SeriesBody[Key] ? Key : never
  }[keyof SeriesBody]
  const isSet = (name: Flag): boolean => readFlag(name, body[name]) ?? false
  const afterDays = readInteger('redemptionValidAfterDays', body.redemptionValidAfterDays, {
    min: -1,
    max: 36_500,
  })
  return {
    maxIssued: readLimit('maxCreate', body.maxCreate),
    maxRedeemed: readLimit('maxRedeem', body.maxRedeem),
    maxRedemptionsPerCoupon: readLimit('redemptionPerCouponMaxLimit', body.redemptionPerCouponMaxLimit),
    maxRedemptionsPerCustomer: readLimit('maxRedemptionsInSeriesPerUser', body.maxRedemptionsInSeriesPerUser),
    isSameUserMultipleRedeem: isSet('sameUserMultipleRedeem'),
    isMultipleUseAllowed: isSet('isMultipleUseAllowed'),
    minDaysBetweenRedemptions: readGap('minDaysBetweenRedemption', body.minDaysBetweenRedemption),
    isMultiplePerCustomerAllowed: isSet('isMultipleVouchersPerUserAllowed'),
    maxCouponsPerCustomer: readLimit('maxVouchersPerUser', body.maxVouchersPerUser),
    minDaysBetweenCoupons: readGap('minDaysBetweenVouchers', body.minDaysBetweenVouchers),
    isExistingCouponWithheld: isSet('doNotResendExistingVoucher'),
    mutuallyExclusiveSeriesIds: readExclusiveSeries(body.mutualExclusiveSeriesIds),
    discountUpto: readDecimal('discountUpto', body.discountUpto) ?? 0,
    minBillAmount: readBillBound('minBillAmount', body.minBillAmount, false),
    maxBillAmount: readBillBound('maxBillAmount', body.maxBillAmount, true),
    ...readRedemptionRange(body.redemptionRange),
    redemptionValidAfterDays: Math.max(0, afterDays ?? 0),
    ...readPlaces(body.redemptionOrgEntityDetails),
    products: readProducts(body.productInfo),
    targetCustomers: readTarget(body.targetUserDetails),
    isCodeAlphanumeric: isSet('alphaNumeric'),
    statedCodeLength: readCodeLength(body.randomCodeLength),
    isResendMessageEnabled: readFlag('resendMessageEnabled', body.resendMessageEnabled) ?? true,
    isSmsDisabled: isSet('isSMSDisabled'),
    customProperties: readProperties(body.customPropertyMap),
    isValidationRequired: isSet('isValidationRequired'),
    isReferralOfExistingAllowed: isSet('isReferralExistingUsersAllowed'),
    isValidWithDiscountedItem: isSet('isValidWithDiscountedItem'),
    maxReferralsPerReferee: readLimit('maxReferralsPerReferee', body.maxReferralsPerReferee, 0),
  }
}
