import type { PoolClient } from 'pg'
import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { identifiersOf, type CustomerProfile } from '../customers/customer-profile.ts'
import { Lane } from '../db/lane.ts'
import { runWriteBatch, unwrap, type Settled } from '../db/write-batch.ts'
import { Refusal } from '../errors.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { answerOnce, type GivenAnswer, type Retryable } from '../retries/stored-answers.ts'
import { readTerms, type VersionedSeries } from '../series/series-terms.ts'
import { requireExclusivesLocked } from './exclusive-lock.ts'
import { issueStateSql, lockSeriesSql, waitingCodesSql } from './issue-sql.ts'
import {
  decideIssue,
  expiresAtS,
  type HeldCoupon,
  type IssueRefusal,
  type IssueState,
} from './issue-rules.ts'
import { writeIssued, type Grant } from './write-issued.ts'

export interface IssueRequest extends Retryable<IssueVerdict> {
  readonly customer: CustomerReference
  /** Series, and how many coupons of each. */
  readonly wants: readonly { readonly seriesId: number; readonly count: number }[]
  readonly place: { readonly storeId: number; readonly tillId: number | null }
  readonly timeZone: string
  /** Why and from where it was issued; kept with the event. */
  readonly metadata: Readonly<Record<string, string>> | null
}

export interface IssuedInSeries {
  readonly seriesId: number
  /** Undefined: no such series. */
  readonly series: VersionedSeries | undefined
  readonly asked: number
  readonly coupons: readonly (HeldCoupon & { readonly isResent: boolean })[]
  /** Why not more; null: everything asked for was issued. */
  readonly refusal: IssueRefusal | null
}

export interface IssueVerdict {
  /** Undefined: the customer is unknown. */
  readonly customer: CustomerProfile | undefined
  readonly bySeries: readonly IssuedInSeries[]
}

export type IssueLane = Lane<IssueRequest, Settled<GivenAnswer | Refusal>>

const limits = { maxBatch: 64, maxInFlight: 1, maxQueue: 2_000 }

/**
 * Issues coupons to a customer, never more than the series, the customer and the pool of codes allow.
 *
 * @returns the answer as the request presents it: this one's, or the first one's when the key was seen before.
 * @throws Refusal 422 when the key stands with another request, 503 under overload.
 */
export async function issueCoupons(
  context: Context,
  caller: Caller,
  request: IssueRequest,
): Promise<GivenAnswer> {
  const { orgId } = caller
  let lane = context.issueLanes.get(orgId)
  if (lane === undefined) {
    lane = new Lane(limits, (requests) =>
      runWriteBatch(context.database.pool, requests, (client, items) =>
        issueBatch(context, client, orgId, items),
      ),
    )
    context.issueLanes.set(orgId, lane)
  }
  const answer = unwrap(await lane.submit(request))
  if (answer instanceof Refusal) throw answer
  return answer
}

async function issueBatch(
  context: Context,
  client: PoolClient,
  orgId: number,
  requests: readonly IssueRequest[],
): Promise<(GivenAnswer | Refusal)[]> {
  const seriesIds = [...new Set(requests.flatMap(({ wants }) => wants.map(({ seriesId }) => seriesId)))]
  const locked = await client.query<{ series_id: number }>({
    name: 'lock-series',
    text: lockSeriesSql,
    values: [orgId, seriesIds],
  })
  const lockedIds = new Set(locked.rows.map((row) => row.series_id))
  return answerOnce<IssueVerdict, IssueRequest>(client, orgId, requests, async (fresh) => {
    const wishes = fresh.flatMap((request) => request.wants.map((want) => ({ request, ...want })))
    const read = await readStates(context, client, orgId, wishes)
    // A series that came into being after the lock is not there yet: nothing holds its limits.
    const states = read.map((state, at) =>
      lockedIds.has(wishes[at]?.seriesId ?? 0) ? state : { ...state, series: undefined },
    )
    await requireExclusivesLocked(client, orgId, states, lockedIds)
    const waiting = await readWaiting(client, orgId, wishes, states)
    const { grants, decided } = decideAll(wishes, states, waiting)
    // One instant everywhere: the coupon, the counters and the event bear the one that was judged at.
    await writeIssued(client, orgId, grants, context.fixedNow ?? new Date((states[0]?.nowS ?? 0) * 1000))
    let at = 0
    return fresh.map((request) => {
      const bySeries = decided.slice(at, at + request.wants.length)
      const { customer } = states[at] as IssueState
      at += request.wants.length
      return { customer, bySeries: bySeries.map(toIssued) }
    })
  })
}

interface Wish {
  readonly request: IssueRequest
  readonly seriesId: number
  readonly count: number
}

type StateRow = [
  n: number,
  customerId: number | null,
  isBlocked: boolean,
  firstName: string,
  lastName: string,
  updatedAtS: number,
  identifiers: string | null,
  seriesId: number | null,
  version: number,
  issued: number,
  maxIssued: number | null,
  issuedToCustomer: number,
  revokedOfCustomer: number,
  lastIssuedAtS: number | null,
  heldId: number | null,
  heldCode: string,
  heldValidUntilS: number,
  holdsExclusive: boolean,
  nowS: number,
]

async function readStates(
  context: Context,
  client: PoolClient,
  orgId: number,
  wishes: readonly Wish[],
): Promise<IssueState<VersionedSeries>[]> {
  const { rows } = await client.query<StateRow>({
    name: 'issue-state',
    text: issueStateSql,
    rowMode: 'array',
    values: [
      orgId,
      wishes.map((_, at) => at),
      wishes.map(({ request }) => request.customer.customerId ?? null),
      wishes.map(({ request }) => request.customer.identifier?.type ?? null),
      wishes.map(({ request }) => request.customer.identifier?.value ?? null),
      wishes.map(({ seriesId }) => seriesId),
      context.fixedNow,
    ],
  })
  const versions = new Map(rows.flatMap((row) => (row[7] === null ? [] : [[row[7], row[8]] as const])))
  const terms = await readTerms(client, context.seriesMemory, orgId, versions)
  const states = Array.from<IssueState<VersionedSeries>>({ length: wishes.length })
  for (const row of rows) {
    states[row[0]] = {
      customer:
        row[1] === null
          ? undefined
          : {
              id: row[1],
              firstName: row[3],
              lastName: row[4],
              updatedAtS: row[5],
              identifiers: identifiersOf(row[6]),
            },
      isBlocked: row[2],
      series: row[7] === null ? undefined : terms.get(row[7]),
      issued: row[9],
      maxIssued: row[10],
      issuedToCustomer: row[11],
      revokedOfCustomer: row[12],
      lastIssuedAtS: row[13],
      held: row[14] === null ? null : { id: row[14], code: row[15], validUntilS: row[16] },
      holdsExclusive: row[17],
      waitingCodes: 0,
      nowS: row[18],
    }
  }
  return states
}

type WaitingCodes = Map<number, { id: number; code: string }[]>

/** The oldest waiting codes of every series of uploaded codes, as many as the batch could need. */
async function readWaiting(
  client: PoolClient,
  orgId: number,
  wishes: readonly Wish[],
  states: readonly IssueState[],
): Promise<WaitingCodes> {
  const needed = new Map<number, number>()
  wishes.forEach(({ seriesId, count }, at) => {
    if (states[at]?.series?.clientHandlingType !== 'DISC_CODE_PIN') return
    needed.set(seriesId, (needed.get(seriesId) ?? 0) + count)
  })
  const waiting: WaitingCodes = new Map([...needed.keys()].map((seriesId) => [seriesId, []]))
  if (needed.size === 0) return waiting
  const { rows } = await client.query<{ series_id: number; id: number; code: string }>({
    name: 'waiting-codes',
    text: waitingCodesSql,
    values: [orgId, [...needed.keys()], [...needed.values()]],
  })
  for (const { series_id: seriesId, id, code } of rows) waiting.get(seriesId)?.push({ id, code })
  return waiting
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
  states: readonly IssueState<VersionedSeries>[],
  waiting: WaitingCodes,
): { grants: Grant[]; decided: Decided[] } {
  const inSeries = new Map<number, number>()
  const toCustomer = new Map<string, Grant[]>()
  const grants: Grant[] = []
  const decided = wishes.map(({ request, seriesId, count }, at) => {
    const state = states[at] as IssueState<VersionedSeries>
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
  series: VersionedSeries,
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
  }
}
