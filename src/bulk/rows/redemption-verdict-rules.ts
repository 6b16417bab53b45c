import { catalogue, type Code } from '../../values/errors.ts'
import type { CouponState } from '../../ledger/redemptions/redemption-facts.ts'
import type { RedemptionRefusal } from '../../ledger/redemptions/ordered-redemption-rules.ts'
import { judge } from '../../ledger/redemptions/redemption-rules.ts'
import type { CountedSeries } from '../../ledger/series/series-counters.ts'
import type { Setting } from './setting.ts'

/** A row of a redemption file with the matching state of the ledger. */
export interface RedemptionRow {
  readonly line: number
  readonly faultCode: Code | null
  readonly fault: string | null
  readonly low: number | null
  readonly high: number | null
  /** Null: no such customer. */
  readonly customerId: number | null
  /** Null: no such coupon. */
  readonly coupon: (CouponState & { readonly id: number; readonly seriesId: number }) | null
  readonly redeemedInSeries: number
  readonly redeemedThisCoupon: number
  readonly isThere: boolean
  readonly redeemedAtS: number
  readonly billNumber: string
  readonly isReversed: boolean
  /** The coupon was never redeemed, not even by a redemption that was reversed. */
  readonly isFirst: boolean
  /** The nonexistent code; null: the coupon exists, or it is named by its id. */
  readonly unknownCode: string | null
}

/**
 * Refusals that apply to history too: whose coupon it is, and how often it may be redeemed. Windows, places, bills,
 * gaps and ends are not judged again, because the redemption took place.
 */
const ofLedger: ReadonlySet<RedemptionRefusal> = new Set([660, 696, 703, 711, 716, 728, 736])

export type RedemptionVerdict = 'fresh' | 'present' | { readonly reason: string; readonly code: Code | null }

/** What earlier rows add: counts by key, and the redemptions themselves. */
export class RedeemedEarlier {
  readonly #counts: Map<string, number>

  constructor(counts: Iterable<readonly [string, number]> = []) {
    this.#counts = new Map(counts)
  }

  get entries(): Iterable<readonly [string, number]> {
    return this.#counts
  }

  count(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  add(key: string): void {
    this.#counts.set(key, this.count(key) + 1)
  }
}

/** The keys under which an imported row is counted, besides its identity. */
function countedBy(coupon: { readonly id: number; readonly seriesId: number }, customerId: number) {
  return {
    coupon: `coupon ${coupon.id}`,
    series: `series ${coupon.seriesId}`,
    customer: `customer ${customerId} series ${coupon.seriesId}`,
    both: `customer ${customerId} coupon ${coupon.id}`,
  }
}

/** The key that makes two rows the same redemption. */
export const identityOf = (row: RedemptionRow): string =>
  `redemption ${row.coupon?.id} ${row.customerId} ${row.redeemedAtS} ${row.billNumber}`

/** All keys of earlier rows that a row is judged by. */
export function keysOf(row: RedemptionRow): string[] {
  const { coupon, customerId } = row
  if (coupon === null || customerId === null) return []
  return [identityOf(row), ...Object.values(countedBy(coupon, customerId))]
}

/**
 * The verdict on a code that is unknown, of another series or of another customer: files by HTTP do not distinguish
 * them.
 */
const noSuchCodeHere: RedemptionVerdict = {
  code: 702,
  reason: `${catalogue[702].message}: the customer has no coupon of the series with it`,
}

/**
 * Judges one row as history; an imported one is added to `earlier`.
 *
 * @param hidesOthers true: the refusal of a code does not reveal whether the coupon exists.
 */
export function decideRedemptionRow(
  row: RedemptionRow,
  series: ReadonlyMap<number, Pick<CountedSeries, 'terms' | 'redeemed' | 'maxRedeemed'>>,
  earlier: RedeemedEarlier,
  { nowS, timeZone, series: only }: Pick<Setting, 'nowS' | 'timeZone' | 'series'>,
  hidesOthers = false,
): RedemptionVerdict {
  if (row.fault !== null) return { reason: row.fault, code: row.faultCode }
  const { coupon, customerId } = row
  if (row.low === 0 || customerId === null) return refuseBy(701)
  if (row.low !== row.high) return { reason: 'what it names leads to different customers', code: null }
  const ofSeries = coupon === null ? undefined : series.get(coupon.seriesId)
  if (coupon === null || ofSeries === undefined) return hidesOthers ? noSuchCodeHere : refuseBy(702)
  if (only !== null && coupon.seriesId !== only.id)
    return hidesOthers ? noSuchCodeHere : { reason: 'the coupon belongs to another series', code: null }
  const identity = identityOf(row)
  if (row.isThere || earlier.count(identity) > 0) return 'present'
  const { terms, redeemed, maxRedeemed } = ofSeries
  const keys = countedBy(coupon, customerId)
  if (!row.isReversed) {
    const broken = judge(
      { ...coupon, redeemed: coupon.redeemed + earlier.count(keys.coupon) },
      terms,
      { redeemed: redeemed + earlier.count(keys.series), maxRedeemed },
      {
        customerId,
        isBlocked: false,
        redeemedInSeries: row.redeemedInSeries + earlier.count(keys.customer),
        redeemedThisCoupon: row.redeemedThisCoupon + earlier.count(keys.both),
        lastRedeemedInSeriesAtS: null,
      },
      { nowS, statedTimeS: row.redeemedAtS, timeZone },
    ).find((code) => ofLedger.has(code))
    if (broken !== undefined) return broken === 703 && hidesOthers ? noSuchCodeHere : refuseBy(broken)
    for (const key of Object.values(keys)) earlier.add(key)
  } else if (!terms.isAnyUser && coupon.customerId !== customerId)
    return hidesOthers ? noSuchCodeHere : refuseBy(703)
  earlier.add(identity)
  return 'fresh'
}

const refuseBy = (code: Code): RedemptionVerdict => ({ reason: catalogue[code].message, code })
