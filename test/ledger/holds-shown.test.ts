import { describe, expect, test } from 'vitest'
import { anyMobile } from '../support/customer-cases.ts'
import { openHolds } from '../support/hold-cases.ts'
import { createTestContext, createTestServer, signInAsClient } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { amount } from '../support/till-cases.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)
const path = '/admin/v1/holds'

/** A shop with three holds of its till, and a care agent. */
async function open() {
  const office = await openOffice(context, app, { currency: 'INR' })
  const care = await office.browser('care')
  const asha = await office.registered({ mobile: anyMobile(), firstName: 'Asha', lastName: 'Nair' })
  const ravi = await office.registered({ mobile: anyMobile(), firstName: 'Ravi' })
  const series = await office.series(amount(40))
  const other = await office.series(amount(5))
  const hold = async (reference: string, customerId: number, seriesIds: number[], ttlSeconds: number) => {
    const codes: string[] = []
    for (const id of seriesIds) codes.push((await office.coupon(id, customerId)).code)
    const bill = { amount: 100 }
    const reply = await office.post('/till/v1/holds', {
      reference,
      codes,
      customer: { id: customerId },
      bill,
      ttlSeconds,
    })
    return { id: Number(reply.at('id')), codes }
  }
  const first = await hold('Cart-1', asha, [series, other], 900)
  const second = await hold('cart-2', ravi, [series], 60)
  const third = await hold('order-3', asha, [other], 300)
  const list = async (query = '') => {
    const reply = await care.call('GET', `${path}${query}`)
    return (reply.at('holds') as { id: number }[]).map(({ id }) => id)
  }
  return { office, care, asha, ravi, series, other, first, second, third, list }
}

describe('the holds of an organisation', () => {
  test('are shown with who made them, for whom, until when and what they reserve', async () => {
    const { care, office, asha, series, other, first } = await open()
    const { json } = await care.call('GET', `${path}/${first.id}`)
    expect(json).toEqual({
      id: first.id,
      reference: 'Cart-1',
      status: 'live',
      customer: { id: asha, name: 'Asha Nair' },
      madeBy: { kind: 'till', id: office.tillId, name: office.tillCode },
      store: { id: office.storeId, name: expect.any(String) as string },
      till: { id: office.tillId, name: office.tillCode },
      createdAt: '2026-06-01T10:00:00Z',
      expiresAt: '2026-06-01T10:15:00Z',
      endedAt: null,
      reserves: [series, other].map((id, at) => ({
        couponId: expect.any(Number) as number,
        code: first.codes[at],
        series: { id, name: expect.any(String) as string },
        discount: at === 0 ? '40.00' : '5.00',
      })),
      total: '45.00',
      currency: 'INR',
    })
    // Campaign managers do not read customers.
    const campaign = await office.browser('campaign')
    expect((await campaign.call('GET', `${path}/${first.id}`)).at('customer')).toEqual({
      id: asha,
      name: null,
    })
  })

  test('are listed in the order in which they expire, in pages', async () => {
    const { care, first, second, third, list } = await open()
    expect(await list()).toEqual([second.id, third.id, first.id])
    const page = await care.call('GET', `${path}?limit=2`)
    expect(page.at('holds')).toHaveLength(2)
    expect(await list(`?limit=2&cursor=${String(page.at('nextCursor'))}`)).toEqual([first.id])
    expect((await care.call('GET', `${path}?limit=3`)).at('nextCursor')).toBeNull()
  })

  test('are found by reference, customer, coupon and series', async () => {
    const { care, asha, series, first, second, third, list } = await open()
    expect(await list('?reference=CART-')).toEqual([second.id, first.id])
    expect(await list('?reference=%25')).toEqual([])
    expect(await list(`?customer=${asha}`)).toEqual([third.id, first.id])
    expect(await list(`?series=${series}`)).toEqual([second.id, first.id])
    const shown = await care.call('GET', `${path}/${second.id}`)
    expect(await list(`?coupon=${String(shown.at('reserves.0.couponId'))}`)).toEqual([second.id])
  })

  test('are released with a reason, which the audit log keeps, and are listed as ended then', async () => {
    const { care, office, asha, first, second, third, list } = await open()
    const release = (headers: Record<string, string>) =>
      care.call('POST', `${path}/${first.id}/release`, {}, headers)
    expect(await release({ 'x-counterfoil-reason': '' })).toMatchObject({ status: 400 })
    expect(await release({ 'x-counterfoil-reason': '%20' })).toMatchObject({ status: 400 })
    const released = await release({ 'x-counterfoil-reason': 'the%20till%20crashed' })
    expect(released).toMatchObject({ status: 200, json: { status: 'released', reserves: [], total: '0.00' } })
    expect(await list()).toEqual([second.id, third.id])
    expect(await list(`?status=ended&customer=${asha}`)).toEqual([first.id])
    // Once more changes nothing.
    expect((await release({ 'x-counterfoil-reason': 'again' })).at('endedAt')).toBe(released.at('endedAt'))
    const admin = await office.browser('admin')
    const log = await admin.call('GET', `/admin/v1/audit?subject=hold:${first.id}`)
    expect(log.at('entries')).toMatchObject([
      { action: 'hold.changed', actor: { kind: 'user' }, reason: 'the till crashed' },
    ])
    // The coupon is free again.
    const redeemed = await office.post('/till/v1/redemptions', {
      codes: [first.codes[0]],
      customer: { id: asha },
      bill: { amount: 100 },
    })
    expect(redeemed.status).toBe(200)
  })

  test('are not for tills', async () => {
    const { office, first } = await open()
    for (const url of [path, `${path}/${first.id}`]) expect((await office.call('GET', url)).status).toBe(403)
    expect((await office.post(`${path}/${first.id}/release`, {})).status).toBe(403)
  })
})

test('a hold that has expired is among the ended ones before it was swept', async () => {
  const shop = await openHolds(context, app)
  const code = await shop.code(amount(40))
  const held = await shop.hold('cart', [code], { ttlSeconds: 1 })
  const later = await createTestServer(
    await createTestContext({ database: context.database, now: '2026-06-01T10:00:02Z' }),
  )
  const { headers } = await signInAsClient(context, app, shop, 'administrator')
  const ask = async (status: string) =>
    (await shop.call('GET', `${path}?status=${status}`, undefined, { headers, app: later })).at('holds')
  expect(await ask('live')).toEqual([])
  expect(await ask('ended')).toMatchObject([{ id: held.at('id'), status: 'expired', reserves: [] }])
})
