import { alphabets, type CodeForm } from '../../values/code-form.ts'
import type { TermsOf } from './terms.ts'

/** What a series says about its codes. Null: nothing; then digits, or digits and capitals, `codeLength` of them. */
export type CodeTerms = TermsOf<'code' | 'form'>

/** The form of a series' codes. */
export function codeFormOf(terms: CodeTerms): CodeForm {
  return {
    alphabet: terms.codeAlphabet ?? (terms.isCodeAlphanumeric ? alphabets.alphanumeric : alphabets.numeric),
    pattern: terms.codePattern ?? '#'.repeat(terms.codeLength),
    prefix: terms.codePrefix,
    suffix: terms.codeSuffix,
    hasCheckCharacter: terms.hasCheckCharacter,
  }
}
