import type { Money } from '../../values/money.ts'
import type { BudgetUsage } from '../money/budget-rules.ts'
import type { BillItem } from '../money/item-rules.ts'
import type { SeriesUsage, TermsOf } from '../series/terms.ts'

/** The facts that redemptions are judged by. Instants are epoch seconds; limits that do not apply are null. */

export interface CouponState {
  readonly customerId: number | null
  readonly createdAtS: number
  readonly validUntilS: number
  readonly isRevoked: boolean
  /** Standing redemptions of the coupon. */
  readonly redeemed: number
  /** The part of `redeemed` that live holds reserve; undefined: none. */
  readonly held?: number
  /** The coupon's own limit. */
  readonly maxRedeemed: number | null
}

/** The usage of the customer who wants to redeem. */
export interface CustomerUsage {
  readonly customerId: number
  readonly isBlocked: boolean
  /** The customer's standing redemptions in the series. */
  readonly redeemedInSeries: number
  /** The part of `redeemedInSeries` that live holds reserve; undefined: none. */
  readonly heldInSeries?: number
  /** The customer's standing redemptions of this coupon. */
  readonly redeemedThisCoupon: number
  readonly heldThisCoupon?: number
  readonly lastRedeemedInSeriesAtS: number | null
  /** Undefined: unknown, and not judged. */
  readonly registeredAtS?: number
}

/** The circumstances of a redemption. Unknown ones are not judged: a history has neither a till nor a bill. */
export interface RedemptionCircumstances {
  readonly nowS: number
  /**
   * The redemption time that the till states. Expiry and time windows are judged by it, gaps and limits by the current
   * time.
   */
  readonly statedTimeS?: number | undefined
  readonly timeZone: string
  readonly place?: { readonly storeId: number | null; readonly tillId: number | null }
  readonly bill?:
    | { readonly amount: number; readonly transactionNumber: string; readonly isNumberRequired: boolean }
    | undefined
  /** Of the bill. Undefined: unknown, and not judged. */
  readonly items?: readonly BillItem[] | undefined
  /** The discount of the coupon on the bill. Undefined: unknown. */
  readonly discount?: Money | undefined
  /** The coupon is reserved for this redemption: neither a pause of the series nor an exhausted budget refuses it. */
  readonly isReserved?: boolean
}

/** The usage of the limits that all customers share. */
interface SharedUsage extends Pick<SeriesUsage, 'redeemed' | 'maxRedeemed'> {
  /** The part of `redeemed` that live holds reserve; omitted: none, or not distinguished. */
  readonly held?: number
  /** Undefined: the series has no budget, or the budget is not judged. */
  readonly budgetUsage?: BudgetUsage | undefined
}

/** The input of a rule. */
export interface Facts {
  readonly coupon: CouponState
  readonly series: TermsOf<'redeem' | 'items' | 'budget' | 'control'>
  readonly seriesUsage: SharedUsage
  readonly customer: CustomerUsage
  readonly circumstances: RedemptionCircumstances
  /** The redemption time: as the till states it, or now. */
  readonly atS: number
}
