import type { CountedSeries } from '../series/series-counters.ts'
import type { RedemptionRefusal } from './ordered-redemption-rules.ts'
import { judge } from './redemption-rules.ts'

/**
 * Coupons that the redemption rules cannot tell apart, with the customer who may redeem them: the holder, or the future
 * holder of an unassigned coupon.
 */
export type CouponGroup = [
  seriesId: number,
  /** True: a coupon is expected here and does not exist. */
  isMissing: boolean,
  isRevoked: boolean,
  createdAtS: number,
  isExpired: boolean,
  redeemed: number,
  maxRedeemed: number | null,
  isBlocked: boolean,
  redeemedInSeries: number,
  lastRedeemedInSeriesAtS: number | null,
  count: number,
]

export interface GroupsVerdict {
  /** Number of coupons that could be redeemed now. */
  readonly redeemable: number
  /** Number of coupons that would be refused now, by refusal code. */
  readonly refusedNow: ReadonlyMap<RedemptionRefusal, number>
  readonly missing: number
}

/** Judges many coupons, each as if it were redeemed alone, without a bill or a store. */
export function judgeGroups(
  groups: readonly CouponGroup[],
  seriesOf: ReadonlyMap<number, CountedSeries>,
  { nowS, timeZone }: { readonly nowS: number; readonly timeZone: string },
): GroupsVerdict {
  const refusedNow = new Map<RedemptionRefusal, number>()
  let redeemable = 0
  let missing = 0
  for (const group of groups) {
    const count = group[10]
    const series = seriesOf.get(group[0])
    if (group[1] || series === undefined) {
      missing += count
      continue
    }
    const [refusal] = judge(
      {
        customerId: 0,
        createdAtS: group[3],
        validUntilS: group[4] ? nowS - 1 : nowS,
        isRevoked: group[2],
        redeemed: group[5],
        maxRedeemed: group[6],
      },
      series.terms,
      series,
      {
        customerId: 0,
        isBlocked: group[7],
        redeemedInSeries: group[8],
        redeemedThisCoupon: group[5],
        lastRedeemedInSeriesAtS: group[9],
      },
      { nowS, timeZone },
    )
    if (refusal === undefined) redeemable += count
    else refusedNow.set(refusal, (refusedNow.get(refusal) ?? 0) + count)
  }
  return { redeemable, refusedNow, missing }
}
