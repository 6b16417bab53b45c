import type { Caller } from '../../src/values/caller.ts'
import { processCpuUs, treeCpuUs } from '../cpu.ts'
import { runLoad } from '../load.ts'
import { headersOf, mobileOf } from './dataset.ts'
import { createTextbook, startSweep, textbookHold, textbookRedeemHold } from './hold-floor.ts'
import {
  atItsBest,
  httpConnections,
  inLoop,
  perRequest,
  take,
  verbCallers,
  warmUpMs,
  type Bench,
  type Figures,
  type Plan,
} from './runs.ts'
import { callerOf, holdVerb, redeemHoldVerb } from './verbs.ts'

/**
 * Checkouts that hold a coupon of one series with one budget. Half of them redeem it, and half are abandoned: their holds
 * expire.
 */

const abandonedTtlS = 2
const ttlS = 900
const discount = 10
const ways = {
  http: 'HTTP, 32 connections',
  verb: `verbs only, ${verbCallers} callers`,
  textbook: 'textbook with a sweep',
}
/** Room for every coupon of the pile: what is measured is the budget, not its refusals. */
const budgetOf = ({ data }: Bench): number => data.hotCoupons * discount

export async function openBudget(bench: Bench): Promise<void> {
  const { database, data } = bench
  const period = { per: 'day', amount: budgetOf(bench), uses: null, usesPerCustomer: null }
  const budget = {
    total: budgetOf(bench),
    perCustomer: null,
    periods: [period],
    whenItDoesNotFit: 'refuse',
    timeZone: 'UTC',
  }
  await database.pool.query('update series set budget = $3 where org_id = $1 and id = $2', [
    data.orgId,
    data.hotSeriesId,
    JSON.stringify(budget),
  ])
  await createTextbook(database.pool, data, budgetOf(bench))
  await createEarlierHolds(bench)
}

/**
 * Holds of other series: some that have ended, and some that are live. A server that has just begun to use holds, and
 * whose tables were analysed while they were empty, plans for empty tables until PostgreSQL analyses them again.
 */
async function createEarlierHolds({ database: { pool }, data }: Bench): Promise<void> {
  await pool.query(
    `with c as (
       select id, series_id, customer_id, row_number() over (order by id) as n from coupons
       where org_id = $1 and series_id < $2 order by id limit 20000
     ), h as (
       insert into holds (org_id, id, owner_kind, owner_id, reference, customer_id, codes, bill, created_at, expires_at, ended_at, ended_as)
       select $1, nextval('holds_id_seq'), 'till', $3, 'earlier-' || n, customer_id, '[]', '{}', now(), now() + interval '1 day',
         case when n > 1000 then now() end, case when n > 1000 then 'redeemed' end
       from c returning id, reference, customer_id, expires_at, ended_at
     )
     insert into hold_items (org_id, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at)
     select $1, h.id, c.id, c.series_id, h.customer_id, 10, h.expires_at
     from h join c on h.reference = 'earlier-' || c.n where h.ended_at is null`,
    [data.orgId, data.hotSeriesId, data.tillId],
  )
  await pool.query('vacuum analyze holds, hold_items')
}

let references = 0
const newReference = (): string => `cart-${references++}`

const verbs = (bench: Bench) => async (): Promise<Figures> => {
  const { context, data } = bench
  const caller: Caller = callerOf(data)
  let n = 0
  return inLoop(bench, verbCallers, async () => {
    const coupon = take(bench, 'hot')
    const isPaid = n++ % 2 === 0
    const hold = { ...coupon, reference: newReference(), ttlS: isPaid ? ttlS : abandonedTtlS }
    const holdId = await holdVerb(context, caller, data, hold)
    if (isPaid) await redeemHoldVerb(context, caller, data, { ...coupon, holdId })
  })
}

const textbook = (bench: Bench) =>
  atItsBest(async (connections, duration) => {
    const { pool } = bench.database
    const sweep = startSweep(pool, bench.data)
    let n = 0
    const checkout = async (): Promise<void> => {
      const isPaid = n++ % 2 === 0
      const id = await textbookHold(pool, bench.data, take(bench, 'hot').code, isPaid ? ttlS : abandonedTtlS)
      if (isPaid) await textbookRedeemHold(pool, bench.data, id)
    }
    try {
      return await inLoop(bench, connections, checkout, duration)
    } finally {
      await sweep.stop()
    }
  })

/** A hold that is paid, one that is abandoned, and the redemption of one that was made this many rounds before. */
const roundsBetween = 64
const requestsPerRound = 3
const checkoutsPerRound = 2

const http = (bench: Bench) => async (): Promise<Figures> => {
  const { data, context, server, timedMs } = bench
  const caller = callerOf(data)
  const rounds = Math.ceil((((warmUpMs + timedMs) / 1000) * 6_000) / requestsPerRound)
  const paid = Array.from({ length: rounds + roundsBetween }, () => ({
    ...take(bench, 'hot'),
    reference: newReference(),
    ttlS,
  }))
  await Promise.all(paid.slice(0, roundsBetween).map((one) => holdVerb(context, caller, data, one)))
  const bodies = Array.from({ length: rounds }, (_, n) => {
    const abandoned = { ...take(bench, 'hot'), reference: newReference(), ttlS: abandonedTtlS }
    const [held, redeemed] = [paid[n + roundsBetween], paid[n]]
    return [holdBody(held), holdBody(abandoned), redemptionBody(redeemed)]
  }).flat()
  const { result, cpuUs } = await runLoad(
    {
      port: server.port,
      connections: httpConnections,
      warmUpMs,
      timedMs,
      paths: ['/till/v1/holds', '/till/v1/holds', '/till/v1/redemptions'],
      bodies,
      headers: headersOf(data),
      minBodyBytes: 80,
    },
    { postgres: () => treeCpuUs(bench.postmaster), node: () => processCpuUs(server.pid) },
  )
  const checkouts = (result.requests * checkoutsPerRound) / requestsPerRound
  const { p50Ms, p99Ms } = result
  return {
    perSecond: checkouts / result.seconds,
    p50Ms,
    p99Ms,
    ...perRequest(checkouts, cpuUs['node'], cpuUs['postgres']),
  }
}

interface Held {
  readonly code: string
  readonly customer: number
  readonly reference: string
  readonly ttlS: number
}

const holdBody = (held: Held | undefined): string =>
  JSON.stringify({
    reference: held?.reference,
    ttlSeconds: held?.ttlS,
    codes: [held?.code],
    customer: { mobile: mobileOf(held?.customer ?? 0) },
    bill: { amount: 100 },
  })

/** Its transaction number is the reference of the hold. */
const redemptionBody = (held: Held | undefined): string =>
  JSON.stringify({
    codes: [held?.code],
    customer: { mobile: mobileOf(held?.customer ?? 0) },
    bill: { amount: 100, transactionNumber: held?.reference },
  })

export const planHolds = (bench: Bench): Plan => ({
  runs: { [ways.http]: http(bench), [ways.verb]: verbs(bench), [ways.textbook]: textbook(bench) },
  ratios: [
    [ways.http, ways.textbook, 3],
    [ways.verb, ways.textbook, 3],
  ],
})

const last = { room: 50, tills: 200 }

/** As many tills as fit hold the last of a budget, and no other one. */
async function holdTheLast(bench: Bench): Promise<string[]> {
  const { database, context, data } = bench
  const { rows } = await database.pool.query<{ taken: number }>(
    `select (coalesce((select sum(discount_amount) from redemptions where org_id = $1 and series_id = $2
         and transaction_number <> 'bill'), 0)
       + coalesce((select sum(discount_amount) from hold_items where org_id = $1 and series_id = $2
         and expires_at > now()), 0))::float8 as taken`,
    [data.orgId, data.hotSeriesId],
  )
  const total = (rows[0]?.taken ?? 0) + last.room * discount
  await database.pool.query(
    `update series set budget = jsonb_set(budget, '{total}', to_jsonb($3::numeric)) where org_id = $1 and id = $2`,
    [data.orgId, data.hotSeriesId, total],
  )
  const caller = callerOf(data)
  const held = await Promise.allSettled(
    Array.from({ length: last.tills }, () =>
      holdVerb(context, caller, data, { ...take(bench, 'hot'), reference: newReference(), ttlS }),
    ),
  )
  const granted = held.filter(({ status }) => status === 'fulfilled').length
  return granted === last.room
    ? []
    : [`${granted} of ${last.tills} tills held the last ${last.room} of a budget`]
}

/** Faults of the counters and limits after the runs; none: everything adds up. */
export async function checkHolds(bench: Bench): Promise<string[]> {
  const { database, data } = bench
  // Abandoned holds expire; nobody sweeps them.
  await new Promise((done) => setTimeout(done, (abandonedTtlS + 1) * 1_000))
  const faults = await holdTheLast(bench)
  const { rows } = await database.pool.query<{ fault: string; is: number }>(
    `with redeemed as (
       select count(*)::int as n, coalesce(sum(discount_amount), 0) as given from redemptions
       where org_id = $1 and series_id = $2 and transaction_number <> 'bill'
     ), held as (
       select coalesce(sum(discount_amount), 0) as given from hold_items
       where org_id = $1 and series_id = $2 and expires_at > now()
     )
     select 'budgets whose counter is not the ledger' as fault, count(*)::int as is from budget_usage b, redeemed r
     where b.org_id = $1 and b.series_id = $2 and (b.given <> r.given or b.uses <> r.n)
     union all
     select 'budgets that are exceeded', count(*)::int from redeemed r, held h, series s
     where s.org_id = $1 and s.id = $2 and r.given + h.given > (s.budget ->> 'total')::numeric
     union all
     select 'holds whose end is not that of a redemption', abs((select n from redeemed) - count(*)::int)
     from holds where org_id = $1 and ended_as = 'redeemed' and reference not like 'earlier-%'
     union all
     select 'coupons redeemed and held', count(*)::int from hold_items i
     join coupons c on c.org_id = $1 and c.id = i.coupon_id
     where i.org_id = $1 and i.expires_at > now() and c.redeemed > 0
     union all
     select 'textbook budgets that do not add up', count(*)::int from bench.budgets b
     where b.given <> (select coalesce(sum(discount_amount), 0) from redemptions
       where org_id = $1 and series_id = $2 and transaction_number = 'bill')
       or b.reserved <> (select coalesce(sum(amount), 0) from bench.reservations)`,
    [data.orgId, data.hotSeriesId],
  )
  await database.pool.query('drop schema bench cascade')
  return [...faults, ...rows.filter((row) => row.is > 0).map((row) => `${row.is} ${row.fault}`)]
}
