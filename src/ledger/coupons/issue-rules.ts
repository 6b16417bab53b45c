import type { CustomerProfile } from '../customers/customer-profile.ts'
import type { Series, TermsOf } from '../series/terms.ts'
import { isOutsideRegistration } from '../customers/registration-window.ts'
import { dayOf, endOfDayS } from '../../values/calendar.ts'
import { Temporal } from 'temporal-polyfill'

/** The terms that issuing is decided by. */
export type IssueTerms = TermsOf<'issue' | 'control'> & Pick<Series, 'validUntilS' | 'targetCustomers'>

/** A coupon that the customer holds and that still works. */
export interface HeldCoupon {
  readonly id: number
  readonly code: string
  readonly validUntilS: number
}

/** The database state for one customer and one series, read under lock. */
export interface IssueState<Series extends IssueTerms = IssueTerms> {
  /** Undefined: the customer is unknown. */
  readonly customer: CustomerProfile | undefined
  readonly isBlocked: boolean
  /** Undefined: the series is unknown. */
  readonly series: Series | undefined
  /** Coupons issued in the series, and the maximum; null: no limit. */
  readonly issued: number
  readonly maxIssued: number | null
  /** Coupons issued to the customer in the series, including revoked ones. */
  readonly issuedToCustomer: number
  readonly revokedOfCustomer: number
  readonly lastIssuedAtS: number | null
  readonly held: HeldCoupon | null
  readonly holdsExclusive: boolean
  /** Unassigned codes in the pool of the series; only for uploaded codes. */
  readonly waitingCodes: number
  readonly nowS: number
  /** Undefined: unknown, and not judged. */
  readonly registeredAtS?: number | undefined
}

/** Refusals of an issue, by the contract's code for them. */
export type IssueRefusal = 701 | 707 | 709 | 710 | 713 | 742 | 5001 | 5002 | 5004 | 5005

/** Refusals for which the contract has no code. */
export type OwnIssueRefusal = 9021 | 9022 | 9023

/** Grants of earlier requests in the same batch; added to the state. */
export interface GrantedBefore {
  readonly inSeries: number
  readonly toCustomer: number
  readonly holdsExclusive: boolean
}

export interface IssueDecision {
  /** New coupons. */
  readonly granted: number
  /** The existing coupon to return instead of a new one. */
  readonly resent: HeldCoupon | null
  /** Why fewer coupons are granted than requested; null if all are granted or an existing one is returned. */
  readonly refusal: IssueRefusal | null
  /** The specific refusal in our own calls, if the contract has no code for the rule. */
  readonly ownRefusal?: OwnIssueRefusal
}

const dayS = 86_400
const refuse = (refusal: IssueRefusal): IssueDecision => ({ granted: 0, resent: null, refusal })

/** Decides how many of `count` coupons a customer gets in a series, and why not more. */
export function decideIssue(state: IssueState, count: number, before: GrantedBefore): IssueDecision {
  const { series, nowS } = state
  if (state.customer === undefined) return refuse(701)
  if (series === undefined) return refuse(707)
  if (nowS > series.validUntilS) return refuse(713)
  const ownRefusal = refusalOfControl(series, nowS)
  if (ownRefusal !== undefined) return { ...refuse(713), ownRefusal }
  if (state.isBlocked) return refuse(742)
  if (isOutsideRegistration(series.targetCustomers, state.registeredAtS)) return refuse(710)
  const toCustomer = state.issuedToCustomer + before.toCustomer
  const holdsOne = series.clientHandlingType === 'GENERIC' || !series.isMultiplePerCustomerAllowed
  if (holdsOne && toCustomer - state.revokedOfCustomer > 0) {
    if (series.isExistingCouponWithheld) return refuse(709)
    if (state.held === null) return refuse(5004)
    return { granted: 0, resent: state.held, refusal: count > 1 ? 5004 : null }
  }
  if (state.holdsExclusive || before.holdsExclusive) return refuse(709)
  if (series.minDaysBetweenCoupons !== null) {
    const lastS = before.toCustomer > 0 ? nowS : state.lastIssuedAtS
    if (lastS !== null && nowS < lastS + series.minDaysBetweenCoupons * dayS) return refuse(709)
  }
  const bounds: readonly (readonly [IssueRefusal, number])[] = [
    [5004, holdsOne ? 1 : Number.POSITIVE_INFINITY],
    [5002, (series.maxCouponsPerCustomer ?? Number.POSITIVE_INFINITY) - toCustomer],
    // A minimum gap between issues allows only one coupon now.
    [709, series.minDaysBetweenCoupons === null ? Number.POSITIVE_INFINITY : 1],
    [5001, (state.maxIssued ?? Number.POSITIVE_INFINITY) - state.issued - before.inSeries],
    [
      5005,
      series.clientHandlingType === 'DISC_CODE_PIN'
        ? state.waitingCodes - before.inSeries
        : Number.POSITIVE_INFINITY,
    ],
  ]
  const granted = Math.max(0, Math.min(count, ...bounds.map(([, bound]) => bound)))
  const refusal = granted === count ? null : (bounds.find(([, bound]) => bound <= granted)?.[0] ?? 709)
  return { granted, resent: null, refusal }
}

/** A coupon that a file states to have been issued before the series was halted is not affected. */
function refusalOfControl({ halt, issueValidFromS }: IssueTerms, nowS: number): OwnIssueRefusal | undefined {
  if (halt !== null && nowS >= Math.floor(halt.atS)) return halt.as === 'stopped' ? 9021 : 9022
  return issueValidFromS !== null && nowS < issueValidFromS ? 9023 : undefined
}

/** Expiry of a coupon issued now: by the expiry strategy of the series, but never after the series itself ends. */
export function expiresAtS(series: IssueTerms, issuedAtS: number, timeZone: string): number {
  const value = series.expiryStrategyValue ?? 0
  if (series.expiryStrategy === 'SERIES_EXPIRY') return series.validUntilS
  const issuedOn = Temporal.PlainDate.from(dayOf(timeZone, issuedAtS))
  const lastDay =
    series.expiryStrategy === 'DAYS'
      ? issuedOn.add({ days: value })
      : issuedOn
          .with({ day: 1 })
          .add({ months: value + 1 })
          .subtract({ days: 1 })
  return Math.min(series.validUntilS, endOfDayS(timeZone, lastDay.toString()))
}
