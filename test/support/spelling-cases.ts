import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { createTestContext, createTestServer } from './harness.ts'
import { openShop, type Method } from './write-cases.ts'

/**
 * All spellings that the contract permits get the same answer. Each spelling is sent to a separate, identical
 * organisation, so that writes can be compared too.
 */

const now = '2026-06-10T10:00:00Z'

async function prepare(context: Context, app: App) {
  const shop = await openShop(context, app)
  const customerId = await shop.customer({
    firstName: 'Asha',
    mobile: '9400488244',
    email: 'asha@example.com',
    externalId: '4711',
  })
  const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
  const createdAt = new Date('2026-06-01T10:00:00Z')
  const first = await shop.coupon(seriesId, customerId, { code: '1234567890', createdAt })
  const second = await shop.coupon(seriesId, customerId, {
    code: 'aB-2',
    createdAt,
    transactionNumber: 'T-1',
  })
  await shop.coupon(await shop.series({ redemption_hours: [9] }), customerId, { code: 'AT-NINE', createdAt })
  const used = await shop.coupon(seriesId, customerId, {
    code: 'USED',
    createdAt,
    redemptions: [{ redeemedAt: new Date(now) }, { redeemedAt: new Date(now) }],
  })
  const [redemptionId = 0, otherRedemptionId = 0] = used.redemptionIds
  return { shop, customerId, seriesId, first, second, redemptionId, otherRedemptionId }
}
export type Prepared = Awaited<ReturnType<typeof prepare>>
export type Call = readonly [method: Method, url: string, body?: object]

/** Names and instants that differ between organisations. */
const own =
  /^(id|userId|orgId|entityId|seriesId|seriesCode|couponSeriesId|couponId|redemptionId|issuedToUserId|issuedTo|createdBy|createdId|storeId|autoUpdateTime|createDate|modifiedDate|createdOn|lastUsed|dvsExpiryDate|redemptionValidFrom)$/

/** The part of an answer that is the same for every organisation. Generated codes have sixteen digits. */
function anonymous(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => anonymous(one, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, anonymous(inner, name)]))
  const isOwn = own.test(key) || (typeof value === 'string' && /^\d{16}$/.test(value))
  return isOwn ? `${key}: ${typeof value}` : value
}

async function expectSame(
  context: Context,
  app: App,
  calls: readonly ((one: Prepared) => Call)[],
): Promise<void> {
  const answers = []
  for (const callOf of calls) {
    const one = await prepare(context, app)
    const [method, url, body] = callOf(one)
    const reply = await one.shop.call(method, url, body)
    expect({ url, body, status: reply.status, text: reply.text }).toMatchObject({
      status: 200,
      text: expect.not.stringContaining('"status":false'),
    })
    // An answer does not show every effect, so the history is compared, too.
    const history = await one.shop.history(one.customerId, 'include=redemptionStatus')
    const seen = JSON.stringify({ answer: reply.json, history }).replaceAll(
      one.shop.storeCode.slice(6),
      'own',
    )
    answers.push({ sent: { url, body }, seen: anonymous(JSON.parse(seen)) })
    await one.shop.expectLedgerAdds()
  }
  const [first, ...others] = answers
  for (const { sent, seen } of others) expect({ sent, seen }).toEqual({ sent, seen: first?.seen })
}

/** A server for the test file, and requests to it. */
export async function openSpellings() {
  const context = await createTestContext({ now })
  const app = await createTestServer(context)
  return {
    prepare: () => prepare(context, app),
    /** Expects that each call succeeds, all with the same answer and effect. */
    expectSame: (calls: readonly ((one: Prepared) => Call)[]) => expectSame(context, app, calls),
  }
}

export const codes = (...all: string[]) => all.map((code) => ({ code }))
export const redeemed = (user: object, more: object = {}) => ({
  redemptionRequestList: codes('1234567890'),
  user,
  billAmount: 5,
  redemptionTime: '2026-06-10T09:30:00Z',
  ...more,
})
export const expiry = (one: Prepared, more: object = {}) => ({
  couponSeriesId: one.seriesId,
  couponCodes: [{ couponCode: 'AB-2', expiryDate: '2026-07-01T12:30:00Z' }],
  ...more,
})
export const update = (one: Prepared, more: object = {}) => ({
  redemptions: [
    { redemptionId: one.redemptionId, billAmount: 100, transactionNumber: 'T', billId: 7, ...more },
  ],
})
