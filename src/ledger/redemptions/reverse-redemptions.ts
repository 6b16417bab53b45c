import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import type { Settled, Transaction } from '../../platform/db/write-batch.ts'
import { executeOnce } from '../../platform/idempotency/execute-once.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import type { Batch } from '../../platform/idempotency/write-batchers.ts'

export interface ReverseCommand extends IdempotentCommand {
  readonly redemptionIds: readonly number[]
  readonly tillId: number | null
}

export interface ReversedRedemption {
  readonly id: number
  readonly couponId: number
  readonly code: string
  readonly reversedAtS: number
}

export interface ReverseOutcome {
  /** Ids that are unknown, of another organisation, reversed already or of a revoked coupon. */
  readonly refused: readonly { readonly id: number; readonly code: 510 | 660 }[]
  /** Empty when any was refused. */
  readonly reversed: readonly ReversedRedemption[]
}

/**
 * Takes redemptions back, all of a request or none, each once: counters and limits are as if they had not been.
 *
 * @throws Refusal 422 when the key stands with another request, 503 under overload.
 */
export function reverseRedemptions(
  context: Context,
  caller: Caller,
  command: ReverseCommand,
): Promise<Done<ReverseOutcome>> {
  return context.lanes.reverse.submit(caller, command)
}

const lockSql = `
select su.series_id from series_usage su
where su.org_id = $1 and su.series_id in (
  select r.series_id from redemptions r where r.org_id = $1 and r.id = any($2::bigint[]))
order by su.series_id for update`

const stateSql = `
select r.id, r.coupon_id, c.code, r.series_id, r.customer_id, c.revoked_at is not null, v.redemption_id is not null,
  date_part('epoch', coalesce($3::timestamptz, statement_timestamp()))
from redemptions r
join coupons c on c.org_id = $1 and c.id = r.coupon_id
left join reversals v on v.org_id = $1 and v.redemption_id = r.id
where r.org_id = $1 and r.id = any($2::bigint[])`

type StateRow = [
  id: number,
  couponId: number,
  code: string,
  seriesId: number,
  customerId: number,
  isRevoked: boolean,
  isReversed: boolean,
  nowS: number,
]

/**
 * $1 organisation; arrays: $2 redemption, $3 coupon, $4 series, $5 customer, $6 till, $8 request id; $7 the instant. The
 * customer's latest redemption in the series is found again among those that still stand.
 */
const reverseSql = `
with at as (select $7::timestamptz as at),
e as materialized (
  select * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $8::text[])
    with ordinality as e(id, coupon_id, series_id, customer_id, till_id, request_id, ordinal)
), ledger as (
  insert into reversals (org_id, redemption_id, reversed_at, till_id) select $1, e.id, at.at, e.till_id from e, at
), of_coupon as (
  update coupons c set redeemed = c.redeemed - d.n
  from (select coupon_id, count(*)::int as n from e group by coupon_id) d
  where c.org_id = $1 and c.id = d.coupon_id
), of_series as (
  update series_usage u set redeemed = u.redeemed - d.n
  from (select series_id, count(*)::int as n from e group by series_id) d
  where u.org_id = $1 and u.series_id = d.series_id
), of_customer as (
  update customer_series_usage u set redeemed = u.redeemed - d.n, last_redeemed_at = (
    select max(x.redeemed_at) from redemptions x
    where x.org_id = $1 and x.customer_id = d.customer_id and x.series_id = d.series_id
      and x.id <> all($2::bigint[])
      and not exists (select from reversals y where y.org_id = $1 and y.redemption_id = x.id))
  from (select customer_id, series_id, count(*)::int as n from e group by customer_id, series_id) d
  where u.org_id = $1 and u.customer_id = d.customer_id and u.series_id = d.series_id
)
insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, request_id)
select $1, 'reversed', e.coupon_id, e.id, e.till_id, at.at, e.request_id from e, at order by e.ordinal`

/** Reverses what a batch of commands asks for, in one transaction, in order of arrival. */
export function reverseBatch(
  transaction: Transaction,
  { orgId, commands, now }: Batch<ReverseCommand>,
): Promise<Settled<Done<ReverseOutcome>>[]> {
  const { client, unawaited } = transaction
  const ids = [...new Set(commands.flatMap(({ redemptionIds }) => redemptionIds))]
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series-of-redemptions',
    text: lockSql,
    values: [orgId, ids],
  })
  unawaited(locked)
  return executeOnce(transaction, orgId, commands, async (fresh) => {
    const { rows } = await client.query<StateRow>({
      name: 'reversal-state',
      text: stateSql,
      rowMode: 'array',
      values: [orgId, ids, now],
    })
    const lockedIds = new Set((await locked).rows.map((row) => row.series_id))
    // A redemption that came into being after the lock is not there yet.
    const states = new Map(rows.filter((row) => lockedIds.has(row[3])).map((row) => [row[0], row]))
    const taken = new Set<number>()
    const effects: ReverseEffect[] = []
    const decided = fresh.map(
      ({ redemptionIds, tillId, requestId }): { refused: ReverseOutcome['refused']; rows: StateRow[] } => {
        const refused = redemptionIds.flatMap((id, at) =>
          refusalOf(states.get(id), id, taken.has(id) || redemptionIds.indexOf(id) !== at),
        )
        if (refused.length > 0) return { refused, rows: [] }
        const own = redemptionIds.map((id) => states.get(id)).filter((row) => row !== undefined)
        for (const row of own) {
          taken.add(row[0])
          effects.push({ row, tillId, requestId: requestId ?? null })
        }
        return { refused, rows: own }
      },
    )
    // Told, counted and recorded as of one instant.
    const nowS = rows[0]?.[7] ?? 0
    if (effects.length > 0) unawaited(write(client, orgId, effects, new Date(nowS * 1000)))
    const reversedAtS = Math.floor(nowS)
    return decided.map(({ refused, rows: own }) => ({
      outcome: {
        refused,
        reversed: own.map(([id, couponId, code]) => ({ id, couponId, code, reversedAtS })),
      },
    }))
  })
}

function refusalOf(
  row: StateRow | undefined,
  id: number,
  isTaken: boolean,
): { id: number; code: 510 | 660 }[] {
  if (row === undefined || row[6] || isTaken) return [{ id, code: 510 }]
  return row[5] ? [{ id, code: 660 }] : []
}

interface ReverseEffect {
  readonly row: StateRow
  readonly tillId: number | null
  readonly requestId: string | null
}

function write(
  client: PoolClient,
  orgId: number,
  effects: readonly ReverseEffect[],
  at: Date,
): Promise<unknown> {
  return client.query({
    name: 'reverse',
    text: reverseSql,
    values: [
      orgId,
      effects.map(({ row }) => row[0]),
      effects.map(({ row }) => row[1]),
      effects.map(({ row }) => row[3]),
      effects.map(({ row }) => row[4]),
      effects.map(({ tillId }) => tillId),
      at,
      effects.map(({ requestId }) => requestId),
    ],
  })
}
