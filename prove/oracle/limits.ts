import type { ProofSeries } from '../world.ts'
import { trackNames as of, type Track, type Tracks } from './track.ts'

/** Whose redemption or hold is looked at. */
export interface Subject {
  readonly couponId: number
  /** The coupon's own limit. */
  readonly ownLimit: number | null
  readonly seriesId: number
  readonly customerId: number
}

/** A limit, written down a second time from the specification. */
export interface Limit {
  readonly rule: string
  /** What its refusal is called by the contract; by calls of a checkout, if they call it otherwise. */
  readonly codes: readonly number[]
  /** An amount in thousandths, which a discount must fit into. */
  readonly isMoney: boolean
  readonly limit: number
  /** What standing redemptions take; what live holds reserve. */
  readonly used: string
  readonly reserved: string
}

const days = new Map<string, string>()

/** The date of an instant in a time zone. No zone of the proof is off by a part of a minute. */
export function dayOf(timeZone: string, atUs: number): string {
  const minute = Math.floor(atUs / 60_000_000)
  const name = `${minute} ${timeZone}`
  const known = days.get(name)
  if (known !== undefined) return known
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(minute * 60_000))
  days.set(name, day)
  return day
}

const uses = (
  rule: string,
  codes: readonly number[],
  limit: number | null | undefined,
  used: string,
): Limit[] =>
  typeof limit !== 'number' ? [] : [{ rule, codes, isMoney: false, limit, used, reserved: of.reserved(used) }]

/** All limits that a redemption or a hold is subject to. @param atUs the instant that decides about the day. */
export function limitsOf({ plan, timeZone }: ProofSeries, subject: Subject, atUs: number): Limit[] {
  const { couponId, ownLimit, seriesId, customerId } = subject
  const onCoupon = of.coupon(couponId)
  return [
    ...uses('redemptions of a series', [728], plan.maxRedeemed, of.seriesRedeemed(seriesId)),
    ...uses('redemptions of a coupon', [696], plan.maxPerCoupon, onCoupon),
    ...uses("redemptions by a coupon's own limit", ownLimit === 1 ? [696, 711] : [696], ownLimit, onCoupon),
    ...uses('redemptions of a single-use coupon', [711], plan.isMultipleUse ? null : 1, onCoupon),
    ...uses(
      'redemptions by a customer',
      [736],
      plan.maxPerCustomer,
      of.customerInSeries(customerId, seriesId),
    ),
    ...uses(
      'redemptions of a coupon by one customer',
      [716],
      plan.isSameUserMultiple ? null : 1,
      of.customerOnCoupon(customerId, couponId),
    ),
    ...(plan.budget === null ? [] : limitsOfBudget(plan.budget, subject, dayOf(timeZone, atUs))),
  ]
}

function limitsOfBudget(
  { total, perCustomer, perDay }: NonNullable<ProofSeries['plan']['budget']>,
  { seriesId, customerId }: Subject,
  day: string,
): Limit[] {
  const inAll = of.given(seriesId)
  const money = (rule: string, codes: readonly number[], limit: number | null, track: string, used = track) =>
    limit === null ? [] : [{ rule, codes, isMoney: true, limit, used, reserved: of.reserved(track) }]
  const ofDay = (rule: string, codes: readonly number[], limit: number | null, track: string) =>
    uses(rule, codes, limit, of.onDay(track, day)).map((one) => ({ ...one, reserved: of.reserved(track) }))
  return [
    ...money('budget of a series', [728, 9005], total, inAll),
    ...money('budget of a customer', [736, 9006], perCustomer, of.givenTo(customerId, seriesId)),
    ...money('budget of a day', [728, 9007], perDay.amount, inAll, of.onDay(inAll, day)),
    ...ofDay('redemptions in a day', [728, 9008], perDay.uses, of.seriesRedeemed(seriesId)),
    ...ofDay(
      'redemptions by a customer in a day',
      [736, 9009],
      perDay.usesPerCustomer,
      of.customerInSeries(customerId, seriesId),
    ),
  ]
}

/** What counts against a limit. */
export const tracksOf = (tracks: Tracks, { used, reserved }: Limit): [Track, Track] => [
  tracks.of(used),
  tracks.of(reserved),
]

/** The names in which a redemption counts by 1; and by its discount. */
export const usesOf = ({ couponId, seriesId, customerId }: Omit<Subject, 'ownLimit'>): string[] => [
  of.seriesRedeemed(seriesId),
  of.coupon(couponId),
  of.customerInSeries(customerId, seriesId),
  of.customerOnCoupon(customerId, couponId),
]
export const sumsOf = ({ seriesId, customerId }: Omit<Subject, 'ownLimit'>): string[] => [
  of.given(seriesId),
  of.givenTo(customerId, seriesId),
]
