import { expect, test } from 'vitest'
import { organisationTables } from '../../src/platform/db/organisation-tables.ts'
import { loadDemo } from '../../src/operate/demo/load-demo.ts'
import { deleteOrganisation } from '../../src/identity/organisations/delete-organisation.ts'
import { basic, createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'

const context = await createTestContext({ env: { COUNTERFOIL_DEMO: '1' } })
const { pool } = context.database

async function rowsOf(orgId: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of await organisationTables(pool)) {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from ${table} where org_id = $1`,
      [orgId],
    )
    counts[table] = rows[0]?.count ?? 0
  }
  return counts
}

test('the order of deletion has every table of organisations, before the tables that its rows refer to', async () => {
  const tables = await organisationTables(pool)
  const place = (name: string): number => tables.indexOf(name)
  expect(tables.at(-1)).toBe('organisations')
  expect(place('redemptions')).toBeLessThan(place('coupons'))
  expect(place('reversals')).toBeLessThan(place('redemptions'))
  const { rows } = await pool.query<{ count: number }>(
    `select count(distinct table_name)::int as count from information_schema.columns
     where column_name = 'org_id' and table_schema = current_schema()`,
  )
  expect(tables).toHaveLength(rows[0]?.count ?? 0)
})

test('a deleted organisation leaves no rows, none of its logins work, and other organisations keep every row', async () => {
  await loadDemo(context)
  const app = await createTestServer(context)
  const other = await createTestOrganisation(context)
  const url = '/v2/customers/coupons?mobile=919400488244'
  const authorization = basic('demo.till', 'demo')
  expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(200)
  const before = await rowsOf(other.orgId)
  const had = await rowsOf(1)
  expect(had['redemptions']).toBeGreaterThan(0)

  const deleted = await deleteOrganisation(pool, 1)

  expect(deleted['redemptions']).toBe(had['redemptions'])
  expect(deleted['organisations']).toBe(1)
  expect(Object.values(await rowsOf(1)).filter((count) => count > 0)).toEqual([])
  expect(await rowsOf(other.orgId)).toEqual(before)
  expect((await app.inject({ url, headers: { authorization } })).statusCode).toBe(401)
})

test('the audit log of other organisations stays protected while an organisation is deleted', async () => {
  const { orgId } = await createTestOrganisation(context)
  const client = await pool.connect()
  try {
    await client.query("select set_config('counterfoil.deleting_organisation', '999', false)")
    await expect(client.query('delete from audit_log where org_id = $1', [orgId])).rejects.toThrow(
      'the audit log is not changed',
    )
  } finally {
    client.release(true)
  }
})
