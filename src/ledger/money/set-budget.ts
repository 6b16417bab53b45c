import type { ClientBase } from 'pg'
import { badParameter, refuse } from '../../values/errors.ts'
import { moneyOf, moneyText, unitOf } from '../../values/money.ts'
import { announceSharesSql, countBudgetSql, dropBudgetUsageSql, forgetSharesSql } from '../post/budget.ts'
import type { Budget } from '../series/terms.ts'

/**
 * Validates a stated budget.
 *
 * @throws Refusal 400 with the field's name for an amount that the currency does not have, for two limits of the same
 * kind of period, and if there is no limit at all.
 */
export function requireBudget(budget: Budget, currency: string | null): Budget {
  const { total, perCustomer, periods, alertAtPercent = [] } = budget
  const requireAmount = (name: string, amount: number | null): void => {
    if (amount === null) return
    const money = moneyOf(amount)
    const unit = unitOf(currency)
    const least = moneyText(unit, currency)
    if (money === 0 || money % unit !== 0)
      throw badParameter(name, String(amount), `an amount of at least ${least}, in steps of ${least}`)
  }
  requireAmount('total', total)
  requireAmount('perCustomer', perCustomer)
  for (const [at, { per, amount, uses, usesPerCustomer }] of periods.entries()) {
    const name = `periods.${at}`
    requireAmount(`${name}.amount`, amount)
    if (periods.findIndex((one) => one.per === per) !== at)
      throw badParameter(`${name}.per`, per, 'each kind of period once')
    if (amount === null && uses === null && usesPerCustomer === null)
      throw refuse.badRequest(`${name} has no limit: state amount, uses or usesPerCustomer`, { field: name })
  }
  if (total === null && perCustomer === null && periods.length === 0)
    throw refuse.badRequest('The budget has no limit: state total, perCustomer or periods, or delete it')
  if (new Set(alertAtPercent).size !== alertAtPercent.length)
    throw badParameter('alertAtPercent', alertAtPercent.join(', '), 'each share once')
  return { ...budget, alertAtPercent: alertAtPercent.toSorted((a, b) => a - b) }
}

/**
 * Replaces the budget of a series; it applies to every redemption from then on, and earlier redemptions count. A limit
 * may be below what they have used; then nothing more is given. Shares that are already reached are announced at once.
 *
 * @param budget null: removes the budget.
 * @throws Refusal 404 if the organisation has no such series.
 */
export async function setBudget(
  client: ClientBase,
  orgId: number,
  id: number,
  budget: Budget | null,
): Promise<void> {
  const { rowCount } = await client.query('update series set budget = $3 where org_id = $1 and id = $2', [
    orgId,
    id,
    budget && JSON.stringify(budget),
  ])
  if (rowCount === 0) throw refuse.notFound(`There is no coupon series ${id}`)
  await client.query(dropBudgetUsageSql, [orgId, id])
  if (budget === null) {
    await client.query(forgetSharesSql, [orgId, id])
    return
  }
  await client.query(countBudgetSql, [orgId, id])
  await client.query(announceSharesSql, [orgId, [id], null])
}
