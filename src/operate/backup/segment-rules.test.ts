import { describe, expect, test } from 'vitest'
import { findGaps, nameOfNumber, segmentBytes, segmentNumber, segmentOf } from './segment-rules.ts'

const whole = (name: string) => ({ name, bytes: segmentBytes })
const first = '0000000100000000000000FE'
const last = segmentNumber(first)

describe('segments of the log', () => {
  test('are numbered across files, and named by their number', () => {
    expect(segmentNumber('000000010000000100000000')).toBe(last + 2n)
    expect(nameOfNumber(last + 2n)).toBe('0000000100000000')
  })

  test('are found by a position in the log, whose preceding byte counts', () => {
    expect(segmentOf('0/FE000001')).toBe(last)
    expect(segmentOf('0/FF000000')).toBe(last)
    expect(segmentOf('1/1')).toBe(last + 2n)
  })

  test('have no gap if each follows the previous one, whatever precedes the backup and whatever other files there are', () => {
    const segments = [
      '000000010000000000000001',
      first,
      '0000000100000000000000FF',
      '000000010000000100000000',
      '000000010000000100000001.00000028.backup',
      '00000002.history',
    ]
    expect(findGaps(segments.map(whole), first, last)).toEqual([])
  })

  test('that are missing or incomplete are named', () => {
    const segments = [
      whole('000000010000000100000000'),
      { name: '000000010000000100000001', bytes: 0 },
      whole('000000010000000100000004'),
    ]
    expect(findGaps(segments, first, last)).toEqual([
      '0000000100000000000000FF is missing',
      '000000010000000100000001 is 0 bytes long instead of 16777216',
      '000000010000000100000002 is missing',
      '000000010000000100000003 is missing',
    ])
  })
})
