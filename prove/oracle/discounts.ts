import type { Findings } from '../findings.ts'
import { unit, worthAfter } from '../money.ts'
import type { Wish } from '../requests.ts'
import type { Claimed } from './acknowledged.ts'
import { groupBy } from './group-by.ts'
import { couponsByCode, redeemedBy, takenBy, type HeldUse } from './held-uses.ts'
import { limitsOf, tracksOf } from './limits.ts'
import type { RedemptionRow, Snapshot } from './snapshot.ts'
import type { Tracks } from './track.ts'

/** A discount that was given, reserved or quoted. */
interface Given {
  readonly what: string
  readonly couponId: number
  readonly customerId: number
  readonly amount: number
  /** Computed here from the terms. */
  readonly worth: number
  /** When it was decided; undefined: it is not known. */
  readonly at: number | undefined
  /** A hold had reserved it; whether the hold was still live may be uncertain. */
  readonly use: HeldUse | undefined
}

/** The discounts of one bill, in order: each is worth what those before it leave. */
function onBill(
  snapshot: Snapshot,
  { bill, customerId, tag, kind }: Wish,
  given: readonly {
    readonly couponId: number
    readonly amount: number
    readonly use?: HeldUse | undefined
  }[],
  at: number | undefined,
): Given[] {
  const before: number[] = []
  return given.flatMap(({ couponId, amount, use }) => {
    const plan = snapshot.series.get(snapshot.coupons.get(couponId)?.seriesId ?? 0)?.plan
    if (plan === undefined || bill === undefined) return []
    const worth = worthAfter(plan, bill, before)
    before.push(amount)
    return [{ what: `${kind} ${tag}`, couponId, customerId, amount, worth, at, use }]
  })
}

function everyDiscount(claimed: readonly Claimed[], snapshot: Snapshot, held: readonly HeldUse[]): Given[] {
  const made = groupBy(redeemedBy(claimed, snapshot), ([, wish]) => wish)
  const ofHolds = new Map([...snapshot.holds.values()].map((hold) => [hold.tag, hold]))
  const byCode = couponsByCode(snapshot)
  const named = ({ code, discount }: { readonly code: string; readonly discount: number }) => ({
    couponId: byCode.get(code.toUpperCase())?.id ?? 0,
    amount: discount,
  })
  const redeemed = [...made].flatMap(([wish, entries]) => {
    const rows = new Map(entries.map(([row]): [number, RedemptionRow] => [row.couponId, row]))
    // A customer who redeems a shared code redeems a coupon of their own.
    const [only] = rows.values()
    const inOrder = wish.codes.flatMap(
      ({ couponId }) => rows.get(couponId) ?? (rows.size === 1 && only ? only : []),
    )
    const given = inOrder.map((row) => ({
      couponId: row.couponId,
      amount: row.discount ?? -1,
      use: takenBy(row, wish, held),
    }))
    return onBill(snapshot, wish, given, inOrder[0]?.redeemedAt)
  })
  const others = claimed.flatMap(({ outcome: { wish }, claims }) => {
    const hold = wish.kind === 'hold' ? ofHolds.get(wish.tag) : undefined
    if (hold !== undefined) return onBill(snapshot, wish, hold.codes.map(named), hold.createdAt)
    return onBill(snapshot, wish, (claims.quoted ?? []).map(named), undefined)
  })
  return [...redeemed, ...others]
}

/** Whether a budget had no room for more than was given, at the instant of the decision. */
function isAllThatWasLeft(one: Given, snapshot: Snapshot, tracks: Tracks): boolean {
  const { at, couponId, customerId } = one
  const coupon = snapshot.coupons.get(couponId)
  const series = snapshot.series.get(coupon?.seriesId ?? 0)
  if (coupon === undefined || series?.plan.budget?.isGivenInPart !== true) return false
  if (at === undefined) return true
  const subject = { couponId, customerId, seriesId: coupon.seriesId, ownLimit: coupon.maxRedeemed }
  return limitsOf(series, subject, at).some(
    (limit) =>
      limit.isMoney &&
      tracksOf(tracks, limit).reduce((sum, track) => sum + track.most(at), 0) > limit.limit - unit,
  )
}

/** Discounts are what the terms say; less only by what a hold had reserved, or by what a budget had left. */
export function checkDiscounts(
  findings: Findings,
  claimed: readonly Claimed[],
  snapshot: Snapshot,
  held: readonly HeldUse[],
  tracks: Tracks,
): void {
  for (const one of everyDiscount(claimed, snapshot, held)) {
    const hasBudget =
      snapshot.series.get(snapshot.coupons.get(one.couponId)?.seriesId ?? 0)?.plan.budget !== null
    const { amount, worth, use } = one
    const asReserved = hasBudget && use !== undefined ? Math.min(worth, use.discount) : worth
    const isUncertain = use !== undefined && use.until < use.untilAtMost
    findings.expect(
      amount === asReserved ||
        (isUncertain && amount === worth) ||
        (amount > 0 && amount < worth && isAllThatWasLeft(one, snapshot, tracks)),
      'a discount is what the terms say',
      () => JSON.stringify(one),
    )
  }
}
