/** Ids stay below this, so that new ones can go on above any that is brought in and still be exact in JSON. */
export const maxId = 2 ** 52

/** True for a whole number that can be an id of ours. */
export function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxId
}
