import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strengthOf as judged } from '../../src/bulk/codes/strength-rules.ts'
import { charactersNeeded, guessingTime, strengthOf } from '../src/pages/series/code-strength.ts'

test('codes are as strong as the server takes them for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 36 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 100_000_000 }),
      (characters, drawn, live) => {
        const { keyspace, guessesPerHit, isWeak } = strengthOf(characters, drawn, live)
        const exact = judged(BigInt(characters) ** BigInt(drawn), BigInt(live))
        expect(keyspace / Number(exact.keyspace)).toBeCloseTo(1, 9)
        expect(isWeak).toBe(exact.isWeak)
        // The server rounds down.
        expect((guessesPerHit + 1) / (Number(exact.guessesPerHit) + 1)).toBeGreaterThan(0.999_999)
        expect(guessesPerHit / (Number(exact.guessesPerHit) + 1)).toBeLessThan(1.000_001)
      },
    ),
  )
})

test('the fewest characters that are not weak are strong, and one fewer are weak', () => {
  expect(charactersNeeded(10, 1_000)).toBe(12)
  for (const [characters, live] of [
    [10, 100_000],
    [36, 500],
    [32, 10_000_000],
  ] as const) {
    const needed = charactersNeeded(characters, live)
    expect(strengthOf(characters, needed, live).isWeak).toBe(false)
    expect(strengthOf(characters, needed - 1, live).isWeak).toBe(true)
  }
})

test('how long guessing takes is said in words', () => {
  expect(guessingTime(5)).toBe('less than a minute')
  expect(guessingTime(120_932)).toBe('about 3 hours')
  expect(guessingTime(10 * 86_400 * 12)).toBe('about 12 days')
  expect(guessingTime(10 * 31_536_000 * 40)).toBe('about 40 years')
  expect(guessingTime(1e30)).toBe('more than a thousand years')
})
