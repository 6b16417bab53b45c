import type { Client } from 'pg'
import { chunkSql, referenceSql } from '../rows/reference-sql.ts'
import { findRepetitions, repetitionReason } from '../rows/repetition-rules.ts'
import type { Chunk, RefusedLine, Verdicts } from '../rows/verdicts.ts'

/** Locked before everything else, so that a concurrent erasure and this work wait for each other. */
const lockUploadSql = 'select from uploads where org_id = $1 and id = $2 for update'

const lockRowsSql = `
select line from upload_rows where org_id = $1 and upload_id = $2 and line > $3 and line <= $4 and is_refused is null
for update`

/**
 * Locks the rows of a chunk that are still open, and removes all others from the staged ones: an erasure may have
 * deleted some.
 */
export async function keepOpenRows(
  client: Client,
  orgId: number,
  uploadId: number,
  { from, to }: Chunk,
): Promise<void> {
  await client.query(lockUploadSql, [orgId, uploadId])
  const { rows } = await client.query<{ line: number }>(lockRowsSql, [orgId, uploadId, from, to])
  await client.query('delete from staged where line > $1 and line <= $2 and line <> all($3::int[])', [
    from,
    to,
    rows.map(({ line }) => line),
  ])
}

/**
 * Returns the customers that `codeRowsSql` and `redemptionRowsSql` found, in the same transaction. $4: upload. Looked
 * up separately and only for the range: the planner has no statistics of a new file.
 */
const acceptSql = `
with x as materialized (
  select t.line, cu.id as customer_id, named.key from staged t
  left join unnest($5::int[], $6::text[]) as named(line, key) on named.line = t.line ${referenceSql} where ${chunkSql}
)
update upload_rows r set is_refused = false, customer_id = x.customer_id, key = x.key
from x where r.org_id = $1 and r.upload_id = $4 and r.line > $2 and r.line <= $3 and r.line = x.line`

const refuseSql = `
update upload_rows r set is_refused = true, refusal_code = x.code, refusal_reason = x.reason
from unnest($3::int[], $4::int[], $5::text[]) as x(line, code, reason)
where r.org_id = $1 and r.upload_id = $2 and r.line = x.line`

/** Lines of earlier chunks that were accepted under one of these keys. $3: keys. */
const earlierSql = `
select x.key, x.line from unnest($3::text[]) as g(key) cross join lateral (
  select r.key, r.line from upload_rows r where r.org_id = $1 and r.upload_id = $2 and r.key = g.key
  order by r.line limit 1) x`

const countSql = `
update uploads set accepted = accepted + $3, refused = refused + $4, judged_up_to_line = $5, failures = 0,
  updated_at = statement_timestamp()
where org_id = $1 and id = $2`

/** Records the verdicts on the rows of a chunk. Chunks are recorded in order of their lines. */
export async function recordVerdicts(
  client: Client,
  orgId: number,
  uploadId: number,
  { from, to }: Chunk,
  { standing, refused: unfit }: Verdicts,
): Promise<void> {
  await client.query(lockUploadSql, [orgId, uploadId])
  const keys = standing.flatMap((row) => row.keys)
  const earlier = await client.query<{ key: string; line: number }>(earlierSql, [orgId, uploadId, keys])
  const repetitions = findRepetitions(standing, new Map(earlier.rows.map(({ key, line }) => [key, line])))
  const repeated = new Set(repetitions.map(({ line }) => line))
  const distinct = standing.filter(({ line }) => !repeated.has(line))
  const refused: RefusedLine[] = [
    ...unfit,
    ...repetitions.map((one) => ({ line: one.line, code: null, reason: repetitionReason(one) })),
  ]
  // The session is configured for statements that probe; this one joins two lists of a chunk.
  await client.query('set local enable_hashjoin = on')
  await client.query(acceptSql, [
    orgId,
    from,
    to,
    uploadId,
    distinct.map(({ line }) => line),
    distinct.map(({ keys: [key = null] }) => key),
  ])
  if (refused.length > 0)
    await client.query(refuseSql, [
      orgId,
      uploadId,
      refused.map(({ line }) => line),
      refused.map(({ code }) => code),
      refused.map(({ reason }) => reason),
    ])
  await client.query(countSql, [orgId, uploadId, distinct.length, refused.length, to])
}
