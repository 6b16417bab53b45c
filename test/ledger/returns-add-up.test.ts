import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openReturns } from '../support/return-cases.ts'
import { amount, percent } from '../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const other = await createTestServer(context)
const { pool } = context.database
const open = (options = {}) => openReturns(context, app, options)
type ReturnShop = Awaited<ReturnType<typeof open>>
const faultsIn = async (orgId: number) =>
  (await auditLedger(pool, orgId)).filter(({ faults }) => faults > 0).map(({ name }) => name)

/** Returns as a till does that is told to come back later: again, under the same key. */
async function insistent(shop: ReturnShop, id: number, what: object, server: typeof app) {
  const headers = { 'idempotency-key': randomUUID() }
  for (;;) {
    const reply = await shop.giveBack(id, what, { headers, app: server })
    if (reply.status !== 503) return reply
  }
}

const thousandths = (text: unknown): number => Math.round(Number(text) * 1000)

describe('returns from many connections', () => {
  test('never give back more than was given, and each cent once', async () => {
    const shop = await open()
    const { id, code } = await shop.budgeted({ total: '100' })
    const redemptionId = await shop.redeemed(code, 500)
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        insistent(shop, redemptionId, { amount: '0.99' }, n % 2 === 0 ? app : other),
      ),
    )
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(40)
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(20)
    expect((await shop.returnsOf(redemptionId)).json).toMatchObject({ returned: '39.60', left: '0.40' })
    expect((await shop.budget.get(id)).at('given')).toBe('0.40')
    await shop.expectLedgerAdds()
  }, 60_000)

  test('race with reversals and retries of the same key: everything is returned once', async () => {
    const shop = await open()
    const { id, codes } = await shop.budgeted({ total: '1000' }, { codes: 8 })
    const ids = []
    for (const code of codes) ids.push(await shop.redeemed(code, 500))
    await Promise.all(
      ids.flatMap((one) => {
        const headers = { 'idempotency-key': randomUUID() }
        return [
          shop.giveBack(one, {}, { headers }),
          shop.giveBack(one, {}, { headers, app: other }),
          shop.reverse([one]),
          shop.giveBack(one, { amount: 10, returnUse: true }, { app: other }),
          shop.giveBack(one, { amount: 40 }),
        ]
      }),
    )
    for (const one of ids) await shop.giveBack(one)
    for (const one of ids)
      expect((await shop.returnsOf(one)).json).toMatchObject({
        returned: '40.00',
        left: '0.00',
        useReturned: true,
      })
    expect((await shop.budget.get(id)).at('given')).toBe('0.00')
    await shop.expectLedgerAdds()
  }, 60_000)
})

type Step =
  | { readonly kind: 'redeem'; readonly coupon: number; readonly cents: number }
  | { readonly kind: 'return'; readonly at: number; readonly cents: number; readonly use: boolean }
  | { readonly kind: 'whole' | 'reverse' | 'item'; readonly at: number }
  | { readonly kind: 'correct'; readonly at: number; readonly cents: number }

const cents = fc.integer({ min: 1, max: 3_000 })
const at = fc.nat(20)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('redeem' as const), coupon: fc.nat(1), cents }),
  fc.record({ kind: fc.constant('return' as const), at, cents, use: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('whole' as const, 'reverse' as const, 'item' as const), at }),
  fc.record({ kind: fc.constant('correct' as const), at, cents }),
)

/** A redemption as the steps have left it, in thousandths. */
interface Made {
  readonly id: number
  given: number
  returned: number
  isUsed: boolean
  isOpen: boolean
}
/** What a step does to the model. @returns what the server says otherwise; empty: nothing. */
type Played = Promise<readonly string[]>

async function redeem(shop: ReturnShop, code: string, price: number, made: Made[]): Played {
  const items = [1, 2, 3].map((id) => ({ id, sku: `S${id}`, quantity: 1, price: price / 100 }))
  const reply = await shop.redeemOn([code], { amount: (price * 3) / 100, items })
  const id = reply.at('redemptions.0.id') as number
  made.push({ id, given: thousandths(reply.at('total')), returned: 0, isUsed: true, isOpen: true })
  return reply.status === 200 ? [] : [reply.text]
}

async function reverse(shop: ReturnShop, one: Made): Played {
  const isDone = (await shop.reverse([one.id])).at('success') === true
  if (isDone !== one.isUsed) return [`a reversal of ${one.id} is ${isDone}`]
  if (isDone) Object.assign(one, { isUsed: false, isOpen: false, returned: one.given })
  return []
}

async function correct(shop: ReturnShop, one: Made, amount: number): Played {
  const redemptions = [{ redemptionId: one.id, discountAmount: amount / 1000 }]
  const reply = await shop.put('/v2/coupon/redeem', { redemptions })
  if (reply.at('entity.redemptions.0.redemptionStatus.code') !== 761) return []
  if (one.isOpen && amount < one.returned) return [`${one.id} is corrected below what was returned`]
  if (!one.isOpen) one.returned = amount
  one.given = amount
  return []
}

async function giveBack(shop: ReturnShop, one: Made, step: Step): Played {
  const left = one.isOpen ? one.given - one.returned : 0
  const what =
    step.kind === 'return'
      ? { amount: step.cents / 100, returnUse: step.use }
      : step.kind === 'item'
        ? { items: [{ id: 1 + (step.at % 3) }] }
        : {}
  const reply = await shop.giveBack(one.id, what)
  if (reply.status !== 201)
    return reply.status === 409 && thousandths(reply.at('left')) === left ? [] : [reply.text]
  const back = thousandths(reply.at('amount'))
  one.returned += back
  // With the use, the last part of the discount reverses the redemption: a later correction gives nothing again.
  if (reply.at('useReturned') === true)
    Object.assign(one, { isUsed: false, isOpen: one.returned < one.given })
  const isRight =
    back <= left &&
    (step.kind !== 'return' || back === step.cents * 10) &&
    thousandths(reply.at('left')) === one.given - one.returned
  return isRight ? [] : [reply.text]
}

function play(shop: ReturnShop, codes: readonly string[], step: Step, made: Made[]): Played {
  if (step.kind === 'redeem') return redeem(shop, codes[step.coupon] ?? '', step.cents, made)
  const one = made[step.at % Math.max(1, made.length)]
  if (one === undefined) return Promise.resolve([])
  if (step.kind === 'reverse') return reverse(shop, one)
  return step.kind === 'correct' ? correct(shop, one, step.cents * 10) : giveBack(shop, one, step)
}

test('after any redemptions, returns, corrections and reversals: budget = given − returned, each sum within its bounds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
      const shop = await open()
      const limits = { total: '10000', perCustomer: '9000', periods: [{ per: 'month', amount: '9500' }] }
      const { id: seriesId, codes } = await shop.budgeted(limits, {
        codes: 2,
        discount_type: 'PERC',
        discount_value: '33.33',
      })
      const made: Made[] = []
      const mistakes: string[] = []
      for (const one of steps) mistakes.push(...(await play(shop, codes, one, made)))
      expect(mistakes).toEqual([])
      const kept = made.reduce((sum, one) => sum + one.given - one.returned, 0)
      const budget = await shop.budget.get(seriesId)
      expect(thousandths(budget.at('given'))).toBe(kept)
      expect(thousandths(budget.at('periods.0.given'))).toBe(kept)
      expect(budget.at('periods.0.used')).toBe(made.filter(({ isUsed }) => isUsed).length)
      const figures = await shop.figures(`days=1&series=${seriesId}`)
      const [given, returned, reversed] = ['Given', 'Returned', 'Reversed'].map((name) =>
        thousandths(figures.at(`discount${name}`)),
      ) as [number, number, number]
      expect(given - returned - reversed).toBe(kept)
      for (const one of made) {
        const told = await shop.returnsOf(one.id)
        expect(thousandths(told.at('discountAmount'))).toBe(one.given)
        expect(thousandths(told.at('returned'))).toBe(one.returned)
        expect(one.returned).toBeLessThanOrEqual(one.given)
      }
      await shop.expectLedgerAdds()
      // Counted anew, the budget stands where it stood.
      await shop.budget.set(seriesId, limits)
      expect(thousandths((await shop.budget.get(seriesId)).at('given'))).toBe(kept)
    }),
    { numRuns: 40 },
  )
}, 180_000)

/** Each error that can be planted in the ledger of returns, and the checks that find it. */
const planted: readonly (readonly [what: string, sql: string, found: string])[] = [
  [
    'a return that was made up',
    `insert into returns (org_id, redemption_id, amount, returns_use, returned_at)
     select org_id, redemption_id, 1, false, now() from returns where org_id = $1 limit 1`,
    'the returned amount of each redemption = the sum of its returns',
  ],
  [
    'a return that is gone',
    'delete from returns where id = (select min(id) from returns where org_id = $1 and items is null)',
    'the returned amount of each redemption = the sum of its returns',
  ],
  [
    'a return without a word',
    `delete from events where org_id = $1 and kind = 'returned'`,
    'every return on a coupon that was issued here has one event, and every such event its return',
  ],
  [
    'a return that is told twice',
    `insert into events (org_id, kind, coupon_id, redemption_id, details)
     select org_id, kind, coupon_id, redemption_id, details from events where org_id = $1 and kind = 'returned' limit 1`,
    'every return on a coupon that was issued here has one event, and every such event its return',
  ],
  [
    'a sum that is not that of its returns',
    'update redemptions set returned_amount = returned_amount + 1 where org_id = $1 and returned_amount is not null',
    'the returned amount of each redemption = the sum of its returns',
  ],
  [
    'a discount that was raised by hand',
    'update redemptions set discount_amount = discount_amount + 1 where org_id = $1 and returned_amount is not null',
    'usage of each budget = redemptions in the ledger',
  ],
  [
    'a budget that was given too much back',
    'update budget_usage set given = given - 1 where org_id = $1',
    'usage of each budget = redemptions in the ledger',
  ],
  [
    'a reversal that keeps what it should give back',
    `update reversals set keeps_discount = true where org_id = $1 and not keeps_discount`,
    'a use that was returned has a reversal, and only such a use keeps its discount',
  ],
  [
    'a use that was returned and still counts',
    `delete from reversals where org_id = $1 and keeps_discount`,
    'a use that was returned has a reversal, and only such a use keeps its discount',
  ],
  [
    'a share that is less than what came back of it',
    `update redemption_items set items = jsonb_set(items, '{0,discount}', '1') where org_id = $1`,
    'returns do not exceed the shares of the returned items',
  ],
  [
    'more items than were sold',
    `update redemption_items set items = jsonb_set(items, '{0,quantity}', '1') where org_id = $1`,
    'returns do not exceed the shares of the returned items',
  ],
]

test.each(planted)('an audit finds %s', async (_, sql, found) => {
  const shop = await open()
  const { codes } = await shop.budgeted({ total: '1000' }, { codes: 4 })
  const items = [{ id: 1, sku: 'A', quantity: 2, price: 50 }]
  const [part, use, ofItems, reversed] = [
    await shop.redeemed(codes[0] ?? '', 500),
    await shop.redeemed(codes[1] ?? '', 500),
    await shop.redeemed(codes[2] ?? '', { amount: 100, items }),
    await shop.redeemed(codes[3] ?? '', 500),
  ]
  await shop.giveBack(part, { amount: 10 })
  await shop.giveBack(use, { amount: 10, returnUse: true })
  await shop.giveBack(ofItems, { items: [{ id: 1, quantity: 1 }] })
  await shop.reverse([reversed])
  expect(await faultsIn(shop.orgId)).toEqual([])
  await pool.query(sql, [shop.orgId])
  expect(await faultsIn(shop.orgId)).toContain(found)
})

test('the database refuses a return beyond the discount, and a change of a return', async () => {
  const shop = await open()
  const id = await shop.redeemed(await shop.code(amount(40)), 500)
  await shop.giveBack(id, { amount: 30, reason: 'Late' })
  const change = (set: string) => pool.query(`update returns set ${set} where org_id = $1`, [shop.orgId])
  for (const set of ['amount = amount - 1', 'returned_at = now()', `reason = 'other'`])
    await expect(change(set)).rejects.toThrow('a return is not changed')
  await expect(
    pool.query('update redemptions set discount_amount = discount_amount - 11 where org_id = $1', [
      shop.orgId,
    ]),
  ).rejects.toThrow('redemptions__discount_amount')
  await expect(change('reason = null')).resolves.toBeDefined()
})

test('a process of the previous release reverses, corrects and counts the kept discount, and the audit passes', async () => {
  const shop = await open()
  const { id: seriesId, codes } = await shop.budgeted({ total: '100' }, { codes: 2 })
  const [first, second] = [await shop.redeemed(codes[0] ?? '', 500), await shop.redeemed(codes[1] ?? '', 500)]
  await shop.giveBack(first, { amount: 15 })
  await shop.giveBack(second, { amount: 1 })
  // What its statement does to a redemption that it reverses.
  await pool.query(
    `with e as materialized (select r.* from redemptions r where r.org_id = $1 and r.id = $2), ledger as (
       insert into reversals (org_id, redemption_id, reversed_at, till_id) select org_id, id, now(), null from e
     ), c as (update coupons c set redeemed = c.redeemed - 1 from e where c.org_id = $1 and c.id = e.coupon_id),
     s as (update series_usage u set redeemed = u.redeemed - 1 from e where u.org_id = $1 and u.series_id = e.series_id),
     k as (update customer_series_usage u set redeemed = u.redeemed - 1, last_redeemed_at = (
         select max(redeemed_at) from redemptions where org_id = $1 and id <> $2)
       from e where u.org_id = $1 and u.customer_id = e.customer_id and u.series_id = e.series_id),
     b as (update budget_usage u set given = u.given - e.discount_amount, uses = u.uses - 1 from e
       where u.org_id = $1 and u.series_id = e.series_id and u.customer_id in (0, e.customer_id))
     insert into events (org_id, kind, coupon_id, redemption_id) select org_id, 'reversed', coupon_id, id from e`,
    [shop.orgId, first],
  )
  expect(await faultsIn(shop.orgId)).toEqual([])
  expect((await shop.budget.get(seriesId)).at('given')).toBe('39.00')
  expect((await shop.returnsOf(first)).json).toMatchObject({ returned: '40.00', left: '0.00' })
  expect((await shop.figures('days=1')).json).toMatchObject({
    discountGiven: '80.00',
    discountReturned: '16.00',
    discountReversed: '25.00',
  })
  // What it stores when a bill is corrected: the discount as it knows it, and the difference to the budget.
  await pool.query(
    `with r as (update redemptions set discount_amount = 30 where org_id = $1 and id = $2)
     update budget_usage set given = given - 9 where org_id = $1`,
    [shop.orgId, second],
  )
  expect(await faultsIn(shop.orgId)).toEqual([])
})

describe('the books of a month', () => {
  test.each([
    ['a month with 31 days in UTC', 'UTC', '2026-01'],
    ['the month in which the clocks go forward', 'America/New_York', '2026-03'],
    ['the month in which they go back', 'America/New_York', '2026-11'],
  ])(
    'exported, add up to the figures to the cent: %s',
    async (_, timeZone, month) => {
      const shop = await open({ isSandbox: true, timeZone })
      const code = await shop.code(percent('33.33'))
      const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate()
      const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1))
      const local = (day: string, time: string) => `${day} ${time}`
      // The last day before, the first, the day of the change, the last, and the first one after; at both ends of each.
      const inMonth = [1, 8, days].map((day) => `${month}-${String(day).padStart(2, '0')}`)
      const before = new Date(Date.parse(`${month}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
      const after = next.toISOString().slice(0, 10)
      const ids: number[] = []
      let bill = 10.01
      for (const day of [before, ...inMonth, after])
        for (const time of ['00:00:00', '03:30:00', '23:59:59']) {
          await setLocalClock(shop, local(day, time), timeZone)
          ids.push(await shop.redeemed(code, { amount: bill.toFixed(2) }))
          bill += 7.77
          const [older] = ids.splice(0, ids.length > 3 ? 1 : 0)
          if (older === undefined) continue
          await shop.giveBack(older, { amount: '1.23', ...(older % 3 === 0 && { returnUse: true }) })
          if (older % 2 === 0) await shop.reverse([older])
          if (older % 5 === 0) await shop.giveBack(older)
        }
      const figures = (await shop.figures(`days=${days + 1}`)).json as {
        days: Record<'day' | 'discountGiven' | 'discountReturned' | 'discountReversed', string>[]
      }
      const told = figures.days.filter(({ day }) => day.startsWith(month))
      expect(told).toHaveLength(days)
      const sum = (values: readonly unknown[]) =>
        values.reduce<number>((total, one) => total + thousandths(one), 0)
      const exported = async (kind: string) => {
        const query = `format=ndjson&from=${month}-01&to=${after}`
        const { text } = await shop.call('GET', `/admin/v1/export/${kind}?${query}`, undefined, {
          headers: shop.headers,
        })
        return text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Record<string, unknown>)
      }
      const given = await exported('redemptions')
      const back = await exported('returns')
      const amounts = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row['amount'])
      expect(given).toHaveLength(9)
      expect(sum(given.map((row) => row['discountAmount']))).toBe(sum(told.map((one) => one.discountGiven)))
      expect(sum(amounts(back.filter((row) => row['returnId'] !== null)))).toBe(
        sum(told.map((one) => one.discountReturned)),
      )
      expect(sum(amounts(back.filter((row) => row['returnId'] === null)))).toBe(
        sum(told.map((one) => one.discountReversed)),
      )
      expect(sum(told.map((one) => one.discountReturned))).toBeGreaterThan(0)
      expect(sum(told.map((one) => one.discountReversed))).toBeGreaterThan(0)
      await shop.expectLedgerAdds()
    },
    60_000,
  )
})

/** Sets the clock of a sandbox to a time on the clock of a zone. */
const setLocalClock = async (shop: Awaited<ReturnType<typeof open>>, time: string, timeZone: string) =>
  pool.query('update organisations set clock_at = $2::timestamp at time zone $3 where org_id = $1', [
    shop.orgId,
    time,
    timeZone,
  ])

const usageSql = `
select customer_id = 0 as of_all, per, starts_on::text, given::text, uses, max_given::text, max_uses from budget_usage
where org_id = $1 and series_id = $2 order by customer_id, per, starts_on`

test('a budget that is set later counts discounts given, kept and given back like an existing one', async () => {
  const shop = await open({ isSandbox: true, timeZone: 'Asia/Kolkata' })
  const limits = { amount: '1000', uses: 50, usesPerCustomer: 20 }
  const budget = {
    total: '10000',
    perCustomer: '5000',
    periods: ['day', 'week', 'month'].map((per) => ({ per, ...limits })),
  }
  const { id, codes } = await shop.budgeted(budget, { codes: 6, is_any_user: true })
  const others = await shop.customer({ firstName: 'Ravi' })
  const redeemed: number[] = []
  // Before and after midnight of the organisation, and in another month.
  for (const now of ['2026-03-31T18:00:00Z', '2026-03-31T19:00:00Z', '2026-04-08T12:00:00Z']) {
    await shop.setClock(now)
    for (const code of codes)
      redeemed.push(await shop.redeemed(code, 500, code === codes[0] ? { customer: { id: others } } : {}))
  }
  const [part, use, whole, reversed] = redeemed
  await shop.giveBack(part, { amount: '12.34' })
  await shop.giveBack(use, { amount: 10, returnUse: true })
  await shop.giveBack(whole)
  await shop.reverse([reversed])
  const usage = async () => (await pool.query(usageSql, [shop.orgId, id])).rows
  // A row of which nothing is left stays with the budget that was there.
  const taken = async () =>
    (await usage()).filter((row: { uses: number; given: string }) => row.uses > 0 || row.given !== '0.000')
  const before = await taken()
  expect(before.length).toBeGreaterThan(12)
  await shop.budget.delete(id)
  expect(await usage()).toEqual([])
  expect((await shop.budget.set(id, budget)).status).toBe(200)
  expect(await taken()).toEqual(before)
  await shop.expectLedgerAdds()
})

test('a budget that is set while tills redeem, return and reverse loses nothing and counts nothing twice', async () => {
  const shop = await open()
  const { id, codes } = await shop.budgeted({ total: '100000' }, { codes: 8 })
  const budgets = [
    { total: '100000', perCustomer: '100000' },
    { periods: [{ per: 'day', amount: '100000', uses: 1_000, usesPerCustomer: 1_000 }] },
    { total: '50' },
  ]
  const tills = codes.map(async (code, n) => {
    for (let round = 0; round < 6; round++) {
      const reply = await shop.redeemOn([code], { amount: 100, transactionNumber: `b-${n}-${round}` })
      if (reply.status !== 200) continue
      const redemptionId = Number(reply.at('redemptions.0.id'))
      if (n % 3 === 0) await insistent(shop, redemptionId, { amount: 1, returnUse: n % 2 === 0 }, other)
      if (n % 3 === 1) await shop.reverse([redemptionId])
    }
  })
  const office = (async () => {
    for (let n = 0; n < 30; n++) expect((await shop.budget.set(id, budgets[n % 3] ?? {})).status).toBe(200)
  })()
  await Promise.all([...tills, office])
  expect(await faultsIn(shop.orgId)).toEqual([])
  await shop.expectLedgerAdds()
})
