import { refuse } from '../../values/errors.ts'

/** Assumed rate of failed look-ups that a guesser achieves despite throttling. */
export const guessesPerSecond = 10n
const secondsPerYear = 31_536_000n
/** Guesses per year. A series is weak if a hit is expected within this number. */
export const guessesPerYear = guessesPerSecond * secondsPerYear
/** Maximum percentage of a form's codes in use: beyond it a draw finds a taken code more often than a free one. */
const maxFullPercent = 50n

export interface Strength {
  /** Number of different codes of the form. */
  readonly keyspace: bigint
  /** Working codes of the form. */
  readonly liveCodes: bigint
  /** Expected number of guesses until a hit, rounded down. */
  readonly guessesPerHit: bigint
  /** Days until then at the assumed rate, rounded down. */
  readonly daysPerHit: bigint
  /** A hit is expected within a year at that rate. */
  readonly isWeak: boolean
}

/** How hard it is to guess one of `liveCodes` codes. Exact for numbers of any size. */
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
 * @param taken existing and ordered codes of the form, including revoked and used ones.
 * @throws Refusal 5006 if the form has no room for `count` more.
 */
export function requireRoom(keyspace: bigint, taken: bigint, count: bigint): void {
  if ((taken + count) * 100n <= keyspace * maxFullPercent) return
  throw refuse.codePatternExhausted(
    `The form of the codes has ${keyspace} codes, of which ${taken} are taken; with ${count} more than ` +
      `${maxFullPercent} % of them would be. Make the codes longer, or the alphabet larger`,
  )
}

/** @throws Refusal 5007 if the codes would be weak. */
export function requireStrong(strength: Strength): void {
  if (!strength.isWeak) return
  throw refuse.codesGuessable(
    `The codes would be weak: ${strength.liveCodes} that work among ${strength.keyspace} are hit once in ` +
      `${strength.guessesPerHit} guesses, ${strength.daysPerHit} days at ${guessesPerSecond} a second; ` +
      'a year is the least. Make the codes longer, or allow weak ones explicitly',
  )
}
