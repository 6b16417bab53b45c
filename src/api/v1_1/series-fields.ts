import { Type, type TString } from 'typebox'
import type { Series } from '../../ledger/series/terms.ts'
import { dayOf } from '../../values/calendar.ts'
import { constant, type Key } from '../../http/shape.ts'
import { bit, decimal, flag, TwoWays, whole } from '../../http/v1_1-values.ts'
import { idList, productsOf } from '../v2/series-lists.ts'
import { figureSchema, flagSchema, textOrNull } from './schemas.ts'
import { localTime } from './wire.ts'

export interface OutgoingSeries {
  readonly series: Series
  readonly timeZone: string
}

/** A key of a series: its schema, and its printed value. */
export const shown = (from: (series: Series) => string) => ({
  schema: Type.String(),
  from: ({ series }: OutgoingSeries) => from(series),
})
const flagged = (from: (series: Series) => boolean) => ({
  schema: figureSchema,
  from: ({ series }: OutgoingSeries) => bit(from(series)),
})
export const truth = (from: (series: Series) => boolean) => ({
  schema: flagSchema,
  from: ({ series }: OutgoingSeries) => flag(from(series)),
})
const limit = (from: (series: Series) => number | null) => ({
  schema: figureSchema,
  from: ({ series }: OutgoingSeries) => whole(from(series) ?? -1),
})
export const amount = (from: (series: Series) => number) => ({
  schema: figureSchema,
  from: ({ series }: OutgoingSeries) => decimal(from(series)),
})
export const day = (from: (series: Series) => number) => ({
  schema: Type.String({ description: 'yyyy-MM-dd.' }),
  from: ({ series, timeZone }: OutgoingSeries) => dayOf(timeZone, from(series)),
})
const moment = (from: (series: Series) => number) => ({
  schema: Type.String({ description: 'yyyy-MM-dd HH:mm:ss.' }),
  from: ({ series, timeZone }: OutgoingSeries) => localTime(timeZone, from(series)),
})
export const productCodes = (type: Parameters<typeof productsOf>[1]) =>
  shown((series) => productsOf(series, type).join(','))

const idsOrNull = (ids: readonly number[] | null): string | null => ids && JSON.stringify(ids)

/** In this list −1 is text, like the other numbers. */
function rangeToWire(series: Series): string {
  const texts = (numbers: readonly number[] | null) => (numbers ?? [-1]).map(String)
  return JSON.stringify({
    dom: texts(series.redemptionDaysOfMonth),
    dow: texts(series.redemptionDaysOfWeek),
    hours: texts(series.redemptionHours),
  })
}

/**
 * A series in the keys of the contract and their order, for the list of series and for calls that print the series of a
 * coupon. Constants are keys without a meaning here.
 */
export const seriesKeys = {
  id: shown(({ id }) => String(id)),
  description: shown((series) => series.description),
  series_type: constant('UNDEFINED'),
  client_handling_type: shown((series) => series.clientHandlingType),
  discount_code: shown((series) => series.discountCode ?? 'NO_VALUE'),
  valid_till_date: day((series) => series.validUntilS),
  valid_days_from_create: limit(({ expiryStrategy, expiryStrategyValue }) =>
    expiryStrategy === 'DAYS' ? (expiryStrategyValue ?? 30) : 30,
  ),
  expiry_strategy_type: shown((series) => series.expiryStrategy),
  expiry_strategy_value: limit((series) => series.expiryStrategyValue),
  max_create: limit((series) => series.maxIssued),
  max_redeem: limit((series) => series.maxRedeemed),
  transferrable: flagged(() => false),
  any_user: flagged((series) => series.isAnyUser),
  same_user_multiple_redeem: flagged((series) => series.isSameUserMultipleRedeem),
  allow_referral_existing_users: flagged((series) => series.isReferralOfExistingAllowed),
  multiple_use: flagged((series) => series.isMultipleUseAllowed),
  is_validation_required: flagged((series) => series.isValidationRequired),
  valid_with_discounted_item: truth((series) => series.isValidWithDiscountedItem),
  created_by: shown((series) => String(series.createdTillId ?? -1)),
  created: moment((series) => series.createdAtS),
  last_used: moment((series) => series.updatedAtS),
  series_code: shown((series) => series.code),
  disable_sms: flagged((series) => series.isSmsDisabled),
  info: shown((series) => series.info),
  allow_multiple_vouchers_per_user: flagged((series) => series.isMultiplePerCustomerAllowed),
  do_not_resend_existing_voucher: flagged((series) => series.isExistingCouponWithheld),
  mutual_exclusive_series_ids: shown((series) => idList(series.mutuallyExclusiveSeriesIds)),
  store_ids_json: constant('[-1]'),
  dvs_enabled: flagged(() => false),
  dvs_expiry_date: day((series) => series.updatedAtS),
  priority: limit(() => 0),
  short_sms_template: constant('Hello {{cust_name}}, your voucher code is {{voucher_code}}'),
  max_vouchers_per_user: limit((series) => series.maxCouponsPerCustomer),
  min_days_between_vouchers: limit((series) => series.minDaysBetweenCoupons),
  max_referrals_per_referee: limit((series) => series.maxReferralsPerReferee),
  discount_on: constant('BILL'),
  discount_type: shown((series) => series.discountType),
  discount_value: amount((series) => series.discountValue),
  redemption_range: shown(rangeToWire),
  min_bill_amount: amount((series) => series.minBillAmount ?? 0),
  // Here 0 means no maximum.
  max_bill_amount: amount((series) => series.maxBillAmount ?? 0),
  redeem_at_store: constant('[-1]'),
  campaign_id: constant('-1'),
  max_redemptions_in_series_per_user: limit((series) => series.maxRedemptionsPerCustomer),
  min_days_between_redemption: limit((series) => series.minDaysBetweenRedemptions),
  redemption_valid_from: day((series) => series.redemptionValidFromS ?? series.updatedAtS),
  source_org_id: constant('-1'),
  issue_to_loyalty: flagged(() => false),
  redeem_store_type: constant('redeemable_stores'),
  old_flow_enabled: flagged(() => false),
  pre_redeem_event_required: flagged(() => false),
  offline_redemption_enabled: truth(() => false),
  valid_redemption_org_entities: {
    schema: Type.Object({ concepts: textOrNull, zones: textOrNull, stores: textOrNull, tills: textOrNull }),
    from: ({ series }: OutgoingSeries) => ({
      concepts: idsOrNull(series.redemptionConceptIds),
      zones: idsOrNull(series.redemptionZoneIds),
      stores: idsOrNull(series.redemptionStoreIds),
      tills: idsOrNull(series.redemptionTillIds),
    }),
  },
  products: productCodes('SKU'),
}

/** The same keys with all values as text for every caller. */
export function inText<Keys extends Readonly<Record<string, Key<OutgoingSeries>>>>(keys: Keys) {
  const entries = Object.entries(keys).map(([name, { from }]): [string, Key<OutgoingSeries, TString>] => [
    name,
    {
      schema: Type.String(),
      from: (given) => {
        const value = from(given)
        return value instanceof TwoWays ? String(value.text) : String(value)
      },
    },
  ])
  return Object.fromEntries(entries) as { [Name in keyof Keys]: Key<OutgoingSeries, TString> }
}
