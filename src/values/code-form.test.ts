import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeKey } from './coupon-code.ts'
import { checkCharacter } from './check-character.ts'
import {
  alphabets,
  codeMaker,
  hasForm,
  keyspaceOf,
  readAlphabet,
  readPattern,
  type CodeForm,
} from './code-form.ts'

const anyAlphabet = fc.oneof(
  fc.constantFrom(...Object.values(alphabets)),
  fc
    .shuffledSubarray(Array.from(alphabets.alphanumeric), { minLength: 2, maxLength: 36 })
    .chain((letters) =>
      fc
        .array(fc.boolean(), { minLength: letters.length, maxLength: letters.length })
        .map((lower) => letters.map((one, at) => (lower[at] ? one.toLowerCase() : one)).join('')),
    ),
)
const affix = fc.stringMatching(/^[A-Za-z0-9_-]{0,10}$/)
const anyPattern = fc.stringMatching(/^[A-Za-z0-9_.#-]{0,20}#[A-Za-z0-9_.#-]{0,19}$/)
const anyForm: fc.Arbitrary<CodeForm> = fc
  .record({
    alphabet: anyAlphabet,
    pattern: anyPattern,
    prefix: affix,
    suffix: affix,
    isChecked: fc.boolean(),
  })
  .map(({ isChecked, ...form }) => ({
    ...form,
    hasCheckCharacter: isChecked && form.alphabet.length % 2 === 0,
  }))

/** A code of the form, drawn with the given numbers. */
function make(form: CodeForm, draws: readonly number[]): string {
  let at = 0
  return codeMaker(form, () => (draws[at++ % draws.length] ?? 0) % form.alphabet.length)()
}
const anyDraws = fc.array(fc.nat(35), { minLength: 1, maxLength: 40 })

describe('a check character', () => {
  test('matches the published examples of ISO 7064', () => {
    expect(checkCharacter('0794', alphabets.numeric)).toBe('5')
    expect(checkCharacter('A12425GABC1234002', alphabets.alphanumeric)).toBe('M')
  })

  test('detects any single wrong character, over every alphabet that it can be computed over', () => {
    const given = fc.record({
      alphabet: anyAlphabet.filter(({ length }) => length % 2 === 0),
      draws: anyDraws,
      where: fc.nat(),
      by: fc.nat(),
    })
    fc.assert(
      fc.property(given, ({ alphabet, draws, where, by }) => {
        const form = {
          alphabet,
          pattern: '#'.repeat(draws.length),
          prefix: '',
          suffix: '',
          hasCheckCharacter: true,
        }
        const code = make(form, draws)
        expect(code).toHaveLength(draws.length + 1)
        expect(hasForm(code, form)).toBe(true)
        const at = where % code.length
        const place = alphabet.indexOf(code[at] as string)
        const other = alphabet[(place + 1 + (by % (alphabet.length - 1))) % alphabet.length]
        expect(hasForm(code.slice(0, at) + other + code.slice(at + 1), form)).toBe(false)
      }),
    )
  })

  test('detects nearly every swap of two neighbours', () => {
    let swaps = 0
    let missed = 0
    for (let a = 0; a < 32; a++) {
      for (let b = 0; b < 32; b++) {
        if (a === b) continue
        const [one, two] = [a, b].map((place) => alphabets.unambiguous[place])
        swaps += 1
        if (
          checkCharacter(`${one}${two}`, alphabets.unambiguous) ===
          checkCharacter(`${two}${one}`, alphabets.unambiguous)
        )
          missed += 1
      }
    }
    expect(missed / swaps).toBeLessThan(0.07)
  })
})

describe('a code', () => {
  test('has its form, in any letter case, and is not longer than allowed', () => {
    fc.assert(
      fc.property(anyForm, anyDraws, (form, draws) => {
        const code = make(form, draws)
        expect(hasForm(code, form)).toBe(true)
        expect(hasForm(code.toLowerCase(), form)).toBe(true)
        expect(hasForm(`${code}0`, form)).toBe(false)
        expect(code.length).toBeLessThanOrEqual(100)
        expect(code).toMatch(/^[A-Za-z0-9_.-]+$/)
      }),
    )
  })

  test('differs from every other code of the form regardless of case', () => {
    fc.assert(
      fc.property(anyForm, anyDraws, anyDraws, (form, one, two) => {
        const drawn = form.pattern.split('#').length - 1
        const places = (draws: readonly number[]) =>
          Array.from({ length: drawn }, (_, at) => (draws[at % draws.length] ?? 0) % form.alphabet.length)
        const isSame = places(one).join(' ') === places(two).join(' ')
        expect(codeKey(make(form, one)) === codeKey(make(form, two))).toBe(isSame)
      }),
    )
  })

  test('is one of as many codes as the size of the alphabet to the power of the drawn characters', () => {
    const form = { alphabet: 'abX', pattern: 'A-#.##', prefix: 'p', suffix: '_', hasCheckCharacter: false }
    const codes = new Set<string>()
    for (let n = 0; n < 27; n++) codes.add(make(form, [n % 3, Math.floor(n / 3) % 3, Math.floor(n / 9)]))
    expect(codes.size).toBe(27)
    expect(keyspaceOf(form)).toBe(27n)
    expect(keyspaceOf({ ...form, alphabet: alphabets.alphanumeric, pattern: '#'.repeat(40) })).toBe(
      36n ** 40n,
    )
  })
})

describe('a stated form', () => {
  test.each(['numeric', 'alphanumeric', 'unambiguous'] as const)('may name the alphabet %s', (name) => {
    expect(readAlphabet(name)).toBe(alphabets[name])
  })

  test.each(['', 'a', 'aA', '11', 'AB-', 'ÄÖ', 'toString', 'A B', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ01234567890'])(
    'may not have the alphabet %j',
    (text) => {
      expect(() => readAlphabet(text)).toThrow('for alphabet: numeric, alphanumeric, unambiguous, or 2 to 36')
    },
  )

  test('may have an alphabet of distinct letters and digits in any order', () => {
    expect(readAlphabet('zyX9')).toBe('zyX9')
  })

  test.each(['', 'SUMMER', 'A #', 'A,#', '#'.repeat(41), `${'A'.repeat(60)}#`, 'Ä#'])(
    'may not have the pattern %j',
    (text) => {
      expect(() => readPattern(text)).toThrow('for pattern: 1 to 40 #')
    },
  )
})
