import { alphabets, hasForm, layoutOf, type CodeForm } from './code-form.ts'
import { codeKey } from './coupon-code.ts'

/**
 * Codes of the unambiguous alphabet, Crockford's base 32, as people type them: O is read as 0, I and L as 1, and
 * hyphens and blanks are ignored.
 */

const lookalikes: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/** True for a key with a character that is not in the alphabet but has a reading. */
export const needsReading = (key: string): boolean => /[OIL -]/.test(key)

/**
 * Reads a typed code in a form of the unambiguous alphabet. Prefix and suffix, and the fixed characters of the pattern,
 * are taken literally.
 *
 * @param key in the form used for comparison. @returns undefined: no reading has the form.
 */
export function readUnambiguous(key: string, form: CodeForm): string | undefined {
  const [prefix, suffix] = [codeKey(form.prefix), codeKey(form.suffix)]
  if (key.length < prefix.length + suffix.length || !key.startsWith(prefix) || !key.endsWith(suffix))
    return undefined
  const typed = key.slice(prefix.length, key.length - suffix.length)
  let read = ''
  let at = 0
  const passOver = (but: string) => {
    while ((typed[at] === '-' || typed[at] === ' ') && typed[at] !== but) at += 1
  }
  for (const place of codeKey(layoutOf(form))) {
    passOver(place)
    const character = typed[at] ?? ''
    at += 1
    if (place !== '#' && character !== place) return undefined
    const meant = place === '#' ? (lookalikes[character] ?? character) : character
    if (place === '#' && (meant === '' || !alphabets.unambiguous.includes(meant))) return undefined
    read += meant
  }
  passOver('')
  const code = prefix + read + suffix
  return at >= typed.length && hasForm(code, form) ? code : undefined
}
