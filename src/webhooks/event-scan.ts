import { sql } from 'kysely'
import type { Context } from '../ledger/context.ts'
import { runnerOf, type Queries } from '../platform/db/queries.ts'
import { findTimedOrganisation, holdNow } from '../platform/clock.ts'

export type ScanKind = 'expiring-soon' | 'limit-near'

/**
 * The organisation's current instant, valid until the end of the transaction; null: the database clock; undefined: the
 * sandbox is being emptied.
 */
export async function nowOf(
  context: Context,
  transaction: Queries,
  orgId: number,
): Promise<Date | null | undefined> {
  const runner = runnerOf(transaction)
  const organisation = await findTimedOrganisation(runner, orgId)
  if (organisation.isBeingReset) return undefined
  return holdNow(context, runner, organisation)
}

/**
 * Locks an organisation's scan for events caused by time or usage, until the end of the transaction.
 *
 * @returns the id that the scan has reached; undefined if it is not due or another process has it.
 */
export async function lockScan(
  transaction: Queries,
  orgId: number,
  kind: ScanKind,
): Promise<number | undefined> {
  await sql`insert into event_scans (org_id, kind) values (${orgId}, ${kind}) on conflict do nothing`.execute(
    transaction,
  )
  const row = await transaction
    .selectFrom('event_scans')
    .select('next_id')
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .where('due_at', '<=', sql<Date>`now()`)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row?.next_id
}

/** @param inMinutes time until the next step. */
export async function scheduleScan(
  transaction: Queries,
  orgId: number,
  kind: ScanKind,
  nextId: number,
  inMinutes: number,
): Promise<void> {
  await sql`update event_scans set next_id = ${nextId}, due_at = now() + make_interval(mins => ${inMinutes}::int)
    where org_id = ${orgId} and kind = ${kind}`.execute(transaction)
}
