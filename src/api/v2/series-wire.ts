import type { Static } from 'typebox'
import type { KeptSeries } from '../../ledger/series/series-fields.ts'
import { formatInstant, startOfDayS } from '../../values/calendar.ts'
import type { seriesAnswer } from './series-answer.ts'

/** Without an end of their own, coupons print this many days. */
const daysByDefault = 30

const idList = (ids: readonly number[] | null) => JSON.stringify(ids ?? [-1])

/**
 * A series in the contract's keys and their order; JSON leaves out those that are undefined (no spreads: they cost on hot
 * paths). Keys without a meaning here carry what they carry everywhere.
 *
 * @param numTotal what may be issued at most, in the form of the call.
 */
export function seriesToWire(
  series: KeptSeries,
  timeZone: string,
  numTotal: number,
): Static<typeof seriesAnswer> {
  const instant = (epochS: number) => formatInstant(timeZone, epochS)
  const dayBeginS = (epochS: number) => startOfDayS(timeZone, epochS)
  const limit = (value: number | null) => value ?? -1
  const lastDayS = dayBeginS(series.validUntilS)
  const savedOn = instant(dayBeginS(series.updatedAtS))
  const isPooled = series.clientHandlingType === 'DISC_CODE_PIN'
  const places = placesToWire(series)
  const prefix = series.isPrefixOfOrganisation ? series.codePrefix : series.statedPrefix
  const suffix = series.isSuffixOfOrganisation ? series.codeSuffix : series.statedSuffix
  // Said when the series says anything about either.
  const hasAffix = prefix !== null || suffix !== null
  return {
    customPropertyMap: series.customProperties
      ? Object.fromEntries(series.customProperties.map(({ name, value }) => [name, value]))
      : undefined,
    id: series.id,
    orgId: series.orgId,
    description: series.description,
    discountCode: series.discountCode ?? 'NO_VALUE',
    validTillDate: instant(lastDayS),
    validTillDateTime: instant(series.validUntilS),
    validDaysFromCreation:
      series.expiryStrategy === 'DAYS' ? (series.expiryStrategyValue ?? daysByDefault) : daysByDefault,
    expiryStrategyValue: limit(series.expiryStrategyValue),
    maxCreate: limit(series.maxIssued),
    maxRedeem: limit(series.maxRedeemed),
    isTransferrable: false,
    anyUser: series.isAnyUser,
    sameUserMultipleRedeem: series.isSameUserMultipleRedeem,
    isReferralExistingUsersAllowed: series.isReferralOfExistingAllowed,
    isMultipleUseAllowed: series.isMultipleUseAllowed,
    isValidationRequired: series.isValidationRequired,
    isValidWithDiscountedItem: series.isValidWithDiscountedItem,
    createdBy: limit(series.createdTillId),
    numIssued: series.issued,
    numRedeemed: series.redeemed,
    createdOn: instant(series.createdAtS),
    lastUsed: instant(series.updatedAtS),
    seriesCode: series.code,
    smsTemplate: series.smsTemplate,
    isSMSDisabled: series.isSmsDisabled,
    info: series.info,
    isMultipleVouchersPerUserAllowed: series.isMultiplePerCustomerAllowed,
    doNotResendExistingVoucher: series.isExistingCouponWithheld,
    mutualExclusiveSeriesIds: idList(series.mutuallyExclusiveSeriesIds),
    storeIdsJson: '[-1]',
    isDvsEnabled: false,
    dvsExpiryDate: savedOn,
    priority: 0,
    shortSMSTemplate: 'Hello {{cust_name}}, your voucher code is {{voucher_code}}',
    maxVouchersPerUser: limit(series.maxCouponsPerCustomer),
    minDaysBetweenVouchers: limit(series.minDaysBetweenCoupons),
    maxReferralsPerReferee: limit(series.maxReferralsPerReferee),
    discountUpto: series.discountUpto,
    discountValue: series.discountValue,
    dvsItems: 'items',
    redemptionRange: `{"dom" : ${idList(series.redemptionDaysOfMonth)}, "dow": ${idList(series.redemptionDaysOfWeek)}, "hours": ${idList(series.redemptionHours)}}`,
    minBillAmount: limit(series.minBillAmount),
    maxBillAmount: limit(series.maxBillAmount),
    redeemAtStore: '[-1]',
    campaignId: -1,
    tag: series.tag,
    maxRedemptionsInSeriesPerUser: limit(series.maxRedemptionsPerCustomer),
    minDaysBetweenRedemption: limit(series.minDaysBetweenRedemptions),
    redemptionValidFrom:
      series.redemptionValidFromS === null ? savedOn : instant(dayBeginS(series.redemptionValidFromS)),
    sourceOrgId: -1,
    issueToLoyalty: false,
    redeemStoreType: 'redeemable_stores',
    offlineRedeemType: false,
    isOldFlowEnabled: false,
    isPreRedeemEventRequired: false,
    termsAndConditions: 'T&C',
    signalRedemptionEvent: false,
    syncToClient: false,
    showPinCode: false,
    targetUserDetails: series.targetCustomers ? targetToWire(series.targetCustomers) : undefined,
    numUploadedNonIssued: series.waitingCodes,
    numUploadedTotal: isPooled ? series.issued + series.waitingCodes : 0,
    redemptionValidAfterDays: series.redemptionValidAfterDays,
    ownedBy: 'NONE',
    ownerId: -1,
    ownerValidity: 0,
    alphaNumeric: series.isCodeAlphanumeric,
    shortCodeLength: 0,
    randomCodeLength: series.statedCodeLength,
    fixedExpiryDate: lastDayS * 1000,
    numTotal,
    latestIssualTime: (series.lastIssuedAtS ?? 0) * 1000,
    latestRedemptionTime: (series.lastRedeemedAtS ?? 0) * 1000,
    genericCode: series.genericCode ?? undefined,
    resendMessageEnabled: series.isResendMessageEnabled,
    redemptionPerCouponMaxLimit: limit(series.maxRedemptionsPerCoupon),
    couponPrefix: prefix ?? undefined,
    couponSuffix: suffix ?? undefined,
    isPrefixEnabled: hasAffix ? series.isPrefixEnabled : undefined,
    isSuffixEnabled: hasAffix ? series.isSuffixEnabled : undefined,
    orgPrefixOverride: hasAffix ? series.isPrefixOfOrganisation : undefined,
    orgSuffixOverride: hasAffix ? series.isSuffixOfOrganisation : undefined,
    seriesType: 'UNDEFINED',
    clientHandlingType: series.clientHandlingType,
    expiryStrategyType: series.expiryStrategy,
    discountOn: 'BILL',
    discountType: series.discountType,
    updateProductData: false,
    externalIssual: false,
    productInfo: series.products?.map(productsToWire),
    redemptionOrgEntityDetails: places.length > 0 ? places : undefined,
  } as Static<typeof seriesAnswer>
}

/** jsonb does not keep the order of keys. */
function targetToWire(target: NonNullable<KeptSeries['targetCustomers']>) {
  const { validMaxUserTransactionLimit: limit } = target
  const { validUserRegistrationStartTime: start, validUserRegistrationEndTime: end } = target
  return {
    ...(limit !== undefined && { validMaxUserTransactionLimit: limit }),
    ...(start !== undefined && { validUserRegistrationStartTime: start }),
    ...(end !== undefined && { validUserRegistrationEndTime: end }),
  }
}

function productsToWire({
  productType,
  productIds,
  productCodes,
}: NonNullable<KeptSeries['products']>[number]) {
  return {
    productType,
    ...(productIds ? { productIds: [...productIds] } : { productCodes: [...(productCodes ?? [])] }),
  }
}

function placesToWire(series: KeptSeries) {
  const ofType = (redemptionOrgEntityType: string, ids: readonly number[] | null) =>
    (ids ?? []).map((orgEntityId) => ({ redemptionOrgEntityType, orgEntityId }))
  return [
    ...ofType('CONCEPT', series.redemptionConceptIds),
    ...ofType('ZONE', series.redemptionZoneIds),
    ...ofType('STORE', series.redemptionStoreIds),
    ...ofType('TILL', series.redemptionTillIds),
  ]
}
