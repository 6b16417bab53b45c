import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openSeriesShop } from '../support/series-cases.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)
const shop = await openSeriesShop(context, app)

interface Found {
  readonly data: Record<string, unknown>[]
  readonly errors: { code: number; message: string }[]
}

async function find(query: string, of = shop): Promise<Found> {
  const reply = await of.call('GET', `/v2/coupon?${query}`)
  expect(reply).toMatchObject({ status: 200 })
  expect(Object.keys(reply.json as object)).toEqual(['data', 'warnings', 'errors'])
  return reply.json as Found
}

const codesOf = ({ data }: Found) => data.map(({ code }) => code)

async function issued(seriesId: number, customerId: number) {
  const reply = await shop.post('/v2/coupon/issue', { seriesId, customer: { id: customerId } })
  expect(reply).toMatchObject({ status: 200 })
  return { id: reply.at('id') as number, code: reply.at('code') as string }
}

describe('a coupon is found', () => {
  test('by id', async () => {
    const coupon = await issued(await shop.created(), await shop.customer())
    expect(codesOf(await find(`couponIds=${coupon.id}`))).toEqual([coupon.code])
  })

  test('by code in any letter case, and printed in the requested one', async () => {
    const seriesId = await shop.created({ alphaNumeric: true, couponPrefix: 'Ab', isPrefixEnabled: true })
    const { code } = await issued(seriesId, await shop.customer())
    expect(codesOf(await find(`couponCodes=${code.toLowerCase()}`))).toEqual([code.toUpperCase()])
    const lower = await find(`couponCodes=${code}&coupon_code_case=lower`)
    expect(codesOf(lower)).toEqual([code.toLowerCase()])
    const asItIs = await find(`couponCodes=${code}&coupon_code_case=AS_IT_IS`)
    expect(codesOf(asItIs)).toEqual([code])
  })

  test('by holder, narrowed by each kind of filter', async () => {
    const seriesId = await shop.created({ isMultipleVouchersPerUserAllowed: true })
    const [first, second] = [await shop.customer(), await shop.customer()]
    const [a, b, c] = [
      await issued(seriesId, first),
      await issued(seriesId, first),
      await issued(seriesId, second),
    ]
    expect(codesOf(await find(`issuedToIds=${first}`))).toEqual([a.code, b.code])
    expect(codesOf(await find(`issuedToIds=${first}&issuedToIds=${second}`))).toEqual([
      a.code,
      b.code,
      c.code,
    ])
    expect(codesOf(await find(`issuedToIds=${first}&couponCodes=${b.code},${c.code}`))).toEqual([b.code])
    expect(codesOf(await find(`couponIds=${a.id},${c.id}&issuedToIds=${second}`))).toEqual([c.code])
    expect(codesOf(await find(`issuedToIds=${first}&limit=1&offset=1`))).toEqual([b.code])
  })

  test('by a shared code: with a holder the coupon of the holder, else the coupon that reserves the code', async () => {
    const code = `SHARED${shop.orgId}`
    const seriesId = await shop.created({ clientHandlingType: 'GENERIC', genericCode: code })
    const customerId = await shop.customer()
    expect(codesOf(await find(`couponCodes=${code}&issuedToIds=${customerId}`))).toEqual([])
    await issued(seriesId, customerId)
    expect(codesOf(await find(`couponCodes=${code}&issuedToIds=${customerId}`))).toEqual([code])
    expect(codesOf(await find(`couponCodes=${code}`))).toEqual([code])
  })

  test('with the details of its issue and with its series, on request', async () => {
    const seriesId = await shop.created({ redemptionRange: '{"dom":[1],"dow":[-1],"hours":[10,11]}' })
    const metadata = { reason: 'late parcel', sourceType: 'CARE', notes: 'call 7' }
    const [told, silent] = [await shop.customer(), await shop.customer()]
    const body = { seriesIds: [seriesId], customer: { id: told }, metadata }
    expect((await shop.post('/v2/coupon/bulk/issue', body)).status).toBe(200)
    await issued(seriesId, silent)
    const { data } = await find(
      `issuedToIds=${told}&issuedToIds=${silent}&includeIssualDetails=true&showCouponSeries=true`,
    )
    expect(data.map(({ couponIssualDetails }) => JSON.stringify(couponIssualDetails))).toEqual([
      JSON.stringify({ sourceType: 'CARE', notes: 'call 7', reason: 'late parcel' }),
      '{}',
    ])
    const series = data[0]?.['couponSeries'] as Record<string, unknown>
    expect(series).toMatchObject({
      id: seriesId,
      numIssued: 2,
      validTillISODate: '2099-12-31',
      redemptionRange: { dom: [1], dow: [-1], hours: [10, 11] },
    })
    const keys = Object.keys(series)
    expect(keys[keys.indexOf('validTillDateTime') + 1]).toBe('validTillISODate')
  })
})

describe('a request for coupons', () => {
  test('reports references without a coupon in errors: unknown, revoked and of another organisation', async () => {
    const seriesId = await shop.created()
    const other = await openSeriesShop(context, app)
    const revoked = await issued(seriesId, await shop.customer())
    await shop.post('/v2/coupon/revoke', {
      couponSeriesId: seriesId,
      revokeCoupons: [{ code: revoked.code }],
    })
    const mine = await issued(seriesId, await shop.customer())
    expect(await find(`couponIds=${mine.id},999999999&couponCodes=`)).toMatchObject({
      data: [{ code: mine.code }],
      errors: [{ status: false, code: 780, message: 'Coupon not found Identifier: 999999999' }],
    })
    expect((await find('couponCodes=no-such')).errors).toEqual([
      { status: false, code: 780, message: 'Coupon not found Identifier: no-such' },
    ])
    expect(await find(`couponIds=${mine.id}`, other)).toMatchObject({ data: [], errors: [{ code: 780 }] })
    expect(await find(`couponCodes=${mine.code}`, other)).toMatchObject({ data: [], errors: [{ code: 780 }] })
    expect((await find('issuedToIds=999999999')).data).toEqual([])
  })

  test('answers 1000 without a filter, 400 to values outside their type, and 403 to callers without access', async () => {
    for (const query of ['', 'couponIds=', 'couponCodes=null', 'showCouponSeries=true']) {
      const reply = await shop.call('GET', `/v2/coupon?${query}`)
      expect([reply.status, reply.json]).toEqual([
        400,
        { errors: [{ status: false, code: 1000, message: 'Filters not provided' }] },
      ])
    }
    const tooMany = `couponIds=${Array.from({ length: 101 }, (_, n) => n + 1).join(',')}`
    for (const query of [
      'couponIds=x',
      'couponIds=1&limit=0',
      'couponIds=1&limit=1001',
      'couponIds=1&showCouponSeries=2',
      tooMany,
    ]) {
      expect((await shop.call('GET', `/v2/coupon?${query}`)).status).toBe(400)
    }
  })
})
