import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { lockSeriesOfRevocationSql } from '../post/lock.ts'
import { revokeSql } from '../post/revoke.ts'
import { bearsCode, customerOf } from '../sql.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { codeKey } from '../../values/coupon-code.ts'

export interface RevokeCommand extends IdempotentCommand {
  /** Undefined: any series; the code alone identifies the coupon. */
  readonly seriesId: number | undefined
  /** Codes to revoke; empty: all unredeemed coupons of the customer in the series. */
  readonly codes: readonly string[]
  readonly customerId: number | undefined
  readonly tillId: number | null
}

type MeantCommand = RevokeCommand & { readonly keys: readonly string[] }

interface RevokedCoupon {
  readonly id: number
  readonly code: string
  /** Null: the coupon was not assigned to a customer. */
  readonly customerId: number | null
}

/** 108: a shared code cannot be revoked individually. 405: redeemed. 682: no such coupon, or already revoked. */
export interface RevokeRefusal {
  readonly code: 108 | 405 | 682
  readonly couponCode: string
}

export interface RevokeOutcome {
  readonly revoked: readonly RevokedCoupon[]
  readonly refused: readonly RevokeRefusal[]
  /**
   * Why the whole request is refused. 712: the series has expired. 707: no such series. 629: more coupons than one call
   * may revoke.
   */
  readonly refusal: 108 | 629 | 707 | 712 | null
}

/** Maximum number of a customer's coupons that one call may revoke. */
const maxOfCustomer = 100

const byCodeSql = `
select w.code, c.id, c.code as own_code, c.series_id, c.customer_id, c.redeemed, s.client_handling_type as handling,
  coalesce($3::timestamptz, statement_timestamp()) > s.valid_until as is_expired
from unnest($2::text[], $4::text[]) with ordinality as w(code, key, ordinal)
left join coupons c on ${bearsCode('w.key')} and c.revoked_at is null
left join series s on s.org_id = $1 and s.id = c.series_id
order by w.ordinal`

const byCustomerSql = `
select c.id, c.code, c.customer_id from coupons c
where c.org_id = $1 and c.customer_id = ${customerOf('$2')} and c.series_id = $3 and c.revoked_at is null and c.redeemed = 0
order by c.id limit ${maxOfCustomer + 1}`

const seriesSql = `
select coalesce($3::timestamptz, statement_timestamp()) > s.valid_until as is_expired, s.client_handling_type as handling
from series s where s.org_id = $1 and s.id = $2`

interface ByCodeRow {
  code: string
  id: number | null
  own_code: string
  series_id: number
  customer_id: number | null
  redeemed: number
  handling: string
  is_expired: boolean
}

/**
 * Revokes unredeemed coupons: they can no longer be redeemed and disappear from the history.
 *
 * @throws Refusal 429 after too many unknown codes.
 */
export async function revokeCoupons(
  context: Context,
  caller: Caller,
  command: RevokeCommand,
): Promise<Done<RevokeOutcome>> {
  const { orgId } = caller
  const { codes, customerId } = command
  const lookup = await admitLookups(context, caller, { codeKeys: codes.map(codeKey) })
  const keys = lookup.codeKeys
  try {
    const done = await executeAlone(context, caller, command, {
      lock: async (client) => {
        const { rows } = await client.query<{ series_id: number }>(lockSeriesOfRevocationSql, [
          orgId,
          keys,
          command.seriesId ?? null,
        ])
        return new Set(rows.map((row) => row.series_id))
      },
      execute: async (client, lockedIds, now) => {
        const outcome = await revoke(client, orgId, { ...command, keys }, lockedIds, now)
        return { outcome, customerIds: customerId === undefined ? [] : [customerId] }
      },
    })
    if (!done.isReplay) lookup.settle({ unknown: unknownKeys(done.outcome, codes, keys) })
    return done
  } finally {
    lookup.release()
  }
}

const unknownKeys = (
  { refused }: RevokeOutcome,
  codes: readonly string[],
  keys: readonly string[],
): string[] =>
  refused.filter(({ code }) => code === 682).map(({ couponCode }) => keys[codes.indexOf(couponCode)] ?? '')

const refuse = (refusal: NonNullable<RevokeOutcome['refusal']>): RevokeOutcome => ({
  revoked: [],
  refused: [],
  refusal,
})

/** @param command with the resolved code keys. */
async function revoke(
  client: PoolClient,
  orgId: number,
  command: MeantCommand,
  lockedIds: ReadonlySet<number>,
  now: Date | null,
): Promise<RevokeOutcome> {
  const { seriesId, codes } = command
  if (seriesId !== undefined) {
    const { rows } = await client.query<{ is_expired: boolean; handling: string }>(seriesSql, [
      orgId,
      seriesId,
      now,
    ])
    const [series] = rows
    if (series === undefined) return refuse(707)
    if (series.is_expired) return refuse(712)
    if (codes.length > 0 && series.handling === 'GENERIC') return refuse(108)
  }
  const found =
    codes.length > 0
      ? await byCodes(client, orgId, command, lockedIds, now)
      : await byCustomer(client, orgId, command)
  if (found.refusal === null)
    await revokeById(
      client,
      orgId,
      found.revoked.map(({ id }) => id),
      command,
      now,
    )
  return found
}

/** Revokes unredeemed coupons of series that the caller has locked. */
export async function revokeById(
  client: PoolClient,
  orgId: number,
  ids: readonly number[],
  { tillId, requestId }: Pick<RevokeCommand, 'tillId' | 'requestId'>,
  now: Date | null,
): Promise<void> {
  if (ids.length > 0) await client.query(revokeSql, [orgId, ids, tillId, now, requestId ?? null])
}

async function byCodes(
  client: PoolClient,
  orgId: number,
  { seriesId, codes, keys }: MeantCommand,
  lockedIds: ReadonlySet<number>,
  now: Date | null,
): Promise<RevokeOutcome> {
  const { rows } = await client.query<ByCodeRow>(byCodeSql, [orgId, codes, now, keys])
  if (seriesId === undefined && rows[0]?.is_expired) return refuse(712)
  const revoked = new Map<number, RevokedCoupon>()
  const refused: RevokeRefusal[] = []
  for (const row of rows) {
    // A code created after the lock was taken is treated as unknown.
    const isThere = row.id !== null && lockedIds.has(row.series_id)
    if (
      row.id === null ||
      !isThere ||
      (seriesId !== undefined && row.series_id !== seriesId) ||
      revoked.has(row.id)
    ) {
      refused.push({ code: 682, couponCode: row.code })
    } else if (row.handling === 'GENERIC') refused.push({ code: 108, couponCode: row.code })
    else if (row.redeemed > 0) refused.push({ code: 405, couponCode: row.code })
    else revoked.set(row.id, { id: row.id, code: row.own_code, customerId: row.customer_id })
  }
  return { revoked: [...revoked.values()], refused, refusal: null }
}

async function byCustomer(
  client: PoolClient,
  orgId: number,
  { seriesId, customerId }: RevokeCommand,
): Promise<RevokeOutcome> {
  const { rows } = await client.query<{ id: number; code: string; customer_id: number }>(byCustomerSql, [
    orgId,
    customerId,
    seriesId,
  ])
  if (rows.length > maxOfCustomer) return refuse(629)
  return {
    revoked: rows.map(({ id, code, customer_id }) => ({ id, code, customerId: customer_id })),
    refused: [],
    refusal: null,
  }
}
