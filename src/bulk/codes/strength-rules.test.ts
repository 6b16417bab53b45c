import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { guessesPerYear, requireRoom, requireStrong, strengthOf } from './strength-rules.ts'

const positive = fc.bigInt({ min: 1n, max: 10n ** 60n })

describe('the strength of codes', () => {
  test('is measured by a guesser with ten look-ups a second, who makes 315,360,000 guesses a year', () => {
    expect(guessesPerYear).toBe(315_360_000n)
    expect(strengthOf(10n ** 16n, 10n ** 7n)).toEqual({
      keyspace: 10n ** 16n,
      liveCodes: 10n ** 7n,
      guessesPerHit: 10n ** 9n,
      daysPerHit: 1_157n,
      isWeak: false,
    })
  })

  test('is exact at the limit: the guesses of a year are weak, and one more is strong', () => {
    fc.assert(
      fc.property(positive, (live) => {
        expect(strengthOf(guessesPerYear * live, live).isWeak).toBe(true)
        expect(strengthOf(guessesPerYear * live + 1n, live).isWeak).toBe(false)
      }),
    )
  })

  test('never grows with more live codes, nor shrinks with a larger form', () => {
    fc.assert(
      fc.property(positive, positive, positive, (keyspace, live, more) => {
        const { guessesPerHit } = strengthOf(keyspace, live)
        expect(strengthOf(keyspace, live + more).guessesPerHit).toBeLessThanOrEqual(guessesPerHit)
        expect(strengthOf(keyspace + more, live).guessesPerHit).toBeGreaterThanOrEqual(guessesPerHit)
      }),
    )
  })

  test('is refused with the figures if it is weak', () => {
    expect(() => requireStrong(strengthOf(10n ** 12n, 10n ** 6n))).toThrow(
      'The codes would be weak: 1000000 that work among 1000000000000 are hit once in 1000000 guesses, ' +
        '1 days at 10 a second',
    )
  })
})

describe('the room of a form', () => {
  test('suffices for half of its codes, and no more', () => {
    expect(() => requireRoom(10_000n, 4_000n, 1_000n)).not.toThrow()
    expect(() => requireRoom(10_000n, 4_000n, 1_001n)).toThrow(
      'has 10000 codes, of which 4000 are taken; with 1001 more than 50 % of them would be',
    )
    expect(() => requireRoom(10n, 0n, 1_000_000n)).toThrow('50 %')
  })
})
