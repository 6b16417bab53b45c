import { blanks, foldedRuns, foldedToSeveral, invisible, unsettled } from './code-folding.gen.ts'
import { decodeRanges, isWithin, type Range } from './code-point-ranges.ts'

/**
 * Folds case and removes invisible characters in Unicode text, by tables that do not depend on the versions of Node and
 * PostgreSQL. The database function `code_key` is generated from the same tables; a test keeps the two consistent.
 */

const numbersOf = (lists: string): number[][] =>
  lists.split(' ').map((one) => one.split(',').map((number) => Number.parseInt(number, 36)))

const foldings = new Map<string, string>()
for (const [from = 0, count = 0, step = 0, distance = 0] of numbersOf(foldedRuns)) {
  for (let n = 0; n < count; n++) {
    const point = from + n * step
    foldings.set(String.fromCodePoint(point), String.fromCodePoint(point + distance))
  }
}
for (const [from = 0, ...to] of numbersOf(foldedToSeveral))
  foldings.set(String.fromCodePoint(from), String.fromCodePoint(...to))
for (const letter of 'abcdefghijklmnopqrstuvwxyz') foldings.set(letter, letter.toUpperCase())

function classOf(ranges: readonly Range[]): RegExp {
  const point = (one: number) => `\\u{${one.toString(16)}}`
  return new RegExp(`[${ranges.map(([from, to]) => `${point(from)}-${point(to)}`).join('')}]`, 'gu')
}

const invisibleRanges = decodeRanges(invisible)
const blankRanges = decodeRanges(blanks)
const unsettledRanges = decodeRanges(unsettled)
const invisibleCharacters = classOf(invisibleRanges)
const otherBlanks = classOf(blankRanges)

/** Removes invisible characters and replaces other blanks with U+0020. */
export function visibleText(text: string): string {
  return text.replace(invisibleCharacters, '').replace(otherBlanks, ' ')
}

/** Visible text in NFC, with each letter replaced by the one it is compared as. */
export function foldedText(text: string): string {
  let folded = ''
  for (const character of text.normalize('NFC')) folded += foldings.get(character) ?? character
  return folded.normalize('NFC')
}

/** Finds the first character that is not permitted in a compared text, and describes it. */
export function unfitCharacter(
  text: string,
): { character: string; kind: 'invisible' | 'blank' | 'unknown' } | undefined {
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (point < 0x20 || point === 0x7f || isWithin(invisibleRanges, point))
      return { character, kind: 'invisible' }
    if (isWithin(blankRanges, point)) return { character, kind: 'blank' }
    if (isWithin(unsettledRanges, point)) return { character, kind: 'unknown' }
  }
  return undefined
}
