import { expect, test } from 'vitest'
import {
  countOf,
  nextSort,
  shows,
  sortOf,
  sortText,
  statesOf,
} from '../src/pages/series/series-list-rules.ts'

test('each choice shows the states that it names, and counts them', () => {
  const states = [
    { state: 'ended', series: 7 },
    { state: 'stopped', series: 1 },
    { state: 'paused', series: 2 },
    { state: 'coming', series: 3 },
    { state: 'running', series: 20 },
  ]
  expect(shows.map(({ value }) => statesOf(value))).toEqual([
    undefined,
    'running',
    'paused,stopped',
    'coming',
    'ended',
  ])
  expect(shows.map((show) => countOf(show, states))).toEqual([33, 20, 3, 3, 7])
  expect(statesOf('nonsense')).toBe(undefined)
})

test('a click on a column sorts by it, the next turns it, the third leaves it', () => {
  const clicks = (name: 'issued' | 'ends') => {
    const [first, second] = [nextSort(name, null), nextSort(name, sortOf(nextSort(name, null)))]
    return [first, second, nextSort(name, sortOf(second))]
  }
  expect(clicks('issued')).toEqual(['-issued', 'issued', ''])
  expect(clicks('ends')).toEqual(['ends', '-ends', ''])
  expect(nextSort('name', sortOf('-issued'))).toBe('name')
})

test('an order is sent as it stands in the URL, and an unknown one not at all', () => {
  expect(sortText(sortOf('-rate'))).toBe('-rate')
  expect(sortText(sortOf('name'))).toBe('name')
  expect(sortText(sortOf('nonsense'))).toBe(undefined)
})
