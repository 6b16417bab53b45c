import type { Series } from '../../api/types.ts'
import { begins, isOver } from './series-values.ts'

/** Filter and order of the series list. */

export const shows = [
  { value: '', label: 'All' },
  { value: 'running', label: 'Running' },
  { value: 'coming', label: 'Not begun' },
  { value: 'ended', label: 'Ended' },
] as const

export function fits(series: Series, text: string, show: string, nowMs: number): boolean {
  const state = isOver(series, nowMs) ? 'ended' : begins(series) > nowMs ? 'coming' : 'running'
  if (show !== '' && show !== state) return false
  const { description, seriesCode, discountCode } = series
  return `${description}\n${seriesCode}\n${discountCode}`.toLowerCase().includes(text.trim().toLowerCase())
}

/** Redemptions per issued coupon; −1 if none is issued. */
const rate = ({ numIssued, numRedeemed }: Series): number => (numIssued === 0 ? -1 : numRedeemed / numIssued)

const values = {
  name: ({ description }: Series) => description.toLowerCase(),
  issued: ({ numIssued }: Series) => numIssued,
  redeemed: ({ numRedeemed }: Series) => numRedeemed,
  rate,
  ends: ({ validTillDateTime }: Series) => Date.parse(validTillDateTime),
} as const
export type SortName = keyof typeof values

export interface Sort {
  readonly name: SortName
  readonly isDescending: boolean
}

/** "-issued" → by number issued, highest first. Null: the latest series first. */
export function sortOf(text: string): Sort | null {
  const name = text.replace(/^-/, '')
  return Object.hasOwn(values, name) ? { name: name as SortName, isDescending: text.startsWith('-') } : null
}

/** The next order after a click on a column head: one direction, the other, then the default order. */
export function nextSort(name: SortName, sort: Sort | null): string {
  // Names are sorted from A; for numbers the largest are of interest.
  const isFirstDescending = name !== 'name' && name !== 'ends'
  const [first, second] = isFirstDescending ? [`-${name}`, name] : [name, `-${name}`]
  if (sort?.name !== name) return first
  return sort.isDescending === isFirstDescending ? second : ''
}

export function sorted(list: readonly Series[], sort: Sort | null): Series[] {
  const latest = list.toSorted((a, b) => b.id - a.id)
  if (sort === null) return latest
  const value = values[sort.name]
  const sign = sort.isDescending ? -1 : 1
  return latest.toSorted((a, b) => {
    const [one, other] = [value(a), value(b)]
    return sign * (one < other ? -1 : one > other ? 1 : 0)
  })
}
