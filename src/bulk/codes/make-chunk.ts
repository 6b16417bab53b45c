import type { ClientBase } from 'pg'
import { codeGenerator } from '../../ledger/coupons/generate-code.ts'
import { insertCoupons } from '../../ledger/post/issue.ts'
import { batchColumns, type CodeBatch } from './code-batch.ts'

/** Measured: larger chunks gain little, and a cancelled batch stops after one chunk. */
const chunkCodes = 10_000

/**
 * Inserts codes and advances the batch in one statement, which is one transaction: after a crash the batch states the
 * exact number of codes. Existing codes are skipped, and a later chunk replaces them. No series is locked;
 * docs/decisions/0003 gives the reason. $1 organisation, $2 batch, $3 codes separated by blanks, $4 the instant or
 * null.
 */
const makeChunkSql = `
with batch as (
  select * from code_batches where org_id = $1 and id = $2 and state = 'making' for update
), made as (
  ${insertCoupons(
    'series_id, batch_id, created_at, valid_until, code',
    `(select b.series_id, b.id as batch_id, b.valid_until, w.code,
      date_trunc('second', coalesce($4::timestamptz, statement_timestamp())) as created_at
    from batch b, unnest(string_to_array($3, ' ')) with ordinality as w(code, n)
    where w.n <= b.asked - b.made) e`,
  )}
  on conflict do nothing
  returning id
), counted as (
  select count(*)::int as n, min(id) as first_id, max(id) as last_id from made
)
update code_batches b set made = b.made + c.n,
  first_coupon_id = least(b.first_coupon_id, c.first_id), last_coupon_id = greatest(b.last_coupon_id, c.last_id),
  state = case when b.made + c.n = b.asked then 'done' else b.state end,
  ended_at = case when b.made + c.n = b.asked then statement_timestamp() end
from counted c
where b.org_id = $1 and b.id = $2 and b.state = 'making'
returning ${batchColumns}`

const failSql = `
update code_batches b set state = 'failed', ended_at = statement_timestamp(), failure = $3
where b.org_id = $1 and b.id = $2 and b.state = 'making' returning ${batchColumns}`

/**
 * Generates the next codes of a batch. @returns the batch afterwards; undefined if no more codes are to be generated.
 */
export async function makeChunk(
  client: ClientBase,
  orgId: number,
  { id, asked, made, form }: CodeBatch,
  now: Date | null,
): Promise<CodeBatch | undefined> {
  const generate = codeGenerator(form)
  const codes = Array.from({ length: Math.min(chunkCodes, asked - made) }, generate)
  const { rows } = await client.query<CodeBatch>({
    name: 'make-codes',
    text: makeChunkSql,
    values: [orgId, id, codes.join(' '), now],
  })
  return rows[0]
}

/** Gives up on a batch; its existing codes remain. @returns undefined if no more codes were to be generated. */
export async function failBatch(
  client: ClientBase,
  orgId: number,
  id: number,
  failure: string,
): Promise<CodeBatch | undefined> {
  const { rows } = await client.query<CodeBatch>(failSql, [orgId, id, failure])
  return rows[0]
}
