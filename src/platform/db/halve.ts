import { whyRefused } from './refused-by-database.ts'
import { isRefusedByDatabase } from './transient.ts'

interface Halving<Chunk, Outcome> {
  /** Writes a chunk, whole or not at all. */
  readonly write: (chunk: Chunk) => Promise<Outcome>
  /** Both halves of a chunk; undefined: it is one row. */
  readonly split: (chunk: Chunk) => Promise<readonly [Chunk, Chunk] | undefined>
  /** Takes down why the database refuses the one row of a chunk. */
  readonly refuse: (chunk: Chunk, reason: string) => Promise<Outcome>
}

/**
 * Writes a chunk of rows; when the database refuses it, its halves, down to the row at fault, so that no row fails with its
 * neighbours.
 *
 * @returns what became of the parts, in their order. @throws what is no fault of the data.
 */
export async function writeInHalves<Chunk, Outcome>(
  chunk: Chunk,
  halving: Halving<Chunk, Outcome>,
): Promise<Outcome[]> {
  try {
    return [await halving.write(chunk)]
  } catch (error) {
    if (!isRefusedByDatabase(error)) throw error
    const halves = await halving.split(chunk)
    if (halves === undefined) return [await halving.refuse(chunk, whyRefused(error))]
    const [first, second] = halves
    return [...(await writeInHalves(first, halving)), ...(await writeInHalves(second, halving))]
  }
}
