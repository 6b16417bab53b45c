export const codeCases = ['UPPER', 'LOWER', 'AS_IT_IS'] as const
export type CodeCase = (typeof codeCases)[number]

/** A code in the letter case that the caller asked for. */
export function inCase(code: string, codeCase: CodeCase): string {
  if (codeCase === 'UPPER') return code.toUpperCase()
  return codeCase === 'LOWER' ? code.toLowerCase() : code
}

/**
 * The form in which codes are compared: ASCII letters in upper case, everything else as it is. The unique index
 * `coupons__code` computes the same.
 */
export function codeKey(code: string): string {
  return code.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
}
