/** A row that was imported or present, with all keys of its subject. */
export interface NamedRow {
  readonly line: number
  /** Empty: no other row can name the same subject. */
  readonly keys: readonly string[]
}

/** A row about the same coupon, redemption or customer as an earlier row of its file. */
export interface Repetition {
  readonly line: number
  /** The earlier line. */
  readonly of: number
}

/**
 * Finds the rows that repeat an earlier one.
 *
 * @param rows in order of their lines. @param earlier the lines of earlier chunks by key; those of `rows` are added.
 */
export function findRepetitions(rows: readonly NamedRow[], earlier: Map<string, number>): Repetition[] {
  const repetitions: Repetition[] = []
  for (const { line, keys } of rows) {
    const of = keys.map((key) => earlier.get(key)).find((one) => one !== undefined)
    if (of !== undefined) repetitions.push({ line, of })
    for (const key of keys) if (!earlier.has(key)) earlier.set(key, of ?? line)
  }
  return repetitions
}

export const repetitionReason = ({ of }: Repetition): string => `it repeats line ${of}`
