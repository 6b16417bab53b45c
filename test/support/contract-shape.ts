import { expect } from 'vitest'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/

/** The parts of a value that are the same in every answer: the order of keys, JSON types, the format of dates. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, one]) => [key, shapeOf(one)])
  if (typeof value === 'string' && instant.test(value)) return 'instant'
  return value === null ? 'null' : typeof value
}

/** Lists in an answer may be longer than in the example, but each element has the shape of the example's first. */
function stretched(example: unknown, actual: unknown): unknown {
  if (Array.isArray(example) && Array.isArray(actual)) {
    return example.length === 0 ? [] : actual.map((one) => stretched(example[0], one))
  }
  if (typeof example === 'object' && example !== null && typeof actual === 'object' && actual !== null) {
    return Object.fromEntries(
      Object.entries(example).map(([key, one]) => [
        key,
        stretched(one, (actual as Record<string, unknown>)[key]),
      ]),
    )
  }
  return example
}

/** Same keys in the same order, same JSON types, same form of dates. */
export function expectShape(actual: unknown, example: unknown): void {
  expect(shapeOf(actual)).toEqual(shapeOf(stretched(example, actual)))
}
