/**
 * A level rises with each counted unit and sinks steadily, never below 0: the used part of a quota, or the failures
 * counted against a subject. Pure; levels of several processes are merged by adding what each has counted.
 */
export function sunk(level: number, elapsedMs: number, perSecond: number): number {
  return Math.max(0, level - (Math.max(0, elapsedMs) / 1000) * perSecond)
}
