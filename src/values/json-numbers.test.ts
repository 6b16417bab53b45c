import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findInexactNumbers } from './json-numbers.ts'

const literals = (text: string) =>
  findInexactNumbers(text).map(({ path, literal }) => [path.join('.'), literal])

describe('numbers of a JSON text whose digits are lost by parsing', () => {
  test('are found with their path and their text', () => {
    expect(
      literals('{"a": 12345678901234567890, "b": [1, {"c": 4.71235E+15}], "d":-9007199254740993,"e":1e5}'),
    ).toEqual([
      ['a', '12345678901234567890'],
      ['b.1.c', '4.71235E+15'],
      ['d', '-9007199254740993'],
      ['e', '1e5'],
    ])
    expect(literals('{"a":0.12345678901234567}')).toEqual([['a', '0.12345678901234567']])
  })
  test('are not found in strings, or if their digits are preserved', () => {
    for (const text of [
      '{"code":"12345678901234567890","n":"a: 12345678901234567890, \\" ,1E5"}',
      '{"a":9007199254740991,"b":0.7999999999999999,"c":1.50,"d":-0,"e":12.0,"f":100000000000000.5}',
      '{"1234567890123456":1}',
      '{"a": 12345678901234567890',
      '',
    ])
      expect([text, literals(text)]).toEqual([text, []])
  })
  test('do not occur in printed numbers without an exponent', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.maxSafeInteger(), fc.double({ min: 1e-5, max: 1e15, noNaN: true }))),
        (list) => {
          expect(findInexactNumbers(JSON.stringify({ list }))).toEqual([])
        },
      ),
    )
  })
})
