import { describe, expect, test } from 'vitest'
import { openBudgets, refusedBy } from '../support/budget-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { discountsIn, quoted, rulesIn } from '../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const open = (options = {}) => openBudgets(context, app, options)

describe('the budget of a series', () => {
  test('refuses what does not fit whole, and a reversal gives back', async () => {
    const shop = await open()
    const { id, codes } = await shop.budgeted({ total: '100' }, { codes: 4 })
    const first = await shop.redeemOn(codes.slice(0, 1), 500)
    expect(refusedBy(await shop.redeemOn(codes.slice(1, 2), 500))).toEqual([])
    const refused = await shop.redeemOn(codes.slice(2, 3), 500)
    expect(refused).toMatchObject({ status: 409, json: { code: 9005, rule: 'budget' } })
    expect((await shop.budget.get(id)).json).toMatchObject({ given: '80.00', left: '20.00', currency: 'INR' })
    // A smaller discount still fits.
    expect(refusedBy(await shop.redeemOn(codes.slice(2, 3), 20))).toEqual([])
    expect((await shop.budget.get(id)).at('left')).toBe('0.00')
    await shop.reverse([first.at('redemptions.0.id')])
    expect((await shop.budget.get(id)).json).toMatchObject({ given: '60.00', left: '40.00' })
    expect(refusedBy(await shop.redeemOn(codes.slice(3), 500))).toEqual([])
    await shop.expectLedgerAdds()
  })

  test('is reported to callers of the contract as the limit of the series', async () => {
    const shop = await open()
    const { codes } = await shop.budgeted({ total: '50', perCustomer: '500' }, { codes: 2 })
    expect((await shop.redeem(codes[0] ?? '', shop.customerId)).at('redemptionStatus.code')).toBe(700)
    const refused = await shop.redeem(codes[1] ?? '', shop.customerId)
    expect(refused.json).toMatchObject({
      redemptionStatus: { code: 728, message: 'Maximum number of redemptions reached' },
    })
  })

  test('gives a computed discount in part, and never a stated one', async () => {
    const shop = await open()
    const { codes } = await shop.budgeted({ total: '50', whenItDoesNotFit: 'part' }, { codes: 4 })
    expect((await shop.redeemOn(codes.slice(0, 1), 500)).at('total')).toBe('40.00')
    expect(refusedBy(await shop.redeemOn(codes.slice(1, 2), 500, { discountAmounts: ['30'] }))).toEqual([
      'budget',
    ])
    expect((await shop.redeemOn(codes.slice(1, 2), 500)).at('total')).toBe('10.00')
    expect(refusedBy(await shop.redeemOn(codes.slice(2, 3), 500))).toEqual(['budget'])
    await shop.expectLedgerAdds()
  })

  test('given in part is refused for the limit that nothing is left of, and for no other', async () => {
    const shop = await open()
    const limits = { total: '50', perCustomer: '45', whenItDoesNotFit: 'part' } as const
    const { id, codes } = await shop.budgeted(limits, { codes: 2 })
    const otherId = await shop.customer()
    const ofOther = [(await shop.coupon(id, otherId)).code, (await shop.coupon(id, otherId)).code]
    const customer = { customer: { id: otherId } }
    expect((await shop.redeemOn(codes.slice(0, 1), 500)).at('total')).toBe('40.00')
    expect((await shop.redeemOn(ofOther.slice(0, 1), 500, customer)).at('total')).toBe('10.00')
    expect(refusedBy(await shop.redeemOn(ofOther.slice(1), 500, customer))).toEqual(['budget'])
    expect(refusedBy(await shop.redeemOn(codes.slice(1), 500))).toEqual(['budget'])
    expect((await shop.redeem(codes[1] ?? '', shop.customerId)).at('redemptionStatus.code')).toBe(728)
  })

  test('counts two codes on one bill one after the other', async () => {
    const shop = await open()
    const whole = await shop.budgeted({ total: '70' }, { codes: 2 })
    expect(rulesIn(await shop.quote(whole.codes, 500))).toEqual([null, 'budget'])
    expect(refusedBy(await shop.redeemOn(whole.codes, 500))).toEqual(['budget'])
    expect((await shop.budget.get(whole.id)).at('given')).toBe('0.00')
    const part = await shop.budgeted({ total: '70', whenItDoesNotFit: 'part' }, { codes: 2 })
    expect(discountsIn(await shop.quote(part.codes, 500))).toEqual(['40.00', '30.00'])
    expect((await shop.redeemOn(part.codes, 500)).at('total')).toBe('70.00')
    await shop.expectLedgerAdds()
  })

  test('has a limit for each customer', async () => {
    const shop = await open()
    const { id, code } = await shop.budgeted({ perCustomer: '40' }, { codes: 1 })
    const again = (await shop.coupon(id, shop.customerId)).code
    const otherId = await shop.customer()
    const ofOther = (await shop.coupon(id, otherId)).code
    expect(refusedBy(await shop.redeemOn([code], 500))).toEqual([])
    expect(refusedBy(await shop.redeemOn([again], 500))).toEqual(['customerBudget'])
    expect((await shop.redeem(again, shop.customerId)).at('redemptionStatus.code')).toBe(736)
    expect((await shop.redeem(ofOther, otherId)).at('redemptionStatus.code')).toBe(700)
  })

  test('counts discounts given before it was set, even beyond its limit', async () => {
    const shop = await open()
    const { id, codes } = await shop.budgeted({ total: '1000' }, { codes: 4 })
    for (const code of codes.slice(0, 3)) await shop.redeemOn([code], 500)
    await shop.budget.delete(id)
    expect((await shop.budget.get(id)).json).toMatchObject({ total: null, left: null, given: '0.00' })
    const lowered = await shop.budget.set(id, { total: '100' })
    expect(lowered.json).toMatchObject({ total: '100.00', given: '120.00', left: '0.00' })
    expect(refusedBy(await shop.redeemOn(codes.slice(3), 500))).toEqual(['budget'])
    // An edit of the series keeps its budget.
    await shop.budget.set(id, { total: '160' })
    expect(refusedBy(await shop.redeemOn(codes.slice(3), 500))).toEqual([])
    await shop.expectLedgerAdds()
  })

  test('follows the correction of a bill, which is refused where it does not fit', async () => {
    const shop = await open()
    const { id, codes } = await shop.budgeted({ total: '70' }, { codes: 2 })
    for (const code of codes) await shop.redeem(code, shop.customerId, { billAmount: undefined })
    const stored = await context.database.pool.query<{ id: number }>(
      'select id from redemptions where org_id = $1 order by id',
      [shop.orgId],
    )
    const [one, two] = stored.rows.map((row) => row.id)
    const correct = async (redemptionId: number | undefined, more: object) =>
      (await shop.put('/v2/coupon/redeem', { redemptions: [{ redemptionId, ...more }] })).at(
        'entity.redemptions.0.redemptionStatus.code',
      )
    const given = async () => (await shop.budget.get(id)).at('given')
    expect(await correct(one, { billAmount: 500 })).toBe(761)
    expect(await given()).toBe('40.00')
    expect(await correct(two, { billAmount: 500 })).toBe(728)
    expect(await given()).toBe('40.00')
    expect(await correct(two, { billAmount: 30 })).toBe(761)
    expect(await correct(one, { discountAmount: 41 })).toBe(728)
    expect(await correct(one, { discountAmount: 10 })).toBe(761)
    expect(await given()).toBe('40.00')
    await shop.reverse([one])
    expect(await correct(one, { discountAmount: 60 })).toBe(761)
    expect(await given()).toBe('30.00')
    await shop.expectLedgerAdds()
  })

  test('has the exponent of the currency', async () => {
    const yen = await open({ currency: 'JPY' })
    const { id, codes } = await yen.budgeted(
      { total: '99', whenItDoesNotFit: 'part' },
      { codes: 3, discount_type: 'PERC', discount_value: '33.33' },
    )
    expect((await yen.redeemOn(codes.slice(0, 1), 200)).at('total')).toBe('67')
    expect((await yen.redeemOn(codes.slice(1, 2), 200)).at('total')).toBe('32')
    expect((await yen.budget.set(id, { total: '99.5' })).at('errors.0.field')).toBe('total')
    const dinar = await open({ currency: 'KWD' })
    const kwd = await dinar.budgeted({ total: '40.001', whenItDoesNotFit: 'part' }, { codes: 2 })
    expect((await dinar.redeemOn(kwd.codes.slice(0, 1), 500)).at('total')).toBe('40.000')
    expect((await dinar.redeemOn(kwd.codes.slice(1), 500)).at('total')).toBe('0.001')
    await yen.expectLedgerAdds()
    await dinar.expectLedgerAdds()
  })

  test.each([
    [{}, undefined],
    [{ total: '0' }, 'total'],
    [{ perCustomer: '1.234' }, 'perCustomer'],
    [{ total: '-5' }, 'total'],
    [{ periods: [{ per: 'day' }] }, 'periods.0'],
    [{ periods: [{ per: 'day', amount: '0.001' }] }, 'periods.0.amount'],
    [
      {
        periods: [
          { per: 'day', uses: 1 },
          { per: 'day', uses: 2 },
        ],
      },
      'periods.1.per',
    ],
  ])('%j is refused', async (body, field) => {
    const shop = await open()
    const reply = await shop.budget.set(await shop.series(), body)
    expect(reply).toMatchObject({ status: 400, json: field === undefined ? {} : { errors: [{ field }] } })
  })
})

describe('a period of a budget', () => {
  test('ends at midnight of the organisation, on days of 23 and 25 hours too', async () => {
    const shop = await open({ timeZone: 'Europe/Berlin', isSandbox: true })
    const { codes } = await shop.budgeted({ periods: [{ per: 'day', amount: '40' }] }, { codes: 8 })
    const at = async (code: string | undefined, now: string) => {
      await shop.setClock(now)
      return refusedBy(await shop.redeemOn([code ?? ''], 500))
    }
    // 29 March 2026 has 23 hours, 25 October 25.
    expect(await at(codes[0], '2026-03-28T22:59:59Z')).toEqual([])
    expect(await at(codes[1], '2026-03-28T23:00:00Z')).toEqual([])
    expect(await at(codes[2], '2026-03-29T21:59:59Z')).toEqual(['periodBudget'])
    expect(await at(codes[2], '2026-03-29T22:00:00Z')).toEqual([])
    expect(await at(codes[3], '2026-10-24T22:00:00Z')).toEqual([])
    expect(await at(codes[4], '2026-10-25T22:59:59Z')).toEqual(['periodBudget'])
    expect(await at(codes[4], '2026-10-25T23:00:00Z')).toEqual([])
    await shop.expectLedgerAdds()
  })

  test('limits uses by week and month, of all customers and of each', async () => {
    const shop = await open({ isSandbox: true })
    const { id, codes } = await shop.budgeted(
      {
        periods: [
          { per: 'month', uses: 3 },
          { per: 'week', usesPerCustomer: 1 },
        ],
      },
      { codes: 6 },
    )
    const [sunday, monday] = ['2026-08-30T23:59:59Z', '2026-08-31T00:00:00Z']
    const september = '2026-09-01T00:00:00Z'
    const rules = async (n: number) => refusedBy(await shop.redeemOn([codes[n] ?? ''], 500))
    await shop.setClock(sunday)
    const first = await shop.redeemOn([codes[0] ?? ''], 500)
    expect(await rules(1)).toEqual(['customerPeriodUses'])
    await shop.setClock(monday)
    expect(await rules(1)).toEqual([])
    await shop.setClock(september)
    expect(await rules(2)).toEqual(['customerPeriodUses'])
    await shop.setClock(monday)
    const otherId = await shop.customer()
    const ofOther = (await shop.coupon(id, otherId)).code
    expect((await shop.redeem(ofOther, otherId)).at('redemptionStatus.code')).toBe(700)
    const last = await shop.customer()
    const another = (await shop.coupon(id, last)).code
    expect((await shop.redeem(another, last)).at('redemptionStatus.code')).toBe(728)
    // A reversal in September gives back to August.
    await shop.setClock(september)
    await shop.reverse([first.at('redemptions.0.id')])
    await shop.setClock(monday)
    expect((await shop.redeem(another, last)).at('redemptionStatus.code')).toBe(700)
    await shop.expectLedgerAdds()
  })
})

describe('a budget that nothing is left of', () => {
  test('is reported alike by quotes, checks, explanations, histories and redemptions', async () => {
    const shop = await open()
    const { codes } = await shop.budgeted({ total: '40', periods: [{ per: 'day', uses: 3 }] }, { codes: 3 })
    const left = async () => (await shop.history(shop.customerId)).map((one) => one['redemptionsLeft'])
    expect(await left()).toEqual([3, 3, 3])
    await shop.redeemOn(codes.slice(0, 1), 500)
    const [, code = ''] = codes
    expect(rulesIn(await shop.quote([code], 500))).toEqual(['budget'])
    expect(quoted(await shop.quote([code], 500))[0]?.refusal?.code).toBe(9005)
    const check = await shop.isRedeemable([code], shop.customerId)
    expect(check.text).toContain('728')
    const explained = await shop.call('GET', `/admin/v1/coupons/${code}/explain?billAmount=10`, undefined, {
      headers: shop.headers,
    })
    const rules = explained.at('rules') as { name: string }[]
    expect(rules.find(({ name }) => name === 'budget')).toMatchObject({
      code: 728,
      verdict: 'fail',
      seen: { limit: 40, given: 40, left: 0, discount: 10 },
    })
    expect(rules.find(({ name }) => name === 'periodUses')).toMatchObject({
      verdict: 'pass',
      seen: { per: 'day', used: 1, limit: 3 },
    })
    const history = await shop.history(shop.customerId, 'include=redemptionStatus')
    expect(history.map((one) => one['redemptionsLeft'])).toEqual([0, 0, 0])
    expect(JSON.stringify(history)).toContain('728')
    expect(await shop.history(shop.customerId, 'status=REDEEMABLE')).toEqual([])
  })
})

test('the last cent is given once under 200 racing tills of several servers', async () => {
  const shop = await open()
  const others = await Promise.all(
    [1, 2].map(async () => createTestServer(await createTestContext({ database: context.database }))),
  )
  const apps = [app, ...others]
  const { id, codes } = await shop.budgeted(
    { total: '333.33', whenItDoesNotFit: 'part' },
    { codes: 200, discount_type: 'PERC', discount_value: '7.77' },
  )
  const replies = await Promise.all(
    codes.map((code, n) => {
      const sending = { app: apps[n % apps.length] ?? app }
      return shop.redeemOn([code], 100 + (n % 7), {}, sending)
    }),
  )
  const given = replies.flatMap((reply) => (reply.status === 200 ? [Number(reply.at('total'))] : []))
  expect(given.reduce((sum, one) => sum + Math.round(one * 100), 0)).toBe(33_333)
  expect(new Set(replies.flatMap(refusedBy))).toEqual(new Set(['budget']))
  expect((await shop.budget.get(id)).json).toMatchObject({ given: '333.33', left: '0.00' })
  await shop.expectLedgerAdds()
})

test('PostgreSQL refuses what exceeds a limit', async () => {
  const shop = await open()
  const { id, code } = await shop.budgeted({ total: '50' })
  await shop.redeemOn([code], 500)
  const raise = context.database.pool.query(
    'update budget_usage set given = given + 10.001 where org_id = $1 and series_id = $2',
    [shop.orgId, id],
  )
  await expect(raise).rejects.toThrow('budget_usage__given')
})
