import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outcomeOf } from './outcome-rules.ts'
import { holdMs, pauseMs, readRetryAfterMs, retriesOf } from './retry-rules.ts'

const times = { firstRetryMs: 5_000, giveUpMs: 72 * 3_600_000 }
const hourMs = 3_600_000

describe('pauses', () => {
  test('double from five seconds to four hours, varied by a quarter', () => {
    expect([1, 2, 3, 12].map((n) => pauseMs(times, n, 0.5))).toEqual([5_000, 10_000, 20_000, 10_240_000])
    expect(pauseMs(times, 1, 0)).toBe(3_750)
    expect(pauseMs(times, 1, 1)).toBe(6_250)
    for (const n of [13, 30, 1_000]) expect(pauseMs(times, n, 0.5)).toBe(4 * hourMs)
  })

  test('fill three days with about thirty attempts', () => {
    expect(retriesOf(times)).toBeGreaterThan(20)
    expect(retriesOf(times)).toBeLessThan(40)
  })

  test('of a receiver begin when it fails repeatedly, and are at most five minutes', () => {
    expect(holdMs(times, 9, hourMs, 0.5)).toBe(0)
    expect(holdMs(times, 10, 0, 0.5)).toBe(5_000)
    expect(holdMs(times, 60, 20_000, 0.5)).toBe(20_000)
    expect(holdMs(times, 60, hourMs, 0.5)).toBe(300_000)
  })
})

describe('Retry-After', () => {
  const now = Date.UTC(2026, 5, 1, 10)

  test('is seconds or a date, at most a day', () => {
    expect(readRetryAfterMs('120', now)).toBe(120_000)
    expect(readRetryAfterMs('Mon, 01 Jun 2026 10:00:30 GMT', now)).toBe(30_000)
    expect(readRetryAfterMs('Mon, 01 Jun 2020 10:00:30 GMT', now)).toBe(0)
    expect(readRetryAfterMs('999999999', now)).toBe(24 * hourMs)
  })

  test('that is unreadable requests no pause', () => {
    for (const text of [undefined, '', 'soon', '-5', '1.5', '9'.repeat(30)])
      expect(readRetryAfterMs(text, now)).toBeUndefined()
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = readRetryAfterMs(text, now)
        expect(ms === undefined || (ms >= 0 && ms <= 24 * hourMs)).toBe(true)
      }),
    )
  })
})

test('the status of an answer determines the outcome of an attempt', () => {
  const outcome = (status: number, retryAfter?: string) => outcomeOf(status, retryAfter, 0).outcome
  expect([200, 202, 204].map((status) => outcome(status))).toEqual(Array(3).fill('delivered'))
  expect([301, 302, 307].map((status) => outcome(status))).toEqual(Array(3).fill('redirected'))
  expect([400, 404, 500, 503].map((status) => outcome(status))).toEqual(Array(4).fill('refused'))
  expect([outcome(410), outcome(429), outcome(503, '5')]).toEqual(['gone', 'throttled', 'throttled'])
})
