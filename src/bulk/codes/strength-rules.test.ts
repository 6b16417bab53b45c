import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { guessesPerYear, requireRoom, requireStrong, strengthOf } from './strength-rules.ts'

const positive = fc.bigInt({ min: 1n, max: 10n ** 60n })

describe('the strength of codes', () => {
  test('is what a guesser at ten look-ups a second needs: 315,360,000 guesses are a year', () => {
    expect(guessesPerYear).toBe(315_360_000n)
    expect(strengthOf(10n ** 16n, 10n ** 7n)).toEqual({
      keyspace: 10n ** 16n,
      liveCodes: 10n ** 7n,
      guessesPerHit: 10n ** 9n,
      daysPerHit: 1_157n,
      isWeak: false,
    })
  })

  test('is exact at the limit: a guess more than a year has is strong, as many as a year has are weak', () => {
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

  test('is refused with the numbers when it is weak', () => {
    expect(() => requireStrong(strengthOf(10n ** 12n, 10n ** 6n))).toThrow(
      'The codes would be weak: 1000000 that work among 1000000000000 are hit once in 1000000 guesses, ' +
        '1 days at 10 a second',
    )
  })
})

describe('room in a form', () => {
  test('is there for half of its codes, and for none more', () => {
    expect(() => requireRoom(10_000n, 4_000n, 1_000n)).not.toThrow()
    expect(() => requireRoom(10_000n, 4_000n, 1_001n)).toThrow(
      'has 10000 codes, of which 4000 are taken; with 1001 more than 50 % of them would be',
    )
    expect(() => requireRoom(10n, 0n, 1_000_000n)).toThrow('50 %')
  })
})
