import { describe, expect, test } from 'vitest'
import { csv } from '../support/file-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openUploads } from '../support/upload-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)

const at = 1_601_835_836_973
const redemptionsOf = `redemptions r where r.org_id = $1 order by r.id`
const map = { mobile: 0, couponCode: 1, redeemedDateInMillis: 2 }

describe('an upload of redemptions', () => {
  test('writes its columns to the ledger: customer, coupon, time, till with its store, bill and details', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ mobile: '9400488244' })
    const seriesId = await shop.series()
    const { id: couponId, code } = await shop.coupon(seriesId, customerId)
    const columns = {
      details: 0,
      billId: 1,
      billNumber: 2,
      redeemedAt: 3,
      redeemedDateInMillis: 4,
      couponCode: 5,
      mobile: 6,
    }
    const file = csv(
      'a,b,c,d,e,f,g',
      `"by hand, late",77,bill-1,${shop.tillId},${at},${code.toLowerCase()},+91 94004 88244`,
      `,-1,,,${at + 60_000},${code},9400488244`,
    )
    const { job, counts, successes } = await shop.redemptions(seriesId, file, columns)
    expect([job['uploadRedeemedCouponStatus'], counts]).toEqual(['COMPLETED', '2/2/0'])
    expect(successes[0]).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    const common = { coupon_id: couponId, customer_id: customerId, series_id: seriesId, bill_amount: null }
    expect(
      await shop.rows(
        `coupon_id, customer_id, series_id, redeemed_at, till_id, store_id, bill_id, transaction_number, bill_amount,
         custom_fields`,
        redemptionsOf,
      ),
    ).toEqual([
      {
        ...common,
        redeemed_at: new Date(at),
        till_id: shop.tillId,
        store_id: shop.storeId,
        bill_id: 77,
        transaction_number: 'bill-1',
        custom_fields: { details: 'by hand, late' },
      },
      {
        ...common,
        redeemed_at: new Date(at + 60_000),
        till_id: null,
        store_id: null,
        bill_id: null,
        transaction_number: '',
        custom_fields: null,
      },
    ])
    await shop.expectLedgerAdds()
    const [coupon] = await shop.history(customerId)
    expect((coupon as { redemptions: unknown[] }).redemptions).toHaveLength(2)
  })

  test('changes nothing when the same file is sent again', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ mobile: '9400488244' })
    const seriesId = await shop.series()
    const { code } = await shop.coupon(seriesId, customerId)
    const file = csv('m,c,t', `9400488244,${code},${at}`, `9400488244,${code},${at + 5_000}`)
    expect((await shop.redemptions(seriesId, file, map)).counts).toBe('2/2/0')
    expect((await shop.redemptions(seriesId, file, map)).counts).toBe('2/2/0')
    expect(await shop.rows('count(*)::int as n', 'redemptions where org_id = $1')).toEqual([{ n: 2 }])
    await shop.expectLedgerAdds()
  })

  test.each([
    ['MOBILE', 'mobile', '9400488244'],
    ['EMAIL', 'email', 'ASHA@example.com'],
    ['EXTERNAL_ID', 'externalId', 'E1'],
  ])('finds customers by %s', async (kind, key, cell) => {
    const shop = await openUploads(context, app)
    const person = { mobile: '9400488244', email: 'asha@example.com', externalId: 'E1' }
    const customerId = await shop.customer(person)
    const seriesId = await shop.series()
    const { code } = await shop.coupon(seriesId, customerId)
    const columns = { [key]: '0', couponCode: 1, redeemedDateInMillis: 2, billId: null }
    const { counts } = await shop.redemptions(seriesId, csv('who,c,t', `${cell},${code},${at}`), columns, {
      customerIdentifier: kind.toLowerCase(),
    })
    expect(counts).toBe('1/1/0')
  })

  test('prefers userId to every identifier and couponId to couponCode, row by row', async () => {
    const shop = await openUploads(context, app)
    const first = await shop.customer({ mobile: '9400488244' })
    const second = await shop.customer({ mobile: '9400488245' })
    const seriesId = await shop.series()
    const one = await shop.coupon(seriesId, first)
    const two = await shop.coupon(seriesId, second)
    const columns = { mobile: 0, userId: 1, couponCode: 2, couponId: 3, redeemedDateInMillis: 4 }
    const file = csv(
      'm,u,c,i,t',
      // The overridden values name another customer and another coupon.
      `9400488245,${first},${two.code},${one.id},${at}`,
      `9400488245,,${two.code},,${at}`,
      `,${second},NONE,${two.id},${at + 5_000}`,
      `9400488244,,${two.code},${two.id},${at}`,
    )
    const { counts, errors } = await shop.redemptions(seriesId, file, columns, {
      couponIdentifier: 'COUPON_ID',
    })
    expect(counts).toBe('4/3/1')
    expect(errors[1]?.slice(-2)[0]).toBe('702')
    expect(await shop.rows('r.customer_id, r.coupon_id', redemptionsOf)).toEqual([
      { customer_id: first, coupon_id: one.id },
      { customer_id: second, coupon_id: two.id },
      { customer_id: second, coupon_id: two.id },
    ])
    await shop.expectLedgerAdds()
  })
})

describe('an upload refuses a redemption', () => {
  const now = Date.now()
  test.each([
    ['of an unknown customer', 'mobile', (c: string) => `9500000000,${c},${at},,`, '701'],
    ['of nobody', 'mobile', (c: string) => `,${c},${at},,`, '701'],
    ['of an unknown code', 'mobile', () => `9400488244,NONE,${at},,`, '702'],
    ['of no coupon', 'mobile', () => `9400488244,,${at},,`, '702'],
    ['of another customer’s coupon', 'mobile', (c: string) => `9400488245,${c},${at},,`, '702'],
    ['without a time', 'mobile', (c: string) => `9400488244,${c},,,`, ''],
    ['with seconds for milliseconds', 'mobile', (c: string) => `9400488244,${c},1601835836,,`, ''],
    ['with a date for milliseconds', 'mobile', (c: string) => `9400488244,${c},2020-10-04,,`, ''],
    ['in the future', 'mobile', (c: string) => `9400488244,${c},${now + 3_600_000},,`, ''],
    ['at an unknown till', 'mobile', (c: string) => `9400488244,${c},${at},999999,`, ''],
    ['with an invalid bill id', 'mobile', (c: string) => `9400488244,${c},${at},,B-1`, ''],
  ])('%s, and only that row', async (_, key, row, code) => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ mobile: '9400488244' })
    await shop.customer({ mobile: '9400488245' })
    const seriesId = await shop.series()
    const coupon = await shop.coupon(seriesId, customerId)
    const columns = { [key]: 0, couponCode: 1, redeemedDateInMillis: 2, redeemedAt: 3, billId: 4 }
    const file = csv('m,c,t,a,b', row(coupon.code), `9400488244,${coupon.code},${at},${shop.tillId},5`)
    const { counts, errors } = await shop.redemptions(seriesId, file, columns)
    expect(counts).toBe('2/1/1')
    expect(errors[1]?.slice(5, 7)).toEqual(['2', code])
    expect(errors[1]?.[7]).toBeTruthy()
    await shop.expectLedgerAdds()
  })

  test('of a coupon of another series, above the limits, and of a revoked coupon', async () => {
    const shop = await openUploads(context, app)
    const customerId = await shop.customer({ mobile: '9400488244' })
    const seriesId = await shop.series({ is_multiple_use_allowed: false })
    const other = await shop.coupon(await shop.series(), customerId)
    const used = await shop.coupon(seriesId, customerId)
    const revoked = await shop.coupon(seriesId, customerId, { revokedAt: new Date() })
    const file = csv(
      'm,c,t',
      `9400488244,${other.code},${at}`,
      `9400488244,${used.code},${at}`,
      `9400488244,${used.code},${at + 5_000}`,
      `9400488244,${revoked.code},${at}`,
    )
    const { counts, errors } = await shop.redemptions(seriesId, file, map)
    expect(counts).toBe('4/1/3')
    expect(errors.slice(1).map((cells) => cells.slice(3))).toEqual([
      ['2', '702', 'Coupon code is invalid: the customer has no coupon of the series with it'],
      ['4', '711', 'Coupon is already used'],
      ['5', '660', 'Coupon code has been revoked'],
    ])
    await shop.expectLedgerAdds()
  })
})
