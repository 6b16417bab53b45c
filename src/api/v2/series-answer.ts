import { Type } from 'typebox'
import { emptyList, instant } from '../../http/answer-fields.ts'
import { record } from '../../http/fields.ts'

const limit = Type.Number({ description: '-1: none.' })
const flag = Type.Boolean()
const count = Type.Integer()
const text = Type.String()

/** A series in the contract's keys and their order; see `seriesToWire`. Literals: keys without a meaning here. */
export const seriesFields = {
  customPropertyMap: Type.Optional(record(text)),
  id: Type.Integer(),
  orgId: Type.Integer(),
  description: text,
  discountCode: Type.String({ description: 'NO_VALUE: none.' }),
  validTillDate: instant('Midnight of the last day.'),
  validTillDateTime: instant('The last instant.'),
  validDaysFromCreation: count,
  expiryStrategyValue: limit,
  maxCreate: limit,
  maxRedeem: limit,
  isTransferrable: Type.Literal(false),
  anyUser: flag,
  sameUserMultipleRedeem: flag,
  isReferralExistingUsersAllowed: flag,
  isMultipleUseAllowed: flag,
  isValidationRequired: flag,
  isValidWithDiscountedItem: flag,
  createdBy: Type.Integer({ description: 'The till; -1: none.' }),
  numIssued: count,
  numRedeemed: count,
  createdOn: instant('When it was created.'),
  lastUsed: instant('When it was last saved.'),
  seriesCode: text,
  smsTemplate: text,
  isSMSDisabled: flag,
  info: text,
  isMultipleVouchersPerUserAllowed: flag,
  doNotResendExistingVoucher: flag,
  mutualExclusiveSeriesIds: Type.String({ description: 'A list as JSON.' }),
  storeIdsJson: Type.Literal('[-1]'),
  isDvsEnabled: Type.Literal(false),
  dvsExpiryDate: instant('The day on which it was last saved.'),
  priority: Type.Literal(0),
  shortSMSTemplate: Type.Literal('Hello {{cust_name}}, your voucher code is {{voucher_code}}'),
  maxVouchersPerUser: limit,
  minDaysBetweenVouchers: limit,
  maxReferralsPerReferee: limit,
  discountUpto: Type.Number({ description: '0: no cap.' }),
  discountValue: Type.Number(),
  dvsItems: Type.Literal('items'),
  redemptionRange: Type.String({ description: 'An object of dom, dow and hours as JSON.' }),
  minBillAmount: limit,
  maxBillAmount: limit,
  redeemAtStore: Type.Literal('[-1]'),
  campaignId: Type.Literal(-1),
  tag: text,
  maxRedemptionsInSeriesPerUser: limit,
  minDaysBetweenRedemption: limit,
  redemptionValidFrom: instant('Midnight of the first day; without one, of the day it was last saved.'),
  sourceOrgId: Type.Literal(-1),
  issueToLoyalty: Type.Literal(false),
  redeemStoreType: Type.Literal('redeemable_stores'),
  offlineRedeemType: Type.Literal(false),
  isOldFlowEnabled: Type.Literal(false),
  isPreRedeemEventRequired: Type.Literal(false),
  termsAndConditions: Type.Literal('T&C'),
  signalRedemptionEvent: Type.Literal(false),
  syncToClient: Type.Literal(false),
  showPinCode: Type.Literal(false),
  targetUserDetails: Type.Optional(
    Type.Object({
      validMaxUserTransactionLimit: Type.Optional(Type.Integer()),
      validUserRegistrationStartTime: Type.Optional(Type.Integer()),
      validUserRegistrationEndTime: Type.Optional(Type.Integer()),
    }),
  ),
  numUploadedNonIssued: count,
  numUploadedTotal: count,
  redemptionValidAfterDays: count,
  ownedBy: Type.Literal('NONE'),
  ownerId: Type.Literal(-1),
  ownerValidity: Type.Literal(0),
  alphaNumeric: flag,
  shortCodeLength: Type.Literal(0),
  randomCodeLength: count,
  fixedExpiryDate: Type.Integer({ description: 'Midnight of the last day, epoch milliseconds.' }),
  numTotal: Type.Integer({ description: 'maxCreate.' }),
  latestIssualTime: Type.Integer({ description: 'Epoch milliseconds; 0: never.' }),
  latestRedemptionTime: Type.Integer({ description: 'Epoch milliseconds; 0: never.' }),
  genericCode: Type.Optional(text),
  resendMessageEnabled: flag,
  redemptionPerCouponMaxLimit: limit,
  couponPrefix: Type.Optional(text),
  couponSuffix: Type.Optional(text),
  isPrefixEnabled: Type.Optional(flag),
  isSuffixEnabled: Type.Optional(flag),
  orgPrefixOverride: Type.Optional(flag),
  orgSuffixOverride: Type.Optional(flag),
  seriesType: Type.Literal('UNDEFINED'),
  clientHandlingType: Type.String({ description: 'DISC_CODE, DISC_CODE_PIN or GENERIC.' }),
  expiryStrategyType: Type.String({ description: 'SERIES_EXPIRY, DAYS or MONTHS_END.' }),
  discountOn: Type.Literal('BILL'),
  discountType: Type.String({ description: 'ABS or PERC.' }),
  updateProductData: Type.Literal(false),
  externalIssual: Type.Literal(false),
  productInfo: Type.Optional(
    Type.Array(
      Type.Object({
        productType: text,
        productIds: Type.Optional(Type.Array(Type.Integer())),
        productCodes: Type.Optional(Type.Array(text)),
      }),
      { description: 'As it was stated.' },
    ),
  ),
  redemptionOrgEntityDetails: Type.Optional(
    Type.Array(Type.Object({ redemptionOrgEntityType: text, orgEntityId: Type.Integer() }), {
      description: 'As it was stated.',
    }),
  ),
}

export const seriesAnswer = Type.Object(seriesFields)

export const savedSeriesAnswer = Type.Object({ ...seriesFields, warnings: emptyList })

export const seriesListAnswer = Type.Object({
  entity: Type.Array(seriesAnswer),
  warnings: emptyList,
})
