import type { Runner } from '../../platform/db/runner.ts'
import { readNow } from '../../platform/clock.ts'
import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import type { Money } from '../../values/money.ts'
import type { Context } from '../context.ts'
import type { HoldStatus } from './held-uses-rules.ts'
import { holderOf } from './holder.ts'
import { holdStatusSql } from './read-held.ts'

export interface HeldCode {
  /** As typed. */
  readonly code: string
  readonly discount: Money
}

export interface Hold {
  readonly id: number
  readonly reference: string
  readonly customerId: number
  readonly storeId: number | null
  readonly tillId: number | null
  readonly createdAtS: number
  readonly expiresAtS: number
  readonly endedAtS: number | null
  readonly status: HoldStatus
  /** In order; empty if the customer has been erased. */
  readonly codes: readonly HeldCode[]
  /** As sent. */
  readonly bill: unknown
}

/** $1 organisation, $2 the instant or null. @param condition on hold `h`. */
const holdSql = (condition: string): string => `
select h.id, h.reference, h.customer_id as "customerId", h.store_id as "storeId", h.till_id as "tillId",
  date_part('epoch', h.created_at) as "createdAtS", date_part('epoch', h.expires_at) as "expiresAtS",
  date_part('epoch', h.ended_at) as "endedAtS",
  ${holdStatusSql('coalesce($2::timestamptz, statement_timestamp())')} as status, h.codes, h.bill
from holds h where h.org_id = $1 and ${condition}`

const byIdSql = holdSql('h.id = $3')
/** An open hold comes first, otherwise the newest. */
const byReferenceSql = `${holdSql('h.owner_kind = $3 and h.owner_id = $4 and h.reference = $5')}
order by (h.ended_at is null) desc, h.id desc limit 1`

/** @throws Refusal 404 if the organisation has no such hold. */
export async function readHoldOn(
  runner: Runner,
  orgId: number,
  holdId: number,
  now: Date | null,
): Promise<Hold> {
  const { rows } = await runner.query<Hold>(byIdSql, [orgId, now, holdId])
  return found(rows)
}

/** @throws Refusal 404 if the organisation has no such hold. */
export async function readHold(context: Context, caller: Caller, holdId: number): Promise<Hold> {
  const { pool } = context.database
  return readHoldOn(pool, caller.orgId, holdId, await readNow(context, pool, caller))
}

/**
 * Reads the caller's hold with a reference: the live one, or else the newest.
 *
 * @throws Refusal 404 if there is none.
 */
export async function readHoldByReference(
  context: Context,
  caller: Caller,
  reference: string,
): Promise<Hold> {
  const { pool } = context.database
  const { kind, id } = holderOf(caller)
  const now = await readNow(context, pool, caller)
  const { rows } = await pool.query<Hold>(byReferenceSql, [caller.orgId, now, kind, id, reference])
  return found(rows)
}

function found([hold]: readonly Hold[]): Hold {
  if (hold === undefined) throw refuse.notFound('There is no such hold')
  return hold
}
