import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const step = 2 ** 20

describe('ids of new coupons', () => {
  test('ascend in the order of insertion, and known ids do not reveal the next one', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const { rows } = await pool.query<{ id: number; code: string }>(
      `insert into coupons (org_id, series_id, created_at, valid_until, code)
       select $1, $2, now(), now(), 'A' || lpad(n::text, 5, '0') from generate_series(1, 2000) n order by n desc
       returning id, code`,
      [shop.orgId, seriesId],
    )
    const ids = rows.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    expect(rows[0]?.code).toBe('A02000')
    expect(ids.every(Number.isSafeInteger)).toBe(true)
    const random = ids.map((id) => id % step)
    // Hardly two of 2,000 draws from 2^20 are the same, and every bit is set in about half of them.
    expect(new Set(random).size).toBeGreaterThan(1_980)
    for (let bit = 0; bit < 20; bit++) {
      const set = random.filter((one) => Math.floor(one / 2 ** bit) % 2 === 1).length
      expect(set, String(bit)).toBeGreaterThan(800)
      expect(set, String(bit)).toBeLessThan(1_200)
    }
    const gaps = ids.slice(1).map((id, at) => id - (ids[at] ?? 0))
    expect(new Set(gaps).size).toBeGreaterThan(1_980)
    // The ids suffice for a large shop for a century.
    expect(ids.at(-1)).toBeLessThan(2 ** 52)
  })

  test('are above the ids of all coupons that an older version has created or imported', async () => {
    const shop = await openShop(context, app)
    const seriesId = await shop.series()
    const there = 3_000_000_000_007
    const insert = (columns: string, values: string) =>
      pool.query<{ id: number }>(
        `insert into coupons (org_id, series_id, created_at, valid_until, code${columns})
         values ($1, $2, now(), now(), gen_random_uuid()::text${values}) returning id`,
        [shop.orgId, seriesId],
      )
    await insert(', id', `, ${there}`)
    const migration = await readFile('migrations/0018_guessing.sql', 'utf8')
    const [begin = ''] = /select setval[^;]+;/.exec(migration) ?? []
    await pool.query(begin)
    const { rows } = await insert('', '')
    expect(rows[0]?.id).toBeGreaterThan(there)
    expect(rows[0]?.id).toBeLessThan(there + 3 * step)
  })
})
