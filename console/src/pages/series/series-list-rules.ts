/** Filter and order of the series list, which the server applies. */

export const shows = [
  { value: '', label: 'All', states: [] },
  { value: 'running', label: 'Running', states: ['running'] },
  { value: 'halted', label: 'Paused or stopped', states: ['paused', 'stopped'] },
  { value: 'coming', label: 'Not begun', states: ['coming'] },
  { value: 'ended', label: 'Ended', states: ['ended'] },
] as const

const sortNames = ['name', 'issued', 'redeemed', 'rate', 'ends'] as const
export type SortName = (typeof sortNames)[number]

export interface Sort {
  readonly name: SortName
  readonly isDescending: boolean
}

/** "-issued" → by number issued, highest first. Null: the latest series first. */
export function sortOf(text: string): Sort | null {
  const name = sortNames.find((one) => one === text.replace(/^-/, ''))
  return name === undefined ? null : { name, isDescending: text.startsWith('-') }
}

/** The order as the server names it. */
export const sortText = (sort: Sort | null): string | undefined =>
  sort === null ? undefined : `${sort.isDescending ? '-' : ''}${sort.name}`

/** The next order after a click on a column head: one direction, the other, then the default order. */
export function nextSort(name: SortName, sort: Sort | null): string {
  // Names are sorted from A; for numbers the largest are of interest.
  const isFirstDescending = name !== 'name' && name !== 'ends'
  const [first, second] = isFirstDescending ? [`-${name}`, name] : [name, `-${name}`]
  if (sort?.name !== name) return first
  return sort.isDescending === isFirstDescending ? second : ''
}

/** The states that a choice shows, as the server names them; undefined: all. */
export const statesOf = (show: string): string | undefined =>
  shows.find(({ value }) => value === show)?.states.join(',') || undefined

/** How many series a choice shows. */
export function countOf(
  show: (typeof shows)[number],
  states: readonly { readonly state: string; readonly series: number }[],
): number {
  const counted: readonly string[] = show.states
  return states
    .filter(({ state }) => counted.length === 0 || counted.includes(state))
    .reduce((sum, { series }) => sum + series, 0)
}
