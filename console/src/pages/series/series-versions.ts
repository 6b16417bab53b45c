import { labelOf, shownValue, type VersionRow } from '../../parts/version-rules.ts'
import type { SeriesFields } from './series-fields.ts'

/** Two versions of the series form. */

const labels: Partial<Record<keyof SeriesFields, string>> = {
  info: 'Details',
  discountValue: 'Amount or percent',
  discountUpto: 'At most',
  genericCode: 'The code',
  randomCodeLength: 'Length of codes',
  alphaNumeric: 'Digits and capitals',
  couponPrefix: 'Codes begin with',
  couponSuffix: 'Codes end with',
  validTillDate: 'Last day',
  validTillTime: 'Last time on that day',
  redemptionValidFrom: 'First day of redemption',
  redemptionValidFromTime: 'First time on that day',
  issueFrom: 'First day of issue',
  issueFromTime: 'First time of issue',
  redemptionValidAfterDays: 'Works after days',
  expiryStrategyType: 'A coupon ends',
  expiryStrategyValue: 'Days or months until then',
  maxCreate: 'Coupons to give out',
  maxRedeem: 'Redemptions in all',
  isMultipleUseAllowed: 'May be used more than once',
  redemptionPerCouponMaxLimit: 'Uses per code',
  sameUserMultipleRedeem: 'By the same customer too',
  maxRedemptionsInSeriesPerUser: 'Redemptions per customer',
  minDaysBetweenRedemption: 'Days between two',
  isMultipleVouchersPerUserAllowed: 'A customer may have several coupons',
  maxVouchersPerUser: 'Coupons per customer',
  anyUser: 'Anybody who has the code may redeem it',
  minBillAmount: 'Smallest bill',
  maxBillAmount: 'Largest bill',
  redemptionOrgEntityDetails: 'Stores',
  dow: 'Days of the week',
  dom: 'Days of the month',
  hours: 'Hours',
  smsTemplate: 'Message',
}

const names = (fields: SeriesFields): (keyof SeriesFields)[] => Object.keys(fields) as (keyof SeriesFields)[]
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** The fields that differ between what a person has typed and what another person has saved. */
export const rowsOf = (mine: SeriesFields, theirs: SeriesFields): VersionRow[] =>
  names(mine)
    .filter((name) => !isSame(mine[name], theirs[name]))
    .map((name) => ({
      label: labels[name] ?? labelOf(name),
      now: shownValue(theirs[name]),
      mine: shownValue(mine[name]),
    }))

/** What a person has changed since the form was filled, in the version of the other person. */
export function combined(filled: SeriesFields, theirs: SeriesFields, mine: SeriesFields): SeriesFields {
  const changed = names(mine).filter((name) => !isSame(mine[name], filled[name]))
  return { ...theirs, ...Object.fromEntries(changed.map((name) => [name, mine[name]])) }
}
