import { refuse } from '../../values/errors.ts'

/** Look-ups of codes that do not exist which one guesser is taken to get through, whatever throttles it. */
export const guessesPerSecond = 10n
const secondsPerYear = 31_536_000n
/** Guesses of a year. A series that is hit within so many is weak. */
export const guessesPerYear = guessesPerSecond * secondsPerYear
/** Most of a form's codes that may be taken: beyond it a draw finds a taken code more often than a free one. */
const maxFullPercent = 50n

export interface Strength {
  /** How many different codes the form has. */
  readonly keyspace: bigint
  /** Codes of the form that work. */
  readonly liveCodes: bigint
  /** Guesses that are expected until one hits, rounded down. */
  readonly guessesPerHit: bigint
  /** Days until then at the permitted rate, rounded down. */
  readonly daysPerHit: bigint
  /** A hit is expected within a year at that rate. */
  readonly isWeak: boolean
}

/** How hard it is to guess one of `liveCodes` codes. Exact, however large the numbers. */
export function strengthOf(keyspace: bigint, liveCodes: bigint): Strength {
  const live = liveCodes > 0n ? liveCodes : 1n
  return {
    keyspace,
    liveCodes,
    guessesPerHit: keyspace / live,
    daysPerHit: (keyspace * 365n) / (live * guessesPerYear),
    isWeak: keyspace <= live * guessesPerYear,
  }
}

/**
 * @param taken codes of the form that exist or are ordered already, revoked and used ones too.
 * @throws Refusal 5006 when the form has no room for `count` more.
 */
export function requireRoom(keyspace: bigint, taken: bigint, count: bigint): void {
  if ((taken + count) * 100n <= keyspace * maxFullPercent) return
  throw refuse.codePatternExhausted(
    `The form of the codes has ${keyspace} codes, of which ${taken} are taken; with ${count} more than ` +
      `${maxFullPercent} % of them would be. Make the codes longer, or the alphabet larger`,
  )
}

/** @throws Refusal 5007 when the codes would be weak. */
export function requireStrong(strength: Strength): void {
  if (!strength.isWeak) return
  throw refuse.codesGuessable(
    `The codes would be weak: ${strength.liveCodes} that work among ${strength.keyspace} are hit once in ` +
      `${strength.guessesPerHit} guesses, ${strength.daysPerHit} days at ${guessesPerSecond} a second; ` +
      'a year is the least. Make the codes longer, or allow weak ones explicitly',
  )
}
