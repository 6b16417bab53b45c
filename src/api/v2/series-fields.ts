import { Type } from 'typebox'
import { emptyList } from '../../http/answer-fields.ts'
import { given, readText, record } from '../../http/fields.ts'
import { dayOf, startOfDayS } from '../../values/calendar.ts'
import {
  affixFlag,
  always,
  atLeastOne,
  codeBody,
  dated,
  detailed,
  flag,
  flagBody,
  limit,
  lines,
  moment,
  numberBody,
  plain,
  plainly,
  printed,
  stated,
  states,
  textBody,
} from './series-key.ts'
import * as lists from './series-lists.ts'
import * as values from './series-values.ts'

/** The number of days that is printed for coupons without their own expiry. */
const daysByDefault = 30

const text = Type.String()
const count = Type.Integer()
const isoDay = (description: string) => Type.String({ description: `${description}, yyyy-MM-dd.` })
const products = Type.Array(Type.Union([Type.Integer(), text]), { description: 'Empty: all.' })
const ids = Type.Array(Type.Integer())

/**
 * The keys of a series in all calls of version 2, in the order in which they are printed: the printed value of each,
 * and the term that it states when a series is created or edited.
 */
export const fields = {
  customPropertyMap: {
    ...plain(Type.Optional(record(text)), ({ series }) => lists.propertiesToWire(series)),
    ...stated('customProperties', lists.propertiesBody, lists.readProperties),
  },
  id: printed(Type.Integer(), ({ series }) => series.id),
  orgId: printed(Type.Integer(), ({ series }) => series.orgId),
  description: lines('description', 2_000),
  discountCode: {
    ...printed(
      Type.String({ description: 'NO_VALUE: none.' }),
      ({ series }) => series.discountCode ?? 'NO_VALUE',
    ),
    ...stated('discountCode', textBody, (name, value) => given(readText(name, value ?? '', 200))),
  },
  validTillDate: {
    ...moment('Midnight of the last day.', ({ lastDayS }) => lastDayS),
    ...stated('validTillDateS', numberBody, values.readInstantS),
  },
  validTillDateTime: {
    ...moment('The last instant.', ({ series }) => series.validUntilS),
    ...stated('validTillDateTimeS', numberBody, values.readInstantS),
    part: 'plain' as const,
  },
  validTillISODate: dated(isoDay('The last day'), ({ series, timeZone }) =>
    dayOf(timeZone, series.validUntilS),
  ),
  validDaysFromCreation: printed(count, ({ series: { expiryStrategy, expiryStrategyValue } }) =>
    expiryStrategy === 'DAYS' ? (expiryStrategyValue ?? daysByDefault) : daysByDefault,
  ),
  expiryStrategyValue: limit('expiryStrategyValue', (name, value) =>
    values.readInteger(name, value, { min: -1 }),
  ),
  maxCreate: limit('maxIssued', atLeastOne),
  maxRedeem: limit('maxRedeemed', atLeastOne),
  isTransferrable: always(false),
  anyUser: { ...flag('isAnyUser'), ...stated('isAnyUser', flagBody, values.readFlag) },
  sameUserMultipleRedeem: flag('isSameUserMultipleRedeem'),
  isReferralExistingUsersAllowed: flag('isReferralOfExistingAllowed'),
  isMultipleUseAllowed: flag('isMultipleUseAllowed'),
  isValidationRequired: flag('isValidationRequired'),
  isValidWithDiscountedItem: flag('isValidWithDiscountedItem'),
  createdBy: printed(
    Type.Integer({ description: 'The till; -1: none.' }),
    ({ series }) => series.createdTillId ?? -1,
  ),
  numIssued: printed(count, ({ series }) => series.issued),
  numRedeemed: printed(count, ({ series }) => series.redeemed),
  createdOn: moment('When it was created.', ({ series }) => series.createdAtS),
  lastUsed: moment('When it was last saved.', ({ series }) => series.updatedAtS),
  seriesCode: {
    ...printed(text, ({ series }) => series.code),
    ...stated('code', codeBody, values.readSeriesCode),
  },
  smsTemplate: {
    ...printed(text, ({ series }) => series.smsTemplate),
    ...stated('smsTemplate', textBody, (name, value) => values.readLines(name, value, 10_000)),
  },
  isSMSDisabled: flag('isSmsDisabled'),
  isUpdateProductData: { ...always(false), part: 'detailed' as const },
  info: lines('info', 10_000),
  isMultipleVouchersPerUserAllowed: flag('isMultiplePerCustomerAllowed'),
  doNotResendExistingVoucher: flag('isExistingCouponWithheld'),
  mutualExclusiveSeriesIds: {
    ...printed(Type.String({ description: 'A list as JSON.' }), ({ series }) =>
      lists.idList(series.mutuallyExclusiveSeriesIds),
    ),
    ...stated('mutuallyExclusiveSeriesIds', lists.exclusiveBody, lists.readExclusiveSeries),
  },
  storeIdsJson: always('[-1]'),
  isDvsEnabled: always(false),
  dvsExpiryDate: moment('The day on which it was last saved.', ({ savedOnS }) => savedOnS),
  priority: always(0),
  shortSMSTemplate: always('Hello {{cust_name}}, your voucher code is {{voucher_code}}'),
  maxVouchersPerUser: limit('maxCouponsPerCustomer', atLeastOne),
  minDaysBetweenVouchers: limit('minDaysBetweenCoupons', values.readGap),
  maxReferralsPerReferee: limit('maxReferralsPerReferee', (name, value) => values.readLimit(name, value, 0)),
  discountUpto: {
    ...printed(Type.Number({ description: '0: no cap.' }), ({ series }) => series.discountUpto),
    ...stated('discountUpto', numberBody, (name, value) => values.readDecimal(name, value) ?? 0),
  },
  discountValue: {
    ...printed(Type.Number(), ({ series }) => series.discountValue),
    ...stated('discountValue', numberBody, values.readDecimal),
  },
  dvsItems: always('items'),
  redemptionRange: {
    ...printed(Type.String({ description: 'An object of dom, dow and hours as JSON.' }), ({ series }) =>
      lists.rangeToWire(series),
    ),
    ...states(lists.rangeBody, lists.readRedemptionRange),
  },
  minBillAmount: limit('minBillAmount', (name, value) => values.readBillBound(name, value, false)),
  maxBillAmount: limit('maxBillAmount', (name, value) => values.readBillBound(name, value, true)),
  redeemAtStore: always('[-1]'),
  campaignId: always(-1),
  tag: lines('tag', 2_000),
  maxRedemptionsInSeriesPerUser: limit('maxRedemptionsPerCustomer', atLeastOne),
  minDaysBetweenRedemption: limit('minDaysBetweenRedemptions', values.readGap),
  redemptionValidFrom: {
    ...moment(
      'Midnight of the first day; without one, of the day it was last saved.',
      ({ series: { redemptionValidFromS }, savedOnS, timeZone }) =>
        redemptionValidFromS === null ? savedOnS : startOfDayS(timeZone, redemptionValidFromS),
    ),
    ...stated('redemptionValidFromS', numberBody, values.readInstantS),
  },
  sourceOrgId: always(-1),
  issueToLoyalty: always(false),
  redeemStoreType: always('redeemable_stores'),
  offlineRedeemType: always(false),
  isOldFlowEnabled: always(false),
  isPreRedeemEventRequired: always(false),
  brands: detailed(products, ({ series }) => lists.productsOf(series, 'BRAND')),
  products: detailed(products, ({ series }) => lists.productsOf(series, 'SKU')),
  categories: detailed(products, ({ series }) => lists.productsOf(series, 'CATEGORY')),
  termsAndConditions: always('T&C'),
  signalRedemptionEvent: always(false),
  syncToClient: always(false),
  showPinCode: always(false),
  targetUserDetails: {
    ...plain(Type.Optional(lists.target), ({ series }) => lists.targetToWire(series)),
    ...stated('targetCustomers', lists.targetBody, lists.readTarget),
  },
  numUploadedNonIssued: plain(count, ({ series }) => series.waitingCodes),
  numUploadedTotal: plain(count, ({ series }) =>
    series.clientHandlingType === 'DISC_CODE_PIN' ? series.issued + series.waitingCodes : 0,
  ),
  redemptionValidAfterDays: {
    ...plain(count, ({ series }) => series.redemptionValidAfterDays),
    ...stated('redemptionValidAfterDays', numberBody, (name, value) =>
      Math.max(0, values.readInteger(name, value, { min: -1, max: 36_500 }) ?? 0),
    ),
  },
  ownedBy: plainly('NONE'),
  ownerId: plainly(-1),
  ownerValidity: plainly(0),
  alphaNumeric: { ...flag('isCodeAlphanumeric'), part: 'plain' as const },
  shortCodeLength: plainly(0),
  randomCodeLength: {
    ...plain(count, ({ series }) => series.statedCodeLength),
    ...stated('statedCodeLength', numberBody, values.readCodeLength),
  },
  fixedExpiryDate: plain(
    Type.Integer({ description: 'Midnight of the last day, epoch milliseconds.' }),
    ({ lastDayS }) => lastDayS * 1000,
  ),
  numTotal: plain(Type.Integer({ description: 'maxCreate.' }), ({ numTotal }) => numTotal),
  latestIssualTime: plain(
    Type.Integer({ description: 'Epoch milliseconds; 0: never.' }),
    ({ series }) => (series.lastIssuedAtS ?? 0) * 1000,
  ),
  latestRedemptionTime: plain(
    Type.Integer({ description: 'Epoch milliseconds; 0: never.' }),
    ({ series }) => (series.lastRedeemedAtS ?? 0) * 1000,
  ),
  genericCode: {
    ...plain(Type.Optional(text), ({ series }) => series.genericCode ?? undefined),
    ...stated('genericCode', codeBody, values.readGenericCode),
  },
  resendMessageEnabled: {
    ...plain(Type.Boolean(), ({ series }) => series.isResendMessageEnabled),
    ...stated('isResendMessageEnabled', flagBody, (name, value) => values.readFlag(name, value) ?? true),
  },
  redemptionPerCouponMaxLimit: limit('maxRedemptionsPerCoupon', atLeastOne),
  couponPrefix: {
    ...plain(Type.Optional(text), ({ prefix }) => prefix ?? undefined),
    ...stated('statedPrefix', textBody, values.readAffixText),
  },
  couponSuffix: {
    ...plain(Type.Optional(text), ({ suffix }) => suffix ?? undefined),
    ...stated('statedSuffix', textBody, values.readAffixText),
  },
  isPrefixEnabled: affixFlag('isPrefixEnabled'),
  isSuffixEnabled: affixFlag('isSuffixEnabled'),
  orgPrefixOverride: affixFlag('isPrefixOfOrganisation'),
  orgSuffixOverride: affixFlag('isSuffixOfOrganisation'),
  validRedemptionOrgEntityDetails: detailed(
    Type.Object({ concepts: ids, zones: ids, stores: ids, tills: ids }),
    ({ series }) => lists.placeIdsToWire(series),
  ),
  seriesType: always('UNDEFINED'),
  clientHandlingType: {
    ...printed(
      Type.String({ description: 'DISC_CODE, DISC_CODE_PIN or GENERIC.' }),
      ({ series }) => series.clientHandlingType,
    ),
    ...stated('clientHandlingType', textBody, values.readOneOf('DISC_CODE', 'DISC_CODE_PIN', 'GENERIC')),
  },
  expiryStrategyType: {
    ...printed(
      Type.String({ description: 'SERIES_EXPIRY, DAYS or MONTHS_END.' }),
      ({ series }) => series.expiryStrategy,
    ),
    ...stated('expiryStrategy', textBody, values.readOneOf('SERIES_EXPIRY', 'DAYS', 'MONTHS_END')),
  },
  discountOn: always('BILL'),
  discountType: {
    ...printed(Type.String({ description: 'ABS or PERC.' }), ({ series }) => series.discountType),
    ...stated('discountType', textBody, values.readOneOf('ABS', 'PERC')),
  },
  entityLevelRedemptionConfigsValues: detailed(emptyList, () => []),
  updateProductData: always(false),
  externalIssual: plainly(false),
  productInfo: {
    ...plain(Type.Optional(lists.productGroups), ({ series }) => lists.productGroupsToWire(series)),
    ...stated('products', lists.productsBody, lists.readProducts),
  },
  redemptionOrgEntityDetails: {
    ...plain(Type.Optional(lists.places), ({ series }) => lists.placesToWire(series)),
    ...states(lists.placesBody, lists.readPlaces),
  },
  validTilldateFormat: detailed(isoDay('The last day'), ({ series, timeZone }) =>
    dayOf(timeZone, series.validUntilS),
  ),
  redemptionValidFromFormat: detailed(isoDay('The first day'), ({ series, timeZone }) =>
    dayOf(timeZone, series.redemptionValidFromS ?? series.updatedAtS),
  ),
  dvsExpiryDateFormat: detailed(text, ({ savedOnS, timeZone }) => dayOf(timeZone, savedOnS)),
}
