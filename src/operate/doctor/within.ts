import { withTimeLimit } from '../../platform/time-limit.ts'
import type { Finding } from './facts.ts'

/** Time limit of a check, in milliseconds. */
export const checkLimitMs = 10_000

/**
 * Runs a check for a limited time. A hanging check keeps hanging: the caller must end the process.
 *
 * @param what the check is about, as the subject of a sentence.
 * @returns its findings; a fault if it failed or did not finish in time.
 */
export async function within(
  what: string,
  limitMs: number,
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const advice = 'A disk, a network file system or the database does not answer: check that first.'
  try {
    return await withTimeLimit(limitMs, check(), () => [
      { verdict: 'fault', what: `${what} timed out after ${limitMs / 1000} s`, advice, isTimedOut: true },
    ])
  } catch (error) {
    return [{ verdict: 'fault', what: `${what} failed: ${(error as Error).message}`, advice: '' }]
  }
}

const order: Readonly<Record<Finding['verdict'], number>> = { fault: 0, warning: 1, ok: 2 }

/** Sorts faults first, then warnings; otherwise in the order of the checks. Pure. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => order[one.verdict] - order[other.verdict])
}
