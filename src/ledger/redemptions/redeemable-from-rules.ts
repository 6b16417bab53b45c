import { dayOf, endOfDayS } from '../../values/calendar.ts'
import type { CouponState, Facts } from './redemption-facts.ts'

/**
 * First instant at which the coupon may be redeemed: the start of the n-th day after issue. −∞ if there is no such
 * restriction.
 */
export function redeemableFromS(
  coupon: Pick<CouponState, 'createdAtS'>,
  series: Pick<Facts['series'], 'redemptionValidFromS' | 'redemptionValidAfterDays'>,
  timeZone: string,
): number {
  const afterDays =
    series.redemptionValidAfterDays === 0
      ? Number.NEGATIVE_INFINITY
      : startOfDayAfterS(coupon.createdAtS, series.redemptionValidAfterDays, timeZone)
  return Math.max(series.redemptionValidFromS ?? Number.NEGATIVE_INFINITY, afterDays)
}

function startOfDayAfterS(fromS: number, days: number, timeZone: string): number {
  let endS = endOfDayS(timeZone, dayOf(timeZone, fromS))
  for (let day = 1; day < days; day++) endS = endOfDayS(timeZone, dayOf(timeZone, endS + 1))
  return endS + 1
}
