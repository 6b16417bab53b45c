import type { HeldCounts } from '../holds/held-counts-rules.ts'
import { withHeld } from '../holds/held-counts-rules.ts'
import { nothing, type BudgetUsage, type Counted } from '../money/budget-rules.ts'
import { readBudgetUsage } from '../money/read-budget-usage.ts'
import type { CountedSeries } from '../series/series-counters.ts'
import type { QueryRunner } from '../series/series-terms.ts'
import type { Budget } from '../series/terms.ts'
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
  /** `HeldCounts` as JSON; null: no hold of the series is live. */
  held: string | null,
  /** `ReachedLimits` of the customer as JSON; null: none. */
  reached: string | null,
  count: number,
]

/** The position of a group's count in its row. */
export const countAt = 12

/** The customer's limits that have nothing left, of the total or of a period, in money and in uses. */
type ReachedLimits = readonly (readonly [per: string, inMoney: boolean | null, inUses: boolean | null])[]

export interface GroupsVerdict {
  /** Number of coupons that could be redeemed now. */
  readonly redeemable: number
  /** Number of coupons that would be refused now, by refusal code. */
  readonly refusedNow: ReadonlyMap<RedemptionRefusal, number>
  readonly missing: number
}

/** No customer has this id: it selects only what all customers share. */
const nobody = -1

/** Judges many coupons, each as if it were redeemed alone, without a bill or a store. */
export async function judgeGroups(
  runner: QueryRunner,
  orgId: number,
  groups: readonly CouponGroup[],
  seriesOf: ReadonlyMap<number, CountedSeries>,
  { nowS, timeZone }: { readonly nowS: number; readonly timeZone: string },
): Promise<GroupsVerdict> {
  const budgets = await readBudgets(runner, orgId, seriesOf, nowS)
  const refusedNow = new Map<RedemptionRefusal, number>()
  let redeemable = 0
  let missing = 0
  for (const group of groups) {
    const count = group[countAt]
    const series = seriesOf.get(group[0])
    if (group[1] || series === undefined) {
      missing += count
      continue
    }
    const [refusal] = judgeGroup(group, series, budgets.get(group[0]), { nowS, timeZone })
    if (refusal === undefined) redeemable += count
    else refusedNow.set(refusal, (refusedNow.get(refusal) ?? 0) + count)
  }
  return { redeemable, refusedNow, missing }
}

function judgeGroup(
  group: CouponGroup,
  series: CountedSeries,
  shared: BudgetUsage | undefined,
  at: { readonly nowS: number; readonly timeZone: string },
): RedemptionRefusal[] {
  const { budget } = series.terms
  const budgetUsage = budget && shared && withReached(budget, shared, group[11])
  const given = {
    coupon: {
      customerId: 0,
      createdAtS: group[3],
      validUntilS: group[4] ? at.nowS - 1 : at.nowS,
      isRevoked: group[2],
      redeemed: group[5],
      maxRedeemed: group[6],
    },
    seriesUsage: {
      redeemed: series.redeemed,
      maxRedeemed: series.maxRedeemed,
      ...(budgetUsage && { budgetUsage }),
    },
    usage: {
      customerId: 0,
      isBlocked: group[7],
      redeemedInSeries: group[8],
      redeemedThisCoupon: group[5],
      lastRedeemedInSeriesAtS: group[9],
    },
  }
  const held = group[10] === null ? null : (JSON.parse(group[10]) as HeldCounts)
  const { coupon, seriesUsage, usage } = withHeld(given, held, at.nowS)
  return judge(coupon, series.terms, seriesUsage, usage, at)
}

/** The usage of series' budgets by all customers together; series without a budget have no entry. */
async function readBudgets(
  runner: QueryRunner,
  orgId: number,
  seriesOf: ReadonlyMap<number, CountedSeries>,
  atS: number,
): Promise<Map<number, BudgetUsage>> {
  const questions = [...seriesOf].flatMap(
    ([
      seriesId,
      {
        terms: { budget },
      },
    ]) => (budget === null ? [] : [{ seriesId, budget, customerId: nobody, atS }]),
  )
  const usage = await readBudgetUsage(runner, orgId, questions)
  return new Map(
    questions.flatMap(({ seriesId }, n) => (usage[n] === undefined ? [] : [[seriesId, usage[n]]])),
  )
}

/** The usage of a customer as far as the rules need it here: whether limits are reached. */
function withReached(budget: Budget, shared: BudgetUsage, reached: string | null): BudgetUsage {
  if (reached === null) return shared
  const limits = JSON.parse(reached) as ReachedLimits
  const ofPeriod = (per: string): Counted => {
    const isReached = (which: 1 | 2): boolean => limits.some((one) => one[0] === per && one[which] === true)
    return {
      given: isReached(1) ? Number.POSITIVE_INFINITY : nothing.given,
      uses: isReached(2) ? Number.POSITIVE_INFINITY : nothing.uses,
    }
  }
  return {
    ...shared,
    ofCustomer: ofPeriod('total'),
    periods: shared.periods.map((one, n) => ({ ...one, ofCustomer: ofPeriod(budget.periods[n]?.per ?? '') })),
  }
}
