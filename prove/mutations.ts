import type { Kill } from './chaos.ts'
import { moneyMutations } from './money-mutations.ts'
import type { Focus } from './plan.ts'
import { returnMutations } from './return-mutations.ts'

/** A guard of the server, and how to break it. */
export interface Mutation {
  readonly name: string
  /** Exact texts, each of which must stand in its file once. */
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[]
  readonly focus: Focus
  /** What it takes to notice it, beside racing clients. */
  readonly kill?: Kill
}

const redeemSql = 'src/ledger/post/redeem.ts'
const issueSql = 'src/ledger/post/issue.ts'
const reverseSql = 'src/ledger/post/reverse.ts'
const reverse = 'src/ledger/redemptions/reverse-redemptions.ts'
const redeemRules = 'src/ledger/redemptions/redeem-rules.ts'
const couponRules = 'src/ledger/redemptions/decide-coupon-rules.ts'
const once = 'src/platform/idempotency/execute-once.ts'
const ledger = 'migrations/0002_coupons.sql'

/** The series are found, and not locked. */
const withoutLock = (series: string) => ({
  file: 'src/ledger/post/lock.ts',
  from: `lockSeries(${series})`,
  to: `findSeries(${series})`,
})
const lookUp = { file: once, from: 'keys.length === 0 ?', to: 'keys.length >= 0 ?' }
const rule728 = {
  file: 'src/ledger/redemptions/ordered-redemption-rules.ts',
  from: 'isBroken: ({ seriesUsage }) => isReached(seriesUsage.redeemed, seriesUsage.maxRedeemed)',
  to: 'isBroken: ({ seriesUsage }) => isReached(seriesUsage.redeemed, null)',
}

export const mutations: readonly Mutation[] = [
  {
    name: 'a redemption does not lock its series',
    edits: [withoutLock('seriesOfCodes')],
    focus: 'single use',
  },
  {
    name: 'an issue does not lock its series',
    edits: [withoutLock('seriesOfIssue')],
    focus: 'coupons per customer',
  },
  {
    name: 'a reversal does not lock its series',
    edits: [withoutLock('seriesOfRedemptions')],
    focus: 'reversals',
  },
  {
    name: 'a redemption is judged by what was read outside its transaction',
    edits: [
      {
        file: 'src/ledger/redemptions/redeem-batch.ts',
        from: 'readRedemptionState(\n        client,',
        to: 'readRedemptionState(\n        transaction.pool,',
      },
      {
        file: 'src/ledger/context.ts',
        from: 'redeemBatch(seriesMemory, transaction, batch)',
        to: 'redeemBatch(seriesMemory, { ...transaction, pool: platform.database.pool }, batch)',
      },
    ],
    focus: 'single use',
  },
  {
    name: 'redemptions of one batch do not see each other',
    edits: [
      {
        file: couponRules,
        from: '  added.count(state, proposed?.given.amount ?? 0)\n',
        to: '  if (state.couponId < 0) added.count(state, proposed?.given.amount ?? 0)\n',
      },
    ],
    focus: 'coupon redemptions',
  },
  {
    name: 'the rule of the series limit is gone, its CHECK stays',
    edits: [rule728],
    focus: 'series redemptions',
  },
  {
    name: 'the rule of the series limit and its CHECK are gone',
    edits: [
      rule728,
      {
        file: ledger,
        from: 'check (redeemed >= 0 and redeemed <= coalesce(max_redeemed, redeemed))\n) with (fillfactor = 50)',
        to: 'check (redeemed >= 0)\n) with (fillfactor = 50)',
      },
    ],
    focus: 'series redemptions',
  },
  {
    name: 'a refused bulk redemption is not undone',
    edits: [
      {
        file: redeemRules,
        from: 'if (!isGranted) {',
        to: 'if (!isGranted && coupons.every(({ refusal }) => refusal !== null)) {',
      },
    ],
    focus: 'coupon redemptions',
  },
  {
    name: 'a redemption is reversed as often as asked',
    edits: [
      { file: reverse, from: 'row === undefined || row[6] || isTaken', to: 'row === undefined || isTaken' },
      {
        file: ledger,
        from: '  constraint reversals__pkey primary key (org_id, redemption_id),\n',
        to: '',
      },
    ],
    focus: 'reversals',
  },
  {
    name: 'a reversal gives nothing back to the series',
    edits: [
      {
        file: reverseSql,
        from: 'update series_usage u set redeemed = u.redeemed - d.n',
        to: 'update series_usage u set redeemed = u.redeemed - 0 * d.n',
      },
    ],
    focus: 'reversals',
  },
  {
    name: 'a waiting code is given without lock and guard',
    edits: [
      withoutLock('seriesOfIssue'),
      {
        file: issueSql,
        from: 'c.id = e.id and c.customer_id is null and',
        to: 'c.id = e.id and',
      },
    ],
    focus: 'pool',
  },
  {
    name: 'answers are not stored',
    edits: [{ file: once, from: 'if (toStore.length > 0)', to: 'if (toStore.length > 10_000)' }],
    focus: 'coupon redemptions',
  },
  {
    name: 'stored answers are not looked up, their primary key stays',
    edits: [lookUp],
    focus: 'coupon redemptions',
  },
  {
    name: 'stored answers are not looked up and have no primary key',
    edits: [
      lookUp,
      {
        file: 'migrations/0003_writes.sql',
        from: '  constraint idempotency_keys__pkey primary key (org_id, holder_kind, holder_id, route, key),\n',
        to: '',
      },
    ],
    focus: 'coupon redemptions',
  },
  {
    name: 'a key stands for any request',
    edits: [
      {
        file: once,
        from: 'if (first.requestHash !== key.requestHash) return',
        to: 'if (first.requestHash === key.key) return',
      },
    ],
    focus: 'coupon redemptions',
  },
  {
    name: 'a till that repeats is not recognised',
    edits: [
      {
        file: couponRules,
        from: 'state.earlierRedemptionId !== null) {',
        to: 'state.earlierRedemptionId === -1) {',
      },
    ],
    focus: 'tills that repeat',
  },
  {
    name: 'a redeemed coupon can be revoked',
    edits: [
      {
        file: 'src/ledger/coupons/revoke-coupons.ts',
        from: 'row.redeemed > 0',
        to: 'row.redeemed > 1_000_000',
      },
    ],
    focus: 'mixed',
  },
  {
    name: 'the first redemption of a batch has no event',
    edits: [
      {
        file: redeemSql,
        from: 'e.request_id from e order by e.id`',
        to: 'e.request_id from e where e.id > (select min(id) from e) order by e.id`',
      },
    ],
    focus: 'coupon redemptions',
  },
  {
    name: 'a batch whose commit was not answered is carried out again',
    edits: [
      {
        file: 'src/platform/db/write-batch.ts',
        from: 'items.length === 1 || together.isWhole',
        to: 'items.length === 1',
      },
    ],
    focus: 'coupon redemptions',
    kill: 'commit answers lost',
  },
  ...moneyMutations,
  ...returnMutations,
]
