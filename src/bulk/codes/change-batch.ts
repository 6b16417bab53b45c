import type { ClientBase, Pool } from 'pg'
import { refuse } from '../../values/errors.ts'
import { batchColumns, readBatch, type BatchState, type CodeBatch } from './code-batch.ts'

/**
 * Stops generating codes after the current chunk; existing codes keep working. Cancelling is final.
 *
 * @throws Refusal 404 if the batch does not exist, 409 if it has ended otherwise.
 */
export function cancelBatch(pool: Pool | ClientBase, orgId: number, id: number): Promise<CodeBatch> {
  return change(pool, orgId, id, {
    to: 'cancelled',
    from: ['making'],
    allowed: 'only a batch in progress can be cancelled',
  })
}

/**
 * Revokes every code of the batch that has neither been issued to a customer nor redeemed; remaining codes are not
 * generated. The codes are revoked chunk by chunk, so the last of them keep working for a while.
 *
 * @throws Refusal 404 if the batch does not exist.
 */
export function voidBatch(pool: Pool | ClientBase, orgId: number, id: number): Promise<CodeBatch> {
  return change(pool, orgId, id, {
    to: 'voiding',
    from: ['making', 'done', 'cancelled', 'failed'],
    allowed: 'it is voided already',
  })
}

interface Change {
  readonly to: 'cancelled' | 'voiding'
  readonly from: readonly BatchState[]
  readonly allowed: string
}

async function change(
  pool: Pool | ClientBase,
  orgId: number,
  id: number,
  { to, from, allowed }: Change,
): Promise<CodeBatch> {
  const { rows } = await pool.query<CodeBatch>(
    `update code_batches b set state = $3, ended_at = case when $3 = 'cancelled' then statement_timestamp() end,
       voided_up_to_id = case when $3 = 'voiding' then coalesce(b.first_coupon_id, 1) - 1 else 0 end
     where b.org_id = $1 and b.id = $2 and b.state = any($4::text[]) returning ${batchColumns}`,
    [orgId, id, to, from],
  )
  if (rows[0]) return rows[0]
  const batch = await readBatch(pool, orgId, id)
  if (batch.state === to || (to === 'voiding' && batch.state === 'voided')) return batch
  throw refuse.conflict(`The batch is ${batch.state}: ${allowed}`)
}
