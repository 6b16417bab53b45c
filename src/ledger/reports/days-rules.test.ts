import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dayOf } from '../../values/calendar.ts'
import { daysUntil, lastDays } from './days-rules.ts'

const at = (text: string) => Date.parse(text) / 1000
const zones = ['UTC', 'Asia/Kolkata', 'America/New_York', 'Pacific/Apia', 'America/Sao_Paulo']

describe('the last days', () => {
  test('are consecutive, and the last one contains the instant', () => {
    const instant = fc.integer({ min: at('2005-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') })
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        instant,
        fc.integer({ min: 1, max: 92 }),
        (zone, nowS, count) => {
          const days = lastDays(zone, nowS, count)
          expect(days).toHaveLength(count)
          expect(days.at(-1)?.day).toBe(dayOf(zone, nowS))
          for (const [n, { day, beginsAtS }] of days.entries()) {
            expect(dayOf(zone, beginsAtS)).toBe(day)
            // One second earlier is the previous day.
            expect(dayOf(zone, beginsAtS - 1)).toBe(n === 0 ? dayOf(zone, beginsAtS - 1) : days[n - 1]?.day)
            expect(dayOf(zone, beginsAtS - 1) < day).toBe(true)
          }
        },
      ),
    )
  })

  test('have the length that clock changes give them', () => {
    const [saturday, sunday, monday] = lastDays('America/New_York', at('2026-03-09T12:00:00Z'), 3)
    expect([saturday?.day, sunday?.day, monday?.day]).toEqual(['2026-03-07', '2026-03-08', '2026-03-09'])
    expect((monday?.beginsAtS ?? 0) - (sunday?.beginsAtS ?? 0)).toBe(23 * 3600)
  })
})

test('the days until an instant are counted on the clock of the zone', () => {
  const nowS = at('2026-05-04T20:00:00Z')
  expect(daysUntil('UTC', nowS, at('2026-05-04T23:59:59Z'))).toBe(0)
  expect(daysUntil('UTC', nowS, at('2026-05-05T00:00:00Z'))).toBe(1)
  // It is already the 5th there.
  expect(daysUntil('Asia/Kolkata', nowS, at('2026-05-05T18:29:59Z'))).toBe(0)
  expect(daysUntil('UTC', nowS, at('2026-05-01T00:00:00Z'))).toBe(-3)
  expect(daysUntil('America/New_York', at('2026-03-07T12:00:00Z'), at('2026-03-10T03:59:59Z'))).toBe(2)
})
