import { expect, test } from 'vitest'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

async function kept(orgId: number): Promise<unknown[]> {
  const { rows } = await context.database.pool.query<{ bill_amount: string }>(
    'select bill_amount from redemptions where org_id = $1 order by id',
    [orgId],
  )
  return rows.map((row) => row.bill_amount)
}

test('a bill that is 0.8 except for the floating-point error of a till meets a minimum of 0.8 in every call and file', async () => {
  const shop = await openSeriesShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series({ min_bill_amount: '0.8', max_bill_amount: '0.9' })
  for (const billAmount of [
    0.7999999999999999,
    '0.7999999999999999',
    0.1 + 0.2 + 0.5,
    '8e-1',
    0.9000000000000001,
  ]) {
    const { code } = await shop.coupon(seriesId, customerId)
    expect(
      (await shop.redeem(code, customerId, { billAmount })).at('redemptionStatus.code'),
      String(billAmount),
    ).toBe(700)
    const bulk = await shop.coupon(seriesId, customerId)
    expect((await shop.redeemBulk([bulk.code], customerId, { billAmount })).at('failureCount')).toBe(0)
    for (const body of [
      {
        root: {
          coupon: [
            {
              code: (await shop.coupon(seriesId, customerId)).code,
              customer: { id: customerId },
              transaction: { number: 'T', amount: billAmount },
            },
          ],
        },
      },
      `<root><coupon><code>${(await shop.coupon(seriesId, customerId)).code}</code><customer><id>${customerId}</id></customer><transaction><number>T</number><amount>${billAmount}</amount></transaction></coupon></root>`,
    ]) {
      const isXml = typeof body === 'string'
      const type = isXml ? 'xml' : 'json'
      const old = await shop.call('POST', `/v1.1/coupon/redeem?format=${type}`, body, {
        headers: { 'content-type': `application/${type}` },
      })
      expect(old.text, String(billAmount)).toContain(isXml ? '<code>700</code>' : '"code":700')
    }
  }
  const { code } = await shop.coupon(seriesId, customerId)
  for (const billAmount of [0.7994, 0.9006, '0.7'])
    expect((await shop.redeem(code, customerId, { billAmount })).at('redemptionStatus.code')).toBe(733)
  expect(new Set(await kept(shop.orgId))).toEqual(new Set(['0.800', '0.900']))
  await shop.expectLedgerAdds()
})

test('an amount that cannot be stored is refused with its name and bounds, and too many decimals are rounded', async () => {
  const shop = await openSeriesShop(context, app)
  const customerId = await shop.customer()
  const seriesId = await shop.series()
  const { code } = await shop.coupon(seriesId, customerId)
  for (const billAmount of [
    -1,
    -0.001,
    1e12,
    1e300,
    '1e400',
    '1,5',
    '0x10',
    'a',
    '999999999999.5',
    '1e99999999',
  ]) {
    const reply = await shop.redeem(code, customerId, { billAmount })
    expect([reply.status, reply.text], String(billAmount)).toEqual([
      400,
      expect.stringMatching(/for billAmount: an amount of 0 to 999999999999/),
    ])
  }
  for (const billAmount of ['-0', '1e-400', '1.0005', '1.00049999', 999_999_999_999])
    expect((await shop.redeem(code, customerId, { billAmount })).at('redemptionStatus.code')).toBe(700)
  expect(await kept(shop.orgId)).toEqual(['0.000', '0.000', '1.001', '1.000', '999999999999.000'])
  for (const field of ['discountValue', 'minBillAmount', 'maxBillAmount', 'discountUpto']) {
    for (const value of [0.7999999999999999, 1e12, '1e400', -2])
      expect((await shop.create({ [field]: value })).text, `${field} ${value}`).toContain(field)
    expect((await shop.create({ [field]: '0.125' })).status).toBe(200)
  }
})

test('files and calls read amounts alike', async () => {
  const shop = await openImports(context)
  await shop.customer({ externalId: 'E1' })
  const seriesId = await shop.series()
  await shop.codes(seriesId, csv('code,externalId', 'A,E1'))
  const amounts = ['0.7999999999999999', '1e2', '12', '', '1.0005', '-1', '1;5', '1e12', 'x']
  const done = await shop.run(
    'redemptions',
    csv(
      'code,externalId,redeemedDate,billNumber,billAmount',
      ...amounts.map((amount, at) => `A,E1,2026-01-01 00:00:0${at},B${at},${amount}`),
    ),
  )
  expect(done).toMatchObject({ fresh: 5, refused: 4 })
  expect(done.lines.map(({ code, reason }) => [code, reason])).toEqual(
    ['-1', '1;5', '1e12', 'x'].map((text) => [
      733,
      `billAmount "${text}" is not an amount of 0 to 999999999999`,
    ]),
  )
  expect(new Set(await kept(shop.orgId))).toEqual(new Set(['0.800', '1.001', '100.000', '12.000', null]))
})
