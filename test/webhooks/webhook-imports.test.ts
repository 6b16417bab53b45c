import { afterAll, describe, expect, test } from 'vitest'
import { findOrganisation } from '../../src/identity/organisations/find-organisation.ts'
import { importFile } from '../../src/bulk/rows/import-file.ts'
import { startWebhookWork } from '../../src/webhooks/work-on-webhooks.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openUploads } from '../support/upload-cases.ts'
import { couponEvents, quickDelivery, startReceiver, subscribe, taken } from '../support/webhook-cases.ts'

const context = await createTestContext({ env: quickDelivery })
const app = await createTestServer(context)
const stop = startWebhookWork(context)
afterAll(stop)

async function open() {
  const shop = await openUploads(context, app)
  const customerId = await shop.customer({ mobile: '919400488288' })
  const seriesId = await shop.series({ is_multiple_per_customer_allowed: true })
  const receiver = await startReceiver()
  const webhook = await subscribe(shop, receiver, { eventNames: couponEvents })
  const organisation = await findOrganisation(context.database.queries, String(shop.orgId))
  const run = (kind: 'codes' | 'redemptions', content: string, isTold?: boolean) =>
    importFile({
      database: context.database,
      organisation,
      kind,
      source: (async function* () {
        yield Buffer.from(content)
      })(),
      ...(kind === 'codes' && { series: String(seriesId) }),
      ...(isTold !== undefined && { isTold }),
    })
  /** A present event, whose arrival shows that no earlier message is pending. */
  const marker = async () => String((await shop.issue(seriesId, customerId)).at('code'))
  const told = () =>
    receiver.taken.map(({ body }) => {
      const data = body['data'] as { coupons?: { code: string }[]; coupon?: { code: string } }
      return [body['eventName'], data.coupons?.[0]?.code ?? data.coupon?.code]
    })
  const upload = (content: string, fields: Readonly<Record<string, string>>) =>
    shop.run('file', seriesId, content, fields)
  return { ...shop, seriesId, customerId, receiver, webhook, upload, run, marker, told }
}

const codes = 'code,mobile,createdDate\nOLD1,919400488288,2020-01-02T03:04:05Z\n'
const redemptions =
  'code,mobile,redeemedDate,reversedDate,billNumber\nOLD1,919400488288,2020-02-03T04:05:06Z,2020-02-04T05:06:07Z,b1\n'

describe('an imported file', () => {
  test('sends nothing to webhooks, not even in a replay of all events, and has its events in the ledger', async () => {
    const shop = await open()
    await shop.run('codes', codes)
    await shop.run('redemptions', redemptions)
    const code = await shop.marker()
    await taken(shop.receiver, 1)
    expect(shop.told()).toEqual([['CouponIssue', code]])
    const kinds =
      "select array_agg(kind order by id) as kinds from events where org_id = $1 and imported = 'quiet'"
    const { rows } = await context.database.pool.query(kinds, [shop.orgId])
    expect(rows).toEqual([{ kinds: ['issued', 'redeemed', 'reversed'] }])
    await shop.post(`${shop.webhook.path}/replay`, { since: '2019-01-01T00:00:00Z' })
    const last = await shop.marker()
    await taken(shop.receiver, 2)
    expect(new Set(shop.told().map(([, one]) => one))).toEqual(new Set([code, last]))
    await shop.expectLedgerAdds()
  })

  test('is sent to webhooks with --notify, with the original dates and a mark', async () => {
    const shop = await open()
    const before = Date.now()
    await shop.run('codes', codes, true)
    await shop.run('redemptions', redemptions, true)
    await taken(shop.receiver, 3)
    const bodies = shop.receiver.taken.map(({ body }) => body)
    const [issuedAt, redeemedAt, reversedAt] = [
      Date.UTC(2020, 0, 2, 3, 4, 5),
      Date.UTC(2020, 1, 3, 4, 5, 6),
      Date.UTC(2020, 1, 4, 5, 6, 7),
    ]
    expect(bodies).toMatchObject([
      { eventName: 'CouponIssue', createdAt: issuedAt, data: { coupons: [{ issued_on: issuedAt }] } },
      { eventName: 'CouponRedeem', createdAt: redeemedAt, data: { coupon: { redemptionDate: redeemedAt } } },
      {
        eventName: 'CouponReversal',
        createdAt: reversedAt,
        data: { addedAt: reversedAt, coupon: { redemptionDate: redeemedAt, reversalDate: reversedAt } },
      },
    ])
    for (const { data } of bodies)
      expect((data as { importedAt: number }).importedAt).toBeGreaterThanOrEqual(before - 60_000)
  })

  test('is sent to webhooks if it is an upload, unless that has notify=false', async () => {
    const shop = await open()
    const fields = { customerIdentifier: 'MOBILE', customerIdentifierColumn: '0' }
    const quiet = await shop.upload('mobile,code\n919400488288,Q1\n', { ...fields, notify: 'false' })
    expect(quiet.counts).toBe('1/1/0')
    await shop.upload('mobile,code\n919400488288,L1\n', fields)
    await taken(shop.receiver, 1)
    const code = await shop.marker()
    await taken(shop.receiver, 2)
    expect(shop.told()).toEqual([
      ['CouponIssue', 'L1'],
      ['CouponIssue', code],
    ])
    expect(shop.receiver.taken[0]?.body['data'] as object).not.toHaveProperty('importedAt')
    const refused = await shop.send('file', shop.seriesId, 'mobile\n1\n', { ...fields, notify: 'maybe' })
    expect(refused.status).toBe(400)
  })
})
