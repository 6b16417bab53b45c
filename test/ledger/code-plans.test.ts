import { expect, test } from 'vitest'
import { exportPageSql } from '../../src/bulk/codes/export-batch.ts'
import { voidChunkSql } from '../../src/bulk/codes/void-chunk.ts'
import { openCodeShop } from '../support/code-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  Plans?: Plan[]
}

const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

const context = await createTestContext()
const { pool } = context.database

test('a batch is exported and voided through indexes, whatever the size of the table and the planner statistics', async () => {
  const shop = await openCodeShop(context, await createTestServer(context))
  const seriesId = await shop.poolSeries()
  const id = await shop.made(seriesId, 30_000)
  const statements = [
    [exportPageSql, [shop.orgId, seriesId, id, 1, 1_000_000, 10_000]],
    [voidChunkSql, [shop.orgId, seriesId, id, 0, 1_000_000, null]],
  ] as const
  for (const before of ['select', 'vacuum (analyze)']) {
    await pool.query(before)
    for (const [text, values] of statements) {
      const { rows } = await pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>({
        text: `explain (format json) ${text}`,
        values: [...values],
      })
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan
      if (plan === undefined) throw new Error('no plan')
      const scans = nodes(plan).filter(
        (node) => node['Relation Name'] === 'coupons' && node['Node Type'] !== 'ModifyTable',
      )
      expect(scans.length).toBeGreaterThan(0)
      for (const node of scans)
        expect(node['Node Type'], JSON.stringify(node)).toMatch(/^(Bitmap )?(Index|Heap)/)
    }
  }
})

test('a HEAD request for the codes of a batch does not count as their export', async () => {
  const shop = await openCodeShop(context, await createTestServer(context))
  const id = await shop.made(await shop.poolSeries(), 3)
  const url = `/admin/v1/code-batches/${id}/codes.csv`
  const { statusCode } = await (
    await createTestServer(context)
  ).inject({ method: 'HEAD', url, headers: { authorization: shop.authorization } })
  expect(statusCode).toBe(405)
  expect((await shop.exported(id)).codes).toHaveLength(3)
})
