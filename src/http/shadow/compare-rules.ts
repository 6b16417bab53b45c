import { isIgnored } from './ignored-fields-rules.ts'

/** A field that differs between two answers. */
export interface Difference {
  /** The path in the answer, with `[]` for the items of a list. */
  readonly field: string
  readonly theirs: unknown
  readonly ours: unknown
}

type Fields = Readonly<Record<string, unknown>>

const maxDifferences = 50
const maxDepth = 32

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields by which the items of two lists are matched: the first one that all items of both have. */
const itemNames = ['id', 'code', 'seriesId', 'series_id', 'entityId', 'name'] as const

function namesOf(items: readonly unknown[], field: string): string[] | undefined {
  const names = items.map((item) => {
    const name = isObject(item) ? item[field] : undefined
    return typeof name === 'string' || typeof name === 'number' ? String(name).toUpperCase() : undefined
  })
  const stated = names.filter((name) => name !== undefined)
  return stated.length === items.length && new Set(stated).size === items.length ? stated : undefined
}

class Comparison {
  readonly differences: Difference[] = []

  compare(field: string, theirs: unknown, ours: unknown, depth: number): void {
    if (this.differences.length >= maxDifferences || depth > maxDepth) return
    if (Array.isArray(theirs) && Array.isArray(ours)) this.#compareLists(`${field}[]`, theirs, ours, depth)
    else if (isObject(theirs) && isObject(ours)) this.#compareObjects(field, theirs, ours, depth)
    else if (theirs !== ours) this.differences.push({ field, theirs, ours })
  }

  #compareObjects(path: string, theirs: Fields, ours: Fields, depth: number): void {
    for (const name of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      if (isIgnored(name)) continue
      this.compare(path === '' ? name : `${path}.${name}`, theirs[name], ours[name], depth + 1)
    }
  }

  #compareLists(path: string, theirs: readonly unknown[], ours: readonly unknown[], depth: number): void {
    for (const field of itemNames) {
      const theirNames = namesOf(theirs, field)
      const ourNames = theirNames && namesOf(ours, field)
      if (theirNames !== undefined && ourNames !== undefined && theirs.length + ours.length > 0)
        return this.#compareNamed(path, [theirs, theirNames], [ours, ourNames], depth)
    }
    for (let at = 0; at < Math.max(theirs.length, ours.length); at++)
      this.compare(path, theirs[at], ours[at], depth + 1)
  }

  #compareNamed(
    path: string,
    [theirs, theirNames]: [readonly unknown[], readonly string[]],
    [ours, ourNames]: [readonly unknown[], readonly string[]],
    depth: number,
  ): void {
    const ourItems = new Map(ourNames.map((name, at) => [name, ours[at]]))
    const theirItems = new Map(theirNames.map((name, at) => [name, theirs[at]]))
    for (const [name, item] of theirItems) this.compare(path, item, ourItems.get(name), depth + 1)
    for (const [name, item] of ourItems)
      if (!theirItems.has(name)) this.compare(path, undefined, item, depth + 1)
    const common = theirNames.filter((name) => ourItems.has(name))
    const inOurOrder = ourNames.filter((name) => theirItems.has(name))
    if (common.join('\0') !== inOurOrder.join('\0'))
      this.differences.push({ field: `${path} order`, theirs: 'one order', ours: 'another' })
  }
}

/**
 * Compares two answers field by field. The items of a list are matched by their ids or codes, so that a missing item is
 * one difference. Values are compared with their types.
 *
 * @returns at most 50 differences.
 */
export function compareAnswers(theirs: unknown, ours: unknown): Difference[] {
  const comparison = new Comparison()
  comparison.compare('', theirs, ours, 0)
  return comparison.differences
}
