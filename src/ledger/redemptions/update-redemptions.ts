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

/** What is kept with a redemption. */
export interface StoredBill {
  readonly customerId: number
  readonly billAmount: number | null
  readonly transactionNumber: string
  readonly billId: number | null
  readonly customFields: Readonly<Record<string, string>> | null
}

export interface UpdateRedemptionsCommand extends IdempotentCommand {
  readonly updates: readonly RedemptionUpdate[]
  /** Whose redemptions are meant, and who is told of in the answer; undefined: nobody was named. */
  readonly customer: CustomerProfile | undefined
}

export interface UpdateRedemptionsOutcome {
  readonly customer?: CustomerProfile | undefined
  /** Per update: was there such a redemption, of the customer that was named? */
  readonly isUpdated: readonly boolean[]
  /** Per update what is kept now; null: it was refused. Undefined: the release before executed the command. */
  readonly stored?: readonly (StoredBill | null)[]
}

const updateSql = `
update redemptions r set bill_amount = coalesce(e.bill_amount, r.bill_amount),
  transaction_number = coalesce(e.transaction_number, r.transaction_number),
  bill_id = coalesce(e.bill_id, r.bill_id),
  custom_fields = coalesce(r.custom_fields || e.custom_fields, e.custom_fields, r.custom_fields)
from unnest($2::bigint[], $3::numeric[], $4::text[], $5::bigint[], $6::jsonb[])
  as e(id, bill_amount, transaction_number, bill_id, custom_fields)
where r.org_id = $1 and r.id = e.id and ($7::bigint is null or r.customer_id = $7)
returning r.id, r.customer_id as "customerId", r.bill_amount::float8 as "billAmount",
  r.transaction_number as "transactionNumber", r.bill_id as "billId", r.custom_fields as "customFields"`

/** Locks in order of ids, so that two requests for the same redemptions cannot deadlock. */
const lockSql =
  'select id from redemptions where org_id = $1 and id = any($2::bigint[]) order by id for update'

/**
 * Attaches bill data to redemptions. Ids that are unknown, or of another customer than the one named, are reported and the
 * others are updated.
 */
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
      const stored = await update(client, orgId, updates, customer?.id)
      const isUpdated = stored.map((one) => one !== null)
      const outcome: UpdateRedemptionsOutcome = { ...(customer && { customer }), isUpdated, stored }
      const holders = stored.flatMap((one) => one?.customerId ?? [])
      return { outcome, customerIds: [...new Set(customer === undefined ? holders : [customer.id])] }
    },
  })
}

async function update(
  client: PoolClient,
  orgId: number,
  updates: readonly RedemptionUpdate[],
  customerId: number | undefined,
): Promise<(StoredBill | null)[]> {
  // The last one of several for the same redemption holds: a statement touches a row once.
  const last = new Map(updates.map((one) => [one.redemptionId, one]))
  const list = [...last.values()]
  const { rows } = await client.query<StoredBill & { id: number }>(updateSql, [
    orgId,
    list.map(({ redemptionId }) => redemptionId),
    list.map(({ billAmount }) => billAmount ?? null),
    list.map(({ transactionNumber }) => transactionNumber ?? null),
    list.map(({ billId }) => billId ?? null),
    list.map(({ customFields }) => (customFields ? JSON.stringify(customFields) : null)),
    customerId ?? null,
  ])
  const known = new Map(rows.map(({ id, ...stored }) => [id, stored]))
  return updates.map(({ redemptionId }) => known.get(redemptionId) ?? null)
}
