import { expect, test } from 'vitest'
import { currentHoldsSql } from '../../src/ledger/holds/hold-batch.ts'
import { heldSql } from '../../src/ledger/holds/read-held.ts'
import { endHoldsSql, takeFromHoldsSql } from '../../src/ledger/post/hold.ts'
import { lockSeriesOfCheckoutsSql } from '../../src/ledger/post/lock.ts'
import { createTestContext, createTestOrganisation } from '../support/harness.ts'
import { seedCustomer, seedSeries } from '../support/seed.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: Plan[]
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

/** Rows that a node has looked at. */
const rowsRead = (node: Plan): number =>
  ((node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0)) *
  (node['Actual Loops'] ?? 1)

const context = await createTestContext()
const { pool, queries } = context.database
const live = 2_000

const statements = [
  ['lock', lockSeriesOfCheckoutsSql, "array['H-7'], array['till'], array[1::bigint], array['cart-7']", 100],
  ['current', currentHoldsSql, "array['till'], array[1::bigint], array['cart-7'], null", 100],
  ['ended', endHoldsSql, "array[-7::bigint], array['redeemed'], null", 100],
  ['taken', takeFromHoldsSql, "array[-9::bigint], array[-9::bigint], '2030-01-01'", 100],
  // It adds up all live holds of the series once.
  [
    'held',
    heldSql,
    "array[SERIES::bigint], array[-9::bigint], array[1::bigint], null, array[-7::bigint], array['till'], array[1::bigint], array['cart-7']",
    1.2 * live,
  ],
] as const

test('statements about holds find each hold by its keys, also where their plans were made before the first hold', async () => {
  const { orgId } = await createTestOrganisation(context)
  const [seriesId, customerId] = [await seedSeries(queries, orgId), await seedCustomer(queries, orgId)]
  const client = await pool.connect()
  try {
    for (const [name, text, values] of statements) {
      await client.query(`prepare "${name}" as ${text}`)
      // The first execution makes the plan that all later ones use.
      await client.query(`execute "${name}" (${orgId}, ${values.replace('SERIES', String(seriesId))})`)
    }
    await pool.query(
      `with c as (
         insert into coupons (org_id, id, series_id, customer_id, created_at, valid_until, code)
         select $1, -n, $2, $3, now(), now() + interval '1 year', 'H-' || n from generate_series(1, $4) n returning id
       ), h as (
         insert into holds (org_id, id, owner_kind, owner_id, reference, customer_id, codes, bill, created_at, expires_at)
         select $1, -n, 'till', 1, 'cart-' || n, $3, '[]', '{}', now(), now() + interval '1 hour'
         from generate_series(1, $4) n
       )
       insert into hold_items (org_id, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at)
       select $1, id, id, $2, $3 + 1, 1, now() + interval '1 hour' from c`,
      [orgId, seriesId, customerId, live],
    )
    for (const [name, , values, most] of statements) {
      const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
        `explain (analyze, format json) execute "${name}" (${orgId}, ${values.replace('SERIES', String(seriesId))})`,
      )
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
      if (plan === undefined) throw new Error('no plan')
      const scans = nodes(plan).filter((node) =>
        ['holds', 'hold_items'].includes(node['Relation Name'] ?? ''),
      )
      expect(scans.length, name).toBeGreaterThan(0)
      for (const node of nodes(plan))
        expect(rowsRead(node), `${name}: ${JSON.stringify(node)}`).toBeLessThan(most)
    }
  } finally {
    client.release(true)
  }
})
