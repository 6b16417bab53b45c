import { expect, test } from 'vitest'
import { openTerms } from '../../../test/support/open-terms.ts'
import { SeriesMemory } from './series-memory.ts'
import type { RememberedSeries } from './series-terms.ts'

const series = (id: number, version: number, products = 0): RememberedSeries => ({
  ...openTerms,
  id,
  version,
  products:
    products === 0
      ? null
      : [{ productType: 'SKU', productCodes: Array.from({ length: products }, (_, n) => `S${n}`) }],
})

test('the terms of a series are found only for the version and organisation that they were stored for', () => {
  const memory = new SeriesMemory()
  const [first, second] = [series(1, 1), series(1, 2)]
  memory.keep(7, first)
  expect([memory.find(7, 1, 1), memory.find(7, 1, 2), memory.find(8, 1, 1)]).toEqual([
    first,
    undefined,
    undefined,
  ])
  memory.keep(7, second)
  expect([memory.find(7, 1, 1), memory.find(7, 1, 2)]).toEqual([undefined, second])
})

test('the cache holds at most a million products, however often a series is edited', () => {
  const memory = new SeriesMemory()
  for (let version = 1; version <= 150; version++) memory.keep(7, series(1, version, 10_000))
  memory.keep(7, series(2, 1))
  expect(memory.find(7, 1, 150)).toBeDefined()
  for (let id = 3; id <= 101; id++) memory.keep(7, series(id, 1, 10_000))
  expect([memory.find(7, 1, 150), memory.find(7, 2, 1), memory.find(7, 101, 1)].map(Boolean)).toEqual([
    true,
    true,
    true,
  ])
  memory.keep(7, series(102, 1, 1))
  expect([memory.find(7, 1, 150), memory.find(7, 2, 1), memory.find(7, 102, 1)].map(Boolean)).toEqual([
    false,
    false,
    true,
  ])
})
