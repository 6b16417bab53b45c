import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer, signInAsClient } from '../../support/harness.ts'
import { amount, discountsIn, openCheckout, percent, products, quoted } from '../../support/till-cases.ts'
import type { Reply } from '../../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

interface Redeemed {
  readonly id: number
  readonly code: string
  readonly discountAmount: string
}
const redeemed = (reply: Reply): Redeemed[] => reply.at('redemptions') as Redeemed[]
const amountsIn = (reply: Reply): string[] => redeemed(reply).map(({ discountAmount }) => discountAmount)

describe('redeeming on a bill', () => {
  test('redeems all codes with the discounts that a quote gives them', async () => {
    const { code, quote, redeemOn, redemptions, customerId, tillId, expectLedgerAdds } = await openCheckout(
      context,
      app,
    )
    const codes = [await code(amount(50)), await code(percent(33.33)), await code(amount(1_000))]
    const bill = { amount: '499.99', currency: 'INR', transactionNumber: 'bill-1' }
    const quote1 = await quote(codes, bill)
    const reply = await redeemOn(codes, bill)
    expect(reply).toMatchObject({ status: 200, json: { total: quote1.at('total'), currency: 'INR' } })
    expect(amountsIn(reply)).toEqual(quoted(quote1).map(({ discount }) => discount))
    expect(redeemed(reply).map((one) => one.code)).toEqual(codes)
    const row = {
      customer_id: customerId,
      transaction_number: 'bill-1',
      till_id: tillId,
      bill_amount: '499.990',
    }
    expect(await redemptions()).toEqual([row, row, row])
    await expectLedgerAdds()
  })

  test('does what a quote says, whatever the codes and the bill', async () => {
    const shops = new Map(
      await Promise.all(
        ['INR', 'JPY', 'KWD'].map(
          async (currency) => [currency, await openCheckout(context, app, { currency })] as const,
        ),
      ),
    )
    const terms = fc.record({
      value: fc.integer({ min: 1, max: 100_000 }).map((units) => units / 1000),
      isPercent: fc.boolean(),
      upto: fc.constantFrom('0', '3', '12.345'),
      sku: fc.constantFrom(null, 'A', 'B'),
      min: fc.constantFrom(null, '20'),
    })
    const bills = fc.record({
      amount: fc.nat({ max: 100_000 }).map((units) => units / 1000),
      items: fc.option(
        fc.array(
          fc.record({
            sku: fc.constantFrom('A', 'B', 'C'),
            quantity: fc.constantFrom(1, 2, '0.333'),
            price: fc.nat({ max: 50_000 }).map((units) => units / 1000),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        { nil: undefined },
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('INR', 'JPY', 'KWD'),
        fc.array(terms, { minLength: 1, maxLength: 4 }),
        bills,
        async (currency, wanted, bill) => {
          const shop = shops.get(currency)
          if (shop === undefined) throw new Error(currency)
          const codes: string[] = []
          for (const { value, isPercent, upto, sku, min } of wanted)
            codes.push(
              await shop.code({
                ...(isPercent ? percent(value) : amount(value)),
                discount_upto: upto,
                min_bill_amount: min,
                ...(sku !== null && { products: products('SKU', sku) }),
              }),
            )
          const quote = await shop.quote(codes, bill)
          const refused = quoted(quote).filter(({ works }) => !works)
          const working = quoted(quote).filter(({ works }) => works)
          const all = await shop.redeemOn(codes, bill)
          expect(all.status).toBe(refused.length > 0 ? 409 : 200)
          expect(all.at('refusals') ?? []).toEqual(refused.map(({ code, refusal }) => ({ code, refusal })))
          const rest = working.map(({ code }) => code)
          const done = refused.length === 0 || rest.length === 0 ? all : await shop.redeemOn(rest, bill)
          expect(working.length === 0 ? [] : amountsIn(done)).toEqual(working.map(({ discount }) => discount))
          expect(working.length === 0 ? quote.at('total') : done.at('total')).toBe(quote.at('total'))
        },
      ),
      { numRuns: 20 },
    )
    for (const shop of shops.values()) await shop.expectLedgerAdds()
  }, 60_000)

  test('redeems none if one is refused, and says which and why', async () => {
    const { code, redeemOn, redemptions } = await openCheckout(context, app)
    const good = await code(amount(10))
    const small = await code(amount(10, { min_bill_amount: '600' }))
    const reply = await redeemOn([good, 'NONE', small], 500)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(reply).toMatchObject({
      status: 409,
      json: {
        status: 409,
        title: 'Conflict',
        code: 702,
        name: 'codeUnknown',
        rule: 'knownCode',
        detail: 'Coupon code is invalid',
        refusals: [
          { code: 'NONE', refusal: { code: 702, rule: 'knownCode' } },
          { code: small, refusal: { code: 733, rule: 'billAmount' } },
        ],
      },
    })
    expect(await redemptions()).toEqual([])
    expect(amountsIn(await redeemOn([good], 500))).toEqual(['10.00'])
    expect((await redeemOn([good, good], 500)).at('rule')).toBe('oncePerCustomer')
  })

  test('refuses codes whose series exclude each other', async () => {
    const { redeemOn, series, coupon, customerId, redemptions } = await openCheckout(context, app)
    const plain = await series(amount(10))
    const excluding = await series(amount(20, { mutually_exclusive_series_ids: [plain] }))
    const [a, b] = [await coupon(plain, customerId), await coupon(excluding, customerId)]
    expect(await redeemOn([a.code, b.code], 100)).toMatchObject({
      status: 409,
      json: { code: 9001, name: 'seriesExcluded', rule: 'exclusions', refusals: [{ code: b.code }] },
    })
    expect(await redemptions()).toEqual([])
  })

  test('accepts the discounts that the till states, and computes the others', async () => {
    const { code, redeemOn } = await openCheckout(context, app)
    const codes = [await code(amount(10)), await code(percent(10)), await code(amount(500))]
    const reply = await redeemOn(codes, 100, { discountAmounts: ['60.5', null, 12] })
    expect(amountsIn(reply)).toEqual(['60.50', '10.00', '12.00'])
    expect(reply.at('total')).toBe('82.50')
    const another = [await code(amount(10)), await code(amount(500))]
    expect(amountsIn(await redeemOn(another, 100, { discountAmounts: ['60.5', null] }))).toEqual([
      '60.50',
      '39.50',
    ])
  })

  test.each([
    ['too few', ['1']],
    ['too many', ['1', '2', '3']],
    ['more than the bill', ['1', '100.001']],
    ['less than nothing', ['1', -1]],
  ])('refuses stated amounts that are %s', async (_, discountAmounts) => {
    const { code, redeemOn, redemptions } = await openCheckout(context, app)
    const codes = [await code(), await code()]
    const reply = await redeemOn(codes, 100, { discountAmounts })
    expect(reply.status).toBe(400)
    expect(String(reply.at('errors.0.field'))).toMatch(/^discountAmounts/)
    expect(await redemptions()).toEqual([])
  })

  test('is one of the holder where no customer is named', async () => {
    const { code, redeemOn, redemptions, customerId, pool, series } = await openCheckout(context, app)
    const waiting = await series(amount(5, { client_handling_type: 'DISC_CODE_PIN' }))
    await pool(waiting, [`R-${waiting}`])
    const none = { customer: undefined }
    const reply = await redeemOn([`R-${waiting}`, 'NONE'], 100, none)
    expect(reply).toMatchObject({ status: 409, json: { code: 701, rule: 'customer' } })
    expect(amountsIn(await redeemOn([await code(amount(10))], 100, none))).toEqual(['10.00'])
    expect(await redemptions()).toMatchObject([{ customer_id: customerId }])
  })

  test('refuses an unknown customer, and the coupons of another organisation', async () => {
    const [here, there] = [await openCheckout(context, app), await openCheckout(context, app)]
    const theirs = await there.code(amount(10))
    expect(await here.redeemOn([theirs], 100)).toMatchObject({ status: 409, json: { code: 702 } })
    expect(await here.redeemOn([theirs], 100, { customer: { id: there.customerId } })).toMatchObject({
      status: 400,
      json: { code: 701, name: 'customerNotFound' },
    })
    expect(await there.redemptions()).toEqual([])
  })

  test('wants coupon:write', async () => {
    const checkout = await openCheckout(context, app)
    const sending = await signInAsClient(context, app, checkout, 'read-only')
    const codes = [await checkout.code(amount(10))]
    expect(await checkout.redeemOn(codes, 100, {}, sending)).toMatchObject({
      status: 403,
      json: { code: 403 },
    })
    expect(await checkout.redemptions()).toEqual([])
  })
})

describe('a redemption that is sent again', () => {
  test('has the answer of the first one under its key, and no second effect', async () => {
    const { code, redeemOn, redemptions, expectLedgerAdds } = await openCheckout(context, app)
    const sending = { headers: { 'idempotency-key': randomUUID() } }
    const codes = [await code(percent(10)), await code(amount(5))]
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => redeemOn(codes, 100, {}, sending)))
    for (const other of others) expect(other.text).toBe(first?.text)
    const replay = await redeemOn(codes, 100, {}, sending)
    expect(replay.text).toBe(first?.text)
    expect(replay.headers['idempotency-replayed']).toBe('true')
    expect(await redemptions()).toHaveLength(2)
    expect(await redeemOn(codes, 101, {}, sending)).toMatchObject({ status: 422, json: { code: 422 } })
    await expectLedgerAdds()
  })

  test('is refused again as the first one was', async () => {
    const { code, redeemOn } = await openCheckout(context, app)
    const sending = { headers: { 'idempotency-key': randomUUID() } }
    const codes = [await code(amount(5, { min_bill_amount: '600' }))]
    const [first, again] = [await redeemOn(codes, 100, {}, sending), await redeemOn(codes, 100, {}, sending)]
    expect([first.status, again.status]).toEqual([409, 409])
    expect(again.at('refusals')).toEqual(first.at('refusals'))
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.headers['content-type']).toBe('application/problem+json')
  })

  test('is recognised by its transaction number where the organisation wants that', async () => {
    const { code, redeemOn, redemptions, quote, orgId } = await openCheckout(context, app, {
      replaysTillRetries: true,
    })
    const codes = [await code(amount(5)), await code(percent(10))]
    const bill = { amount: 100, transactionNumber: 'bill-7' }
    const stated = { discountAmounts: ['4.50', null] }
    const [first, again] = [await redeemOn(codes, bill, stated), await redeemOn(codes, bill, stated)]
    expect(again.json).toEqual(first.json)
    // What was given counts, whatever would be computed now.
    await context.database.pool.query('update series set discount_value = 1 where org_id = $1', [orgId])
    expect((await redeemOn(codes, bill)).json).toEqual(first.json)
    expect(discountsIn(await quote(codes, bill))).toEqual(['4.50', '10.00'])
    expect(await redemptions()).toHaveLength(2)
  })
})

test('twenty tills race for the last use on a bill: exactly one gets the discount', async () => {
  const { redeemOn, series, coupon, customerId, expectLedgerAdds } = await openCheckout(context, app)
  const { code } = await coupon(await series(amount(10, { max_redeemed: 1 })), customerId)
  const replies = await Promise.all(Array.from({ length: 20 }, () => redeemOn([code], 100)))
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 409]))
  await expectLedgerAdds()
})
