import { expect } from 'vitest'

/** How long writes may fail after a fault is over, in milliseconds: the promise to operators. */
const longestRecoveryMs = 10_000

/**
 * Prints the time from the end of a fault to the first write that succeeds again, and requires it to be within the
 * limit.
 */
export function expectRecovery(fault: string, ms: number, limitMs = longestRecoveryMs): void {
  process.stdout.write(`${fault}: writes again after ${Math.round(ms)} ms (limit: ${limitMs} ms)\n`)
  expect(ms, fault).toBeLessThan(limitMs)
}
