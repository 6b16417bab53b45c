import { describe, expect, test } from 'vitest'
import { openHalts } from '../support/halt-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { amount, quoted } from '../support/till-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
// Another process, with a memory of its own.
const other = await createTestServer(await createTestContext({ database: context.database }))
const { pool } = context.database

async function openOne() {
  const shop = await openHalts(context, app)
  const terms = { is_multiple_per_customer_allowed: true, is_multiple_use_allowed: false }
  const id = await shop.series(amount(10, terms))
  const codes = []
  for (let n = 0; n < 3; n++) codes.push((await shop.coupon(id, shop.customerId)).code)
  const [code = '', second = '', third = ''] = codes
  return { ...shop, id, code, second, third }
}

const works = async (shop: Awaited<ReturnType<typeof openOne>>): Promise<boolean> =>
  (await shop.call('GET', `/v2/customers/coupons?id=${shop.customerId}&status=REDEEMABLE`)).text.includes(
    shop.code,
  )

const verdicts = [
  ['stop', 9021, 'seriesNotStopped', 712, 'The series has been stopped'],
  ['pause', 9022, 'seriesNotPaused', 739, 'The series is paused'],
] as const

describe.each(verdicts)('a series after %s', (how, ownCode, rule, code, message) => {
  test('is refused by every call at once, in every process, until it is resumed', async () => {
    const shop = await openOne()
    // The terms are in the memory of both processes.
    expect((await shop.redeemOn([shop.third], 500)).status).toBe(200)
    expect(quoted(await shop.quote([shop.code], 500))[0]?.works).toBe(true)
    expect(await works(shop)).toBe(true)
    const halted = await shop.halt(shop.id, how)
    expect(halted).toMatchObject({
      status: 200,
      json: { state: how === 'stop' ? 'stopped' : 'paused', halt: { reason: 'wrong price' } },
    })

    for (const server of [app, other]) {
      const refused = await shop.redeemOn([shop.code], 500, {}, { app: server })
      expect(refused).toMatchObject({ status: 409, json: { code: ownCode, rule } })
      const ofContract = await shop.post(
        '/v2/coupon/redeem',
        {
          redemptionRequestList: [{ code: shop.code }],
          user: { id: shop.customerId },
          billAmount: 100,
        },
        { app: server },
      )
      expect(ofContract.text).toContain(`"code":${code}`)
    }
    expect(quoted(await shop.quote([shop.code], 500))[0]?.refusal).toEqual({ code: ownCode, rule, message })
    expect(await shop.hold('cart', [shop.code])).toMatchObject({ status: 409, json: { code: ownCode } })
    expect(await works(shop)).toBe(false)
    const history = await shop.call(
      'GET',
      `/v2/customers/coupons?id=${shop.customerId}&include=redemptionStatus&coupon_codes=${shop.code}`,
    )
    expect(history.text).toContain(`"code":${code},"ownCode":${ownCode}`)
    const explained = await shop.admin('GET', `/admin/v1/coupons/${shop.code}/explain`)
    expect(explained.json).toMatchObject({ isRedeemable: false, refusal: { code, ownCode, message } })
    const issued = await shop.issue(shop.id)
    expect([issued.status, issued.text]).toEqual([400, expect.stringContaining(`"code":713`)])
    expect(issued.text).toContain(message)

    expect((await shop.halt(shop.id, 'resume', 'price corrected')).json).toMatchObject({
      state: 'running',
      halt: null,
    })
    expect(await works(shop)).toBe(true)
    expect((await shop.redeemOn([shop.code], 500, {}, { app: other })).status).toBe(200)
    expect((await shop.issue(shop.id)).status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('needs a reason, and changes nothing a second time', async () => {
    const shop = await openOne()
    for (const reason of ['', '   ']) expect((await shop.halt(shop.id, how, reason)).status).toBe(400)
    const first = await shop.halt(shop.id, how, 'once')
    const second = await shop.halt(shop.id, how, 'twice')
    expect(second.json).toEqual(first.json)
    const { rows } = await pool.query(
      `select kind, details ->> 'reason' as reason from events where org_id = $1 and kind like 'series-%' order by id`,
      [shop.orgId],
    )
    expect(rows).toEqual([{ kind: how === 'stop' ? 'series-stopped' : 'series-paused', reason: 'once' }])
  })
})

describe('a coupon that a checkout had reserved', () => {
  test('is still redeemed, and its basket still changed, while the series is paused', async () => {
    const shop = await openOne()
    const held = await shop.hold('cart', [shop.code])
    await shop.halt(shop.id, 'pause')
    expect((await shop.redeemOn([shop.second], 500)).status).toBe(409)
    const again = await shop.hold('cart', [shop.code], { bill: { amount: 120 } })
    expect(again.status).toBe(200)
    expect((await shop.hold('cart', [shop.code, shop.second])).status).toBe(409)
    expect((await shop.pay(again.at('id'))).status).toBe(200)
    expect(held.status).toBe(201)
    await shop.expectLedgerAdds()
  })

  test('is no longer redeemed once the series is stopped, and again after it is resumed', async () => {
    const shop = await openOne()
    const held = await shop.hold('cart', [shop.code])
    await shop.halt(shop.id, 'stop')
    expect(await shop.pay(held.at('id'))).toMatchObject({ status: 409, json: { code: 9021 } })
    await shop.halt(shop.id, 'resume')
    expect((await shop.pay(held.at('id'))).status).toBe(200)
    await shop.expectLedgerAdds()
  })
})

test('redemptions that race with a stop are decided before it or refused: none is made afterwards', async () => {
  const shop = await openHalts(context, app)
  const id = await shop.series(amount(10, { is_multiple_per_customer_allowed: true }))
  const codes: string[] = []
  for (let n = 0; n < 40; n++) codes.push((await shop.coupon(id, shop.customerId)).code)
  const replies = await Promise.all([
    ...codes.slice(0, 20).map((code) => shop.redeemOn([code], 500)),
    shop.halt(id, 'stop').then(async () => {
      const late = await Promise.all(
        codes.slice(20).map((code, n) => shop.redeemOn([code], 500, {}, { app: n % 2 === 0 ? app : other })),
      )
      expect(late.map(({ status }) => status)).toEqual(late.map(() => 409))
    }),
  ])
  const made = replies.filter((reply) => reply !== undefined && reply.status === 200).length
  expect(await shop.redemptions()).toHaveLength(made)
  await shop.expectLedgerAdds()
})

describe('the version of a halted series', () => {
  test('is required where If-Match names one, so that an undo takes back no other change', async () => {
    const shop = await openOne()
    const stopped = await shop.halt(shop.id, 'stop')
    const etag = String(stopped.headers['etag'])
    await shop.halt(shop.id, 'pause', 'only pause it')
    expect((await shop.halt(shop.id, 'resume', 'undo', { 'if-match': etag })).status).toBe(412)
    expect((await shop.show(shop.id)).json).toMatchObject({
      state: 'paused',
      halt: { reason: 'only pause it' },
    })
  })

  test('an edit by the contract keeps the halt and the issue start', async () => {
    const shop = await openOne()
    await shop.schedule(shop.id, { issueFrom: '2020-05-01 10:30:00', endsAt: '2099-12-31 18:00:00' })
    await shop.halt(shop.id, 'pause')
    const { json } = await shop.admin('GET', `/v2/coupon/series?ids=${shop.id}`)
    const [series] = (json as { entity: object[] }).entity
    const edited = await shop.admin('PUT', `/v2/coupon/series/${shop.id}`, {
      CouponSeriesV2: { ...series, description: 'edited' },
    })
    expect(edited.status).toBe(200)
    expect((await shop.show(shop.id)).json).toMatchObject({
      description: 'edited',
      state: 'paused',
      issueFrom: expect.stringContaining('2020-05-01T10:30:00'),
      endsAt: expect.stringContaining('2099-12-31T18:00:00'),
    })
  })
})

test('the reach of a stop counts holders and their working coupons, and checkouts', async () => {
  const shop = await openOne()
  await shop.redeemOn([shop.third], 500)
  await shop.coupon(shop.id, await shop.customer({ firstName: 'Ravi' }))
  await shop.coupon(shop.id, shop.customerId, { revokedAt: new Date() })
  await shop.hold('cart', [shop.code])
  expect((await shop.admin('GET', `/admin/v1/series/${shop.id}/reach`)).json).toEqual({
    coupons: 3,
    customers: 2,
    liveHolds: 1,
    isMore: false,
  })
  expect((await shop.admin('GET', '/admin/v1/series/999999999/reach')).status).toBe(404)
})
