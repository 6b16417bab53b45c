import type { Queries } from '../../platform/db/queries.ts'
import { refuse } from '../../values/errors.ts'

export interface Sandbox {
  /** The instant at which its clock is stopped; null: real time. */
  readonly clockAt: Date | null
  readonly isBeingReset: boolean
}

/**
 * Returns the sandbox and locks its clock until the end of the transaction.
 *
 * @throws Refusal 409 if the organisation is not a sandbox.
 */
export async function requireSandbox(transaction: Queries, orgId: number): Promise<Sandbox> {
  const row = await transaction
    .selectFrom('organisations')
    .select(['name', 'is_sandbox', 'clock_at', 'reset_began_at'])
    .where('org_id', '=', orgId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  if (!row.is_sandbox) {
    throw refuse.conflict(
      `The organisation "${row.name}" is no sandbox: its clock is the real one, and nothing of it can be reset. ` +
        'Whether an organisation is a sandbox is stated when it is created (org create --sandbox) and never changes',
    )
  }
  return { clockAt: row.clock_at, isBeingReset: row.reset_began_at !== null }
}
