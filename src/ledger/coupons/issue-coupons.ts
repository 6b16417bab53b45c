import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { Transaction } from '../../platform/db/write-batch.ts'
import { countRefusals } from '../../platform/refusals/count-refusals.ts'
import type { Refused } from '../../platform/refusals/refusal-counts.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { carryOutInLane, type WriteLane } from '../../platform/idempotency/carry-out.ts'
import {
  answerOnce,
  type GivenAnswer,
  type PendingAnswer,
  type Retryable,
} from '../../platform/idempotency/stored-answers.ts'
import type { RememberedSeries } from '../series/series-terms.ts'
import { requireExclusivesLocked } from './exclusive-lock.ts'
import { lockSeriesSql } from './issue-sql.ts'
import {
  decideIssue,
  expiresAtS,
  type HeldCoupon,
  type IssueRefusal,
  type IssueState,
} from './issue-rules.ts'
import { readIssueStates, readWaitingCodes, type SeriesWish, type WaitingCodes } from './issue-state.ts'
import { writeIssued, type Grant } from './write-issued.ts'

/** Coupons of one series for a customer: as many as may be issued, up to `count`. */
export interface IssueWant {
  readonly customer: CustomerReference
  readonly seriesId: number
  readonly count: number
}

export interface IssueRequest extends Retryable<IssueVerdict> {
  readonly wants: readonly IssueWant[]
  readonly place: { readonly storeId: number | null; readonly tillId: number | null }
  readonly timeZone: string
  /** Why and from where it was issued; kept with the event. */
  readonly metadata: Readonly<Record<string, string>> | null
}

export interface IssuedInSeries {
  /** Undefined: the customer is unknown. */
  readonly customer: CustomerProfile | undefined
  readonly seriesId: number
  /** Undefined: no such series. */
  readonly series: RememberedSeries | undefined
  readonly asked: number
  readonly coupons: readonly (HeldCoupon & { readonly isResent: boolean })[]
  /** Why not more; null: everything asked for was issued. */
  readonly refusal: IssueRefusal | null
}

/** One per want, in their order. */
export type IssueVerdict = readonly IssuedInSeries[]

export type IssueLane = WriteLane<IssueRequest>

/**
 * Issues coupons to customers, never more than the series, the customer and the pool of codes allow.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 429 after too many unknown customers, 422 when the key stands with another request, 503 under overload.
 */
export function issueCoupons(context: Context, caller: Caller, request: IssueRequest): Promise<GivenAnswer> {
  return guardLookups(context, caller, { customers: customersOf(request.wants) }, (tell) => {
    const present: IssueRequest['present'] = (verdict) => {
      const unknown = verdict.filter(({ customer }) => customer === undefined)
      const isOne = customersOf(request.wants) === 1
      tell({ unknownCustomers: isOne ? Math.min(1, unknown.length) : unknown.length })
      return request.present(verdict)
    }
    const counted = countRefusals(context, caller, { ...request, present }, refusedOf)
    return counted.given(
      carryOutInLane(
        context,
        context.lanes.issue,
        'issue',
        caller,
        counted.request,
        (transaction, requests, now) => issueBatch(context, transaction, caller.orgId, requests, now),
      ),
    )
  })
}

/** A request that wants coupons of several series is mostly about one customer. */
const customersOf = (wants: readonly IssueWant[]): number =>
  wants.length === 1 ? 1 : new Set(wants.map(({ customer }) => JSON.stringify(customer))).size

function refusedOf(verdict: IssueVerdict): Refused[] {
  return verdict.flatMap(({ series, refusal }) =>
    refusal === null ? [] : [{ operation: 'issue' as const, seriesId: series?.id, code: refusal }],
  )
}

async function issueBatch(
  context: Context,
  transaction: Transaction,
  orgId: number,
  requests: readonly IssueRequest[],
  now: Date | null,
): Promise<PendingAnswer[]> {
  const { client, unawaited } = transaction
  const seriesIds = [...new Set(requests.flatMap(({ wants }) => wants.map(({ seriesId }) => seriesId)))]
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series',
    text: lockSeriesSql,
    values: [orgId, seriesIds],
  })
  unawaited(locked)
  return answerOnce<IssueVerdict, IssueRequest>(transaction, orgId, requests, async (fresh) => {
    const wishes = fresh.flatMap((request) => request.wants.map((want): Wish => ({ request, ...want })))
    const read = await readIssueStates(client, context.seriesMemory, orgId, wishes, now)
    const lockedIds = new Set((await locked).rows.map((row) => row.series_id))
    // A series that came into being after the lock is not there yet: nothing holds its limits.
    const states = read.map((state, at) =>
      lockedIds.has(wishes[at]?.seriesId ?? 0) ? state : { ...state, series: undefined },
    )
    await requireExclusivesLocked(client, orgId, states, lockedIds)
    const waiting = await readWaitingCodes(client, orgId, wishes, states)
    const { grants, decided } = decideAll(wishes, states, waiting)
    // One instant everywhere: the coupon, the counters and the event bear the one that was judged at.
    await writeIssued(transaction, orgId, grants, now ?? new Date((states[0]?.nowS ?? 0) * 1000))
    let at = 0
    return fresh.map(({ wants }) => decided.slice(at, (at += wants.length)).map(toIssued))
  })
}

/** One series of a request. */
interface Wish extends SeriesWish {
  readonly request: IssueRequest
}

interface Decided extends Omit<IssuedInSeries, 'coupons'> {
  readonly resent: HeldCoupon | null
  readonly grants: readonly Grant[]
}

function toIssued({ grants, resent, ...decided }: Decided): IssuedInSeries {
  const issued = grants.map(({ couponId, code, validUntilS }) => ({
    id: couponId,
    code,
    validUntilS,
    isResent: false,
  }))
  if (resent === null) return { ...decided, coupons: issued }
  const { id, code, validUntilS } = resent
  return { ...decided, coupons: [{ id, code, validUntilS, isResent: true }] }
}

/** Decides wish after wish, in order of arrival: each sees what those before it get. */
function decideAll(
  wishes: readonly Wish[],
  states: readonly IssueState<RememberedSeries>[],
  waiting: WaitingCodes,
): { grants: Grant[]; decided: Decided[] } {
  const inSeries = new Map<number, number>()
  const toCustomer = new Map<string, Grant[]>()
  const grants: Grant[] = []
  const decided = wishes.map(({ request, seriesId, count }, at) => {
    const state = states[at] as IssueState<RememberedSeries>
    const { customer, series } = state
    const ofCustomer = (id: number): Grant[] => toCustomer.get(`${customer?.id} ${id}`) ?? []
    const before = ofCustomer(seriesId)
    const pool = waiting.get(seriesId) ?? []
    const decision = decideIssue(
      // A coupon granted earlier in the batch is one that the customer holds.
      {
        ...state,
        held: before[0] ? heldOf(before[0]) : state.held,
        waitingCodes: pool.length + (inSeries.get(seriesId) ?? 0),
      },
      count,
      {
        inSeries: inSeries.get(seriesId) ?? 0,
        toCustomer: before.length,
        holdsExclusive: (series?.mutuallyExclusiveSeriesIds ?? []).some(
          (id) => id !== seriesId && ofCustomer(id).length > 0,
        ),
      },
    )
    const granted: Grant[] = []
    if (customer && series) {
      for (let n = 0; n < decision.granted; n++)
        granted.push(grantOf(request, customer.id, series, state.nowS, pool))
    }
    grants.push(...granted)
    inSeries.set(seriesId, (inSeries.get(seriesId) ?? 0) + granted.length)
    if (granted.length > 0) toCustomer.set(`${customer?.id} ${seriesId}`, [...before, ...granted])
    return {
      customer,
      seriesId,
      series,
      asked: count,
      grants: granted,
      resent: decision.resent,
      refusal: decision.refusal,
    }
  })
  return { grants, decided }
}

/** Looks at the grant when it is presented: only then its id and code are known. */
function heldOf(grant: Grant): HeldCoupon {
  return {
    get id() {
      return grant.couponId
    },
    get code() {
      return grant.code
    },
    validUntilS: grant.validUntilS,
  }
}

function grantOf(
  request: IssueRequest,
  customerId: number,
  series: RememberedSeries,
  nowS: number,
  pool: { id: number; code: string }[],
): Grant {
  const waiting = series.clientHandlingType === 'DISC_CODE_PIN' ? pool.shift() : undefined
  return {
    couponId: waiting?.id ?? 0,
    code: waiting?.code ?? series.genericCode ?? '',
    series,
    customerId,
    validUntilS: expiresAtS(series, Math.floor(nowS), request.timeZone),
    place: request.place,
    metadata: request.metadata,
    requestId: request.requestId,
  }
}
