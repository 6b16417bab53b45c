import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alphabets, codeMaker, type CodeForm } from './code-form.ts'
import { codeKey } from './coupon-code.ts'
import { readUnambiguous } from './unambiguous-code.ts'

const affix = fc.constantFrom('', 'OIL-', 'solo_', 'GRUß-', '-')
const anyForm = fc.record({
  alphabet: fc.constantFrom(alphabets.unambiguous, alphabets.unambiguous.toLowerCase()),
  pattern: fc.constantFrom('########', '####-####', 'IO-####', '#-#-#', 'o###l', '##.##_##'),
  prefix: affix,
  suffix: fc.constantFrom('', '-OIL', '-9'),
  hasCheckCharacter: fc.boolean(),
}) satisfies fc.Arbitrary<CodeForm>

const lookalikes: Record<string, string[]> = { '0': ['0', 'O', 'o'], '1': ['1', 'I', 'i', 'L', 'l'] }

test('a code of the unambiguous alphabet is read with O, I, L, hyphens and blanks, but with its literal prefix and suffix', () => {
  fc.assert(
    fc.property(
      anyForm,
      fc.array(fc.nat(31), { minLength: 16, maxLength: 16 }),
      fc.gen(),
      (form, places, gen) => {
        let next = 0
        const code = codeMaker(form, () => places[next++ % 16] ?? 0)()
        const body = code.slice(form.prefix.length, code.length - form.suffix.length)
        const place = (at: number) => form.pattern[Math.min(at, form.pattern.length - 1)]
        let seen = 0
        const typed = Array.from(body, (character, at) => {
          const isDrawn =
            place(at - (form.hasCheckCharacter && at > form.pattern.lastIndexOf('#') ? 1 : 0)) === '#'
          const likely = isDrawn ? gen(fc.constantFrom, ...(lookalikes[character] ?? [character])) : character
          seen += 1
          const gap = seen > 1 ? gen(fc.constantFrom, '', '', '-', ' ', '--') : ''
          return `${gap}${likely}`
        }).join('')
        expect(readUnambiguous(codeKey(`${form.prefix}${typed}${form.suffix}`), form)).toBe(codeKey(code))
      },
    ),
    { numRuns: 2_000 },
  )
})

const plain: CodeForm = {
  alphabet: alphabets.unambiguous,
  pattern: '####-####',
  prefix: 'SO-',
  suffix: '',
  hasCheckCharacter: false,
}

test.each([
  ['SO-1234-5678', 'SO-1234-5678'],
  ['SO-I2O4-5L78', 'SO-1204-5178'],
  ['SO-12 34-56-78', 'SO-1234-5678'],
  ['SO-1234--5678', 'SO-1234-5678'],
  ['S0-1234-5678', undefined],
  ['SO 1234-5678', undefined],
  ['SO-12345678', undefined],
  ['SO-1234-567', undefined],
  ['SO-1234-56789', undefined],
  ['SO-U234-5678', undefined],
  ['SO-', undefined],
])('%s is read as %s', (typed, meant) => expect(readUnambiguous(typed, plain)).toBe(meant))

test('a check character is computed on the code as read', () => {
  const form = { ...plain, prefix: '', pattern: '####', hasCheckCharacter: true }
  const places = [1, 0, 3, 20]
  const code = codeMaker(form, () => places.shift() ?? 0)()
  expect(code.slice(0, 4)).toBe('103M')
  expect(readUnambiguous(`IO3-M${code.at(-1)}`, form)).toBe(code)
  const other = code.endsWith('0') ? '2' : '0'
  expect(readUnambiguous(`IO3M${other}`, form)).toBeUndefined()
})
