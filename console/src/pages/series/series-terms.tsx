import type { Place, Series } from '../../api/types.ts'
import { count, plural, type Formats } from '../../parts/format.ts'
import { State } from '../../parts/states.tsx'
import { windowOf } from './series-values.ts'

/** A series in words. */

const soonMs = 7 * 86_400_000

export function SeriesState({ series }: { series: Series }) {
  const leftMs = Date.parse(series.validTillDateTime) - Date.now()
  if (leftMs < 0) return <State tone="quiet">Ended</State>
  if (series.maxRedeem !== -1 && series.numRedeemed >= series.maxRedeem)
    return <State tone="warn">Used up</State>
  if (series.maxCreate !== -1 && series.numIssued >= series.maxCreate)
    return <State tone="warn">All given out</State>
  if (leftMs < soonMs) return <State tone="warn">Ends soon</State>
  return <State tone="good">Running</State>
}

export function expiryWords({ expiryStrategyType, expiryStrategyValue }: Series): string {
  if (expiryStrategyType === 'DAYS') return `${plural(expiryStrategyValue, 'day')} after issue`
  if (expiryStrategyType === 'MONTHS_END')
    return expiryStrategyValue === 0
      ? 'At the end of the month of issue'
      : `At the end of the month, ${plural(expiryStrategyValue, 'month')} after issue`
  return 'With the series'
}

const weekdays = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export function windowWords(series: Series): string {
  const { dom, dow, hours } = windowOf(series)
  const parts = [
    dow.length > 0 && dow.map((day) => weekdays[day]).join(', '),
    dom.length > 0 && `days ${dom.join(', ')} of the month`,
    hours.length > 0 && `hours ${hours.map((hour) => `${hour}:00`).join(', ')}`,
  ].filter(Boolean)
  return parts.length === 0 ? 'Any day and hour' : parts.join('; ')
}

export function billWords({ minBillAmount, maxBillAmount }: Series, { money }: Formats): string {
  if (minBillAmount === -1 && maxBillAmount === -1) return 'Any amount'
  if (maxBillAmount === -1) return `${money(minBillAmount)} or more`
  return minBillAmount === -1
    ? `At most ${money(maxBillAmount)}`
    : `${money(minBillAmount)} to ${money(maxBillAmount)}`
}

const placeKinds: Readonly<Record<string, string>> = { ZONE: 'zone', CONCEPT: 'concept', TILL: 'till' }

export function placeWords({ redemptionOrgEntityDetails }: Series, stores: readonly Place[]): string {
  if (!redemptionOrgEntityDetails?.length) return 'All stores'
  const named = redemptionOrgEntityDetails
    .filter(({ redemptionOrgEntityType }) => redemptionOrgEntityType === 'STORE')
    .map(({ orgEntityId }) => stores.find(({ id }) => id === orgEntityId)?.name ?? 'A store that is gone')
  const others = Object.entries(placeKinds).flatMap(([type, name]) => {
    const found = redemptionOrgEntityDetails.filter((one) => one.redemptionOrgEntityType === type).length
    return found === 0 ? [] : [plural(found, name)]
  })
  return [...named, ...others].join(', ')
}

/** How often a coupon may be redeemed. */
export function usesWords(series: Series): string {
  const { isMultipleUseAllowed, redemptionPerCouponMaxLimit: limit } = series
  if (!isMultipleUseAllowed) return 'Once'
  return limit === -1 ? 'Any number of times' : limit === 1 ? 'Once' : `${count(limit)} times`
}

/** Of what is out, how much was used; coupons that work several times are used more often than there are. */
export function rateOf({ numIssued, numRedeemed }: Series): string {
  if (numIssued === 0) return '–'
  const rate = numRedeemed / numIssued
  return rate > 1 ? `${count(Math.round(rate * 10) / 10)} each` : `${Math.round(rate * 1000) / 10} %`
}
