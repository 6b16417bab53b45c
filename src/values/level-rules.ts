/**
 * A level rises with what is counted and sinks steadily, never below 0: how much of a quota is used up, or how many failures
 * stand against somebody. Pure; levels of several processes are put together by adding what each has counted.
 */
export function sunk(level: number, elapsedMs: number, perSecond: number): number {
  return Math.max(0, level - (Math.max(0, elapsedMs) / 1000) * perSecond)
}
