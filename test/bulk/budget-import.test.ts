import { expect, test } from 'vitest'
import { setBudget } from '../../src/ledger/money/set-budget.ts'
import { readBudget } from '../../src/ledger/money/read-budget.ts'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext } from '../support/harness.ts'
import { seedCoupon } from '../support/seed.ts'

const context = await createTestContext()
const { pool, queries } = context.database

test('redemptions that a file brings in count in the budget, also beyond it; reversed ones do not', async () => {
  const shop = await openImports(context)
  const seriesId = await shop.series({ discount_type: 'ABS', discount_value: '50' })
  const customerId = await shop.customer({ externalId: 'E1' })
  for (const code of ['A', 'B']) await seedCoupon(queries, shop.orgId, { seriesId, customerId, code })
  const client = await pool.connect()
  await setBudget(client, shop.orgId, seriesId, {
    total: 60,
    perCustomer: 1_000,
    periods: [{ per: 'month', amount: 70, uses: 1, usesPerCustomer: 1 }],
    whenItDoesNotFit: 'refuse',
    timeZone: 'UTC',
  })
  client.release()
  const file = csv(
    'code,externalId,redeemedDate,billNumber,billAmount,discountAmount,reversedDate',
    'A,E1,2026-01-01,b1,100,50,',
    'A,E1,2026-01-02,b2,100,25.5,',
    'B,E1,2026-02-02,b3,100,,',
    'B,E1,2026-02-03,b4,100,40,2026-02-04',
  )
  expect(await shop.run('redemptions', file)).toMatchObject({ fresh: 4, refused: 0 })
  const state = await readBudget(context, shop.organisation, seriesId)
  expect(state.usage?.total).toEqual({ given: 75_500, uses: 3 })
  const { rows } = await pool.query(
    `select per, starts_on::text, given::float8, uses, max_given::float8, max_uses from budget_usage
     where org_id = $1 and customer_id = 0 order by per, starts_on`,
    [shop.orgId],
  )
  expect(rows).toEqual([
    { per: 'month', starts_on: '2026-01-01', given: 75.5, uses: 2, max_given: 75.5, max_uses: 2 },
    { per: 'month', starts_on: '2026-02-01', given: 0, uses: 1, max_given: 70, max_uses: 1 },
    { per: 'total', starts_on: '1970-01-01', given: 75.5, uses: 3, max_given: 75.5, max_uses: null },
  ])
  // Months that are over are announced to nobody.
  const { rows: announced } = await pool.query(
    `select details ->> 'per' as per, (details ->> 'percent')::int as percent from events
     where org_id = $1 and kind = 'budget-share-reached' order by id`,
    [shop.orgId],
  )
  expect(announced).toEqual([50, 80, 95].map((percent) => ({ per: 'total', percent })))
  const audited = await auditLedger(pool, shop.orgId)
  expect(audited.filter(({ faults }) => faults > 0)).toEqual([])
  // A usage that says something else is found.
  await pool.query('update budget_usage set given = given - 1 where org_id = $1 and per = $2', [
    shop.orgId,
    'total',
  ])
  const again = await auditLedger(pool, shop.orgId)
  const fault = again.find(({ faults }) => faults > 0)
  expect(fault).toMatchObject({ name: 'usage of each budget = redemptions in the ledger', faults: 2 })
})
