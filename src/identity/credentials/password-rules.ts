import { refuse } from '../../values/errors.ts'
import { commonPasswords } from './common-passwords-rules.ts'

const minCharacters = 12
const minWords = 4
const maxCharacters = 200
const minDifferent = 5
/** A part that is as short as this says nothing by being said again. */
const maxRepeated = 4

/** A name of fewer letters is in no password to be recognised. */
const minNamed = 4

/** What passwords that people choose must be, as forms and documents say it. */
export const passwordRule = `At least ${minCharacters} characters, or ${minWords} different words; at most ${maxCharacters} characters. No common password, and no name of who signs in with it.`

/** Words of two letters and more, each counted once. */
const wordsOf = (text: string): Set<string> =>
  new Set(text.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1))

/** Without the digits and signs that people put around a word. */
const coreOf = (text: string): string => text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

/** The parts that the whole is a repetition of; the last time may be cut short. */
function repeatedParts(text: string): string[] {
  const lengths = Array.from({ length: Math.floor(text.length / 2) }, (_, at) => at + 1)
  return lengths
    .filter((length) => text.startsWith(text.slice(length)))
    .map((length) => text.slice(0, length))
}

/** `123456789012`, `abcdefghijkl`, `987654321098`: each character follows from the one before. */
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
  // One word said several times, whatever stands between.
  const onlyOf = (words: ReadonlySet<string>) => (words.size === 1 ? [...words] : [])
  const candidates = [text, coreOf(text), ...onlyOf(wordsOf(text)), ...onlyOf(new Set(text.split(' ')))]
  return candidates.some((one) => commonPasswords.has(one) || isRun(one))
}

const plainOf = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** @returns whether the password is the name, or the name with digits or signs around it. */
function isName(password: string, name: string): boolean {
  const [plain, given] = [plainOf(name), plainOf(password)]
  const core = coreOf(plain)
  // A till called 7 or s1 says nothing about the passwords that it may have.
  return plain !== '' && (given === plain || (core.length >= minNamed && coreOf(given) === core))
}

/**
 * A password that somebody may have from now on. Those that were chosen earlier go on working.
 *
 * @param names what it must not be, by what it is called: the till code, the e-mail address, the name of the organisation.
 * @throws Refusal 400 for one that is too easily guessed, which says what is allowed.
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
      'The password is a common one, or a common one with digits or signs around it: choose one that nobody would try first',
    )
  return password
}
