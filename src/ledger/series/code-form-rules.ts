import { alphabets, type CodeForm } from '../../values/code-form.ts'
import type { TermsOf } from './terms.ts'

/** The code settings of a series. Null: not set; then codes have `codeLength` digits, or digits and capitals. */
export type CodeTerms = TermsOf<'code' | 'form'>

/** The form of a series' codes; `codeFormSql` is the same in SQL, and a property test keeps the two consistent. */
export function codeFormOf(terms: CodeTerms): CodeForm {
  return {
    alphabet: terms.codeAlphabet ?? (terms.isCodeAlphanumeric ? alphabets.alphanumeric : alphabets.numeric),
    pattern: terms.codePattern ?? '#'.repeat(terms.codeLength),
    prefix: terms.codePrefix,
    suffix: terms.codeSuffix,
    hasCheckCharacter: terms.hasCheckCharacter,
  }
}

/** `s` is the series. */
export const codeFormSql: Readonly<Record<keyof CodeForm, string>> = {
  alphabet: `coalesce(s.code_alphabet, case when s.is_code_alphanumeric then '${alphabets.alphanumeric}' else '${alphabets.numeric}' end)`,
  pattern: "coalesce(s.code_pattern, repeat('#', s.code_length))",
  prefix: 's.code_prefix',
  suffix: 's.code_suffix',
  hasCheckCharacter: 's.has_check_character',
}
