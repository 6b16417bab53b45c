import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import {
  dayOf,
  endOfDayS,
  formatInstant,
  isTimeZone,
  parseInstantS,
  startOfDayS,
  wallClock,
} from './calendar.ts'

const zones = [
  'UTC',
  'Asia/Kolkata',
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'America/Havana',
]
const anyZone = fc.constantFrom(...zones)
const anyInstantS = fc.integer({ min: Date.UTC(1975, 0) / 1000, max: Date.UTC(2100, 0) / 1000 })

describe('an instant in a zone', () => {
  test('is printed with the offset of that instant, or Z', () => {
    expect(formatInstant('UTC', 1_755_622_331)).toBe('2025-08-19T16:52:11Z')
    expect(formatInstant('Asia/Kolkata', 1_755_622_331)).toBe('2025-08-19T22:22:11+05:30')
    expect(formatInstant('Europe/London', Date.UTC(2025, 0, 1) / 1000)).toBe('2025-01-01T00:00:00Z')
    expect(formatInstant('Europe/London', Date.UTC(2025, 6, 1) / 1000)).toBe('2025-07-01T01:00:00+01:00')
  })

  test('is read back as the same instant in every zone and season', () => {
    fc.assert(
      fc.property(anyZone, anyInstantS, (zone, epochS) => {
        expect(parseInstantS(formatInstant(zone, epochS))).toBe(epochS)
      }),
    )
  })

  test('falls on the day, weekday and hour of the calendar', () => {
    fc.assert(
      fc.property(anyZone, anyInstantS, (zone, epochS) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(epochS * 1000).toZonedDateTimeISO(zone)
        expect(dayOf(zone, epochS)).toBe(expected.toPlainDate().toString())
        expect(wallClock(zone, epochS)).toEqual({
          dayOfMonth: expected.day,
          dayOfWeek: expected.dayOfWeek,
          hour: expected.hour,
        })
      }),
    )
  })
})

test('an instant between two milliseconds falls where its second falls', () => {
  const epochS = Date.UTC(2026, 5, 1, 10, 30) / 1000
  // Zones that no other test here uses, so nothing about them is cached.
  for (const zone of ['Asia/Tokyo', 'America/Denver', 'Europe/Lisbon']) {
    expect(wallClock(zone, epochS + 0.123_456)).toEqual(wallClock(zone, epochS))
    expect(dayOf(zone, epochS + 0.999_999)).toBe(dayOf(zone, epochS))
  }
})

describe('a day in a zone', () => {
  test('ends one second before the next begins, and contains each of its instants', () => {
    fc.assert(
      fc.property(anyZone, anyInstantS, (zone, epochS) => {
        const start = startOfDayS(zone, epochS)
        const end = endOfDayS(zone, dayOf(zone, epochS))
        expect(start).toBeLessThanOrEqual(epochS)
        expect(end).toBeGreaterThanOrEqual(epochS)
        expect(startOfDayS(zone, end + 1)).toBe(end + 1)
        expect(dayOf(zone, end)).toBe(dayOf(zone, start))
      }),
    )
  })

  test('lasts 23 or 25 hours when the clocks change', () => {
    const lengthS = (zone: string, day: string) =>
      endOfDayS(zone, day) + 1 - startOfDayS(zone, endOfDayS(zone, day))
    expect(lengthS('Europe/Berlin', '2026-03-29')).toBe(23 * 3600)
    expect(lengthS('Europe/Berlin', '2026-10-25')).toBe(25 * 3600)
    expect(lengthS('Asia/Kolkata', '2026-03-29')).toBe(24 * 3600)
  })
})

test('text that is not an instant is not read as one', () => {
  for (const text of [
    '',
    '2025-08-19',
    '2025-02-30T00:00:00Z',
    '2025-04-25T23:50:79+05:30',
    '2025-08-19T16:52:11',
    'now',
  ]) {
    expect(parseInstantS(text), text).toBeUndefined()
  }
})

test('an unknown zone is not a zone', () => {
  expect(['UTC', 'Asia/Kolkata'].map(isTimeZone)).toEqual([true, true])
  expect(['', '+05:30', 'Mars/Olympus'].map(isTimeZone)).toEqual([false, false, false])
})
