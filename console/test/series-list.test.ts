import { expect, test } from 'vitest'
import type { Series } from '../src/api/types.ts'
import { fits, nextSort, sorted, sortOf } from '../src/pages/series/series-list-rules.ts'

const nowMs = Date.parse('2026-05-04T12:00:00Z')
const saved = '2026-05-01T00:00:00Z'
const series = (id: number, stated: Partial<Series> = {}): Series =>
  ({
    id,
    description: `Series ${id}`,
    seriesCode: `S${id}`,
    discountCode: 'TEN',
    createdOn: saved,
    dvsExpiryDate: saved,
    redemptionValidFrom: saved,
    validTillDateTime: '2026-06-30T23:59:59Z',
    numIssued: 0,
    numRedeemed: 0,
    ...stated,
  }) as Series

test('a series is running, not begun or ended, and found by what it is called', () => {
  const [running, coming, ended] = [
    series(1),
    series(2, { redemptionValidFrom: '2026-05-10T00:00:00Z' }),
    series(3, { validTillDateTime: '2026-05-04T11:59:59Z' }),
  ]
  const shown = (text: string, show: string) =>
    [running, coming, ended].filter((one) => fits(one, text, show, nowMs)).map(({ id }) => id)
  expect(shown('', '')).toEqual([1, 2, 3])
  expect(shown('', 'running')).toEqual([1])
  expect(shown('', 'coming')).toEqual([2])
  expect(shown('', 'ended')).toEqual([3])
  expect(shown(' series 2', '')).toEqual([2])
  expect(shown('s3', '')).toEqual([3])
  expect(shown('ten', 'running')).toEqual([1])
})

test('the latest stands first, unless another order is asked for', () => {
  const list = [
    series(1, { description: 'b', numIssued: 10, numRedeemed: 1 }),
    series(2, { description: 'A', numIssued: 2, numRedeemed: 1 }),
    series(3, { description: 'c', validTillDateTime: '2026-05-30T00:00:00Z' }),
    series(4, { description: 'a', numIssued: 10 }),
  ]
  const ids = (sort: string) => sorted(list, sortOf(sort)).map(({ id }) => id)
  expect(ids('')).toEqual([4, 3, 2, 1])
  expect(ids('nonsense')).toEqual([4, 3, 2, 1])
  expect(ids('name')).toEqual([4, 2, 1, 3])
  expect(ids('-issued')).toEqual([4, 1, 2, 3])
  expect(ids('issued')).toEqual([3, 2, 4, 1])
  expect(ids('-rate')).toEqual([2, 1, 4, 3])
  expect(ids('ends')).toEqual([3, 4, 2, 1])
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
