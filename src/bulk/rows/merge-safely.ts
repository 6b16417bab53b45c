import type { Client } from 'pg'
import { writeInHalves } from '../../platform/db/halve.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import type { Chunk, Merge, Verdicts } from './verdicts.ts'

/** Records the verdicts on a chunk in the transaction of its effects. */
export type RecordVerdicts = (chunk: Chunk, verdicts: Verdicts) => Promise<void>

/**
 * Merges a chunk in a transaction; if the database rejects it, merges its halves, down to the faulty row. A dry run
 * does the same without writing.
 */
export async function mergeSafely(
  client: Client,
  merge: Merge,
  chunk: Chunk,
  record: RecordVerdicts = async () => {},
): Promise<Verdicts> {
  const write = (part: Chunk, judge: () => Promise<Verdicts>): Promise<Verdicts> =>
    inTransaction(
      client,
      async () => {
        const verdicts = await judge()
        await record(part, verdicts)
        return verdicts
      },
      { retryOn: 'races' },
    )
  const parts = await writeInHalves(chunk, {
    write: (part) => write(part, () => merge(part)),
    split: (part) => splitChunk(client, part),
    refuse: (part, reason) => write(part, async () => refusedRow(part.to, reason)),
  })
  return {
    fresh: parts.reduce((sum, { fresh }) => sum + fresh, 0),
    present: parts.reduce((sum, { present }) => sum + present, 0),
    refused: parts.flatMap(({ refused }) => refused),
    standing: parts.flatMap(({ standing }) => standing),
  }
}

const refusedRow = (line: number, reason: string): Verdicts => ({
  fresh: 0,
  present: 0,
  refused: [{ line, code: null, reason }],
  standing: [],
})

/** @returns undefined: the chunk is a single row. */
async function splitChunk(client: Client, { from, to }: Chunk): Promise<[Chunk, Chunk] | undefined> {
  const { rows } = await client.query<{ line: number }>(
    'select line from staged where line > $1 and line <= $2 order by line',
    [from, to],
  )
  const middle = rows[(rows.length >> 1) - 1]?.line
  return middle === undefined
    ? undefined
    : [
        { from, to: middle },
        { from: middle, to },
      ]
}

/** The staged rows in consecutive chunks of a given size. */
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
