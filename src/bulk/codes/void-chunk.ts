import type { ClientBase } from 'pg'
import { inTransaction } from '../../platform/db/transaction.ts'
import { lockOneSeries } from '../../ledger/post/lock.ts'
import { revoke } from '../../ledger/post/revoke.ts'
import { batchColumns, type CodeBatch } from './code-batch.ts'

/** Small: tills that redeem in the series wait for the duration of a chunk. */
const chunkCodes = 1_000

/**
 * Revokes the next unassigned, unused codes of a batch, in order of coupon id. A separate statement after the lock, so
 * that it sees what the previous holder of the lock has committed. $1 organisation, $2 series, $3 batch, $4 and $5 the
 * range of remaining ids, the first one excluded; $6 the instant or null.
 */
export const voidChunkSql = `
with batch as (
  select id from code_batches where org_id = $1 and id = $3 and state = 'voiding' and voided_up_to_id = $4 for update
), page as materialized (
  select c.id from coupons c
  where c.org_id = $1 and c.series_id = $2 and c.id > $4 and c.id <= $5 and c.batch_id = $3
  order by c.id limit ${chunkCodes}
), ${revoke({
  ids: 'array(select page.id from page, batch)',
  onlyIf: 'c.customer_id is null and c.redeemed = 0',
  now: 'coalesce($6::timestamptz, statement_timestamp())',
})}, counted as (
  select (select count(*)::int from revoked) as n, (select max(id) from page) as up_to_id,
    (select count(*) from page) < ${chunkCodes} as is_last
)
update code_batches b set voided = b.voided + c.n, voided_up_to_id = coalesce(c.up_to_id, b.voided_up_to_id),
  state = case when c.is_last then 'voided' else b.state end,
  ended_at = case when c.is_last then statement_timestamp() end
from counted c
where b.org_id = $1 and b.id = $3 and b.state = 'voiding' and b.voided_up_to_id = $4
returning ${batchColumns}`

/** Revokes the next codes of a batch. @returns the batch afterwards; undefined if no more codes are to be voided. */
export function voidChunk(
  client: ClientBase,
  orgId: number,
  { id, seriesId, voidedUpToId, lastCouponId }: CodeBatch,
  now: Date | null,
): Promise<CodeBatch | undefined> {
  return inTransaction(client, async () => {
    await lockOneSeries(client, orgId, seriesId)
    const { rows } = await client.query<CodeBatch>({
      name: 'void-codes',
      text: voidChunkSql,
      values: [orgId, seriesId, id, voidedUpToId, lastCouponId ?? 0, now],
    })
    return rows[0]
  })
}
