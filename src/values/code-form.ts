import { badParameter, quote, refuse } from './errors.ts'
import { canCheck, checkCharacter, checkPlace } from './check-character.ts'
import { codeKey } from './coupon-code.ts'
import { isAtRiskInSpreadsheet } from './spreadsheet-notation.ts'

/** What generated codes look like: a prefix, a pattern in which each `#` is drawn, a suffix. */
export interface CodeForm {
  /** In the order in which the check character counts them; distinct without regard to case. */
  readonly alphabet: string
  readonly pattern: string
  readonly prefix: string
  readonly suffix: string
  /** A check character stands behind the last drawn one. */
  readonly hasCheckCharacter: boolean
}

/** Alphabets by name. `unambiguous` is Crockford's base 32: neither I nor L nor O nor U. */
export const alphabets = {
  numeric: '0123456789',
  alphanumeric: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  unambiguous: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
} as const
type AlphabetName = keyof typeof alphabets

const maxPatternLength = 60
const maxDrawn = 40

/**
 * An alphabet by its name, or one of the caller's own.
 *
 * @throws Refusal 400 when it is no name and not 2 to 36 distinct ASCII letters and digits.
 */
export function readAlphabet(text: string): string {
  if (Object.hasOwn(alphabets, text)) return alphabets[text as AlphabetName]
  const allowed = `${Object.keys(alphabets).join(', ')}, or 2 to 36 letters and digits, each once whatever its case`
  const isDistinct = new Set(text.toUpperCase()).size === text.length
  if (!/^[A-Za-z0-9]{2,36}$/.test(text) || !isDistinct) throw badParameter('alphabet', text, allowed)
  return text
}

/** @throws Refusal 400 for a pattern that draws nothing or too much, or has characters that no code has. */
export function readPattern(text: string): string {
  const drawn = drawnIn(text)
  if (!/^[A-Za-z0-9_.#-]+$/.test(text) || text.length > maxPatternLength || drawn < 1 || drawn > maxDrawn) {
    const allowed = `1 to ${maxDrawn} # among letters, digits and - _ . and ${maxPatternLength} characters at most`
    throw badParameter('pattern', text, allowed)
  }
  return text
}

/** @throws Refusal 400 when no check character can be computed over the alphabet. */
export function requireCheckable({ alphabet, hasCheckCharacter }: CodeForm): void {
  if (!hasCheckCharacter || canCheck(alphabet)) return
  throw refuse.badRequest(
    `A check character needs an alphabet with an even number of characters; ${quote(alphabet)} has ${alphabet.length}`,
  )
}

function drawnIn(pattern: string): number {
  return pattern.split('#').length - 1
}

/** How many different codes a form has. */
export function keyspaceOf({ alphabet, pattern }: CodeForm): bigint {
  return BigInt(alphabet.length) ** BigInt(drawnIn(pattern))
}

/**
 * True: whatever is drawn, a spreadsheet may change codes of the form, by rounding what has more than 15 digits or by taking
 * a code for a number or a date.
 */
export function isFormAtRisk({ alphabet, pattern, prefix, suffix, hasCheckCharacter }: CodeForm): boolean {
  if (/[A-Z]/i.test(alphabet)) return false
  const layout = `${prefix}${pattern}${hasCheckCharacter ? '#' : ''}${suffix}`
  // A zero in front is drawn anew.
  return isAtRiskInSpreadsheet(layout.replaceAll('#', '1'))
}

/**
 * A function that makes codes of a form.
 *
 * @param draw a place in the alphabet, each equally likely.
 */
export function codeMaker(
  { alphabet, pattern, prefix, suffix, hasCheckCharacter }: CodeForm,
  draw: () => number,
): () => string {
  const [first = '', ...literals] = pattern.split('#')
  const start = prefix + first
  const last = literals.length - 1
  const places = Array.from({ length: literals.length }, () => 0)
  return () => {
    let code = start
    for (let at = 0; at <= last; at++) {
      const place = draw()
      places[at] = place
      code += alphabet[place]
      if (at === last && hasCheckCharacter) code += alphabet[checkPlace(places, alphabet.length)]
      code += literals[at]
    }
    return code + suffix
  }
}

/** The pattern with a place for the check character. */
export function layoutOf({ pattern, hasCheckCharacter }: CodeForm): string {
  const last = pattern.lastIndexOf('#')
  return hasCheckCharacter ? `${pattern.slice(0, last + 1)}#${pattern.slice(last + 1)}` : pattern
}

/** What a till can find out about a code without asking: does it have the form, and does its check character fit? */
export function hasForm(code: string, form: CodeForm): boolean {
  const key = codeKey(code)
  const [prefix, suffix, letters] = [codeKey(form.prefix), codeKey(form.suffix), codeKey(form.alphabet)]
  const layout = codeKey(layoutOf(form))
  if (key.length !== prefix.length + layout.length + suffix.length) return false
  if (!key.startsWith(prefix) || !key.endsWith(suffix)) return false
  const body = Array.from(key.slice(prefix.length, prefix.length + layout.length))
  const fits = body.every((character, at) =>
    layout[at] === '#' ? letters.includes(character) : layout[at] === character,
  )
  if (!fits || !form.hasCheckCharacter) return fits
  const drawn = body.filter((_, at) => layout[at] === '#').join('')
  return checkCharacter(drawn.slice(0, -1), letters) === drawn.at(-1)
}
