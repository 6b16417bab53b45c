import type { Wish } from '../requests.ts'
import type { Claimed } from './acknowledged.ts'
import type { Subject } from './limits.ts'
import type { CouponRow, HoldRow, RedemptionRow, Snapshot } from './snapshot.ts'
import { toleranceUs } from './track.ts'

/** A use that a hold reserved, for as long as it did. Instants are epoch microseconds, in whole milliseconds. */
export interface HeldUse extends Subject {
  readonly hold: HoldRow
  /** In thousandths. */
  readonly discount: number
  readonly from: number
  /** Until then it was certainly reserved; and not later than that. */
  readonly until: number
  readonly untilAtMost: number
}

/** Instants of judgement are recorded in milliseconds, and ends of holds in microseconds. */
export const wholeMs = (us: number): number => Math.floor(us / 1_000) * 1_000

/** When a hold stopped counting: it ended or expired, whichever came first. */
export const endOf = ({ expiresAt, endedAt }: HoldRow): number =>
  wholeMs(Math.min(expiresAt, endedAt ?? Infinity))

/** Coupons by their code, except those that share one. */
export function couponsByCode({ coupons }: Snapshot): ReadonlyMap<string, CouponRow> {
  const own = [...coupons.values()].filter(({ isShared }) => !isShared)
  return new Map(own.map((one) => [one.code.toUpperCase(), one]))
}

/** Redemptions with the requests that made them. */
export function redeemedBy(
  claimed: readonly Claimed[],
  snapshot: Snapshot,
): ReadonlyMap<RedemptionRow, Wish> {
  const wishes = new Map(
    claimed.flatMap(({ outcome: { wish } }) =>
      wish.kind.startsWith('redeem') ? [[wish.tag, wish] as const] : [],
    ),
  )
  return new Map(
    [...snapshot.redemptions.values()].flatMap((row) => {
      const wish = wishes.get(row.tag)
      return wish === undefined ? [] : [[row, wish] as const]
    }),
  )
}

/** Everything that holds have reserved in a round, from what was stored and from the requests that ended it. */
export function heldUsesOf(claimed: readonly Claimed[], snapshot: Snapshot): HeldUse[] {
  const byCode = couponsByCode(snapshot)
  // Calls of the contract take coupons out of a hold one by one.
  const takers = [...redeemedBy(claimed, snapshot)].filter(([, { kind }]) => kind.startsWith('redeem by'))
  const releases = new Map<number, number>()
  for (const { outcome } of claimed) {
    const { kind, holdId = 0 } = outcome.wish
    if (kind === 'release')
      releases.set(holdId, Math.min(releases.get(holdId) ?? Infinity, outcome.sentAtMs * 1_000 - toleranceUs))
  }
  return [...snapshot.holds.values()].flatMap((hold) => {
    const from = wholeMs(hold.createdAt)
    // What was given up and redeemed afterwards does not tell any more when it was given up.
    const releasedAt = hold.endedAs === 'redeemed' ? (releases.get(hold.id) ?? Infinity) : Infinity
    return hold.codes.flatMap(({ code, discount }): HeldUse[] => {
      const coupon = byCode.get(code.toUpperCase())
      if (coupon === undefined) return []
      const taken = takers.flatMap(([row, wish]) => {
        const isNamed =
          wish.holdId === undefined ? wish.reference === hold.reference : wish.holdId === hold.id
        return isNamed && row.couponId === coupon.id && row.redeemedAt >= from
          ? [wholeMs(row.redeemedAt)]
          : []
      })
      const untilAtMost = Math.min(endOf(hold), wholeMs(coupon.revokedAt ?? Infinity), ...taken)
      return [
        {
          hold,
          couponId: coupon.id,
          ownLimit: coupon.maxRedeemed,
          seriesId: coupon.seriesId,
          customerId: hold.customerId,
          discount,
          from,
          // Nobody gives up a hold before its answer has come.
          until: Math.min(untilAtMost, Math.max(from + 1_000, releasedAt)),
          untilAtMost,
        },
      ]
    })
  })
}

/** The reserved use that a redemption took; undefined: none. */
export function takenBy(row: RedemptionRow, wish: Wish, held: readonly HeldUse[]): HeldUse | undefined {
  const at = wholeMs(row.redeemedAt)
  return held.find(
    ({ hold, couponId, from, untilAtMost }) =>
      couponId === row.couponId &&
      from <= at &&
      untilAtMost === at &&
      (wish.holdId === undefined ? wish.reference === hold.reference : wish.holdId === hold.id),
  )
}
