import { describe, expect, test } from 'vitest'
import { Writable } from 'node:stream'
import { exportRows } from '../../src/bulk/rows/export-rows.ts'
import { csv, openImports } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { answerOf, importAnswers, savedCoupon, savedCustomer } from '../support/saved-answers.ts'
import { openSeriesShop } from '../support/series-cases.ts'
import { pick } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const zones = [
  'UTC',
  'Etc/GMT+12',
  'Pacific/Pago_Pago',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
]

async function exported(orgId: number): Promise<string> {
  const chunks: Buffer[] = []
  const target = new Writable({ write: (chunk: Buffer, _, done) => (chunks.push(chunk), done()) })
  const { database } = context
  await exportRows({ database, kind: 'coupons', format: 'ndjson', isGzip: false, filter: { orgId }, target })
  return Buffer.concat(chunks).toString()
}

describe.each(zones)('9999-12-31 in %s', (timeZone) => {
  const printed = /^9999-12-31T23:59:59/

  test('ends a series and its coupons, is printed, and is accepted as it was printed', async () => {
    const shop = await openSeriesShop(context, app, { timeZone })
    const customerId = await shop.customer()
    const stated = [
      { validTillDate: '9999-12-31' },
      { validTillDate: '9999-12-31T23:59:59Z' },
      { validTillDate: '9999-12-31 23:59:59' },
      { validTillDate: Date.UTC(9999, 11, 31, 23, 59, 59) },
      { validTillDate: '9999-12-31', validTillDateTime: '9999-12-31 23:59:59' },
      { validTillDate: '9999-12-31T23:59:59-12:00' },
    ]
    for (const fields of stated) {
      const reply = await shop.create({ ...fields, redemptionValidFrom: '1970-01-02' })
      expect(reply.status, reply.text).toBe(200)
      const id = reply.at('id') as number
      const [series] = await shop.list(`ids=${id}`)
      expect(JSON.stringify(series)).not.toMatch(/\d{5,}-\d\d-\d\d|null-|NaN/)
      const again = await shop.edit(id, {
        seriesCode: series?.['seriesCode'],
        validTillDate: series?.['validTillDate'],
        validTillDateTime: series?.['validTillDateTime'],
      })
      expect(again.status, again.text).toBe(200)
      const issued = await shop.issue(id, customerId)
      expect(issued.status, issued.text).toBe(200)
    }
    const coupons = await shop.history(customerId)
    expect(coupons).toHaveLength(stated.length)
    for (const coupon of coupons) expect(coupon['validTillDateTime']).toMatch(printed)
    const [{ code }] = coupons as [{ code: string }]
    for (const query of ['sort_by=valid_till', ''])
      expect(
        (await shop.call('GET', `/v1.1/customer/coupons?id=${customerId}&format=json&${query}`)).status,
      ).toBe(200)

    const sooner = await shop.expire({ couponCodes: [{ couponCode: code, expiryDate: '2098-01-01' }] })
    expect(sooner.status, sooner.text).toBe(200)
    for (const expiryDate of [
      '9999-12-31',
      '9999-12-31T23:59:59Z',
      String(Date.UTC(9999, 11, 31, 23, 59, 59)),
    ]) {
      const moved = await shop.expire({ couponCodes: [{ couponCode: code, expiryDate }] })
      expect([moved.status, pick(moved.json, 'entity.unProcessed') ?? []], moved.text).toEqual([200, []])
    }
    for (const [field, value] of [
      ['validTillDate', '+010000-01-01T00:00:00Z'],
      ['validTillDate', '10000-01-01'],
      ['validTillDate', '999999999999999'],
      ['validTillDate', '0001-01-01'],
    ])
      expect((await shop.create({ [field as string]: value })).text).toContain('from 1970 to 9999')
    expect((await shop.history(customerId, 'status=REDEEMABLE')).length).toBe(stated.length)
    expect((await shop.redeem(code, customerId)).at('redemptionStatus.code')).toBe(700)
    await shop.expectLedgerAdds()
  })

  test('is imported from files and from a recorded history, exported, and imported again', async () => {
    const shop = await openImports(context, { timeZone })
    await shop.customer({ externalId: 'E1' })
    const seriesId = await shop.series({
      valid_until: new Date(Date.UTC(9999, 11, 31, 35, 59, 59)),
      is_multiple_per_customer_allowed: true,
    })
    const rows = ['9999-12-31', '9999-12-31 23:59:59', '9999-12-31T23:59:59Z', '2098-01-01']
    const done = await shop.codes(
      seriesId,
      csv('code,externalId,validTill', ...rows.map((till, at) => `C${at},E1,${till}`)),
    )
    expect(done.lines).toEqual([])
    const out = await exported(shop.orgId)
    const told = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>)
    const other = await openImports(context, { timeZone })
    await other.customer({ externalId: 'E1' })
    const otherSeries = await other.series({
      valid_until: new Date(Date.UTC(9999, 11, 31, 35, 59, 59)),
      is_multiple_per_customer_allowed: true,
    })
    const back = await other.codes(
      otherSeries,
      csv('code,externalId,validTill', ...told.map((one) => `${one['code']},E1,${one['validTill']}`)),
    )
    expect(back.lines).toEqual([])
    expect(back.fresh).toBe(rows.length)
    const coupons = ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59-12:00', '9999-12-31T00:00:00+14:00'].map(
      (validTillDateTime, at) => savedCoupon(at + 1, { validTillDateTime }),
    )
    const answers = [answerOf(savedCustomer(1, coupons))]
    const first = await importAnswers(context, shop, answers, { timeZone })
    expect(first.refused).toEqual([])
    expect(first.summary).toMatchObject({ coupons: { new: 3, refused: 0 } })
    const again = await importAnswers(context, shop, answers, { timeZone })
    expect(again.summary).toMatchObject({ coupons: { new: 0, present: 3, refused: 0 } })
  })
})

test('dates in a file that cannot be stored are refused row by row, in our own words', async () => {
  const shop = await openImports(context)
  await shop.customer({ externalId: 'E1' })
  const seriesId = await shop.series()
  const done = await shop.codes(
    seriesId,
    csv(
      'code,externalId,createdDate,validTill',
      'A,E1,0000-01-01,',
      'B,E1,0001-01-01,',
      'C,E1,1899-12-31,',
      'D,E1,,10000-01-01',
      'E,E1,,2026-02-30',
      'F,E1,1970-01-01,2090-01-01',
    ),
  )
  expect(done.fresh).toBe(1)
  for (const { reason } of done.lines) expect(reason).toMatch(/is not a time/)
  expect(done.lines).toHaveLength(5)
})
