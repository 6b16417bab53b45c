import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  admitted,
  admittedInMs,
  freeOf,
  isNoticed,
  levelAt,
  longestWaitMs,
  pressedFreeOf,
  waitMs,
  type Failures,
} from './lookup-rules.ts'

const hourMs = 3_600_000
const nothing: Failures = { level: 0, atMs: 0, failedAtMs: 0 }

const failed = (before: Failures, perHour: number, nowMs: number, count = 1): Failures => ({
  level: levelAt(before, perHour, nowMs) + count,
  atMs: nowMs,
  failedAtMs: nowMs,
})

/** Number of guesses that a caller gets through within some hours by asking as soon as it is allowed to. */
function greedy(perHour: number, hours: number): number {
  let guesses = 0
  let failures = nothing
  for (let nowMs = 0; nowMs < hours * hourMs;) {
    nowMs += waitMs(failures, freeOf(perHour), nowMs)
    if (nowMs >= hours * hourMs) break
    failures = failed(failures, perHour, nowMs)
    guesses++
    // No answer arrives sooner.
    nowMs += 1
  }
  return guesses
}

/** The same, with as many guesses at once as are admitted, up to the maximum of a call. */
function greedyInBatches(perHour: number, hours: number, most: number): number {
  let guesses = 0
  let failures = nothing
  for (let nowMs = 0; nowMs < hours * hourMs; nowMs += 1_000) {
    const asked = Math.min(most, admitted(failures, perHour, freeOf(perHour), nowMs))
    if (asked === 0) continue
    failures = failed(failures, perHour, nowMs, asked)
    guesses += asked
  }
  return guesses
}

describe('unknown codes', () => {
  test('are admitted at once only as far as they would still be free, except for callers without failures', () => {
    const level = (count: number) => admitted(failed(nothing, 60, 0, count), 60, freeOf(60), 0)
    expect([0, 1, 4, 5, 12, 19].map(level)).toEqual([
      ...[0, 1, 4].map(() => Number.POSITIVE_INFINITY),
      15,
      8,
      1,
    ])
    expect(level(20)).toBe(0)
    // After the wait, one.
    expect(admitted(failed(nothing, 60, 0, 40), 60, freeOf(60), longestWaitMs)).toBe(1)
    // A batch is admitted after exactly the announced wait, and not sooner.
    const failures = failed(nothing, 60, 0, 12)
    const longMs = admittedInMs(failures, 60, freeOf(60), 10)
    expect(longMs).toBe(2 * 60_000)
    expect(admitted(failures, 60, freeOf(60), longMs - 1_000)).toBeLessThan(10)
    expect(admitted(failures, 60, freeOf(60), longMs)).toBeGreaterThanOrEqual(10)
  })

  test('in batches of a hundred are no more in a day than one after the other plus one such batch', () => {
    const guesses = greedyInBatches(60, 24, 100)
    expect(guesses).toBeLessThanOrEqual(5 + 100 + 10 + 60 * 24)
    expect(greedyInBatches(3_000, 24, 100)).toBeLessThanOrEqual(1_000 + 100 + 10 + 3_000 * 24)
  })

  test('are free for a third of an hour’s worth, then double the wait, up to a quarter of an hour', () => {
    let failures = nothing
    const waits: number[] = []
    for (let n = 0, nowMs = 0; n < 32; n++) {
      failures = failed(failures, 60, nowMs)
      // As if nothing expired meanwhile.
      waits.push(waitMs(failures, freeOf(60), nowMs))
    }
    expect(waits.slice(0, 19)).toEqual(Array.from({ length: 19 }, () => 0))
    expect(waits.slice(19)).toEqual(
      Array.from({ length: 13 }, (_, n) => Math.min(longestWaitMs, 1_000 * 2 ** n)),
    )
  })

  test.each([
    [60, 1, 120],
    [60, 24, 1_500],
    [3_000, 24, 73_100],
  ])('at %d an hour are limited for a till in %d hours to %d', (perHour, hours, most) => {
    const guesses = greedy(perHour, hours)
    expect(guesses).toBeLessThanOrEqual(freeOf(perHour) + 10 + perHour * hours)
    expect(guesses).toBeLessThanOrEqual(most)
    // And it is not locked out either.
    expect(guesses).toBeGreaterThan(freeOf(perHour))
  })

  test('never count against a caller for longer than they take to expire', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 500 }), (perHour, count) => {
        const failures = failed(nothing, perHour, 0, count)
        expect(levelAt(failures, perHour, (count / perHour) * hourMs + 1)).toBe(0)
        expect(waitMs(failures, freeOf(perHour), longestWaitMs)).toBe(0)
      }),
    )
  })

  test('are free in smaller number beside other guessers, and at least one is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (perHour) => {
        expect(pressedFreeOf(perHour)).toBeGreaterThanOrEqual(1)
        expect(pressedFreeOf(perHour)).toBeLessThanOrEqual(freeOf(perHour))
      }),
    )
  })

  test('are reported when the wait is longest, and for addresses and series under pressure', () => {
    expect(waitMs(failed(nothing, 60, 0, 29), freeOf(60), 0)).toBeLessThan(longestWaitMs)
    expect(isNoticed('till', 29, 60)).toBe(false)
    expect(isNoticed('till', 30, 60)).toBe(true)
    expect(waitMs(failed(nothing, 60, 0, 30), freeOf(60), 0)).toBe(longestWaitMs)
    expect(isNoticed('address', 199, 600)).toBe(false)
    expect(isNoticed('address', 200, 600)).toBe(true)
  })
})
