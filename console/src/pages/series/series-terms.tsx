import type { Place, Series } from '../../api/types.ts'
import { count, plural, type Formats } from '../../parts/format.ts'
import { State, type Tone } from '../../parts/states.tsx'
import { isOver, windowOf } from './series-values.ts'

/** A series in words. */

const soonMs = 7 * 86_400_000

/** The state of a series, in two words. */
export function stateOf(series: Series, nowMs = Date.now()): readonly [words: string, tone: Tone] {
  const { maxRedeem, numRedeemed, maxCreate, numIssued } = series
  const isEmpty = series.clientHandlingType === 'DISC_CODE_PIN' && series.numUploadedNonIssued === 0
  if (isOver(series, nowMs)) return ['Ended', 'quiet']
  if (series.halt !== null) return series.halt.as === 'stopped' ? ['Stopped', 'bad'] : ['Paused', 'warn']
  if (maxRedeem !== -1 && numRedeemed >= maxRedeem) return ['Used up', 'warn']
  if (maxCreate !== -1 && numIssued >= maxCreate) return ['All given out', 'warn']
  if (isEmpty) return [numIssued === 0 ? 'No codes yet' : 'No codes left', 'warn']
  if (series.state === 'coming') return ['Not begun', 'quiet']
  return isOver(series, nowMs + soonMs) ? ['Ends soon', 'warn'] : ['Running', 'good']
}

export function SeriesState({ series }: { series: Series }) {
  const [words, tone] = stateOf(series)
  return <State tone={tone}>{words}</State>
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

/** Redeemed share of the issued coupons; coupons that work several times may exceed it. */
export function rateOf({ numIssued, numRedeemed }: Series): string {
  if (numIssued === 0) return '–'
  const rate = numRedeemed / numIssued
  return rate > 1 ? `${count(Math.round(rate * 10) / 10)} each` : `${Math.round(rate * 1000) / 10} %`
}
