import type { PoolClient } from 'pg'
import type { Money } from '../../values/money.ts'
import { moveBudgetsSql } from '../post/budget.ts'
import type { Budget } from '../series/terms.ts'
import { amountOf } from '../../values/money.ts'
import { fitCorrection, BudgetTally, type CorrectionRefusal } from './budget-rules.ts'
import { readBudgetUsage } from './read-budget-usage.ts'

/** A standing redemption in a series with a budget, whose discount is corrected. */
export interface BudgetCorrection {
  readonly redemptionId: number
  readonly seriesId: number
  readonly customerId: number
  readonly budget: Budget
  /** The periods are those in which it was redeemed. */
  readonly redeemedAtS: number
  readonly before: Money
  readonly after: Money
  /** The discount is computed, so that a part of it may be given. */
  readonly isComputed: boolean
}

/** The new discount, or why it is refused. */
export type FittedCorrection = { readonly amount: Money } | { readonly refusal: CorrectionRefusal }

/**
 * Decides in order whether corrected discounts fit the budgets. The caller holds the locks on the series.
 *
 * @param unit the smallest sum in which discounts are given.
 */
export async function fitCorrections(
  client: PoolClient,
  orgId: number,
  corrections: readonly BudgetCorrection[],
  unit: Money,
): Promise<FittedCorrection[]> {
  const usage = await readBudgetUsage(
    client,
    orgId,
    corrections.map((one) => ({ ...one, atS: one.redeemedAtS })),
  )
  const tally = new BudgetTally()
  return corrections.map((one, at) => {
    const read = usage[at]
    if (read === undefined) throw new Error('one correction has one usage')
    const fitted = fitCorrection(one.budget, tally.of({ ...one, read }), { ...one, unit })
    if ('amount' in fitted) tally.count({ ...one, read }, fitted.amount - one.before, 0)
    return fitted
  })
}

/** Moves the budgets to discounts that fit. Call it in the transaction that stores them. */
export async function moveToCorrected(
  client: PoolClient,
  orgId: number,
  corrections: readonly BudgetCorrection[],
  fitted: readonly FittedCorrection[],
): Promise<void> {
  const moved = corrections.flatMap(({ redemptionId, before }, at) => {
    const one = fitted[at]
    return one !== undefined && 'amount' in one && one.amount !== before
      ? [{ redemptionId, by: amountOf(one.amount - before) }]
      : []
  })
  if (moved.length === 0) return
  await client.query(moveBudgetsSql, [
    orgId,
    moved.map(({ redemptionId }) => redemptionId),
    moved.map(({ by }) => by),
  ])
}
