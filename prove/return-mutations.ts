import type { Mutation } from './mutations.ts'

const returnRules = 'src/ledger/returns/return-rules.ts'
const returnRedemptions = 'src/ledger/returns/return-redemptions.ts'
const returnSql = 'src/ledger/post/return.ts'

const withoutRule = { file: returnRules, from: 'if (sum > left)', to: 'if (sum > left + 1_000_000_000)' }
const withoutCheck = {
  file: 'migrations/0030_discounts.sql',
  from: 'check (discount_amount >= 0) not valid',
  to: 'check (discount_amount > -1000000) not valid',
}

/** Guards of returns. */
export const returnMutations: readonly Mutation[] = [
  {
    name: 'a return does not lock its series and redemption',
    edits: [
      {
        file: returnRedemptions,
        from: 'await client.query(lockSeriesOfRedemptionsSql, [orgId, ids])',
        to: '',
      },
      {
        file: 'src/ledger/returns/read-return-states.ts',
        from: "statesSql('for update of r')",
        to: "statesSql('')",
      },
    ],
    focus: 'returns',
  },
  {
    name: 'returns may exceed what was given (rule and CHECK)',
    edits: [withoutRule, withoutCheck],
    focus: 'returns',
  },
  {
    name: 'the rule that returns do not exceed what was given is gone, its CHECK stays',
    edits: [withoutRule],
    focus: 'returns',
  },
  {
    name: 'a return gives nothing back to the budget',
    edits: [{ file: returnSql, from: '- e.amount as given', to: '0 * e.amount as given' }],
    focus: 'returns',
  },
  {
    name: 'a reversal gives back what was returned before, too',
    edits: [
      {
        file: 'src/ledger/post/reverse.ts',
        from: '- coalesce(r.discount_amount, 0) as given, -1 as uses',
        to: '- coalesce(r.discount_amount + coalesce(r.returned_amount, 0), 0) as given, -1 as uses',
      },
    ],
    focus: 'returns',
  },
  {
    name: 'a use is given back twice',
    edits: [
      {
        file: returnRules,
        from: "returnsUse: state.reversal === 'none' && (isAll || returnsUse)",
        to: 'returnsUse: isAll || returnsUse',
      },
      {
        file: 'migrations/0002_coupons.sql',
        from: '  constraint reversals__pkey primary key (org_id, redemption_id),\n',
        to: '',
      },
    ],
    focus: 'returns',
  },
  {
    name: 'a use does not come back with the last part',
    edits: [{ file: returnRules, from: '(isAll || returnsUse)', to: '(isWhole || returnsUse)' }],
    focus: 'returns',
  },
  {
    name: 'a return of a bill leaves all but one of its redemptions out',
    edits: [{ file: returnRedemptions, from: 'slice(0, 1) : open', to: 'slice(0, 1) : open.slice(0, 1)' }],
    focus: 'returns',
  },
  {
    name: 'the share of a returned item is rounded down',
    edits: [
      {
        file: 'src/ledger/returns/item-share-rules.ts',
        from: 'divideHalfUp(discount / step, cameBefore + came, quantity) * step',
        to: 'Math.floor(((discount / step) * (cameBefore + came)) / quantity) * step',
      },
    ],
    focus: 'returns',
  },
  {
    name: 'a return has no event',
    edits: [
      { file: returnSql, from: 'where k.n = 1 or e.returns_use', to: 'where k.n = 2 and e.returns_use' },
    ],
    focus: 'returns',
  },
]
