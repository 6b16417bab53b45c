import { describe, expect, test } from 'vitest'
import type { Context } from '../../src/ledger/context.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop, pick, type Method } from '../support/write-cases.ts'

/**
 * A day at a till, over a socket: once by the calls of version 2, and once by those of version 1.1 as far as they
 * exist. After every step both versions show the same coupons.
 */

const context: Context = await createTestContext()
const app = await createTestServer(context)
const origin = await app.listen({ port: 0, host: '127.0.0.1' })

interface Answer {
  readonly status: number
  at(path: string): unknown
}

/** A till that has only its credentials. */
async function openTill() {
  const shop = await openShop(context, app)
  const { authorization } = shop
  const call = async (method: Method, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    const json: unknown = await answer.json()
    return { status: answer.status, at: (path) => pick(json, path) }
  }
  return { shop, call }
}
type Till = Awaited<ReturnType<typeof openTill>>['call']

const mobile = '919400488266'
const bill = 'bill-110'

/** How a version expresses the operations of a till. Results are codes of the contract: 700 is success. */
interface Surface {
  issue(seriesId: number): Promise<{ code: string; status: unknown }>
  check(code: string): Promise<unknown>
  redeem(codes: string[], transaction: string): Promise<{ ids: number[]; statuses: unknown[] }>
  reprint(code: string): Promise<unknown>
}

const version2 = (call: Till): Surface => ({
  async issue(seriesId) {
    const answer = await call('POST', '/v2/coupon/issue', { seriesId, customer: { mobile } })
    return {
      code: String(answer.at('code')),
      status: answer.status === 200 ? 700 : answer.at('errors.0.code'),
    }
  },
  async check(code) {
    const answer = await call('GET', `/v2/coupon/is_redeemable?mobile=${mobile}&code=${code}`)
    const [no, yes] = [answer.at('redemption.0.warnings.0.code'), answer.at('redemptionStatus.code')]
    return no ?? yes
  },
  async redeem(codes, transaction) {
    const answer = await call('POST', '/v2/coupon/bulk/redeem', {
      redemptionRequestList: codes.map((code) => ({ code })),
      user: { mobile },
      billAmount: 3500,
      transactionNumber: transaction,
    })
    const results = codes.map((_, at) => `response.${at}.result`)
    return {
      ids: results.map((path) => Number(answer.at(`${path}.redemptionId`))),
      statuses: results.map((path) => answer.at(`${path}.redemptionStatus.code`)),
    }
  },
  // Version 2 reprints a coupon from the history.
  async reprint(code) {
    const answer = await call('GET', `/v2/customers/coupons?mobile=${mobile}&status=ACTIVE`)
    const coupons = answer.at('entity.customers.0.coupons') as { code: string }[]
    return coupons.some((one) => one.code === code.toUpperCase()) ? 700 : 702
  },
})

/** Two refusals have another code in version 1.1. */
const inVersion2 = (code: unknown): unknown => (code === 719 ? 702 : code === 710 ? 703 : code)

const version11 = (call: Till): Surface => ({
  async issue(seriesId) {
    const answer = await call('POST', '/v1.1/coupon/issue', {
      root: { coupon: [{ series_id: String(seriesId), customer: { mobile } }] },
    })
    const code = String(answer.at('response.coupon.code'))
    return { code, status: answer.at('response.coupon.item_status.code') }
  },
  async check(code) {
    const answer = await call('GET', `/v1.1/coupon/isredeemable?mobile=${mobile}&code=${code}`)
    return inVersion2(answer.at('response.coupons.redeemable.item_status.code'))
  },
  async redeem(codes, transaction) {
    const coupon = codes.map((code) => ({
      code,
      customer: { mobile },
      transaction: [{ number: transaction, amount: '3500' }],
    }))
    const answer = await call('POST', '/v1.1/coupon/redeem', { root: { coupon } })
    const items = [answer.at('response.coupons.coupon')].flat()
    return {
      ids: items.map((item) => Number(pick(item, 'redemption_id'))),
      statuses: items.map((item) => inVersion2(pick(item, 'item_status.code'))),
    }
  },
  async reprint(code) {
    const answer = await call('GET', `/v1.1/coupon/resend?mobile=${mobile}&code=${code}`)
    return answer.at('response.coupons.coupon.0.item_status.code')
  },
})

interface Shown {
  readonly id: string
  readonly code: string
  readonly lastDay: string
  readonly bills: string[]
}
const byId = (a: Shown, b: Shown): number => Number(a.id) - Number(b.id)

async function shownByVersion2(call: Till): Promise<Shown[]> {
  const answer = await call('GET', `/v2/customers/coupons?mobile=${mobile}`)
  expect(answer.status).toBe(200)
  const coupons = answer.at('entity.customers.0.coupons') as Record<string, unknown>[]
  return coupons
    .map((one) => ({
      id: String(one['id']),
      code: String(one['code']),
      lastDay: String(one['validTill']).slice(0, 10),
      bills: (one['redemptions'] as { transactionNumber: string }[]).map((each) => each.transactionNumber),
    }))
    .toSorted(byId)
}

async function shownByVersion11(call: Till): Promise<Shown[]> {
  const answer = await call('GET', `/v1.1/customer/coupons?mobile=${mobile}`)
  expect(answer.status).toBe(200)
  const found = answer.at('response.customers.customer.0.coupons.coupon')
  const coupons = (found === undefined || found === '' ? [] : [found].flat()) as Record<string, unknown>[]
  return coupons
    .map((one) => {
      const redeemed = pick(one, 'redemptions.redemption')
      const list = (redeemed === undefined ? [] : [redeemed].flat()) as { transaction_number: string }[]
      expect(one['redemption_count']).toBe(list.length)
      return {
        id: String(one['id']),
        code: String(one['code']).toUpperCase(),
        lastDay: String(one['valid_till']).slice(0, 10),
        bills: list.map((each) => each.transaction_number),
      }
    })
    .toSorted(byId)
}

describe.each([
  ['version 2', version2],
  ['version 1.1', version11],
])('a day at a till by %s', (_name, speak) => {
  test('ends with the expected ledger, and both versions show the same coupons at each step', async () => {
    const { shop, call } = await openTill()
    const surface = speak(call)
    const series = await shop.series({
      is_multiple_use_allowed: false,
      is_multiple_per_customer_allowed: true,
    })
    /** Bills under which each coupon is redeemed, oldest coupon first, as both versions report them. */
    const bills = async (): Promise<string[][]> => {
      const shown = await shownByVersion2(call)
      expect(await shownByVersion11(call)).toEqual(shown)
      return shown.map((one) => one.bills)
    }

    const registered = await call('POST', '/v2/customers?source=INSTORE', {
      profiles: [{ firstName: 'Asha', identifiers: [{ type: 'mobile', value: mobile }] }],
    })
    expect(registered.status).toBe(200)
    expect(await bills()).toEqual([])

    const codes: string[] = []
    for (let n = 0; n < 3; n++) {
      const issued = await surface.issue(series)
      expect(issued.status).toBe(700)
      codes.push(issued.code)
    }
    const [first = '', second = '', third = ''] = codes
    expect(await bills()).toEqual([[], [], []])
    expect(await surface.check(first)).toBe(700)

    const sale = await surface.redeem([first, second], bill)
    expect(sale.statuses).toEqual([700, 700])
    expect(await bills()).toEqual([[bill], [bill], []])
    expect(await surface.check(first)).toBe(711)
    const wrong = await surface.redeem(['NO-SUCH-CODE'], 'bill-111')
    expect(wrong.statuses).toEqual([702])
    expect(await surface.reprint(third)).toBe(700)
    expect(await bills()).toEqual([[bill], [bill], []])

    const [firstId = 0, secondId = 0] = sale.ids
    const attached = await call('PUT', '/v2/coupon/redeem', {
      redemptions: [{ redemptionId: firstId, billId: 42, transactionNumber: 'printed-7' }],
    })
    expect(attached.status).toBe(200)
    expect(await bills()).toEqual([['printed-7'], [bill], []])

    const cancelled = await call('POST', '/v2/coupon/reactivate', { redemptionIds: [firstId, secondId] })
    expect(cancelled.status).toBe(200)
    expect(await bills()).toEqual([[], [], []])
    expect(await surface.check(first)).toBe(700)
    expect((await surface.redeem([first], 'bill-112')).statuses).toEqual([700])
    expect((await surface.redeem([first], 'bill-113')).statuses).toEqual([711])

    const expire = async (expiryDate: string) => {
      const answer = await call('PUT', '/v2/coupon/bulk/expiry', {
        couponSeriesId: series,
        couponCodes: [{ couponCode: second, expiryDate }],
      })
      expect(answer.status).toBe(200)
    }
    await expire('2030-01-31T23:59:59Z')
    const [, extended] = await shownByVersion2(call)
    expect(extended?.lastDay).toBe('2030-01-31')
    await expire(new Date(Date.now() + 1_000).toISOString())
    await expect.poll(() => surface.check(second), { timeout: 10_000 }).toBe(713)

    const revoked = await call('POST', '/v2/coupon/revoke', { couponSeriesId: series, couponCodes: [third] })
    expect(revoked.at('entity.failedCount')).toBe(0)
    expect(await bills()).toEqual([['bill-112'], []])
    expect(await surface.check(third)).toBe(660)
    await shop.expectLedgerAdds()
  })
})
