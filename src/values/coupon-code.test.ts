import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCode, anyText } from '../../test/support/code-texts.ts'
import { codeCases, codeKey, inCase, newCodeFault, typedCode } from './coupon-code.ts'

test('a code is printed in the requested letter case', () => {
  expect(inCase('abAB-12é', 'UPPER')).toBe('ABAB-12É')
  expect(inCase('abAB-12É', 'LOWER')).toBe('abab-12é')
  expect(inCase('abAB-12é', 'AS_IT_IS')).toBe('abAB-12é')
  expect(inCase('gruß15', 'UPPER')).toBe('GRUß15')
  expect(inCase('Øl20', 'LOWER')).toBe('øl20')
})

test('every printed code is the stored code with the same length, in every letter case', () => {
  fc.assert(
    fc.property(fc.oneof(anyCode, anyText), fc.constantFrom(...codeCases), (code, codeCase) => {
      const printed = inCase(code, codeCase)
      expect(codeKey(printed)).toBe(codeKey(code))
      expect(printed).toHaveLength(code.length)
    }),
    { numRuns: 5_000 },
  )
})

test('a code is found after any change of letter case by a till, a spreadsheet or a receipt printer', () => {
  const composed = anyCode
    .map((code) => code.normalize('NFC'))
    .filter((code) => !/[\u0345\u1F80-\u1FFC]/.test(code))
  fc.assert(
    fc.property(composed, (code) => {
      for (const changed of [code.toUpperCase(), code.toLowerCase(), code.toUpperCase().toLowerCase()])
        expect(codeKey(changed)).toBe(codeKey(code))
      expect(codeKey(code.normalize('NFD'))).toBe(codeKey(code))
    }),
    { numRuns: 5_000 },
  )
})

test('a pasted code is found despite invisible characters', () => {
  const noise = fc.constantFrom('', '\u200B', '\u00AD', '\uFEFF', '\u2060', '\u200E', '\u202C', '\uFE0F')
  fc.assert(
    fc.property(anyCode, noise, noise, fc.nat(12), (code, before, inside, at) => {
      const pasted = ` ${before}${code.slice(0, at)}${inside}${code.slice(at)}\u00A0${before}\t`
      fc.pre(!/\p{Surrogate}/u.test(pasted))
      expect(codeKey(typedCode(pasted))).toBe(codeKey(code))
    }),
  )
})

test.each([
  [' A1', 'has blanks around it'],
  ['A1 ', 'has blanks around it'],
  ['A\u200B1', 'holds the invisible character U+200B'],
  ['\uFEFFA1', 'holds the invisible character U+FEFF'],
  ['A\u00AD1', 'holds the invisible character U+00AD'],
  ['A\u20601', 'holds the invisible character U+2060'],
  ['A\u202E1', 'holds the invisible character U+202E'],
  ['A\uFE0F', 'holds the invisible character U+FE0F'],
  ['A\u{E0041}', 'holds the invisible character U+E0041'],
  ['A\u0009B', 'holds the invisible character U+0009'],
  ['A\u007F', 'holds the invisible character U+007F'],
  ['A\u00A01', 'holds the blank U+00A0; U+0020 is the only blank that a code may hold'],
  ['A\u30001', 'holds the blank U+3000; U+0020 is the only blank that a code may hold'],
  ['A\u0378', 'holds the character U+0378, which not every version of Unicode knows'],
  ['A\u0897', 'holds the character U+0897, which not every version of Unicode knows'],
  ['A'.repeat(101), 'has more than 100 characters'],
])('%j cannot be a new code: it %s', (code, fault) => expect(newCodeFault(code)).toBe(fault))

test.each([
  'A',
  'a-1_b.c,d;e',
  'TWO WORDS',
  'gruß15',
  'ÜBER20',
  '促销88',
  '😀5',
  'خصم٥',
  'null',
  '9'.repeat(100),
])('%j can be a code', (code) => expect(newCodeFault(code)).toBeUndefined())
