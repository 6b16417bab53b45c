import type { PoolClient } from 'pg'
import { requireVersionOn, type ExpectedVersions } from '../../identity/organisations/require-version.ts'
import { tryAgain } from '../../platform/db/transient.ts'
import { epochSecondsOf } from '../../platform/clock.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Caller } from '../../values/caller.ts'
import { erasedCustomer, mergedCustomer } from '../../values/customer-refusals.ts'
import { refuse } from '../../values/errors.ts'
import type { Context } from '../context.ts'
import { revokeById } from '../coupons/revoke-coupons.ts'
import { maxFields } from '../customers/update-customer.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import {
  addUpBudgetsSql,
  addUpUsageSql,
  lockSeriesOfCustomerSql,
  moveCouponsSql,
  moveHoldsSql,
  moveRedemptionsSql,
  moveRevokedCouponsSql,
  recordMergeSql,
  seriesOfCustomer,
  sharedPairs,
  supersedeSql,
  tellMergeSql,
  unholdSupersededSql,
} from '../post/merge.ts'
import {
  completeSurvivorSql,
  joinSpellingsSql,
  moveIdentifiersSql,
  moveNotesSql,
  redirectSql,
  retireSql,
} from './take-over-sql.ts'

export interface MergeCommand extends IdempotentCommand {
  readonly survivorId: number
  /** Undefined, here and below: any version. */
  readonly survivorVersions: ExpectedVersions
  readonly retiredId: number
  readonly retiredVersion: number | undefined
}

export interface MergeOutcome {
  readonly mergeId: number
  readonly survivorId: number
  readonly retiredId: number
  /** Coupons that changed their holder, revoked ones included. */
  readonly coupons: number
  /** Redemptions that count for the survivor now, reversed ones included. */
  readonly redemptions: number
  /** Identifiers that find the survivor now. */
  readonly identifiers: number
  /** Coupons of common codes that both customers held: revoked because they were unredeemed, or left without further use. */
  readonly revokedCoupons: number
  readonly supersededCoupons: number
}

/**
 * Merges a customer into another one, for good: coupons, redemptions, holds, counters, notes and identifiers change over to
 * the survivor, and the retired customer remains as an id that leads there. The usage of limits per customer adds up;
 * what exceeds a limit then stays valid.
 *
 * Holds the locks of the series in which the retired customer has anything and those of both customers. Whoever writes
 * for the retired customer in another series at the same time is repeated by the database's triggers (migration 0043).
 *
 * @throws Refusal 8015 if one of the customers does not exist or is erased; 409 if one was merged before, both are the
 * same, or the fields of both are too many for one customer; 412 if one has another version; 422 if the idempotency key
 * was used for another request; 429 after too many unknown customers.
 */
export async function mergeCustomers(
  context: Context,
  caller: Caller,
  command: MergeCommand,
): Promise<Done<MergeOutcome>> {
  const { orgId } = caller
  const { survivorId, retiredId } = command
  if (survivorId === retiredId) throw refuse.conflict('A customer cannot be merged into itself')
  const lookup = await admitLookups(context, caller, { customers: 1 })
  try {
    return await executeAlone(context, caller, command, {
      lock: async (client) => {
        const { rows } = await client.query<{ series_id: number }>(lockSeriesOfCustomerSql, [
          orgId,
          retiredId,
        ])
        return rows.map((row) => row.series_id)
      },
      execute: async (client, seriesIds, now) => {
        await lockBoth(client, orgId, command, seriesIds)
        const outcome = await merge(client, caller, command, seriesIds, now)
        return { outcome, customerIds: [survivorId, retiredId] }
      },
    })
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

interface CustomerRow {
  readonly id: number
  readonly isErased: boolean
  readonly mergedInto: number | null
}

/** Waits for every transaction that has written for one of the customers and ends later. */
const lockSql = `
select c.id, c.erased_at is not null as "isErased", c.merged_into as "mergedInto"
from customers c where c.org_id = $1 and c.id = any($2::bigint[]) order by c.id for update`

const fieldsSql = `
select greatest((select count(*) from jsonb_object_keys(r.fields || s.fields)),
  (select count(*) from jsonb_object_keys(r.extended_fields || s.extended_fields)))::int as n
from customers s join customers r on r.org_id = $1 and r.id = $2 where s.org_id = $1 and s.id = $3`

/** @param seriesIds the locked series. @throws Refusal as `mergeCustomers`. */
async function lockBoth(
  client: PoolClient,
  orgId: number,
  { survivorId, survivorVersions, retiredId, retiredVersion }: MergeCommand,
  seriesIds: readonly number[],
): Promise<void> {
  const { rows } = await client.query<CustomerRow>(lockSql, [orgId, [survivorId, retiredId]])
  for (const id of [survivorId, retiredId]) {
    const row = rows.find((one) => one.id === id)
    if (row === undefined) throw refuse.customerUnknown(`There is no customer ${id}`)
    if (row.isErased) throw erasedCustomer()
    if (row.mergedInto !== null) throw mergedCustomer(id, row.mergedInto)
  }
  await requireVersionOn(client, ['customers', orgId, survivorId], survivorVersions)
  await requireVersionOn(
    client,
    ['customers', orgId, retiredId],
    retiredVersion === undefined ? undefined : [retiredVersion],
  )
  const found = await client.query<{ series_id: number }>(seriesOfCustomer, [orgId, retiredId])
  if (found.rows.some((row) => !seriesIds.includes(row.series_id)))
    throw tryAgain('the customer has got something in another series meanwhile')
  const fields = await client.query<{ n: number }>(fieldsSql, [orgId, retiredId, survivorId])
  if ((fields.rows[0]?.n ?? 0) > maxFields)
    throw refuse.conflict(
      `Together the customers have more than ${maxFields} fields, which is the most that one may have: remove some first`,
    )
}

async function merge(
  client: PoolClient,
  caller: Caller,
  command: MergeCommand,
  seriesIds: readonly number[],
  now: Date | null,
): Promise<MergeOutcome> {
  const { orgId, tillId } = caller
  const { survivorId, retiredId, requestId } = command
  const both = [orgId, retiredId, survivorId]
  const run = async (sql: string, ...further: unknown[]): Promise<number> =>
    (await client.query(sql, [...both, ...further])).rowCount ?? 0
  const at = now ?? new Date((await epochSecondsOf(client, now)) * 1000)
  const settled = await settleSharedCodes(client, caller, command, at)
  const coupons = (await run(moveCouponsSql)) + (await run(moveRevokedCouponsSql))
  const redemptions = await run(moveRedemptionsSql)
  await run(addUpUsageSql)
  await run(addUpBudgetsSql, seriesIds)
  await run(moveHoldsSql)
  await run(moveNotesSql)
  const identifiers = await run(moveIdentifiersSql)
  await client.query(joinSpellingsSql, [orgId, survivorId])
  await run(completeSurvivorSql, tillId)
  await run(retireSql, at)
  await run(redirectSql)
  const recorded = await client.query<{ id: number }>(recordMergeSql, [...both, at, coupons, redemptions])
  const mergeId = recorded.rows[0]?.id
  if (mergeId === undefined) throw new Error('a merge was not recorded')
  await run(tellMergeSql, at, mergeId, tillId, requestId ?? null)
  return {
    mergeId,
    survivorId,
    retiredId,
    coupons,
    redemptions,
    identifiers,
    ...settled,
  }
}

/**
 * Leaves one coupon of each shared code that both customers hold. Of the other, an unredeemed one is revoked, and a
 * redeemed one is superseded.
 */
async function settleSharedCodes(
  client: PoolClient,
  { orgId, tillId }: Caller,
  command: MergeCommand,
  at: Date,
): Promise<Pick<MergeOutcome, 'revokedCoupons' | 'supersededCoupons'>> {
  const { rows: pairs } = await client.query<{ kept: number; other: number; redeemed: number }>(sharedPairs, [
    orgId,
    command.retiredId,
    command.survivorId,
  ])
  const unredeemed = pairs.filter(({ redeemed }) => redeemed === 0).map(({ other }) => other)
  const redeemed = pairs.filter((pair) => pair.redeemed > 0)
  await revokeById(client, orgId, unredeemed, { ...command, tillId }, at)
  if (redeemed.length > 0) {
    const ids = redeemed.map(({ other }) => other)
    await client.query(supersedeSql, [orgId, ids, redeemed.map(({ kept }) => kept)])
    await client.query(unholdSupersededSql, [orgId, ids])
  }
  return { revokedCoupons: unredeemed.length, supersededCoupons: redeemed.length }
}
