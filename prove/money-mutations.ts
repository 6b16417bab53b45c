import type { Mutation } from './mutations.ts'

const redeemBatch = 'src/ledger/redemptions/redeem-batch.ts'
const redeemRules = 'src/ledger/redemptions/redeem-rules.ts'
const added = 'src/ledger/redemptions/added-redemptions-rules.ts'
const budgetRules = 'src/ledger/money/budget-rules.ts'
const holdSql = 'src/ledger/post/hold.ts'
const budgetSql = 'src/ledger/post/budget.ts'

/** PostgreSQL no longer compares the counters of budgets with their limits. */
const withoutCheck = {
  file: 'migrations/0032_budgets.sql',
  from: 'check (given >= 0 and given <= max_given)',
  to: 'check (given >= 0)',
}

/** Guards of budgets, discounts and holds. */
export const moneyMutations: readonly Mutation[] = [
  {
    name: 'a redemption does not raise the budget',
    edits: [{ file: redeemBatch, from: 'if (counted.length > 0)', to: 'if (counted.length > 10_000)' }],
    focus: 'budget',
  },
  {
    name: 'redemptions of one batch do not see each other in the budget, whose CHECK is gone',
    edits: [
      {
        file: added,
        from: 'this.#budgets.count(budget, by * discount, by)',
        to: 'this.#budgets.count(budget, 0, by)',
      },
      withoutCheck,
    ],
    focus: 'budget',
  },
  {
    name: 'a budget gives one unit more than it has left, and its CHECK is gone',
    edits: [
      {
        file: budgetRules,
        from: 'discount !== undefined && discount > left',
        to: 'discount !== undefined && discount > left + 10',
      },
      { file: budgetRules, from: 'Math.max(unit, floorTo(unit, room))', to: 'floorTo(unit, room) + unit' },
      withoutCheck,
    ],
    focus: 'budget',
  },
  {
    name: 'the rule of the budget is gone, its CHECK stays',
    edits: [
      {
        file: budgetRules,
        from: '(left === 0 && !isReserved) || (discount !== undefined && discount > left)',
        to: 'left < 0 && isReserved && discount !== undefined',
      },
    ],
    focus: 'budget',
  },
  {
    name: 'a day of a budget is counted in UTC',
    edits: [
      {
        file: budgetSql,
        from: "at time zone (s.budget ->> 'timeZone'))::date",
        to: "at time zone 'UTC')::date",
      },
    ],
    focus: 'budget of a day',
  },
  {
    name: 'what all customers were given counts for each of them',
    edits: [
      {
        file: 'src/ledger/money/read-budget-usage.ts',
        from: "ofCustomer: of(customerId, 'total', totalStartsOn)",
        to: "ofCustomer: of(everybody, 'total', totalStartsOn)",
      },
    ],
    focus: 'budget of a customer',
  },
  {
    name: 'a reversal gives nothing back to the budget',
    edits: [
      {
        file: 'src/ledger/post/reverse.ts',
        from: '- coalesce(r.discount_amount, 0) as given, -1 as uses',
        to: '0 * coalesce(r.discount_amount, 0) as given, -1 as uses',
      },
    ],
    focus: 'budget',
  },
  {
    name: 'a percentage is rounded down',
    edits: [
      {
        file: 'src/ledger/money/discount-rules.ts',
        from: 'divideHalfUp(sum, moneyOf(discountValue), moneyOf(100) * unit)',
        to: 'Math.floor((sum * moneyOf(discountValue)) / (moneyOf(100) * unit))',
      },
    ],
    focus: 'budget',
  },
  {
    name: 'held uses do not count',
    edits: [
      {
        file: 'src/ledger/redemptions/redemption-state.ts',
        from: 'row[27] === true ? row[10] : []',
        to: 'row[27] === undefined ? row[10] : []',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'what a hold reserves of a budget does not count',
    edits: [
      {
        file: added,
        from: 'held.all = plus(held.all, by * use.discount, by)',
        to: 'held.all = plus(held.all, 0, by)',
      },
      {
        file: added,
        from: 'held.all = plus(held.all, given, uses)',
        to: 'held.all = plus(held.all, 0, uses)',
      },
    ],
    focus: 'holds of a budget',
  },
  {
    name: 'an expired hold counts until it is swept',
    edits: [
      {
        file: 'src/ledger/holds/read-held.ts',
        from: 'and i.expires_at > coalesce($5::timestamptz, statement_timestamp())\n), near',
        to: "and i.expires_at > coalesce($5::timestamptz, statement_timestamp()) - interval '1 hour'\n), near",
      },
      {
        file: 'src/ledger/redemptions/redemption-state-sql.ts',
        from: 'su.held_until > ${now}',
        to: 'su.held_until is not null',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'a checkout is refused for what it holds itself',
    edits: [
      {
        file: redeemRules,
        from: 'replacedId === undefined ? undefined : this.#held.lift(replacedId)',
        to: 'replacedId === undefined ? undefined : this.#held.lift(-replacedId)',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'a redemption is refused for what its own hold reserves',
    edits: [
      {
        file: redeemRules,
        from: 'const hold = this.#held.lift(holdId)',
        to: 'const hold = this.#held.lift(-holdId)',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'a hold lets another coupon be redeemed in the place of those that it keeps',
    edits: [
      { file: redeemRules, from: 'if (hold !== undefined && rest.length > 0)', to: 'if (rest.length < 0)' },
    ],
    focus: 'holds',
  },
  {
    name: 'a hold does not lock its series',
    edits: [
      {
        file: 'src/ledger/post/lock.ts',
        from: 'lockSeriesOfCheckoutsSql = lockSeries(',
        to: 'lockSeriesOfCheckoutsSql = findSeries(',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'a replaced hold does not end, and a reference may have several',
    edits: [
      { file: 'src/ledger/holds/hold-batch.ts', from: 'if (ended.size > 0)', to: 'if (ended.size > 10_000)' },
      {
        file: 'migrations/0033_holds.sql',
        from: 'create unique index holds__reference',
        to: 'create index holds__reference',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'a coupon stays in the hold that it was redeemed from',
    edits: [{ file: redeemBatch, from: 'if (taken.length > 0)', to: 'if (taken.length > 10_000)' }],
    focus: 'holds',
  },
  {
    name: 'a hold that is extended is not extended in its series',
    edits: [
      {
        file: holdSql,
        from: 'set held_until = greatest(u.held_until, $3::timestamptz)',
        to: 'set held_until = u.held_until',
      },
    ],
    focus: 'holds',
  },
  {
    name: 'a hold is acknowledged and not written',
    edits: [
      { file: 'src/ledger/holds/hold-batch.ts', from: 'if (made.length > 0)', to: 'if (made.length > 1)' },
    ],
    focus: 'holds',
  },
]
