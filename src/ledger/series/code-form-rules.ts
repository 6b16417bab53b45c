import { alphabets, type CodeForm } from '../../values/code-form.ts'

/** What a series says about its codes. Null: nothing; then digits, or digits and capitals, `codeLength` of them. */
export interface CodeTerms {
  readonly codeLength: number
  readonly isCodeAlphanumeric: boolean
  readonly codeAlphabet: string | null
  readonly codePattern: string | null
  readonly hasCheckCharacter: boolean
  readonly codePrefix: string
  readonly codeSuffix: string
}

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
