import { expect, test } from 'vitest'
import { plainTime, timeAdvice } from './file-time-rules.ts'

test.each([
  ['2026-12-31', '2026-12-31'],
  ['2026/12/31', '2026-12-31'],
  ['2026/1/5 9:30', '2026-01-05 09:30:00'],
  ['2026-12-31 18:30', '2026-12-31 18:30:00'],
  ['31.12.2026', '2026-12-31'],
  ['1.2.2026 18:30:05', '2026-02-01 18:30:05'],
  ['2026-12-31T18:30:05Z', '2026-12-31T18:30:05Z'],
  ['31/12/2026', '31/12/2026'],
  ['46387', '46387'],
  ['31.12.26', '31.12.26'],
])('a date is read only if its order is unambiguous: %s', (given, read) => {
  expect(plainTime(given)).toBe(read)
})

test.each([
  ['31/12/2026', 'some countries write the day first and some the month; write 2026-12-31'],
  ['12/31/2026', 'some countries write the day first and some the month; write 2026-12-31'],
  ['5-6-2026 10:00', 'some countries write the day first and some the month; write 2026-06-05 or 2026-05-06'],
  [
    '46387',
    'it is how a spreadsheet counts days; show the column as dates, and write 2026-12-31 if that is the day',
  ],
  ['soon', 'write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, or ISO 8601 with an offset'],
  ['31/12/26', 'write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, or ISO 8601 with an offset'],
])('a time that cannot be read is refused with advice on how to write it: %s', (given, advice) => {
  expect(timeAdvice(given)).toBe(advice)
})
