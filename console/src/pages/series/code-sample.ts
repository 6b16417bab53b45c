import type { CodeForm } from '../../api/types.ts'

/** As in `src/values/code-form.ts`. */
export const alphabets = {
  numeric: { label: 'Digits', characters: '0123456789' },
  alphanumeric: { label: 'Digits and capitals', characters: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' },
  unambiguous: {
    label: 'Digits and capitals without I, L, O, U',
    characters: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  },
} as const

export const drawnIn = ({ pattern }: Pick<CodeForm, 'pattern'>): number => pattern.split('#').length - 1

/** A sample code of a form, always the same. Its check character is deliberately invalid. */
export function sampleOf({ alphabet, pattern, prefix, suffix, checkCharacter }: CodeForm): string {
  let at = 3
  const filled = pattern.replaceAll('#', () => alphabet[(at = at + 7) % alphabet.length] ?? '0')
  return `${prefix}${filled}${checkCharacter ? (alphabet[5] ?? '') : ''}${suffix}`
}
