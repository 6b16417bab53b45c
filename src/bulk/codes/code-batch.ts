import { epochS } from '../../platform/db/sql.ts'
import type { Runner } from '../../platform/db/runner.ts'
import { keyspaceOf, type CodeForm } from '../../values/code-form.ts'
import { type Refusal, refuse } from '../../values/errors.ts'
import { strengthOf, type Strength } from './strength-rules.ts'

export type BatchState = 'making' | 'done' | 'cancelled' | 'failed' | 'voiding' | 'voided'

/** A job that generates codes of a series before they have customers. */
export interface CodeBatch {
  readonly id: number
  readonly seriesId: number
  readonly state: BatchState
  readonly asked: number
  readonly made: number
  readonly voided: number
  readonly form: CodeForm
  /** Working codes of the form at the time of the order, including the batch's own. */
  readonly liveCodes: number
  /** Why the batch failed; null if it did not. */
  readonly failure: string | null
  /** Instants in epoch seconds; null: not yet. */
  readonly createdAtS: number
  readonly endedAtS: number | null
  readonly exportedAtS: number | null
  /** Range of its codes' coupons.id; null: none yet. */
  readonly firstCouponId: number | null
  readonly lastCouponId: number | null
  /** The coupons.id that its revocation has reached. */
  readonly voidedUpToId: number
}

/** Columns of `code_batches as b` as a `CodeBatch`. */
export const batchColumns = `b.id, b.series_id as "seriesId", b.state, b.asked, b.made, b.voided, b.form,
  b.live_codes as "liveCodes", b.failure, ${epochS('b.created_at')} as "createdAtS",
  ${epochS('b.ended_at')} as "endedAtS", ${epochS('b.exported_at')} as "exportedAtS",
  b.first_coupon_id as "firstCouponId", b.last_coupon_id as "lastCouponId",
  b.voided_up_to_id as "voidedUpToId"`

/** How hard the batch's codes were to guess when it was ordered. */
export function batchStrength({ form, liveCodes }: CodeBatch): Strength {
  return strengthOf(keyspaceOf(form), BigInt(liveCodes))
}

function noBatch(id: number): Refusal {
  return refuse.notFound(`There is no batch of codes ${id}`)
}

/** @throws Refusal 404 if the organisation has no such batch. */
export async function readBatch(runner: Runner, orgId: number, id: number): Promise<CodeBatch> {
  const { rows } = await runner.query<CodeBatch>(
    `select ${batchColumns} from code_batches b where b.org_id = $1 and b.id = $2`,
    [orgId, id],
  )
  return rows[0] ?? throwRefusal(noBatch(id))
}

function throwRefusal(refusal: Refusal): never {
  throw refusal
}

/** The batches of a series, latest first. @throws Refusal 404 if the organisation has no such series. */
export async function listBatches(
  runner: Runner,
  orgId: number,
  seriesId: number,
  page: { readonly limit: number; readonly offset: number },
): Promise<CodeBatch[]> {
  const { rows } = await runner.query<CodeBatch>(
    `select ${batchColumns} from code_batches b where b.org_id = $1 and b.series_id = $2
     order by b.id desc limit $3 offset $4`,
    [orgId, seriesId, page.limit, page.offset],
  )
  if (rows.length > 0) return rows
  const { rowCount } = await runner.query('select from series where org_id = $1 and id = $2', [
    orgId,
    seriesId,
  ])
  return rowCount === 0 ? throwRefusal(refuse.notFound(`There is no coupon series ${seriesId}`)) : rows
}
