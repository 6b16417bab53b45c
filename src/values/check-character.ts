import { codeKey } from './coupon-code.ts'

/**
 * A check character by the hybrid system of ISO 7064 (MOD 11,10 for digits, MOD 37,36 for digits and capitals, MOD
 * 33,32 for the unambiguous letters). It works for any alphabet with an even number of characters: doubling must be
 * reversible modulo one more than their number. It always detects a single wrong character.
 */

function remainderOf(places: readonly number[], size: number): number {
  let remainder = size
  for (const place of places) {
    const sum = (remainder + place) % size || size
    remainder = (sum * 2) % (size + 1)
  }
  return remainder
}

/** True for an alphabet that a check character can be computed over. */
export function canCheck(alphabet: string): boolean {
  return alphabet.length % 2 === 0
}

/** The index of the check character in the alphabet. @param places indexes of the preceding characters. */
export function checkPlace(places: readonly number[], size: number): number {
  return (size + 1 - remainderOf(places, size)) % size
}

/** The check character of a text, case-insensitive; undefined if the text has characters outside the alphabet. */
export function checkCharacter(text: string, alphabet: string): string | undefined {
  const upper = codeKey(alphabet)
  const places = Array.from(codeKey(text), (character) => upper.indexOf(character))
  return places.includes(-1) ? undefined : alphabet[checkPlace(places, alphabet.length)]
}
