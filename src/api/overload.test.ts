import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Waiting } from './overload.ts'

const arrived = (waiting: Waiting, count: number, atMs: number): object[] => {
  const all = Array.from({ length: count }, () => ({}))
  for (const one of all) waiting.add(one, atMs)
  return all
}

describe('requests under way', () => {
  test('are too many when thirty-two have waited too long, and not before', () => {
    const waiting = new Waiting(100)
    const late = arrived(waiting, 32, 0)
    expect(waiting.isOverloaded(100)).toBe(false)
    expect(waiting.isOverloaded(101)).toBe(true)
    waiting.delete(late[7] ?? {})
    expect(waiting.isOverloaded(101)).toBe(false)
  })

  test('are not too many however many there are, as long as they are young; nor because a few hang', () => {
    const waiting = new Waiting(100)
    arrived(waiting, 31, 0)
    arrived(waiting, 5_000, 1_000)
    expect(waiting.isOverloaded(1_050)).toBe(false)
    expect(waiting.isOverloaded(1_101)).toBe(true)
  })

  test('are counted by age in any order of ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 100 }),
        fc.infiniteStream(fc.boolean()),
        (ages, ends) => {
          const waiting = new Waiting(100)
          const left: number[] = []
          // They arrive one after the other: the oldest first.
          for (const age of ages.toSorted((a, b) => b - a)) {
            const [one] = arrived(waiting, 1, -age)
            if (ends.next().value === true) waiting.delete(one ?? {})
            else left.push(age)
          }
          expect(waiting.size).toBe(left.length)
          expect(waiting.isOverloaded(0)).toBe(left.filter((age) => age > 100).length >= 32)
        },
      ),
    )
  })
})
