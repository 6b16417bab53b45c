import { plural } from '../../parts/format.ts'

/** How hard codes are to guess; the rule is that of `src/bulk/codes/strength-rules.ts`, which refuses weak ones. */

const guessesPerSecond = 10
const secondsPerYear = 31_536_000
/** Codes that are taken to be out where nothing limits them. */
export const unlimitedCodes = 100_000

export interface Strength {
  /** How many different codes there are. */
  readonly keyspace: number
  /** Guesses that are expected until one hits. */
  readonly guessesPerHit: number
  /** Guessed within a year. */
  readonly isWeak: boolean
}

/** @param characters of the alphabet. @param drawn random ones in a code. @param live codes that work. */
export function strengthOf(characters: number, drawn: number, live: number): Strength {
  const keyspace = characters ** drawn
  const guessesPerHit = keyspace / Math.max(1, live)
  return { keyspace, guessesPerHit, isWeak: guessesPerHit <= guessesPerSecond * secondsPerYear }
}

/** The fewest random characters that are not weak. */
export function charactersNeeded(characters: number, live: number): number {
  let drawn = 1
  while (strengthOf(characters, drawn, live).isWeak) drawn += 1
  return drawn
}

const units = [
  [secondsPerYear, 'year', 2],
  [86_400, 'day', 2],
  [3_600, 'hour', 2],
  [60, 'minute', 1],
] as const

/** Nobody lives to see a hit. */
export const isHard = (guessesPerHit: number): boolean =>
  guessesPerHit >= 1_000 * secondsPerYear * guessesPerSecond

/** "about 3 hours": how long ten guesses a second take until one hits. */
export function guessingTime(guessesPerHit: number): string {
  const seconds = guessesPerHit / guessesPerSecond
  if (isHard(guessesPerHit)) return 'more than a thousand years'
  for (const [length, name, least] of units)
    if (seconds >= length * least) return `about ${plural(Math.round(seconds / length), name)}`
  return 'less than a minute'
}
