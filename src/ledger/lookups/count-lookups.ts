import type { Context } from '../context.ts'
import { networkOf } from '../../values/network.ts'
import type { Counted, LastFailure } from './failed-lookups.ts'
import type { Asker } from './guard-lookups.ts'
import { creditPerRedemption } from '../../values/lookup-rules.ts'
import { seriesWithForm } from './series-forms.ts'

/** What came of looking for codes, ids of coupons and customers. What is left out is none. */
export interface LookupOutcome {
  /** Codes that there are not, in the form in which they are compared. */
  readonly unknown?: readonly string[]
  /** How many ids lead to no coupon, or to one that the caller may not see. */
  readonly unknownIds?: number
  /** Series of codes that are somebody else's. */
  readonly foreignSeriesIds?: readonly number[]
  /** Coupons that were redeemed and of which no redemption stood before. */
  readonly redeemedCouponIds?: readonly number[]
  /** How many customers are unknown, or taken by somebody else. */
  readonly unknownCustomers?: number
  /** How many customers were registered. */
  readonly registered?: number
}

const lastOf = ({ kind, holderId, from }: Asker): LastFailure => ({
  kind,
  holderId,
  address: from?.address ?? '',
  requestId: from?.requestId ?? '',
})

/** Counts what came of codes and ids of coupons, for the caller, its address and the series that are meant. */
export function countCodes(context: Context, caller: Asker, own: Counted, outcome: LookupOutcome): void {
  const { failed: failedLookups } = context.lookups
  const { unknown = [], unknownIds = 0, foreignSeriesIds = [], redeemedCouponIds = [] } = outcome
  if (redeemedCouponIds.length > 0) void creditFirst(context, caller, own, redeemedCouponIds)
  const failed = unknown.length + unknownIds + foreignSeriesIds.length
  if (failed === 0) return
  const nowMs = performance.now()
  const { address, series } = context.config.failedLookups
  const last = lastOf(caller)
  context.metrics.lookupsFailed.inc({ kind: own.kind }, failed)
  failedLookups.fail(own, failed, last, nowMs)
  const there = addressOf(context, caller)
  if (there !== undefined) failedLookups.fail(failedLookups.get(there, address), failed, last, nowMs)
  if (series > 0) void countSeries(context, caller.orgId, outcome, series, last)
}

/** Counts what came of customers. One who is registered takes off what looking for them in vain has put on. */
export function countCustomers(
  { lookups: { failed: failedLookups }, metrics }: Context,
  caller: Asker,
  own: Counted,
  { unknownCustomers = 0, registered = 0 }: LookupOutcome,
): void {
  const nowMs = performance.now()
  if (registered > 0) failedLookups.credit(own, registered, nowMs)
  if (unknownCustomers === 0) return
  metrics.lookupsFailed.inc({ kind: own.kind }, unknownCustomers)
  failedLookups.fail(own, unknownCustomers, lastOf(caller), nowMs)
}

/** The address of a client is that of a server, which its customers share: it says no more than the client itself. */
function addressOf({ config }: Context, { orgId, kind, from }: Asker) {
  if (config.failedLookups.address === 0 || kind === 'client') return undefined
  return { orgId, kind: 'address', subject: networkOf(from?.address ?? '') } as const
}

/** Takes off what redeemed coupons do, for the caller and its address. */
export function creditRedemptions(context: Context, caller: Asker, own: Counted, redemptions: number): void {
  const { failed: failedLookups } = context.lookups
  const nowMs = performance.now()
  failedLookups.credit(own, redemptions * creditPerRedemption, nowMs)
  const there = addressOf(context, caller)
  const known = there && failedLookups.find(there)
  if (known !== undefined) failedLookups.credit(known, redemptions * creditPerRedemption, nowMs)
}

/** $1 organisation, $2 coupons: how many were redeemed once in their life, redemptions that were taken back included. */
const redeemedOnceSql = `
select count(*)::int as n from unnest($2::bigint[]) as w(id)
where 1 = (select count(*) from (select from redemptions x where x.org_id = $1 and x.coupon_id = w.id limit 2) x)`

/** After the answer, and only of callers against whom something stands: others have nothing to be taken off. */
async function creditFirst(
  context: Context,
  caller: Asker,
  own: Counted,
  couponIds: readonly number[],
): Promise<void> {
  if (own.level === 0) return
  try {
    const { rows } = await context.database.pool.query<{ n: number }>({
      name: 'redeemed-once',
      text: redeemedOnceSql,
      values: [caller.orgId, [...new Set(couponIds)]],
    })
    creditRedemptions(context, caller, own, rows[0]?.n ?? 0)
  } catch (error) {
    context.log.warn({ reason: (error as Error).message }, 'redeemed coupons could not be taken into account')
  }
}

/** After the answer: nobody waits for it. */
async function countSeries(
  context: Context,
  orgId: number,
  { unknown = [], foreignSeriesIds = [] }: LookupOutcome,
  perHour: number,
  last: LastFailure,
): Promise<void> {
  const { failed: failedLookups } = context.lookups
  try {
    const meant = await Promise.all(unknown.map((key) => seriesWithForm(context, orgId, key)))
    const counts = new Map<number, number>()
    for (const id of [...meant.flat(), ...foreignSeriesIds]) counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const [id, failed] of counts) {
      const one = failedLookups.get({ orgId, kind: 'series', subject: String(id) }, perHour)
      failedLookups.fail(one, failed, last, performance.now())
    }
  } catch (error) {
    context.log.warn({ reason: (error as Error).message }, 'failed look-ups of a series could not be counted')
  }
}
