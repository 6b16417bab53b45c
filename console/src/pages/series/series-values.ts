import type { Series } from '../../api/types.ts'

/** Values that a series prints in special forms. */

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

/** The zones, concepts and tills where the coupons work, beside the stores. */
export const otherPlacesOf = (series: Pick<Series, 'redemptionOrgEntityDetails'> | undefined) =>
  (series?.redemptionOrgEntityDetails ?? []).filter((one) => one.redemptionOrgEntityType !== 'STORE')

export const isOver = ({ endsAt }: Pick<Series, 'endsAt'>, nowMs: number): boolean =>
  Date.parse(endsAt) < nowMs
