import type { CountedSeries } from '../series/series-counters.ts'
import type { RedemptionRefusal } from './ordered-redemption-rules.ts'
import { judge } from './redemption-rules.ts'

/**
 * Coupons that the rules of redemption cannot tell apart, each with whoever may redeem it: its holder, or for one that
 * waits its customer to be.
 */
export type CouponGroup = [
  seriesId: number,
  /** True: there should be a coupon, and there is none. */
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
  /** Would be redeemed if somebody came now. */
  readonly redeemable: number
  /** Would be refused now: how many by which number. */
  readonly refusedNow: ReadonlyMap<RedemptionRefusal, number>
  readonly missing: number
}

/** What the rules of redemption say of many coupons, each judged as if it came alone, without a bill or a store. */
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
