import { refuse } from '../../values/errors.ts'
import { commonPasswords } from './common-passwords-rules.ts'

const minCharacters = 12
const minWords = 4
const maxCharacters = 200
const minDifferent = 5
/** Repetitions of a part up to this length add no strength. */
const maxRepeated = 4

/** Names with fewer letters are not searched for in a password. */
const minNamed = 4

/** The rule for passwords that people choose, as printed in forms and documents. */
export const passwordRule = `At least ${minCharacters} characters, or ${minWords} different words; at most ${maxCharacters} characters. No common password, and no name of who signs in with it.`

/** The distinct words of at least two letters. */
const wordsOf = (text: string): Set<string> =>
  new Set(text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1))

/** Strips the digits and symbols that people add around a word. */
const coreOf = (text: string): string => text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

/** The parts that a text repeats; the last repetition may be truncated. */
function repeatedParts(text: string): string[] {
  const lengths = Array.from({ length: Math.floor(text.length / 2) }, (_, at) => at + 1)
  return lengths
    .filter((length) => text.startsWith(text.slice(length)))
    .map((length) => text.slice(0, length))
}

/** `123456789012`, `abcdefghijkl`, `987654321098`: each character follows from the previous one. */
function isRun(text: string): boolean {
  const steps = Array.from(text, (letter, at) => (text.charCodeAt(at + 1) || 0) - letter.charCodeAt(0)).slice(
    0,
    -1,
  )
  // From 9 to 0 and back.
  const plain = steps.map((step) => (step === -9 ? 1 : step === 9 ? -1 : step))
  return new Set(plain).size === 1 && Math.abs(plain[0] ?? 0) <= 1
}

function isCommon(text: string): boolean {
  if (repeatedParts(text).some((part) => part.length <= maxRepeated || isCommon(part))) return true
  // A single repeated word, whatever separates the repetitions.
  const onlyOf = (words: ReadonlySet<string>) => (words.size === 1 ? [...words] : [])
  const candidates = [text, coreOf(text), ...onlyOf(wordsOf(text)), ...onlyOf(new Set(text.split(' ')))]
  return candidates.some((one) => commonPasswords.has(one) || isRun(one))
}

const plainOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** @returns whether the password is the name, possibly surrounded by digits or symbols. */
function isName(password: string, name: string): boolean {
  const [plain, given] = [plainOf(name), plainOf(password)]
  const core = coreOf(plain)
  // A till named 7 or s1 does not restrict its passwords.
  return plain !== '' && (given === plain || (core.length >= minNamed && coreOf(given) === core))
}

/**
 * Checks a newly chosen password. Existing passwords keep working.
 *
 * @param names texts that it must not be, by their description: the till code, the e-mail address, the name of the
 * organisation.
 * @throws Refusal 400 for one that is too easy to guess, stating the rule.
 */
export function checkChosenPassword(password: string, names: Readonly<Record<string, string>>): string {
  const { length } = Array.from(password)
  if (length > maxCharacters || (length < minCharacters && wordsOf(password).size < minWords))
    throw refuse.badRequest(
      `The password must have at least ${minCharacters} characters or ${minWords} different words, and at most ${maxCharacters} characters`,
    )
  if (new Set(password).size < minDifferent)
    throw refuse.badRequest(`The password must have at least ${minDifferent} different characters`)
  for (const [called, name] of Object.entries(names)) {
    if (isName(password, name)) throw refuse.badRequest(`The password must not be the ${called}`)
  }
  if (isCommon(password.toLowerCase()))
    throw refuse.badRequest(
      'The password is a common one, or a common one with added digits or signs: choose one that is hard to guess',
    )
  return password
}
