import type { Context } from '../context.ts'
import type { SeriesTerms, SeriesUsage } from '../redemptions/redemption-facts.ts'

const epochS = (at: Date): number => Math.floor(at.getTime() / 1000)
const amount = (value: string | null): number | null => (value === null ? null : Number(value))

export interface TermsForCustomer {
  readonly terms: ReadonlyMap<number, SeriesTerms & SeriesUsage>
  /** The customer's latest standing redemption per series, epoch seconds. */
  readonly lastRedeemedAtS: ReadonlyMap<number, number>
}

/** The current terms and counters of some series, and when a customer last redeemed in each. */
export async function readSeriesTerms(
  context: Context,
  orgId: number,
  customerId: number,
  seriesIds: readonly number[],
): Promise<TermsForCustomer> {
  const terms = new Map<number, SeriesTerms & SeriesUsage>()
  const lastRedeemedAtS = new Map<number, number>()
  if (seriesIds.length === 0) return { terms, lastRedeemedAtS }
  const rows = await context.database.queries
    .selectFrom('series as s')
    .innerJoin('series_usage as u', (join) =>
      join.onRef('u.org_id', '=', 's.org_id').onRef('u.series_id', '=', 's.id'),
    )
    .leftJoin('customer_series_usage as c', (join) =>
      join
        .onRef('c.org_id', '=', 's.org_id')
        .onRef('c.series_id', '=', 's.id')
        .on('c.customer_id', '=', customerId),
    )
    .selectAll('s')
    .select(['u.redeemed', 'u.max_redeemed', 'c.last_redeemed_at'])
    .where('s.org_id', '=', orgId)
    .where('s.id', 'in', [...seriesIds])
    .execute()
  for (const row of rows) {
    terms.set(row.id, {
      isMultipleUseAllowed: row.is_multiple_use_allowed,
      maxRedemptionsPerCoupon: row.max_redemptions_per_coupon,
      maxRedemptionsPerCustomer: row.max_redemptions_per_customer,
      redeemed: row.redeemed,
      maxRedeemed: row.max_redeemed,
      validUntilS: epochS(row.valid_until),
      redemptionValidFromS: row.redemption_valid_from && epochS(row.redemption_valid_from),
      redemptionValidAfterDays: row.redemption_valid_after_days,
      isAnyUser: row.is_any_user,
      isSameUserMultipleRedeem: row.is_same_user_multiple_redeem,
      minDaysBetweenRedemptions: row.min_days_between_redemptions,
      minBillAmount: amount(row.min_bill_amount),
      maxBillAmount: amount(row.max_bill_amount),
      redemptionDaysOfMonth: row.redemption_days_of_month,
      redemptionDaysOfWeek: row.redemption_days_of_week,
      redemptionHours: row.redemption_hours,
      redemptionStoreIds: row.redemption_store_ids,
      redemptionTillIds: row.redemption_till_ids,
    })
    if (row.last_redeemed_at) lastRedeemedAtS.set(row.id, epochS(row.last_redeemed_at))
  }
  return { terms, lastRedeemedAtS }
}
