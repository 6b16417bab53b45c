import { badParameter, quote, refuse } from './errors.ts'
import { canCheck, checkCharacter, checkPlace } from './check-character.ts'
import { codeKey } from './coupon-code.ts'
import { isAtRiskInSpreadsheet } from './spreadsheet-notation.ts'

/** The form of generated codes: a prefix, a pattern in which each `#` is drawn at random, and a suffix. */
export interface CodeForm {
  /** In the order in which the check character counts them; distinct regardless of case. */
  readonly alphabet: string
  readonly pattern: string
  readonly prefix: string
  readonly suffix: string
  /** A check character follows the last drawn character. */
  readonly hasCheckCharacter: boolean
}

/** Alphabets by name. `unambiguous` is Crockford's base 32: it omits I, L, O and U. */
export const alphabets = {
  numeric: '0123456789',
  alphanumeric: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  unambiguous: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
} as const
type AlphabetName = keyof typeof alphabets

const maxPatternLength = 60
const maxDrawn = 40

/**
 * Returns an alphabet by its name, or validates a custom one.
 *
 * @throws Refusal 400 if it is neither a name nor 2 to 36 distinct ASCII letters and digits.
 */
export function readAlphabet(text: string): string {
  if (Object.hasOwn(alphabets, text)) return alphabets[text as AlphabetName]
  const allowed = `${Object.keys(alphabets).join(', ')}, or 2 to 36 letters and digits, each once whatever its case`
  const isDistinct = new Set(text.toUpperCase()).size === text.length
  if (!/^[A-Za-z0-9]{2,36}$/.test(text) || !isDistinct) throw badParameter('alphabet', text, allowed)
  return text
}

/**
 * @throws Refusal 400 for a pattern that draws no characters or too many, or contains characters that codes cannot
 * have.
 */
export function readPattern(text: string): string {
  const drawn = drawnIn(text)
  if (!/^[A-Za-z0-9_.#-]+$/.test(text) || text.length > maxPatternLength || drawn < 1 || drawn > maxDrawn) {
    const allowed = `1 to ${maxDrawn} # among letters, digits and - _ . and ${maxPatternLength} characters at most`
    throw badParameter('pattern', text, allowed)
  }
  return text
}

/** @throws Refusal 400 if no check character can be computed over the alphabet. */
export function requireCheckable({ alphabet, hasCheckCharacter }: CodeForm): void {
  if (!hasCheckCharacter || canCheck(alphabet)) return
  throw refuse.badRequest(
    `A check character needs an alphabet with an even number of characters; ${quote(alphabet)} has ${alphabet.length}`,
  )
}

function drawnIn(pattern: string): number {
  return pattern.split('#').length - 1
}

/** Number of different codes of a form. */
export function keyspaceOf({ alphabet, pattern }: CodeForm): bigint {
  return BigInt(alphabet.length) ** BigInt(drawnIn(pattern))
}

/**
 * True if a spreadsheet may change codes of the form, whatever is drawn: by rounding more than 15 digits, or by reading
 * a code as a number or a date.
 */
export function isFormAtRisk({ alphabet, pattern, prefix, suffix, hasCheckCharacter }: CodeForm): boolean {
  if (/[A-Z]/i.test(alphabet)) return false
  const layout = `${prefix}${pattern}${hasCheckCharacter ? '#' : ''}${suffix}`
  // A leading zero is drawn again.
  return isAtRiskInSpreadsheet(layout.replaceAll('#', '1'))
}

/**
 * Returns a function that generates codes of a form.
 *
 * @param draw returns an index in the alphabet, uniformly distributed.
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

/** The pattern with a placeholder for the check character. */
export function layoutOf({ pattern, hasCheckCharacter }: CodeForm): string {
  const last = pattern.lastIndexOf('#')
  return hasCheckCharacter ? `${pattern.slice(0, last + 1)}#${pattern.slice(last + 1)}` : pattern
}

/** The checks of a code that need no look-up: whether it has the form and a correct check character. */
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
