import type { Context } from '../context.ts'
import { networkOf } from '../../values/network.ts'
import type { Counted, LastFailure } from './failed-lookups.ts'
import type { Asker } from './guard-lookups.ts'
import { creditPerRedemption } from '../../values/lookup-rules.ts'
import { seriesWithForm } from './series-forms.ts'

/** The outcome of a look-up of codes, coupon ids and customers. An omitted property means none. */
export interface LookupOutcome {
  /** Codes that do not exist, in the form used for comparison. */
  readonly unknown?: readonly string[]
  /** Number of ids of coupons that do not exist or that the caller may not see. */
  readonly unknownIds?: number
  /** Series of codes that belong to someone else. */
  readonly foreignSeriesIds?: readonly number[]
  /** Redeemed coupons that had no standing redemption before. */
  readonly redeemedCouponIds?: readonly number[]
  /** Number of customers that are unknown, or taken by someone else. */
  readonly unknownCustomers?: number
  /** Number of registered customers. */
  readonly registered?: number
}

const lastOf = ({ kind, holderId, from }: Asker): LastFailure => ({
  kind,
  holderId,
  address: from?.address ?? '',
  requestId: from?.requestId ?? '',
})

/** Counts the outcome of a look-up of codes and coupon ids against the caller, its address and the affected series. */
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

/** Counts the outcome of a look-up of customers. A registration offsets the failed look-up that preceded it. */
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

/**
 * The address of an API client is a server's address, shared by all customers of that server: it identifies no more
 * than the client itself does.
 */
function addressOf({ config }: Context, { orgId, kind, from }: Asker) {
  if (config.failedLookups.address === 0 || kind === 'client') return undefined
  return { orgId, kind: 'address', subject: networkOf(from?.address ?? '') } as const
}

/** Credits redeemed coupons to the caller and its address. */
export function creditRedemptions(context: Context, caller: Asker, own: Counted, redemptions: number): void {
  const { failed: failedLookups } = context.lookups
  const nowMs = performance.now()
  failedLookups.credit(own, redemptions * creditPerRedemption, nowMs)
  const there = addressOf(context, caller)
  const known = there && failedLookups.find(there)
  if (known !== undefined) failedLookups.credit(known, redemptions * creditPerRedemption, nowMs)
}

/** $1 organisation, $2 coupons: how many were redeemed exactly once ever, including reversed redemptions. */
const redeemedOnceSql = `
select count(*)::int as n from unnest($2::bigint[]) as w(id)
where 1 = (select count(*) from (select from redemptions x where x.org_id = $1 and x.coupon_id = w.id limit 2) x)`

/** Runs after the answer, and only for callers with counted failures: others have nothing to credit. */
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
    context.log.warn({ reason: (error as Error).message }, 'could not credit redeemed coupons to the caller')
  }
}

/** Runs after the answer, so that no caller waits for it. */
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
    context.log.warn({ reason: (error as Error).message }, 'could not count failed look-ups of a series')
  }
}
