import type { Client } from 'pg'
import { chunkSql, referenceSql } from '../files/reference-sql.ts'
import type { Chunk, Verdicts } from '../files/verdicts.ts'

/** Before everything else that is locked, so that an erasure that comes meanwhile waits, or is waited for. */
const lockUploadSql = 'select from uploads where org_id = $1 and id = $2 for update'

const lockRowsSql = `
select line from upload_rows where org_id = $1 and upload_id = $2 and line > $3 and line <= $4 and is_refused is null
for update`

/** Locks the rows of a chunk that are still open, and leaves no others staged: an erasure may have taken some away. */
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
 * What `codeRowsSql` and `redemptionRowsSql` were told: the same customer, in the same transaction. $4: upload. Looked up
 * before and for the range alone: of a file that has just come the planner knows nothing.
 */
const acceptSql = `
with x as materialized (
  select t.line, cu.id as customer_id from staged t ${referenceSql} where ${chunkSql}
)
update upload_rows r set is_refused = false, customer_id = x.customer_id
from x where r.org_id = $1 and r.upload_id = $4 and r.line > $2 and r.line <= $3 and r.line = x.line`

const refuseSql = `
update upload_rows r set is_refused = true, refusal_code = x.code, refusal_reason = x.reason
from unnest($3::int[], $4::int[], $5::text[]) as x(line, code, reason)
where r.org_id = $1 and r.upload_id = $2 and r.line = x.line`

const countSql = `
update uploads set accepted = accepted + $3, refused = refused + $4, judged_up_to_line = $5, failures = 0,
  updated_at = clock_timestamp()
where org_id = $1 and id = $2`

/** Writes down what became of the rows of a chunk. Chunks come in the order of their lines. */
export async function recordVerdicts(
  client: Client,
  orgId: number,
  uploadId: number,
  { from, to }: Chunk,
  { fresh, present, refused }: Verdicts,
): Promise<void> {
  await client.query(lockUploadSql, [orgId, uploadId])
  // The session is set up for statements that probe; this one puts two lists of a chunk side by side.
  await client.query('set local enable_hashjoin = on')
  await client.query(acceptSql, [orgId, from, to, uploadId])
  if (refused.length > 0)
    await client.query(refuseSql, [
      orgId,
      uploadId,
      refused.map(({ line }) => line),
      refused.map(({ code }) => code),
      refused.map(({ reason }) => reason),
    ])
  await client.query(countSql, [orgId, uploadId, fresh + present, refused.length, to])
}
