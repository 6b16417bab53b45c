import type { PoolClient } from 'pg'
import { epochSecondsOf } from '../../platform/clock.ts'
import type { Money } from '../../values/money.ts'
import { announceSharesSql, moveBudgetsSql } from '../post/budget.ts'
import type { Budget } from '../series/terms.ts'
import { amountOf } from '../../values/money.ts'
import { heldOf } from '../holds/held-counts-rules.ts'
import { readHeld } from '../holds/read-held.ts'
import { besideHolds, fitCorrection, BudgetTally, periodsAt, type CorrectionRefusal } from './budget-rules.ts'
import { readBudgetUsage } from './read-budget-usage.ts'

/** A standing redemption in a series with a budget, whose discount is corrected. */
export interface BudgetCorrection {
  readonly redemptionId: number
  readonly seriesId: number
  readonly customerId: number
  readonly budget: Budget
  /** The correction counts in the periods of this instant. */
  readonly redeemedAtS: number
  readonly before: Money
  readonly after: Money
  /** The discount is computed, so a part of it may be given. */
  readonly isComputed: boolean
}

/** The new discount, or the reason why it is refused. */
export type FittedCorrection = { readonly amount: Money } | { readonly refusal: CorrectionRefusal }

/**
 * Decides in order whether corrected discounts fit the budgets, including held uses. The caller holds the locks on the
 * series.
 *
 * @param unit the smallest sum in which discounts are given.
 * @param now null: the database clock.
 */
export async function fitCorrections(
  client: PoolClient,
  orgId: number,
  corrections: readonly BudgetCorrection[],
  unit: Money,
  now: Date | null,
): Promise<FittedCorrection[]> {
  if (corrections.length === 0) return []
  const usage = await readBudgetUsage(
    client,
    orgId,
    corrections.map((one) => ({ ...one, atS: one.redeemedAtS })),
  )
  const held = await readHeld(
    client,
    orgId,
    {
      seriesIds: corrections.map(({ seriesId }) => seriesId),
      couponIds: [],
      customerIds: corrections.map(({ customerId }) => customerId),
    },
    now,
  )
  const nowS = await epochSecondsOf(client, now)
  const tally = new BudgetTally()
  return corrections.map((one, at) => {
    const read = usage[at]
    if (read === undefined) throw new Error('one correction has one usage')
    const { all, ofCustomer } = heldOf(held, one.seriesId, one.customerId)
    const current = periodsAt(one.budget, nowS)
    const beside = besideHolds(tally.of({ ...one, read }), all, ofCustomer, current)
    const fitted = fitCorrection(one.budget, beside, { ...one, unit })
    if ('amount' in fitted) tally.count({ ...one, read }, fitted.amount - one.before, 0)
    return fitted
  })
}

/**
 * Updates the usage of budgets for discounts that fit. Call it in the transaction that stores them.
 *
 * @param now null: the database clock.
 */
export async function moveToCorrected(
  client: PoolClient,
  orgId: number,
  corrections: readonly BudgetCorrection[],
  fitted: readonly FittedCorrection[],
  now: Date | null,
): Promise<void> {
  const moved = corrections.flatMap(({ redemptionId, seriesId, before }, at) => {
    const one = fitted[at]
    return one !== undefined && 'amount' in one && one.amount !== before
      ? [{ redemptionId, seriesId, by: amountOf(one.amount - before) }]
      : []
  })
  if (moved.length === 0) return
  await client.query(moveBudgetsSql, [
    orgId,
    moved.map(({ redemptionId }) => redemptionId),
    moved.map(({ by }) => by),
  ])
  await client.query(announceSharesSql, [orgId, moved.map(({ seriesId }) => seriesId), now])
}
