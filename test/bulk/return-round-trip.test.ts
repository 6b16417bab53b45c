import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { openReturns } from '../support/return-cases.ts'
import { importAnswers } from '../support/saved-answers.ts'
import { seedCoupon } from '../support/seed.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool, queries } = context.database

/**
 * A redemption of each kind: partly returned and then reversed, with only the use returned, completely returned, and
 * untouched.
 */
async function openBooks() {
  const shop = await openReturns(context, app)
  const { codes } = await shop.budgeted({ total: '1000' }, { codes: 6 })
  const ids: number[] = []
  for (const [n, code] of codes.entries())
    ids.push(await shop.redeemed(code, { amount: 500, transactionNumber: `b${n}` }))
  const [part, reversed, kept, whole] = ids
  await shop.giveBack(part, { amount: '12.34' })
  await shop.giveBack(part, { amount: '0.01' })
  await shop.giveBack(reversed, { amount: 10 })
  await shop.reverse([reversed])
  await shop.giveBack(kept, { amount: 1, returnUse: true })
  await shop.giveBack(whole)
  return { shop, codes, ids }
}

const keptSql = `
select c.code, r.discount_amount::text, r.returned_amount::text, v.redemption_id is not null as reversed,
  coalesce(v.keeps_discount, false) as keeps, (
    select jsonb_agg(jsonb_build_array(t.amount, date_trunc('second', t.returned_at), t.returns_use) order by t.id)
    from returns t where t.org_id = $1 and t.redemption_id = r.id) as returns
from redemptions r join coupons c on c.org_id = $1 and c.id = r.coupon_id
left join reversals v on v.org_id = $1 and v.redemption_id = r.id
where r.org_id = $1 order by c.code`
const keptIn = async (orgId: number) => (await pool.query(keptSql, [orgId])).rows
const faultsIn = async (orgId: number) => (await auditLedger(pool, orgId)).filter(({ faults }) => faults > 0)

test('what returns gave back comes in again from an export of redemptions', async () => {
  const { shop, codes } = await openBooks()
  const exported = await shop.call('GET', '/admin/v1/export/redemptions', undefined, {
    headers: shop.headers,
  })
  const [header = '', ...rows] = exported.text.trim().split('\n')
  expect(header).toContain('discountAmount,currency,discountReturned,returnedDate,discountKept,returns')
  const names = header.split(',')
  // The list of returns is quoted and has commas.
  const cells = rows.map((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
  const column = (name: string) => cells.map((row) => row[names.indexOf(name)])
  expect(column('discountAmount')).toEqual(codes.map(() => '40.000'))
  expect(column('discountReturned')).toEqual(['12.350', '10.000', '1.000', '40.000', '', ''])
  expect(column('discountKept')).toEqual(['27.650', '0', '39.000', '0', '40.000', '40.000'])

  const other = await openImports(context)
  const seriesId = await other.series({ discount_type: 'ABS', discount_value: '40' })
  const customerId = await other.customer({ externalId: 'E1' })
  for (const code of codes) await seedCoupon(queries, other.orgId, { seriesId, customerId, code })
  const leftOut = new Set(['customerId', 'redeemedAt', 'till', 'redemptionId'])
  const columns = names.flatMap((name, at) => (leftOut.has(name) ? [] : { name, at }))
  const file = csv(
    columns.map(({ name }) => name).join(','),
    ...cells.map((row) => columns.map(({ name, at }) => (name === 'externalId' ? 'E1' : row[at])).join(',')),
  )
  // Imports take whole seconds that are past.
  await sleep(1_100)
  expect(await other.run('redemptions', file)).toMatchObject({ fresh: 6, refused: 0 })
  expect(await keptIn(other.orgId)).toEqual(await keptIn(shop.orgId))
  expect(await faultsIn(other.orgId)).toEqual([])
  expect(await other.run('redemptions', file)).toMatchObject({ fresh: 0, present: 6 })
})

test('a row whose return contradicts its discount is refused', async () => {
  const shop = await openImports(context)
  const seriesId = await shop.series()
  const customerId = await shop.customer({ externalId: 'E1' })
  await seedCoupon(queries, shop.orgId, { seriesId, customerId, code: 'A' })
  const refused = async (row: string): Promise<string | undefined> => {
    const names =
      'code,externalId,redeemedDate,discountAmount,reversedDate,discountReturned,returnedDate,discountKept'
    const { lines } = await shop.run('redemptions', csv(names, `A,E1,2026-01-05,${row}`))
    return lines[0]?.reason
  }
  expect(await refused('10,,10.01,2026-01-06,')).toContain('at most discountAmount')
  expect(await refused(',,1,2026-01-06,')).toContain('at most discountAmount')
  expect(await refused('10,,1,,')).toBe('returnedDate is missing')
  expect(await refused('10,,1,2026-01-04,')).toContain('after redeemedDate')
  expect(await refused('10,2026-01-06,1,2026-01-06,8')).toContain('less discountReturned')
  expect(await refused('10,2026-01-06,1,2026-01-06,9')).toBeUndefined()
  expect(await faultsIn(shop.orgId)).toEqual([])
})

test('a row whose list of returns contradicts the rest of it is refused', async () => {
  const shop = await openImports(context)
  const seriesId = await shop.series()
  const customerId = await shop.customer({ externalId: 'E1' })
  await seedCoupon(queries, shop.orgId, { seriesId, customerId, code: 'A' })
  const refused = async (returns: unknown, more = ',,'): Promise<string | undefined> => {
    const names =
      'code,externalId,redeemedDate,discountAmount,reversedDate,discountReturned,discountKept,returns'
    const list = typeof returns === 'string' ? returns : JSON.stringify(returns)
    const row = `A,E1,2026-01-05,10,${more},"${list.replaceAll('"', '""')}"`
    const { lines } = await shop.run('redemptions', csv(names, row))
    return lines[0]?.reason
  }
  const one = { amount: 4, date: '2026-01-06' }
  const ofUse = { ...one, useReturned: true }
  expect(await refused('[')).toContain('a JSON list of returns')
  expect(await refused([{ amount: 4 }])).toContain('a JSON list of returns')
  expect(await refused([{ ...one, amount: 0 }])).toContain('a JSON list of returns')
  expect(await refused([{ ...one, date: '2026-01-04' }])).toContain('after redeemedDate')
  expect(await refused([one, { ...one, amount: 7 }])).toContain('at most discountAmount')
  expect(await refused([one], ',5,')).toContain('the sum of returns')
  expect(await refused([ofUse])).toContain('at most once')
  expect(await refused([ofUse, ofUse], '2026-01-06,,')).toContain('at most once')
  expect(await refused([one], '2026-01-06,,6')).toContain('the return that gave the use back')
  expect(await refused([one, ofUse], '2026-01-06,8,2')).toBeUndefined()
  expect(await faultsIn(shop.orgId)).toEqual([])
})

test('what returns gave back comes in again from a saved history', async () => {
  const { shop, codes } = await openBooks()
  const query = 'include=discount,reversedTransactionNumber&limit=100'
  const saved = await shop.call('GET', `/v2/customers/coupons?id=${shop.customerId}&${query}`)
  const other = await createTestOrganisation(context)
  const { refused } = await importAnswers(context, other, [saved.json])
  expect(refused).toEqual([])
  expect(await keptIn(other.orgId)).toEqual(await keptIn(shop.orgId))
  expect(await faultsIn(other.orgId)).toEqual([])
  expect((await importAnswers(context, other, [saved.json])).refused).toEqual([])
  // A later answer that says something else contradicts, unless it is to bring what is new.
  const first = (await shop.told(codes[0] ?? '')).redemptions[0]?.['id']
  await shop.giveBack(first, { amount: 1 })
  const later = await shop.call('GET', `/v2/customers/coupons?id=${shop.customerId}&${query}`)
  expect((await importAnswers(context, other, [later.json])).refused).toEqual([
    expect.stringContaining('the discountReturned of redemption'),
  ])
})

test('returns that are new since the last import come in with a later history, each of its own', async () => {
  const { shop, ids } = await openBooks()
  const saved = () =>
    shop.call('GET', `/v2/customers/coupons?id=${shop.customerId}&include=discount,reversedTransactionNumber`)
  const other = await createTestOrganisation(context)
  const bringIn = async () => importAnswers(context, other, [(await saved()).json], { addsToCoupons: true })
  expect((await bringIn()).summary.returns).toEqual({ new: 5, present: 0, refused: 0 })

  const [part, , kept, , untouched, reversedLater] = ids
  await shop.giveBack(part, { amount: 1 })
  await shop.giveBack(part, { amount: 2, returnUse: true })
  await shop.giveBack(part, { amount: 3 })
  await shop.giveBack(kept)
  await shop.giveBack(untouched, { amount: 40 })
  await shop.giveBack(reversedLater, { amount: 5 })
  await shop.reverse([reversedLater])
  const { summary, refused } = await bringIn()
  expect(refused).toEqual([])
  expect(summary).toMatchObject({
    returns: { new: 6, present: 5 },
    reversals: { new: 3, present: 3 },
    redemptions: { new: 0, present: 6 },
  })
  expect(await keptIn(other.orgId)).toEqual(await keptIn(shop.orgId))
  expect(await faultsIn(other.orgId)).toEqual([])
  expect((await bringIn()).summary.returns).toEqual({ new: 0, present: 11, refused: 0 })
})
