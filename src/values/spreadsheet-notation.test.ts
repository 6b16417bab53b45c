import { describe, expect, test } from 'vitest'
import { damageOfCode, damageOfNumber, isAtRiskInSpreadsheet } from './spreadsheet-notation.ts'

describe('damage by a spreadsheet to a code or a number is detected', () => {
  test.each(['4.71235E+15', '4,71E+15', '4.71235e+15', '4E+15', '4.7E15', ' 9.19E+11 ', '-1,2E-05'])(
    '%s is a shortened number',
    (text) => {
      expect(damageOfNumber(text)).toContain('digits are lost')
      expect(damageOfCode(text)).toBe(damageOfNumber(text))
    },
  )
  test.each(['919400488244.0', '12345.00'])('%s is a number with added decimals', (text) => {
    expect(damageOfNumber(text)).toContain('decimals')
  })
  test.each(['10-Mar', '1-Jan', 'Mar-10'])('%s is a date', (text) => {
    expect(damageOfCode(text)).toContain('date')
    expect(damageOfNumber(text)).toBeUndefined()
  })
  test.each([
    '',
    'SUMMER',
    '12E45',
    'E1',
    '1E',
    '10-MAR',
    'MAR10',
    'A4.7E+15',
    '1.5',
    '12.0',
    'V1.0',
    '4711',
    '+91 94004 88244',
  ])('%s is not reported', (text) => {
    expect(damageOfCode(text)).toBeUndefined()
  })
})

test('a code that a spreadsheet would change is recognised', () => {
  for (const code of [
    '0123',
    '1234567890123456',
    '12E45',
    '1-2',
    '1/2/2026',
    '2026-01-02',
    'MAR10',
    '10MAR',
    'Jan-02',
  ])
    expect([code, isAtRiskInSpreadsheet(code)]).toEqual([code, true])
  for (const code of ['123456789012345', 'A0123', 'SUMMER-12E4', '12F45', 'MARS10', 'AB-1-2', '1-2-3-4'])
    expect([code, isAtRiskInSpreadsheet(code)]).toEqual([code, false])
})
