import type { Client } from 'pg'
import { whyRefused } from '../../platform/db/refused-by-database.ts'
import { isRefusedByDatabase, isTransient } from '../history/attempt.ts'
import type { Chunk, Merge, Verdicts } from './verdicts.ts'

const maxTries = 3

/** Writes down what became of a chunk, in the transaction of its effects. */
export type RecordVerdicts = (chunk: Chunk, verdicts: Verdicts) => Promise<void>

/**
 * Merges a chunk in a transaction; when the database refuses it, its halves, down to the row that is at fault. A dry run
 * writes nothing, so there it is the same.
 */
export async function mergeSafely(
  client: Client,
  merge: Merge,
  chunk: Chunk,
  record: RecordVerdicts = async () => {},
): Promise<Verdicts> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.query('begin')
      const verdicts = await merge(chunk)
      await record(chunk, verdicts)
      await client.query('commit')
      return verdicts
    } catch (error) {
      await client.query('rollback').catch(() => {})
      // Something came in between: it is known at the next try.
      if (isTransient(error) && tries < maxTries) continue
      if (!isRefusedByDatabase(error)) throw error
      const middle = await findMiddle(client, chunk)
      if (middle === undefined) {
        const reason = whyRefused(error)
        const verdicts = {
          fresh: 0,
          present: 0,
          refused: [{ line: chunk.to, code: null, reason }],
          standing: [],
        }
        await client.query('begin')
        await record(chunk, verdicts)
        await client.query('commit')
        return verdicts
      }
      const first = await mergeSafely(client, merge, { from: chunk.from, to: middle }, record)
      const second = await mergeSafely(client, merge, { from: middle, to: chunk.to }, record)
      return {
        fresh: first.fresh + second.fresh,
        present: first.present + second.present,
        refused: [...first.refused, ...second.refused],
        standing: [...first.standing, ...second.standing],
      }
    }
  }
}

/** The last line of the first half; undefined: there is one row only. */
async function findMiddle(client: Client, { from, to }: Chunk): Promise<number | undefined> {
  const { rows } = await client.query<{ line: number }>(
    'select line from staged where line > $1 and line <= $2 order by line',
    [from, to],
  )
  return rows.length > 1 ? rows[(rows.length >> 1) - 1]?.line : undefined
}

/** The staged rows in chunks of so many, in order. */
export async function findChunks(client: Client, count: number): Promise<Chunk[]> {
  const { rows } = await client.query<{ line: number }>(
    `select line from (
       select line from (select line, row_number() over (order by line) as n from staged) x where n % $1 = 0
       union
       select max(line) from staged) x
     where line is not null order by line`,
    [count],
  )
  return rows.map(({ line }, at) => ({ from: rows[at - 1]?.line ?? 0, to: line }))
}
