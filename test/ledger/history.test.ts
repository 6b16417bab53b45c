import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const office = await openOffice(context, app)
const care = await office.browser('care')
const admin = await office.browser('admin')

interface Happened {
  readonly id: string
  readonly what: string
  readonly by: { readonly kind: string; readonly name: string | null } | null
  readonly reason: string | null
  readonly note: string | null
}
const because = (reason: string) => ({ 'x-counterfoil-reason': encodeURIComponent(reason) })
const historyIn = (reply: Reply) => reply.at('history') as Happened[]
const told = (reply: Reply) => historyIn(reply).map(({ what, by, reason }) => [what, by?.kind, reason])

let last = 0
async function person() {
  const mobile = `94200${String(10_000 + ++last)}`
  const id = await office.registered({ mobile, firstName: 'Lina', lastName: 'Das' })
  const seriesId = await office.series()
  const { code } = await office.coupon(seriesId, id)
  return { id, mobile, seriesId, code }
}

describe('the history of a coupon', () => {
  test('tells what the till and the person did, when and why, each once and the latest first', async () => {
    const { id, seriesId, code } = await person()
    await office.redeem(code, id)
    const { rows } = await pool.query<{ id: number }>(
      'select id from redemptions where org_id = $1 and customer_id = $2',
      [office.orgId, id],
    )
    const redemption = rows[0]?.id ?? 0
    await care.call(
      'POST',
      '/v2/coupon/reactivate',
      { redemptionIds: [redemption] },
      because('the sale was cancelled'),
    )
    await care.call(
      'PUT',
      '/v2/coupon/bulk/expiry',
      {
        couponSeriesId: seriesId,
        customer: { id },
        couponCodes: [{ couponCode: code, expiryDate: '2031-01-31 10:00:00' }],
      },
      because('as a favour'),
    )
    await care.call(
      'POST',
      '/v2/coupon/revoke',
      { couponSeriesId: seriesId, couponCodes: [code] },
      because('lost'),
    )
    const reply = await care.call('GET', `/admin/v1/coupons/${code}/history`)
    expect(told(reply)).toEqual([
      ['coupon.revoked', 'user', 'lost'],
      ['coupon.expiry-changed', 'user', 'as a favour'],
      ['coupon.reversed', 'user', 'the sale was cancelled'],
      ['coupon.redeemed', 'till', null],
      ['coupon.issued', undefined, null],
    ])
    expect(reply.at('history.1.before.validUntil')).toEqual(expect.anything())
    expect(reply.at('history.3')).toMatchObject({
      redemptionId: redemption,
      coupon: { code, seriesId },
      by: { kind: 'till', name: office.tillCode },
    })
  })

  test('is refused for codes that do not exist, and for tills', async () => {
    const { code } = await person()
    expect((await care.call('GET', `/admin/v1/coupons/NONE${randomUUID().slice(0, 8)}/history`)).status).toBe(
      404,
    )
    expect((await office.call('GET', `/admin/v1/coupons/${code}/history`)).status).toBe(403)
  })
})

describe('the history of a customer', () => {
  test('has the coupons, the changes and the notes, and its pages have each happening once', async () => {
    const { id, seriesId, code } = await person()
    await office.redeem(code, id)
    await office.coupon(await office.series(), id)
    await admin.call('PATCH', `/admin/v1/customers/${id}`, { isBlocked: true }, because('asked for it'))
    await care.call('POST', `/admin/v1/customers/${id}/notes`, { text: 'Called about the sale.' })
    const whole = historyIn(await care.call('GET', `/admin/v1/customers/${id}/history`))
    expect(whole.map(({ what }) => what)).toEqual([
      'note',
      'customer.changed',
      'coupon.issued',
      'coupon.redeemed',
      'coupon.issued',
      'customer.registered',
    ])
    expect(whole[0]).toMatchObject({ note: 'Called about the sale.', by: { kind: 'user' } })
    expect(whole[1]).toMatchObject({ reason: 'asked for it' })
    const paged: Happened[] = []
    let cursor = ''
    do {
      const url = `/admin/v1/customers/${id}/history?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const reply = await care.call('GET', url)
      paged.push(...historyIn(reply))
      cursor = (reply.at('nextCursor') as string | null) ?? ''
    } while (cursor !== '')
    expect(paged).toEqual(whole)
    expect((await care.call('GET', `/admin/v1/customers/${id}/history?cursor=1_x;y`)).status).toBe(400)
    expect(seriesId).toBeGreaterThan(0)
  })
})

test.each([
  ['series', 'stock is late'],
  ['tills', null],
  ['clients', 'opening of the shop'],
  ['users', null],
])('the history of one of the %s has who changed it and why', async (kind, why) => {
  const { seriesId } = await person()
  const client = await admin.call(
    'POST',
    '/admin/v1/clients',
    { name: `for ${kind}`, till: office.tillCode },
    because('opening of the shop'),
  )
  const ids: Readonly<Record<string, unknown>> = {
    series: seriesId,
    tills: office.tillId,
    clients: client.at('id'),
    users: care.userId,
  }
  const path = `/admin/v1/${kind}/${String(ids[kind])}`
  const changed =
    kind === 'series' ? await admin.call('POST', `${path}/pause`, {}, because('stock is late')) : undefined
  expect(changed?.status ?? 200).toBe(200)
  const reply = await admin.call('GET', `${path}/history`)
  expect(reply.status).toBe(200)
  expect(historyIn(reply)[0]).toMatchObject({ reason: why })
})

describe('a note about a customer', () => {
  test('is added once under one key, listed, and not in the audit log', async () => {
    const { id } = await person()
    const path = `/admin/v1/customers/${id}/notes`
    const key = { 'idempotency-key': randomUUID() }
    const first = await care.call('POST', path, { text: '  Prefers e-mail. ' }, key)
    const again = await care.call('POST', path, { text: '  Prefers e-mail. ' }, key)
    expect(again.json).toEqual(first.json)
    await care.call('POST', path, { text: 'Called twice.' })
    const listed = await care.call('GET', path)
    expect(listed.at('notes')).toMatchObject([
      { text: 'Called twice.' },
      { id: first.at('id'), text: 'Prefers e-mail.', author: { kind: 'user', id: care.userId } },
    ])
    const audited = await admin.call(
      'GET',
      `/admin/v1/audit?subject=customer:${id}&action=customer.note.created`,
    )
    expect(audited.at('entries')).toHaveLength(2)
    expect(audited.text).not.toContain('Prefers')
    const page = await care.call('GET', `${path}?limit=1`)
    const next = await care.call('GET', `${path}?limit=1&cursor=${String(page.at('nextCursor'))}`)
    expect(next.at('notes')).toMatchObject([{ text: 'Prefers e-mail.' }])
    expect(next.at('nextCursor')).toBeNull()
  })

  test('has a text, and is not for tills', async () => {
    const { id } = await person()
    const path = `/admin/v1/customers/${id}/notes`
    for (const text of ['', '  ', 'x'.repeat(2_001)])
      expect((await care.call('POST', path, { text })).status).toBe(400)
    expect((await office.call('POST', path, { text: 'x' })).status).toBe(403)
  })

  test('is erased with the person, also one that is added at the same time', async () => {
    const { id } = await person()
    const path = `/admin/v1/customers/${id}/notes`
    await care.call('POST', path, { text: 'To be forgotten.' })
    const writes = Array.from({ length: 8 }, (_, n) => care.call('POST', path, { text: `Meanwhile ${n}.` }))
    const [erased] = await Promise.all([admin.call('DELETE', `/admin/v1/customers/${id}`), ...writes])
    expect(erased.status).toBe(200)
    const left = await pool.query('select from customer_notes where org_id = $1 and customer_id = $2', [
      office.orgId,
      id,
    ])
    expect(left.rowCount).toBe(0)
    expect((await care.call('GET', path)).at('code')).toBe(8015)
    expect((await care.call('GET', `/admin/v1/customers/${id}/history`)).at('code')).toBe(8015)
  })
})
