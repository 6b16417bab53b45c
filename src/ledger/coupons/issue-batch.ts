import type { Settled, Transaction } from '../../platform/db/write-batch.ts'
import { executeOnce } from '../../platform/idempotency/execute-once.ts'
import type { Decided, Done } from '../../platform/idempotency/idempotent.ts'
import type { Batch } from '../../platform/idempotency/write-batchers.ts'
import { splitBy } from '../../values/split-by.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { lockSeriesOfIssueSql } from '../post/lock.ts'
import type { SeriesMemory } from '../series/series-memory.ts'
import type { RememberedSeries } from '../series/series-terms.ts'
import { requireExclusivesLocked } from './exclusive-lock.ts'
import type { IssueCommand, IssuedInSeries, IssuedSeries, IssueOutcome } from './issue-coupons.ts'
import { decideIssue, expiresAtS, type IssueDecision, type IssueState } from './issue-rules.ts'
import { readIssueStates, readWaitingCodes, type IssueRequest, type WaitingCodes } from './issue-state.ts'
import { writeIssued, type Grant } from './write-issued.ts'

/**
 * Executes a batch of issue commands in one transaction, in order of arrival. Each command sees the effects of those
 * before it.
 */
export function issueBatch(
  memory: SeriesMemory,
  transaction: Transaction,
  { orgId, commands, now }: Batch<IssueCommand>,
): Promise<Settled<Done<IssueOutcome>>[]> {
  const { client, unawaited } = transaction
  const seriesIds = commands.flatMap(({ requests }) => requests.map(({ seriesId }) => seriesId))
  const locked = client.query<{ series_id: number }>({
    name: 'lock-series',
    text: lockSeriesOfIssueSql,
    values: [orgId, [...new Set(seriesIds)]],
  })
  unawaited(locked)
  return executeOnce(transaction, orgId, commands, async (fresh) => {
    const items = fresh.flatMap((command) =>
      command.requests.map((request): Item => ({ command, ...request })),
    )
    const read = await readIssueStates(client, memory, orgId, items, now)
    const lockedIds = new Set((await locked).rows.map((row) => row.series_id))
    // A series created after the lock was taken is treated as unknown: its limits are not locked.
    const states = read.map((state, at) =>
      lockedIds.has(items[at]?.seriesId ?? 0) ? state : { ...state, series: undefined },
    )
    await requireExclusivesLocked(client, orgId, states, lockedIds)
    const waiting = await readWaitingCodes(client, orgId, items, states)
    const decisions = decideAll(items, states, waiting)
    // The coupon, the counters and the event all carry the instant of judgement.
    const at = now ?? new Date((states[0]?.nowS ?? 0) * 1000)
    await writeIssued(
      transaction,
      orgId,
      decisions.flatMap(({ grants }) => grants),
      at,
    )
    const byCommand = splitBy(
      decisions,
      fresh.map(({ requests }) => requests.length),
    )
    return byCommand.map(decidedOf)
  })
}

/** One series of a command. */
interface Item extends IssueRequest {
  readonly command: IssueCommand
}

interface Decision extends IssueDecision {
  readonly request: IssueRequest
  readonly customer: CustomerProfile | undefined
  readonly series: RememberedSeries | undefined
  readonly grants: readonly Grant[]
}

/** If no request found its customer, nothing could be executed. The ids and codes of grants are known at this point. */
function decidedOf(decisions: readonly Decision[]): Decided<IssueOutcome> {
  const customerIds = decisions.flatMap(({ customer }) => customer?.id ?? [])
  const outcome = { requests: decisions.map(issuedOf) }
  return { outcome, customerIds, isRetained: customerIds.length > 0 }
}

function issuedOf({ request, customer, series, grants, resent, refusal }: Decision): IssuedInSeries {
  const coupons = resent === null ? grants : [resent]
  return {
    ...(customer && { customer }),
    seriesId: request.seriesId,
    ...(series && { series: issuedSeriesOf(series) }),
    asked: request.count,
    coupons: coupons.map(({ id, code, validUntilS }) => ({ id, code, validUntilS })),
    refusal,
  }
}

const issuedSeriesOf = (series: RememberedSeries): IssuedSeries => ({
  id: series.id,
  description: series.description,
  info: series.info,
  discountCode: series.discountCode,
  discountType: series.discountType,
  discountValue: series.discountValue,
  discountUpto: series.discountUpto,
  validUntilS: series.validUntilS,
  clientHandlingType: series.clientHandlingType,
  isExistingCouponWithheld: series.isExistingCouponWithheld,
})

/** Decides the items in order of arrival; each sees the grants of those before it. */
function decideAll(
  items: readonly Item[],
  states: readonly IssueState<RememberedSeries>[],
  waiting: WaitingCodes,
): Decision[] {
  const inSeries = new Map<number, number>()
  const toCustomer = new Map<string, Grant[]>()
  return items.map(({ command, ...request }, at) => {
    const { seriesId, count } = request
    const state = states[at] as IssueState<RememberedSeries>
    const { customer, series } = state
    const ofCustomer = (id: number): Grant[] => toCustomer.get(`${customer?.id} ${id}`) ?? []
    const before = ofCustomer(seriesId)
    const pool = waiting.get(seriesId) ?? []
    const decision = decideIssue(
      {
        ...state,
        // The customer already holds a coupon granted earlier in the batch. Its id and code are set when it is written.
        held: before[0] ?? state.held,
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
    const grants: Grant[] = []
    if (customer && series) {
      for (let n = 0; n < decision.granted; n++)
        grants.push(grantOf(command, customer.id, series, state.nowS, pool))
    }
    inSeries.set(seriesId, (inSeries.get(seriesId) ?? 0) + grants.length)
    if (grants.length > 0) toCustomer.set(`${customer?.id} ${seriesId}`, [...before, ...grants])
    return { ...decision, request, customer, series, grants }
  })
}

function grantOf(
  command: IssueCommand,
  customerId: number,
  series: RememberedSeries,
  nowS: number,
  pool: { id: number; code: string }[],
): Grant {
  const waiting = series.clientHandlingType === 'DISC_CODE_PIN' ? pool.shift() : undefined
  return {
    id: waiting?.id ?? 0,
    code: waiting?.code ?? series.genericCode ?? '',
    series,
    customerId,
    validUntilS: expiresAtS(series, Math.floor(nowS), command.timeZone),
    place: command.place,
    metadata: command.metadata,
    requestId: command.requestId,
  }
}
