import { expect, test } from 'vitest'
import {
  basic,
  createTestContext,
  createTestDatabase,
  createTestServer,
} from '../../../test/support/harness.ts'
import { auditLedger } from '../integrity/audit-ledger.ts'
import { generateSample } from './generate-sample.ts'

const context = await createTestContext({ database: await createTestDatabase() })
const { database } = context
const nowS = Date.now() / 1000
const small = { customers: 300, seed: 7, nowS }

/** All that a sample consists of, without ids of organisation, stores and tills. */
async function contentsOf(orgId: number): Promise<object[]> {
  const { rows } = await database.pool.query<object>(
    `select c.id, c.code, c.customer_id, u.first_name, u.last_name, i.shown, c.created_at, c.valid_until, c.redeemed, s.code as store,
       r.id as redemption, r.redeemed_at, r.bill_amount, r.discount_amount, r.returned_amount, v.reversed_at, t.returned_at
     from coupons c join customers u using (org_id) join stores s on s.org_id = c.org_id and s.id = c.issued_store_id
     join customer_identifiers i on i.org_id = c.org_id and i.customer_id = u.id
     left join redemptions r on r.org_id = c.org_id and r.coupon_id = c.id
     left join reversals v on v.org_id = c.org_id and v.redemption_id = r.id
     left join returns t on t.org_id = c.org_id and t.redemption_id = r.id
     where c.org_id = $1 and u.id = c.customer_id order by c.id, i.type`,
    [orgId],
  )
  return rows
}

test('a sample adds up: the audit of its ledger finds nothing, and nothing lies in the future', async () => {
  const { orgId, rows } = await generateSample(database, { ...small, name: 'Adds up' })
  expect(rows).toMatchObject({ customers: 300, series: 10 })
  for (const [what, least] of [
    ['coupons', 700],
    ['redemptions', 150],
    ['reversals', 1],
    ['returns', 2],
  ] as const)
    expect(rows[what], what).toBeGreaterThanOrEqual(least)
  const faults = (await auditLedger(database.pool, orgId)).filter((one) => one.faults > 0)
  expect(faults).toEqual([])
  const future = await database.pool.query(
    `select at from (select created_at as at, org_id from coupons union all select redeemed_at, org_id from redemptions
       union all select reversed_at, org_id from reversals union all select returned_at, org_id from returns
       union all select created_at, org_id from customers) x where org_id = $1 and at > now()`,
    [orgId],
  )
  expect(future.rows).toEqual([])
})

test('the same seed, size and day give the same contents, and another seed others', async () => {
  const [first, again, other] = [
    await generateSample(database, { ...small, name: 'First' }),
    await generateSample(database, { ...small, name: 'Again' }),
    await generateSample(database, { ...small, seed: 8, name: 'Other' }),
  ]
  const contents = await contentsOf(first.orgId)
  expect(await contentsOf(again.orgId)).toEqual(contents)
  expect(await contentsOf(other.orgId)).not.toEqual(contents)
})

test('the till of a sample signs in, and what it registers, issues and redeems follows the generated ids', async () => {
  const { till, orgId } = await generateSample(database, { ...small, name: 'Goes on' })
  const app = await createTestServer(context)
  const call = async (url: string, payload?: object) =>
    (
      await app.inject({
        method: payload ? 'POST' : 'GET',
        url,
        headers: { authorization: basic(till.code, till.password) },
        ...(payload && { payload }),
      })
    ).json<Record<string, unknown>>()
  const registered = await call('/v2/customers?source=INSTORE', {
    profiles: [{ firstName: 'Nila', identifiers: [{ type: 'mobile', value: '9400488255' }] }],
  })
  expect(registered).toMatchObject({ warnings: [] })
  const issued = await call('/v2/coupon/issue', { seriesId: 1, customer: { mobile: '9400488255' } })
  const redeemed = await call('/till/v1/redemptions', {
    codes: [issued['code']],
    customer: { mobile: '9400488255' },
    bill: { amount: '500.00', transactionNumber: 'after-1' },
  })
  expect(redeemed).toMatchObject({ total: '50.00', currency: 'INR' })
  const sold = await call('/v2/customers/coupons?mobile=919000000001')
  expect(sold).toMatchObject({ entity: { pagination: {} } })
  expect((await auditLedger(database.pool, orgId)).filter((one) => one.faults > 0)).toEqual([])
})

test.each([
  [{ customers: 0, seed: 1 }, 'from 1 to 1000000'],
  [{ customers: 1.5, seed: 1 }, 'from 1 to 1000000'],
  [{ customers: 1_000_001, seed: 1 }, 'from 1 to 1000000'],
  [{ customers: 10, seed: -1 }, 'from 0 to 999999999'],
])('%o is refused with what is allowed, and leaves nothing behind', async (size, allowed) => {
  const name = `Refused ${JSON.stringify(size)}`
  await expect(generateSample(database, { ...size, name, nowS })).rejects.toThrow(allowed)
  const { rows } = await database.pool.query('select name from organisations where name = $1', [name])
  expect(rows).toEqual([])
})

test('a name that is taken is refused, and the organisation that has it stays as it is', async () => {
  const { orgId } = await generateSample(database, { ...small, name: 'Taken' })
  const before = await contentsOf(orgId)
  await expect(generateSample(database, { ...small, seed: 2, name: 'Taken' })).rejects.toThrow('Taken')
  expect(await contentsOf(orgId)).toEqual(before)
})
