import type { ContractCall } from './contract.ts'
import { entityFailure } from './shared-fields.ts'

/** What the detailed calls print of a series too. */
const commonSeries = `
  id orgId description discountCode validTillDate validDaysFromCreation expiryStrategyValue maxCreate maxRedeem
  isTransferrable anyUser sameUserMultipleRedeem isReferralExistingUsersAllowed isMultipleUseAllowed
  isValidationRequired isValidWithDiscountedItem createdBy numIssued numRedeemed createdOn lastUsed seriesCode
  smsTemplate isSMSDisabled info isMultipleVouchersPerUserAllowed doNotResendExistingVoucher mutualExclusiveSeriesIds
  storeIdsJson isDvsEnabled dvsExpiryDate priority shortSMSTemplate maxVouchersPerUser minDaysBetweenVouchers
  maxReferralsPerReferee discountUpto discountValue dvsItems redemptionRange minBillAmount maxBillAmount redeemAtStore
  campaignId tag maxRedemptionsInSeriesPerUser minDaysBetweenRedemption redemptionValidFrom sourceOrgId issueToLoyalty
  redeemStoreType offlineRedeemType isOldFlowEnabled isPreRedeemEventRequired termsAndConditions
  signalRedemptionEvent syncToClient showPinCode redemptionPerCouponMaxLimit seriesType clientHandlingType
  expiryStrategyType discountOn discountType updateProductData`

const target = 'validMaxUserTransactionLimit validUserRegistrationStartTime validUserRegistrationEndTime'
const affixes =
  'couponPrefix couponSuffix isPrefixEnabled isSuffixEnabled orgPrefixOverride orgSuffixOverride'

export const series = `
  customPropertyMap { * } ${commonSeries} validTillDateTime targetUserDetails { ${target} } numUploadedNonIssued
  numUploadedTotal redemptionValidAfterDays ownedBy ownerId ownerValidity alphaNumeric shortCodeLength
  randomCodeLength fixedExpiryDate numTotal latestIssualTime latestRedemptionTime genericCode resendMessageEnabled
  ${affixes} externalIssual`

export const enrichedSeries = `
  ${commonSeries} isUpdateProductData brands products categories
  validRedemptionOrgEntityDetails { concepts zones stores tills } entityLevelRedemptionConfigsValues
  validTilldateFormat redemptionValidFromFormat dvsExpiryDateFormat`

const request = `
  CouponSeriesV2 {
    description discountCode validTillDate validTillDateTime anyUser smsTemplate discountValue discountType
    clientHandlingType expiryStrategyType seriesCode expiryStrategyValue genericCode maxCreate maxRedeem
    redemptionPerCouponMaxLimit maxRedemptionsInSeriesPerUser sameUserMultipleRedeem isMultipleUseAllowed
    minDaysBetweenRedemption isMultipleVouchersPerUserAllowed maxVouchersPerUser minDaysBetweenVouchers
    doNotResendExistingVoucher mutualExclusiveSeriesIds discountUpto minBillAmount maxBillAmount redemptionRange
    redemptionValidFrom redemptionValidAfterDays productInfo { productType productIds productCodes }
    redemptionOrgEntityDetails { redemptionOrgEntityType orgEntityId } targetUserDetails { ${target} }
    alphaNumeric randomCodeLength resendMessageEnabled isSMSDisabled info tag customPropertyMap { * } ${affixes}
    isValidationRequired isReferralExistingUsersAllowed isValidWithDiscountedItem maxReferralsPerReferee
    id orgId createdBy createdOn numIssued numRedeemed lastUsed fixedExpiryDate
  }`

const inSeries = (names: string) => `body ${names.replaceAll(/(\S+)/g, 'CouponSeriesV2.$1')}`

const kept = 'Kept and printed; no rule of this server looks at it.'

const requestDiffers = {
  [inSeries('smsTemplate isSMSDisabled resendMessageEnabled')]:
    'Kept and printed. This server sends no messages.',
  [inSeries('productInfo')]:
    'Kept and printed, at most 250 brands, 250 attributes, 1000 categories, 10000 SKUs. The calls of the contract carry no items, so the till judges them; `/till/v1` judges them where the bill has items. Creation and edit warn with 745.',
  [inSeries('targetUserDetails')]:
    'The registration window is judged (710). validMaxUserTransactionLimit is kept and printed: the ledger has no other bills of the customer. Creation and edit warn with 745.',
  [inSeries(
    'isValidationRequired isReferralExistingUsersAllowed isValidWithDiscountedItem maxReferralsPerReferee',
  )]: `${kept} Deprecated in the contract.`,
  [inSeries('seriesCode')]: 'Honoured at creation too; made up when it is left out.',
  [inSeries('validTillDate redemptionValidFrom')]:
    'A time that does not exist, such as second 79, is refused; epoch milliseconds and a plain day are taken.',
  [inSeries('maxCreate maxRedeem maxVouchersPerUser minDaysBetweenVouchers')]:
    'Refused below −1 and beyond 2147483647; the original wraps around or stores them.',
  [inSeries('randomCodeLength')]: '4 to 40, or 0 for the default.',
  [inSeries('couponPrefix couponSuffix')]: 'Put on as they are, without a hyphen.',
}

const requestMissing = {
  [inSeries('id orgId createdBy createdOn numIssued numRedeemed lastUsed')]:
    'Passed over, as in the original: the server’s own values stand.',
  [inSeries('fixedExpiryDate')]: 'Passed over, as in the original: it follows from validTillDate.',
}

const answerDiffers = {
  'answer numTotal': 'maxCreate, or 0 after creation and −1 later when there is none.',
}

const notes = [
  'Externally managed series (a third party’s codes) and GENERIC_REDEEMABLE do not exist here.',
  'A failure is in the entity family: HTTP 400 with 400 or 751 to 756 for what a series may not be, HTTP 404 with 404 for an unknown one.',
]

export const seriesCalls: readonly ContractCall[] = [
  {
    call: 'POST /v2/coupon/series',
    what: 'Create a series',
    body: request,
    answer: `${series} warnings`,
    failure: entityFailure,
    differs: { ...requestDiffers, ...answerDiffers },
    missing: requestMissing,
    notes,
  },
  {
    call: 'PUT /v2/coupon/series/{id}',
    what: 'Edit a series',
    body: request,
    answer: `${series} warnings`,
    failure: entityFailure,
    differs: { ...requestDiffers, ...answerDiffers },
    missing: requestMissing,
    notes: [
      ...notes,
      'What a series cannot be without stays as it is where it is left out; the rest goes back to its default.',
    ],
  },
  {
    call: 'GET /v2/coupon/series',
    what: 'Series with their counters',
    query: 'ids orgEntityType orgEntityIds seriesCode offset limit status',
    answer: `entity { ${series} } warnings`,
    failure: entityFailure,
    differs: {
      'query limit offset':
        '1 to 1000, default 100, in the order of ids. The contract has paging and does not publish its names.',
      'query status': 'ACTIVE or EXPIRED. The contract has such a filter and does not publish its name.',
      'query seriesCode': 'Exactly; several may be given.',
    },
    notes: ['A zone finds the series tied to that zone, not those tied to its stores, as in the original.'],
  },
]
