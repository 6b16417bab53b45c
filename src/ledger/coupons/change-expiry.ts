import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { executeAlone } from '../../platform/idempotency/execute-alone.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { extendSql } from '../post/extend.ts'
import { lockSeriesOfCodesSql } from '../post/lock.ts'
import { couponOfCode, customerOf } from '../sql.ts'
import { codeKey } from '../../values/coupon-code.ts'

export interface ExpiryChange {
  readonly code: string
  /** The instant at which the coupon stops working. */
  readonly validUntilS: number
}

export interface ChangeExpiryCommand extends IdempotentCommand {
  /** Undefined: any series; the code alone identifies the coupon. */
  readonly seriesId: number | undefined
  /** Holder of the coupon of a GENERIC series. */
  readonly customerId: number | undefined
  readonly changes: readonly ExpiryChange[]
  readonly tillId: number | null
}

/** 633: no such code. 690: in the past. 691: after the series. 695: a shared code without a customer. */
type ExpiryRefusal = 633 | 690 | 691 | 695 | 712

export interface ChangeExpiryOutcome {
  readonly customerId?: number
  /** One per change; null: the change was made. */
  readonly refusals: readonly (ExpiryRefusal | null)[]
}

const stateSql = `
select w.ordinal::int, c.id, c.series_id, s.client_handling_type,
  floor(date_part('epoch', s.valid_until))::bigint, date_part('epoch', coalesce($4::timestamptz, statement_timestamp())),
  c.is_shared
from unnest($2::text[]) with ordinality as w(key, ordinal)
join lateral (${couponOfCode({ key: 'w.key', holder: customerOf('$3::bigint'), columns: 'c.id, c.series_id, c.is_shared, c.revoked_at' })}
) c on c.revoked_at is null
join series s on s.org_id = $1 and s.id = c.series_id`

type StateRow = [
  ordinal: number,
  id: number,
  seriesId: number,
  handling: string,
  seriesValidUntilS: number,
  nowS: number,
  isShared: boolean,
]

/**
 * Changes the expiry of coupons. Codes that cannot be changed are reported; the others are changed.
 *
 * @throws Refusal 429 after too many unknown codes.
 */
export async function changeExpiry(
  context: Context,
  caller: Caller,
  command: ChangeExpiryCommand,
): Promise<Done<ChangeExpiryOutcome>> {
  const { orgId } = caller
  const { changes, customerId } = command
  const lookup = await admitLookups(context, caller, { codeKeys: changes.map(({ code }) => codeKey(code)) })
  const keys = lookup.codeKeys
  try {
    const done = await executeAlone(context, caller, command, {
      lock: (client) => client.query(lockSeriesOfCodesSql, [orgId, keys]),
      execute: async (client, _, now) => {
        const refusals = await changeAll(client, orgId, command, keys, now)
        const outcome: ChangeExpiryOutcome =
          customerId === undefined ? { refusals } : { customerId, refusals }
        return { outcome, customerIds: customerId === undefined ? [] : [customerId] }
      },
    })
    if (!done.isReplay) lookup.settle({ unknown: keys.filter((_, at) => done.outcome.refusals[at] === 633) })
    return done
  } finally {
    lookup.release()
  }
}

async function changeAll(
  client: PoolClient,
  orgId: number,
  { seriesId, customerId, changes, tillId, requestId }: ChangeExpiryCommand,
  keys: readonly string[],
  now: Date | null,
): Promise<(ExpiryRefusal | null)[]> {
  const { rows } = await client.query<StateRow>({
    text: stateSql,
    rowMode: 'array',
    values: [orgId, keys, customerId ?? null, now],
  })
  const states = new Map(rows.map((row) => [row[0] - 1, row]))
  const verdicts = changes.map((change, at) => verdictOf(change, states.get(at), seriesId, customerId))
  // If several changes name one coupon, the last wins: a statement can update a row only once.
  const made = new Map<number, number>()
  verdicts.forEach((verdict, at) => {
    const row = states.get(at)
    if (verdict === null && row) made.set(row[1], changes[at]?.validUntilS ?? 0)
  })
  if (made.size > 0) {
    const values = [orgId, [...made.keys()], [...made.values()], tillId, now, requestId ?? null]
    await client.query(extendSql, values)
  }
  return verdicts
}

function verdictOf(
  change: ExpiryChange,
  row: StateRow | undefined,
  seriesId: number | undefined,
  customerId: number | undefined,
): ExpiryRefusal | null {
  if (row === undefined || (seriesId !== undefined && row[2] !== seriesId)) return 633
  const [, , , handling, seriesValidUntilS, nowS, isShared] = row
  // The coupon that reserves a shared code belongs to no customer.
  if (handling === 'GENERIC' && !isShared) return customerId === undefined ? 695 : 633
  if (nowS > seriesValidUntilS) return 712
  if (change.validUntilS < nowS) return 690
  return change.validUntilS > seriesValidUntilS ? 691 : null
}
