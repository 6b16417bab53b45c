import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../test/harness.ts'
import { codeKey, inCase } from './coupon-code.ts'

test('a code is printed in the letter case that is asked for', () => {
  expect(inCase('abAB-12é', 'UPPER')).toBe('ABAB-12É')
  expect(inCase('abAB-12é', 'LOWER')).toBe('abab-12é')
  expect(inCase('abAB-12é', 'AS_IT_IS')).toBe('abAB-12é')
})

test('codes that differ in the case of ASCII letters alone are one', () => {
  expect(codeKey('aBz-09_ß')).toBe('ABZ-09_ß')
  fc.assert(
    fc.property(fc.stringMatching(/^[\u0020-\u007E]{1,20}$/), (code) => {
      expect(codeKey(code.toLowerCase())).toBe(codeKey(code.toUpperCase()))
    }),
  )
})

test('the key is the one that the unique index computes', async () => {
  const { pool } = await createTestDatabase(1)
  const anyCode = fc.string({ unit: 'grapheme', minLength: 1 }).filter((code) => !code.includes('\0'))
  const codes = [...fc.sample(anyCode, 300), 'straße', 'İstanbul', 'ǅ', 'ŉ', 'ﬁ']
  const { rows } = await pool.query<{ key: string }>(
    'select upper(code collate "C") as key from unnest($1::text[]) with ordinality as t(code, n) order by n',
    [codes],
  )
  expect(rows.map(({ key }) => key)).toEqual(codes.map(codeKey))
})
