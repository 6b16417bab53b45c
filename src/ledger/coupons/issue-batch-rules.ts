import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { RememberedSeries } from '../series/series-terms.ts'
import type { IssueCommand, IssuedInSeries, IssuedSeries } from './issue-coupons.ts'
import { decideIssue, expiresAtS, type IssueDecision, type IssueState } from './issue-rules.ts'
import type { IssueRequest, WaitingCodes } from './issue-state.ts'
import type { Grant } from './write-issued.ts'

/** One series of a command. */
export interface IssueItem extends IssueRequest {
  readonly command: IssueCommand
}

export interface DecidedItem extends IssueDecision {
  readonly request: IssueRequest
  readonly customer: CustomerProfile | undefined
  readonly series: RememberedSeries | undefined
  readonly grants: readonly Grant[]
}

export const issueItemsOf = (commands: readonly IssueCommand[]): IssueItem[] =>
  commands.flatMap((command) => command.requests.map((request) => ({ command, ...request })))

/**
 * The part of a decision that the caller receives. The ids and codes of grants are known once they are written, or come
 * from a pool.
 */
export function issuedOf({
  request,
  customer,
  series,
  grants,
  resent,
  refusal,
  ownRefusal,
}: DecidedItem): IssuedInSeries {
  const coupons = resent === null ? grants : [resent]
  return {
    ...(customer && { customer }),
    seriesId: request.seriesId,
    ...(series && { series: issuedSeriesOf(series) }),
    asked: request.count,
    coupons: coupons.map(({ id, code, validUntilS }) => ({ id, code, validUntilS })),
    refusal,
    ...(ownRefusal !== undefined && { ownRefusal }),
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
export function decideIssues(
  items: readonly IssueItem[],
  states: readonly IssueState<RememberedSeries>[],
  waiting: WaitingCodes,
): DecidedItem[] {
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
