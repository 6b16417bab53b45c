import type { Series } from '../../api/types.ts'

/** Values that a series prints in special forms. */

/** The first day of redemption; undefined if the series states none and prints the day it was saved. */
export const firstDayOf = ({ redemptionValidFrom, dvsExpiryDate }: Series): string | undefined =>
  redemptionValidFrom === dvsExpiryDate ? undefined : redemptionValidFrom

export interface Window {
  readonly dom: readonly number[]
  readonly dow: readonly number[]
  readonly hours: readonly number[]
}

/** Days and hours; empty lists: any. */
export function windowOf({ redemptionRange }: Pick<Series, 'redemptionRange'>): Window {
  const { dom, dow, hours } = JSON.parse(redemptionRange) as Window
  const some = (values: readonly number[]): readonly number[] => values.filter((one) => one !== -1)
  return { dom: some(dom), dow: some(dow), hours: some(hours) }
}

export const isOver = ({ validTillDateTime }: Series, nowMs: number): boolean =>
  Date.parse(validTillDateTime) < nowMs

/** The instant from which its coupons can be redeemed; far in the past if none is stated. */
export const begins = (series: Series): number => Date.parse(firstDayOf(series) ?? series.createdOn)
