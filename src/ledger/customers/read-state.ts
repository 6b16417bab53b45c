import type { Pool } from 'pg'

/** The state of a customer that people can change in addition to the profile. */
interface CustomerState {
  readonly id: number
  readonly isBlocked: boolean
  /** Counts the changes of the customer. */
  readonly version: number
}

/** Returns undefined if the organisation has no such customer. */
export async function readCustomerState(
  pool: Pool,
  orgId: number,
  id: number,
): Promise<CustomerState | undefined> {
  const { rows } = await pool.query<CustomerState>(
    `select id, blocked_at is not null as "isBlocked", version from customers where org_id = $1 and id = $2`,
    [orgId, id],
  )
  return rows[0]
}
