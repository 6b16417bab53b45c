import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'

export interface RedemptionUpdate {
  readonly redemptionId: number
  /** Undefined, here and in the next property: unchanged. */
  readonly billAmount: number | undefined
  readonly transactionNumber: string | undefined
  readonly billId: number | undefined
  readonly customFields: Readonly<Record<string, string>> | undefined
}

export interface UpdateRedemptionsCommand extends IdempotentCommand {
  readonly updates: readonly RedemptionUpdate[]
  /** The customer reported in the answer; undefined: the request named none. */
  readonly customer: CustomerProfile | undefined
}

export interface UpdateRedemptionsOutcome {
  readonly customer?: CustomerProfile
  /** Per update: whether the redemption exists. */
  readonly isUpdated: readonly boolean[]
}

const updateSql = `
update redemptions r set bill_amount = coalesce(e.bill_amount, r.bill_amount),
  transaction_number = coalesce(e.transaction_number, r.transaction_number),
  bill_id = coalesce(e.bill_id, r.bill_id),
  custom_fields = coalesce(r.custom_fields || e.custom_fields, e.custom_fields, r.custom_fields)
from unnest($2::bigint[], $3::numeric[], $4::text[], $5::bigint[], $6::jsonb[])
  as e(id, bill_amount, transaction_number, bill_id, custom_fields)
where r.org_id = $1 and r.id = e.id
returning r.id`

/** Locks in order of ids, so that two requests for the same redemptions cannot deadlock. */
const lockSql =
  'select id from redemptions where org_id = $1 and id = any($2::bigint[]) order by id for update'

/** Attaches bill data to redemptions. Unknown ids are reported; the others are updated. */
export function updateRedemptions(
  context: Context,
  caller: Caller,
  command: UpdateRedemptionsCommand,
): Promise<Done<UpdateRedemptionsOutcome>> {
  const { orgId } = caller
  const { updates, customer } = command
  const ids = updates.map(({ redemptionId }) => redemptionId)
  return executeAlone(context, caller, command, {
    lock: (client) => client.query(lockSql, [orgId, ids]),
    execute: async (client) => {
      const isUpdated = await update(client, orgId, updates)
      const outcome: UpdateRedemptionsOutcome =
        customer === undefined ? { isUpdated } : { customer, isUpdated }
      return { outcome, customerIds: customer === undefined ? [] : [customer.id] }
    },
  })
}

async function update(
  client: PoolClient,
  orgId: number,
  updates: readonly RedemptionUpdate[],
): Promise<boolean[]> {
  // If several updates name one redemption, the last wins: a statement can update a row only once.
  const last = new Map(updates.map((one) => [one.redemptionId, one]))
  const list = [...last.values()]
  const { rows } = await client.query<{ id: number }>(updateSql, [
    orgId,
    list.map(({ redemptionId }) => redemptionId),
    list.map(({ billAmount }) => billAmount ?? null),
    list.map(({ transactionNumber }) => transactionNumber ?? null),
    list.map(({ billId }) => billId ?? null),
    list.map(({ customFields }) => (customFields ? JSON.stringify(customFields) : null)),
  ])
  const known = new Set(rows.map(({ id }) => id))
  return updates.map(({ redemptionId }) => known.has(redemptionId))
}
