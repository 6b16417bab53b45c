import { expect, test } from 'vitest'
import { measureBudgets } from '../../src/ledger/money/measure-budgets.ts'
import { openBudgets } from '../support/budget-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const open = (options = {}) => openBudgets(context, app, options)

/** The announced shares of an organisation, in order: of what, and the percentage. */
async function announced(orgId: number): Promise<string[]> {
  const { rows } = await pool.query<{ details: Record<string, unknown> }>(
    `select details from events where org_id = $1 and kind = 'budget-share-reached' order by id`,
    [orgId],
  )
  return rows.map(({ details: { per, startsOn, measure, percent, limit, taken } }) =>
    [per, startsOn, measure, percent, `${Number(taken)}/${Number(limit)}`]
      .filter((one) => one !== null)
      .map(String)
      .join(' '),
  )
}

test('each share is announced once, by the redemption that reaches it, and not again after a reversal', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '100' }, { codes: 6 })
  const redeem = (n: number, bill = 500) => shop.redeemOn([codes[n] ?? ''], bill)
  const first = await redeem(0)
  expect(await announced(shop.orgId)).toEqual([])
  await redeem(1)
  expect(await announced(shop.orgId)).toEqual(['total amount 50 80/100', 'total amount 80 80/100'])
  await shop.reverse([first.at('redemptions.0.id')])
  await redeem(2)
  expect(await announced(shop.orgId)).toHaveLength(2)
  await redeem(3, 20)
  expect((await announced(shop.orgId)).slice(2)).toEqual(['total amount 95 100/100'])
  const { json } = await shop.budget.get(id)
  expect(json).toMatchObject({
    alertAtPercent: [50, 80, 95],
    reached: [
      { per: 'total', limitOf: 'amount', percent: 50 },
      { per: 'total', limitOf: 'amount', percent: 80 },
      { per: 'total', limitOf: 'amount', percent: 95 },
    ],
  })
})

test('the shares of a changed limit are announced again, at once if they are already reached', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '1000', alertAtPercent: [] }, { codes: 2 })
  await shop.redeemOn(codes, 500)
  expect(await announced(shop.orgId)).toEqual([])
  await shop.budget.set(id, { total: '100', alertAtPercent: [90, 60] })
  expect(await announced(shop.orgId)).toEqual(['total amount 60 80/100'])
  await shop.budget.set(id, { total: '100', alertAtPercent: [60, 80] })
  expect((await announced(shop.orgId)).slice(1)).toEqual(['total amount 80 80/100'])
  await shop.budget.set(id, { total: '160', alertAtPercent: [50] })
  expect((await announced(shop.orgId)).slice(2)).toEqual(['total amount 50 80/160'])
  // What a removed budget has announced is forgotten.
  await shop.budget.delete(id)
  await shop.budget.set(id, { total: '160', alertAtPercent: [50] })
  expect(await announced(shop.orgId)).toHaveLength(4)
  expect((await shop.budget.set(id, { total: '5', alertAtPercent: [50, 50] })).at('errors.0.field')).toBe(
    'alertAtPercent',
  )
})

test('each period is announced by itself, in money and in uses', async () => {
  const shop = await open({ isSandbox: true })
  await shop.setClock('2026-08-30T12:00:00Z')
  const { codes } = await shop.budgeted(
    {
      periods: [
        { per: 'day', amount: '80' },
        { per: 'week', uses: 4, usesPerCustomer: 4 },
      ],
      alertAtPercent: [50],
    },
    { codes: 5 },
  )
  const redeem = (n: number) => shop.redeemOn([codes[n] ?? ''], 500)
  await redeem(0)
  await redeem(1)
  expect(await announced(shop.orgId)).toEqual([
    'day 2026-08-30 amount 50 40/80',
    'week 2026-08-24 uses 50 2/4',
  ])
  await shop.setClock('2026-08-31T00:00:00Z')
  await redeem(2)
  expect((await announced(shop.orgId)).slice(2)).toEqual(['day 2026-08-31 amount 50 40/80'])
})

test('a bill that comes later reaches a share', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '80', alertAtPercent: [50] }, { codes: 1 })
  await shop.redeem(codes[0] ?? '', shop.customerId, { billAmount: undefined })
  expect(await announced(shop.orgId)).toEqual([])
  const { rows } = await pool.query<{ id: number }>('select id from redemptions where org_id = $1', [
    shop.orgId,
  ])
  await shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId: rows[0]?.id, billAmount: 40 }] })
  expect((await shop.budget.get(id)).at('given')).toBe('40.00')
  expect(await announced(shop.orgId)).toEqual(['total amount 50 40/80'])
})

test('racing tills of several servers announce each share once', async () => {
  const shop = await open()
  const others = await Promise.all(
    [1, 2].map(async () => createTestServer(await createTestContext({ database: context.database }))),
  )
  const apps = [app, ...others]
  const { codes } = await shop.budgeted(
    { total: '1000', periods: [{ per: 'day', uses: 40 }], alertAtPercent: [10, 50, 100] },
    { codes: 60, discount_value: '25' },
  )
  await Promise.all(
    codes.map((code, n) => shop.redeemOn([code], 100, {}, { app: apps[n % apps.length] ?? app })),
  )
  const told = (await announced(shop.orgId)).map((one) => one.replace(/\d{4}-\S+ |\d+\/\d+$/g, ''))
  expect(told.toSorted()).toEqual([
    'day uses 10 ',
    'day uses 100 ',
    'day uses 50 ',
    'total amount 10 ',
    'total amount 100 ',
    'total amount 50 ',
  ])
})

test('metrics have the share of each limit, and the announced shares that are reached', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '160', alertAtPercent: [20, 50] }, { codes: 1 })
  await shop.redeemOn(codes, 500)
  await measureBudgets(context)
  const text = await context.metrics.registry.metrics()
  const lines = text.split('\n').filter((line) => line.includes(`series="${id}"`))
  const labels = `organisation="${shop.orgId}",series="${id}",per="total",measure="amount"`
  expect(lines).toEqual([
    `counterfoil_budget_share{${labels}} 0.25`,
    `counterfoil_budget_share_reached{${labels},percent="20"} 1`,
    `counterfoil_budget_share_reached{${labels},percent="50"} 0`,
  ])
})

test('the days of a budget show the amounts given and given back, by reversals and returns, and end with the amount left', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '200' }, { codes: 3 })
  const first = await shop.redeemOn(codes.slice(0, 1), 500)
  const second = await shop.redeemOn(codes.slice(1, 2), 500)
  await shop.redeemOn(codes.slice(2, 3), 500)
  await shop.reverse([first.at('redemptions.0.id')])
  const returned = await shop.post(`/till/v1/redemptions/${String(second.at('redemptions.0.id'))}/returns`, {
    amount: '15',
  })
  expect(returned.status, returned.text).toBeLessThan(300)
  const { headers } = shop
  const days = await shop.call('GET', `/admin/v1/series/${id}/budget/days?days=2`, undefined, { headers })
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '65.00', left: '135.00' })
  expect(days.at('days')).toMatchObject([
    { given: '0.00', givenBack: '0.00', takenInAll: '0.00', left: '200.00' },
    { given: '120.00', givenBack: '55.00', takenInAll: '65.00', left: '135.00' },
  ])
})
