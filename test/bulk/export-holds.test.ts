import { describe, expect, test } from 'vitest'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import { amount } from '../support/till-cases.ts'

const context = await createTestContext({ now: '2026-06-01T10:00:00Z' })
const app = await createTestServer(context)

type Row = Record<string, unknown>

describe('an export of holds', () => {
  test('has a row for each code, with the status of the hold and the reserved discount', async () => {
    const office = await openOffice(context, app, { currency: 'INR' })
    const boss = await office.browser('admin')
    const [forty, five] = [await office.series(amount(40)), await office.series(amount(5))]
    const customerId = await office.registered({ mobile: '919400488244' })
    const codeOf = async (seriesId: number) => (await office.coupon(seriesId, customerId)).code
    const hold = async (reference: string, codes: readonly string[]) => {
      const bill = { amount: '100.50', transactionNumber: `bill-${reference}` }
      const body = { reference, codes, customer: { id: customerId }, bill, ttlSeconds: 600 }
      const reply = await office.post('/till/v1/holds', body)
      return Number(reply.at('id'))
    }
    const codes = [await codeOf(forty), await codeOf(five)]
    const live = await hold('a', codes)
    const released = await hold('b', [await codeOf(forty)])
    await office.call('DELETE', `/till/v1/holds/${released}`)
    const redeemed = await hold('c', [await codeOf(five)])
    await office.post('/till/v1/redemptions', { holdId: redeemed })
    const expired = await hold('d', [await codeOf(five)])
    await context.database.pool.query(
      "update holds set created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour' where org_id = $1 and id = $2",
      [office.orgId, expired],
    )
    const rows = async (query = ''): Promise<Row[]> =>
      (await boss.call('GET', `/admin/v1/export/holds?format=ndjson${query}`)).text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row)
    const all = await rows()
    expect(all.map(({ holdId, status }) => [holdId, status])).toEqual([
      [live, 'live'],
      [live, 'live'],
      [released, 'released'],
      [redeemed, 'redeemed'],
      [expired, 'expired'],
    ])
    expect(all[0]).toMatchObject({
      reference: 'a',
      code: codes[0],
      customerId,
      mobile: '919400488244',
      madeBy: 'till',
      till: office.tillCode,
      billNumber: 'bill-a',
      billAmount: '100.50',
      discountAmount: 40,
      currency: 'INR',
      endedDate: null,
    })
    expect(all.map(({ discountAmount }) => discountAmount)).toEqual([40, 5, 40, 5, 5])
    expect((await rows(`&series=${forty}`)).map(({ holdId }) => holdId)).toEqual([live, released])
    expect((await rows('&from=2026-06-01')).length).toBe(5)
    expect(await rows('&to=2026-06-01')).toEqual([])
    const { text } = await boss.call('GET', '/admin/v1/export/holds')
    expect(text.split('\n')[0]).toBe(
      'holdId,reference,status,seriesCode,code,customerId,mobile,email,externalId,createdDate,expiresDate,endedDate,madeBy,heldAt,till,billNumber,billAmount,discountAmount,currency',
    )
  })

  test('reveals by HTTP no code that has no holder', async () => {
    const office = await openOffice(context, app, { currency: 'INR' })
    const boss = await office.browser('admin')
    const seriesId = await office.series(
      amount(40, { client_handling_type: 'DISC_CODE_PIN', is_any_user: true }),
    )
    await office.pool(seriesId, ['BEARER-1'])
    const customerId = await office.registered({ mobile: '919400488245' })
    const held = await office.post('/till/v1/holds', {
      reference: 'a',
      codes: ['BEARER-1'],
      customer: { id: customerId },
      bill: { amount: 100 },
    })
    expect(held.status, held.text).toBe(201)
    const { text } = await boss.call('GET', '/admin/v1/export/holds?format=ndjson')
    expect(JSON.parse(text)).toMatchObject({ code: null, status: 'live', discountAmount: 40 })
  })
})
