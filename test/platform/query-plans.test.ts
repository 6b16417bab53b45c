import type { QueryConfig } from 'pg'
import { expect, test } from 'vitest'
import {
  customerCouponsSql,
  historyParameters,
  type Variant,
} from '../../src/ledger/coupons/customer-coupons-sql.ts'
import { describeCouponsSql } from '../../src/ledger/coupons/describe-coupons.ts'
import { countCustomersSql, searchCustomersSql } from '../../src/ledger/customers/search-customers.ts'
import { existingSql } from '../../src/ledger/coupons/existing-codes.ts'
import { listNotesSql } from '../../src/ledger/customers/list-notes.ts'
import { mergesSql, unshownSql } from '../../src/ledger/merges/list-merges.ts'
import {
  addUpUsageSql,
  moveCouponsSql,
  moveHoldsSql,
  moveRedemptionsSql,
  moveRevokedCouponsSql,
} from '../../src/ledger/post/merge.ts'
import {
  couponEntriesSql,
  couponHistorySql,
  customerHistorySql,
} from '../../src/ledger/history/happenings-sql.ts'
import { findCouponSql } from '../../src/ledger/customers/find-anything.ts'
import { customerRedemptionsSql } from '../../src/ledger/redemptions/list-customer-redemptions.ts'
import { lockSeriesOfCodesSql } from '../../src/ledger/post/lock.ts'
import { redemptionStateSql } from '../../src/ledger/redemptions/redemption-state-sql.ts'
import { createTestContext, createTestOrganisation } from '../support/harness.ts'
import { seedCustomer, seedSeries } from '../support/seed.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Actual Rows'?: number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

const context = await createTestContext()
const { pool, queries } = context.database

async function seedMany() {
  const { orgId } = await createTestOrganisation(context)
  const seriesId = await seedSeries(queries, orgId)
  const customerId = await seedCustomer(queries, orgId)
  await pool.query(
    `with people as (
       insert into customers (org_id, first_name, last_name)
       select $1, 'First ' || n, 'Last ' || n from generate_series(1, 2000) n returning id
     ), named as (
       insert into customer_identifiers (org_id, type, value, customer_id, shown)
       select $1, 'externalId', 'ID-' || id, id, 'ID-' || id from people
     ), given as (
       insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code, redeemed)
       select $1, $2, id, now(), now() + interval '1 year', id || '-' || n, 1
       from (select id from people union all select $3::bigint) p, generate_series(1, 10) n
       returning id, customer_id
     ), counted as (
       insert into customer_series_usage (org_id, customer_id, series_id, issued)
       select $1, customer_id, $2, count(*) from given group by customer_id
     )
     , redeemed as (
       insert into redemptions (org_id, coupon_id, series_id, customer_id)
       select $1, id, $2, customer_id from given returning id
     )
     insert into reversals (org_id, redemption_id) select $1, id from redeemed`,
    [orgId, seriesId, customerId],
  )
  // An index-only scan avoids the table only if the visibility map is up to date.
  await pool.query('vacuum (analyze)')
  return { orgId, customerId }
}

const seeded = seedMany()

/** The plan of a statement. `prepared` is sent before it. */
async function planOf(mode: string, statement: QueryConfig, prepared = ''): Promise<Plan[]> {
  const client = await pool.connect()
  try {
    await client.query(`set plan_cache_mode = ${mode}`)
    await client.query(prepared)
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(statement)
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
    if (plan === undefined) throw new Error('no plan')
    return nodes(plan)
  } finally {
    client.release(true)
  }
}

test.each(['all', 'filtered', 'revoked', 'searched', 'named'] as const satisfies Variant[])(
  'the history (%s) reads coupons and redemptions through their indexes, whatever the size of the tables',
  async (variant) => {
    const { orgId, customerId } = await seeded
    const request = {
      customerId,
      identifier: undefined,
      limit: 15,
      offset: 0,
      mask: variant === 'revoked' ? 47 : 3,
      transactionNumbers: [],
      search:
        variant === 'searched'
          ? { fromS: 0, untilS: 4_000_000_000, seriesIds: [1], places: { storeIds: [1], tillIds: [1] } }
          : undefined,
      codeKeys: variant === 'named' ? ['NONE'] : undefined,
    }
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      const found = await planOf(mode, {
        text: `explain (format json) ${customerCouponsSql(variant, 'DESC')}`,
        values: historyParameters(orgId, [request], null),
      })
      const scans = found.filter((node) =>
        ['coupons', 'redemptions', 'reversals'].includes(node['Relation Name'] ?? ''),
      )
      expect(scans.length).toBeGreaterThanOrEqual(2)
      for (const node of scans)
        expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
      const history = found.filter((node) => node['Index Name'] === 'coupons__history')
      const kinds = [...new Set(history.map((node) => node['Node Type']))]
      expect(kinds).toEqual(variant === 'all' ? ['Index Only Scan'] : kinds)
    }
  },
)

test.each([
  ['to lock its series', lockSeriesOfCodesSql, (orgId: number) => [orgId, ['1-1']]],
  [
    'to judge it',
    redemptionStateSql,
    (orgId: number, id: number) => [orgId, [0], [0], [id], [null], [null], ['1-1'], [''], null, [null], true],
  ],
  ['to search for it', findCouponSql, (orgId: number) => [orgId, ['1-1']]],
  ['to know whether there is one', existingSql, (orgId: number) => [orgId, ['1-1']]],
] as const)(
  'a code is looked up %s through the index of its key, by generic and custom plans',
  async (_, sql, valuesOf) => {
    const { orgId, customerId } = await seeded
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      const found = await planOf(mode, {
        text: `explain (format json) ${sql}`,
        values: [...valuesOf(orgId, customerId)],
      })
      const scans = found.filter((node) => node['Relation Name'] === 'coupons')
      for (const node of scans)
        expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
      expect(found.map((node) => node['Index Name'])).toContain('coupons__code_key')
    }
  },
)

test.each([
  ['coupons', moveCouponsSql, 'coupons'],
  ['revoked coupons', moveRevokedCouponsSql, 'coupons'],
  ['redemptions', moveRedemptionsSql, 'redemptions'],
  ['counters', addUpUsageSql, 'customer_series_usage'],
  ['holds', moveHoldsSql, 'holds'],
] as const)(
  'a merge of customers finds %s through an index, whatever the size of the tables',
  async (_, sql, table) => {
    const { orgId, customerId } = await seeded
    // Holds are empty here and large elsewhere.
    const found = await planOf(
      'force_generic_plan',
      { text: `explain (format json) ${sql}`, values: [orgId, customerId, customerId + 1] },
      'set enable_seqscan = off',
    )
    const scans = found.filter(
      (node) => node['Relation Name'] === table && node['Node Type'] !== 'ModifyTable',
    )
    expect(scans.length).toBeGreaterThan(0)
    for (const node of scans) {
      expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
      expect(node['Index Cond'] ?? 'customer_id', JSON.stringify(node)).toContain('customer_id')
    }
  },
)

/** Parameters of those that have no position in a history. */
const parametersOf = new Map<string, readonly unknown[]>([
  [listNotesSql, [null, 50]],
  [mergesSql, []],
  [unshownSql, []],
])

test.each([
  ['a coupon', couponHistorySql, 'couponId'],
  ['a customer', customerHistorySql, 'customerId'],
  ['the notes about a customer', listNotesSql, 'customerId'],
  ['merges into a customer', mergesSql, 'customerId'],
  ['identifiers that came by merges', unshownSql, 'customerId'],
  ['the authors', couponEntriesSql, 'couponIds'],
] as const)(
  'the history of %s is read through indexes, whatever the size of the tables',
  async (what, sql, of) => {
    const { orgId, customerId } = await seeded
    const { rows } = await pool.query<{ id: number }>(
      'select id from coupons where org_id = $1 and customer_id = $2 limit 1',
      [orgId, customerId],
    )
    const couponId = rows[0]?.id
    const id = { couponId, customerId, couponIds: [couponId] }[of]
    const more = { couponId: [null, null, 50], customerId: [null, null, 50], couponIds: [] }[of]
    // Tables that are empty here are large elsewhere: without scans of whole tables the indexes for them are seen.
    const found = await planOf(
      'force_generic_plan',
      {
        text: `explain (format json) ${sql}`,
        values: [orgId, id, ...(parametersOf.get(sql) ?? more)],
      },
      'set enable_seqscan = off',
    )
    const growing = new Set([
      'coupons',
      'redemptions',
      'reversals',
      'returns',
      'events',
      'audit_log',
      'customer_notes',
      'customer_identifiers',
      'customer_merges',
    ])
    const scans = found.filter((node) => growing.has(node['Relation Name'] ?? ''))
    expect(scans.length, what).toBeGreaterThan(0)
    for (const node of scans)
      expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
    const filled = /^(coupons|redemptions|reversals)__/
    const probes = found.filter(({ 'Index Name': index = '' }) => filled.test(index))
    // The organisation alone would read all that it has.
    for (const node of probes)
      expect(node['Index Cond']?.replaceAll('org_id', ''), JSON.stringify(node)).toMatch(/\b(\w+_)?id\b/)
  },
)

test.each([
  ['counted', countCustomersSql, []],
  ['searched for', searchCustomersSql, [10, 0]],
] as const)(
  'customers are %s by names and identifiers that begin with the text, without reading other rows',
  async (_, sql, page) => {
    const { orgId } = await seeded
    const given = [orgId, ...Array.from({ length: 3 }, () => "'last 199'"), ...page].join(', ')
    const found = await planOf(
      'force_generic_plan',
      { text: `explain (analyze, format json) execute search (${given})` },
      `prepare search as ${sql}`,
    )
    const scans = found.filter((node) =>
      ['customers', 'customer_identifiers'].includes(node['Relation Name'] ?? ''),
    )
    expect(scans.length).toBeGreaterThanOrEqual(5)
    for (const node of scans) {
      expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
      const read = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)
      expect(read, JSON.stringify(node)).toBeLessThan(100)
    }
  },
)

test.each([
  [
    'the redemptions of a customer',
    customerRedemptionsSql({ sortKey: 'redeemed_time', sortOrder: 'DESC' }),
    (orgId: number, customerId: number) => [orgId, customerId, 0, 4_000_000_000, 0, 2 ** 52, null, 10],
  ],
  [
    'coupons with holder and redemption',
    describeCouponsSql,
    (orgId: number, _: number, couponIds: number[]) => [orgId, couponIds],
  ],
])('%s are read through indexes, without reading other rows', async (_, text, valuesOf) => {
  const { orgId, customerId } = await seeded
  const { rows } = await pool.query<{ id: number }>(
    'select id from coupons where org_id = $1 and customer_id = $2',
    [orgId, customerId],
  )
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    const found = await planOf(mode, {
      text: `explain (analyze, format json) ${text}`,
      values: valuesOf(
        orgId,
        customerId,
        rows.map(({ id }) => id),
      ),
    })
    const scans = found.filter((node) =>
      ['coupons', 'redemptions', 'reversals', 'customers', 'customer_identifiers'].includes(
        node['Relation Name'] ?? '',
      ),
    )
    expect(scans.length).toBeGreaterThanOrEqual(3)
    for (const node of scans) {
      expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
      const read = (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)
      expect(read, JSON.stringify(node)).toBeLessThan(100)
    }
  }
})
