import { whyRefused } from './refused-by-database.ts'
import { isRefusedByDatabase } from './transient.ts'

interface Halving<Chunk, Outcome> {
  /** Writes a chunk, all or nothing. */
  readonly write: (chunk: Chunk) => Promise<Outcome>
  /** Returns both halves of a chunk; undefined: the chunk is a single row. */
  readonly split: (chunk: Chunk) => Promise<readonly [Chunk, Chunk] | undefined>
  /** Records why the database rejects the only row of a chunk. */
  readonly refuse: (chunk: Chunk, reason: string) => Promise<Outcome>
}

/**
 * Writes a chunk of rows. If the database rejects it, writes its halves, down to the faulty row, so that no row fails
 * because of its neighbours.
 *
 * @returns the outcomes of the parts, in order. @throws errors that the data did not cause.
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
