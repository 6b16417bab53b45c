import {
  amountsLeft,
  isTooMuch,
  seenAmount,
  seenUses,
  usesOf,
  type AmountLimit,
  type UsesLimit,
} from '../money/budget-rules.ts'
import type { Facts } from './redemption-facts.ts'
import type { Rule } from './ordered-redemption-rules.ts'

const amountsOf = ({ series: { budget }, seriesUsage }: Facts) =>
  budget === null || seriesUsage.budgetUsage === undefined ? [] : amountsLeft(budget, seriesUsage.budgetUsage)
const usesLimits = ({ series: { budget }, seriesUsage }: Facts) =>
  budget === null || seriesUsage.budgetUsage === undefined ? [] : usesOf(budget, seriesUsage.budgetUsage)

const ofAmount = <Code extends 728 | 736>(name: AmountLimit, code: Code, ownCode: Rule['code']) => ({
  name,
  code,
  ownCode,
  isBroken: (facts: Facts) =>
    facts.series.budget !== null &&
    amountsOf(facts).some((one) => one.rule === name && isTooMuch(one, facts.circumstances)),
  applies: (facts: Facts) => amountsOf(facts).some(({ rule }) => rule === name),
  seen: (facts: Facts) => seenAmount(amountsOf(facts), name, facts.circumstances.discount),
})

const ofUses = <Code extends 728 | 736>(name: UsesLimit, code: Code, ownCode: Rule['code']) => ({
  name,
  code,
  ownCode,
  isBroken: (facts: Facts) =>
    facts.series.budget !== null &&
    usesLimits(facts).some(({ rule, used, limit }) => rule === name && used >= limit),
  applies: (facts: Facts) => usesLimits(facts).some(({ rule }) => rule === name),
  seen: (facts: Facts) => seenUses(usesLimits(facts), name),
})

/**
 * The rules of budgets. The contract has no budgets, so its calls report each refusal as the limit that it resembles;
 * `ownCode` is the refusal in our own calls.
 */
export const budgetRules = [
  ofUses('customerPeriodUses', 736, 9009),
  ofUses('periodUses', 728, 9008),
  ofAmount('customerBudget', 736, 9006),
  ofAmount('periodBudget', 728, 9007),
  ofAmount('budget', 728, 9005),
] as const satisfies readonly Rule[]
