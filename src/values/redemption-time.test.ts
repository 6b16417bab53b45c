import { describe, expect, test } from 'vitest'
import { readRedemptionTime } from './redemption-time.ts'

const nowS = Date.parse('2027-01-09T18:20:00Z') / 1000
const inIndia = { timeZone: 'Asia/Kolkata', naiveTime: 'auto', published: 'utc', nowS } as const
const inNewYork = { ...inIndia, timeZone: 'America/New_York' } as const

const instantOf = (text: string, reading: Parameters<typeof readRedemptionTime>[1]) => {
  const stated = readRedemptionTime(text, reading)
  return stated?.statedTimeS === undefined
    ? stated && 'passed over'
    : new Date(stated.statedTimeS * 1000).toISOString()
}

describe('the time of a redemption', () => {
  test.each([
    ['2027-01-09T18:20:00Z', '2027-01-09T18:20:00.000Z'],
    ['2027-01-09T18:20:00.250Z', '2027-01-09T18:20:00.000Z'],
    ['2027-01-09T23:50:00+05:30', '2027-01-09T18:20:00.000Z'],
    ['2027-01-09T23:50:00+0530', '2027-01-09T18:20:00.000Z'],
    ['2027-01-09 18:20:00', '2027-01-09T18:20:00.000Z'],
    ['2027-01-09T18:20:00', '2027-01-09T18:20:00.000Z'],
    ['2027-01-09', '2027-01-09T00:00:00.000Z'],
    ['01/09/2027 18:20:00', '2027-01-09T18:20:00.000Z'],
    ['1799518800000', '2027-01-09T18:20:00.000Z'],
    // With a single digit of hours only the day counts.
    ['2027-01-09T23:50:00+7:00', '2027-01-09T00:00:00.000Z'],
  ])('%s is read as %s', (text, instant) => {
    expect(instantOf(text, inIndia)).toBe(instant)
  })

  test.each(['', 'noon', '2027-02-30', '2027-01-09T25:00:00Z', '13/13/2027 10:00:00', '20270109', '1e12'])(
    '%j cannot be read',
    (text) => {
      expect(readRedemptionTime(text, inIndia)).toBeUndefined()
    },
  )

  test('without an offset is local time or UTC, whichever is close to now', () => {
    expect(instantOf('2027-01-09 23:50:10', inIndia)).toBe('2027-01-09T18:20:10.000Z')
    expect(instantOf('2027-01-09 18:20:10', inIndia)).toBe('2027-01-09T18:20:10.000Z')
    expect(instantOf('2027-01-09 13:20:10', inNewYork)).toBe('2027-01-09T18:20:10.000Z')
    expect(instantOf('2027-01-09 18:20:10', inNewYork)).toBe('2027-01-09T18:20:10.000Z')
    // Close to neither, so it is read as published.
    expect(instantOf('2027-01-09 10:00:00', inIndia)).toBe('2027-01-09T10:00:00.000Z')
    expect(instantOf('2027-01-09 10:00:00', { ...inIndia, published: 'org' })).toBe(
      '2027-01-09T04:30:00.000Z',
    )
  })

  test('without an offset is read by the setting', () => {
    expect(instantOf('2027-01-09 10:00:00', { ...inIndia, naiveTime: 'org' })).toBe(
      '2027-01-09T04:30:00.000Z',
    )
    expect(instantOf('2027-01-09 10:00:00', { ...inIndia, published: 'org', naiveTime: 'utc' })).toBe(
      '2027-01-09T10:00:00.000Z',
    )
  })

  test('that is more than five minutes in the future or seven days in the past is ignored', () => {
    expect(instantOf('2027-01-09T18:25:00Z', inIndia)).toBe('2027-01-09T18:25:00.000Z')
    expect(instantOf('2027-01-09T18:25:01Z', inIndia)).toBe('passed over')
    expect(instantOf('2027-01-02T18:20:00Z', inIndia)).toBe('2027-01-02T18:20:00.000Z')
    expect(instantOf('2027-01-02T18:19:59Z', inIndia)).toBe('passed over')
    expect(instantOf('1970-01-01', inIndia)).toBe('passed over')
  })
})
