import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { exportBatch } from '../../src/bulk/codes/export-batch.ts'
import { workOnBatch } from '../../src/bulk/codes/work-on-batch.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { openCodeShop } from '../support/code-cases.ts'
import { basic, createTestContext, createTestServer, password } from '../support/harness.ts'
import { until } from '../support/process-harness.ts'
import { send, type Reply } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const open = () => openCodeShop(context, app)

/** A batch with one generated chunk. */
async function openBatch(shop: Awaited<ReturnType<typeof open>>) {
  const seriesId = await shop.poolSeries()
  const id = (await shop.order(seriesId, 30_000)).at('id') as number
  await workOnBatch(pool, shop.orgId, id, { shouldPause: () => true })
  return { seriesId, id }
}

function expectProblem(reply: Reply, status: number): void {
  expect(reply.json).toMatchObject({
    status,
    code: status,
    detail: expect.any(String),
    requestId: expect.any(String),
  })
  expect([reply.status, reply.headers['content-type']]).toEqual([status, 'application/problem+json'])
}

describe('a cancelled batch', () => {
  test('stops between two chunks for good, and its generated codes work', async () => {
    const shop = await open()
    const { id, seriesId } = await openBatch(shop)
    expect((await shop.change(id, 'cancel')).json).toMatchObject({ state: 'cancelled', made: 10_000 })
    await shop.work()
    expect(await shop.codesOf(id)).toHaveLength(10_000)
    expect((await shop.change(id, 'cancel')).json).toMatchObject({ state: 'cancelled' })
    expect(await shop.issue(seriesId, await shop.customer())).toMatchObject({ status: 200 })
  })

  test('cannot be one that is already done', async () => {
    const shop = await open()
    const id = await shop.made(await shop.poolSeries(), 5)
    expectProblem(await shop.change(id, 'cancel'), 409)
  })

  test('stops the process that generates it', async () => {
    const shop = await open()
    const id = (await shop.order(await shop.poolSeries(), 100_000)).at('id') as number
    let cancelled: Promise<Reply> | undefined
    const batch = await workOnBatch(pool, shop.orgId, id, {
      onProgress: () => {
        cancelled ??= shop.change(id, 'cancel')
      },
    })
    expect(await cancelled).toMatchObject({ status: 200 })
    expect(batch?.state).toBe('cancelled')
    expect(batch?.made).toBeLessThan(100_000)
    expect(await shop.codesOf(id)).toHaveLength(batch?.made ?? -1)
  })
})

describe('the export of a batch', () => {
  test('contains every code, and is available once: the second request gets 410', async () => {
    const shop = await open()
    const id = await shop.made(await shop.poolSeries(), 20_001)
    const exported = await shop.exported(id)
    expect(exported).toMatchObject({ status: 200, headers: { 'content-type': 'text/csv; charset=utf-8' } })
    expect(exported.text.startsWith('code\r\n')).toBe(true)
    expect(exported.codes).toEqual(await shop.codesOf(id))
    expectProblem(await shop.exported(id), 410)
    expect((await shop.batch(id)).at('exportedAt')).toEqual(expect.any(String))
  })

  test('is given to one of two callers who ask at once', async () => {
    const shop = await open()
    const id = await shop.made(await shop.poolSeries(), 5)
    const replies = await Promise.all([shop.exported(id), shop.exported(id)])
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 410])
  })

  test('does not count if it breaks off before the end', async () => {
    const shop = await open()
    const id = await shop.made(await shop.poolSeries(), 20_001)
    const exporter = { orgId: shop.orgId, kind: 'till' as const, holderId: shop.tillId }
    const unread = await exportBatch(pool, exporter, id)
    expectProblem(await shop.exported(id), 410)
    await unread.return()
    for await (const codes of await exportBatch(pool, exporter, id)) {
      expect(codes).toHaveLength(10_000)
      break
    }
    expect((await shop.exported(id)).codes).toHaveLength(20_001)
  })

  test('does not count if the client disconnects before the codes arrive', async () => {
    const shop = await open()
    const id = await shop.made(await shop.poolSeries(), 20_001)
    const server = await createTestServer(context)
    const url = await server.listen({ port: 0 })
    // Reading the page waits for a lock that is held until the client has disconnected.
    const holder = await pool.connect()
    await holder.query('begin')
    await holder.query('lock table coupons in access exclusive mode')
    const socket = connect(Number(new URL(url).port))
    socket.write(
      `GET /admin/v1/code-batches/${id}/codes.csv HTTP/1.1\r\nHost: x\r\nAuthorization: ${shop.authorization}\r\n\r\n`,
    )
    await until('the export has begun', async () => (await shop.batch(id)).at('exportedAt') !== null)
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 200))
    await holder.query('commit')
    holder.release()
    await until('it is given back', async () => (await shop.batch(id)).at('exportedAt') === null)
    expect((await shop.exported(id)).codes).toHaveLength(20_001)
  })

  test('waits until the batch is done, and leaves out revoked codes', async () => {
    const shop = await open()
    const { id } = await openBatch(shop)
    expectProblem(await shop.exported(id), 409)
    await shop.work()
    const [first] = await shop.codesOf(id)
    expect(await shop.revoke({ couponCodes: [first] })).toMatchObject({ status: 200 })
    const { codes } = await shop.exported(id)
    expect([codes.length, codes.includes(String(first))]).toEqual([29_999, false])
  })
})

describe('a voided batch', () => {
  test('loses every code that is neither issued nor redeemed, and the codes of customers still work', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries({ is_any_user: true, is_multiple_use_allowed: false })
    const id = await shop.made(seriesId, 2_500)
    const kept = await shop.made(seriesId, 1)
    const codes = await shop.codesOf(id)
    const customerId = await shop.customer()
    expect(await shop.issue(seriesId, customerId)).toMatchObject({ status: 200 })
    expect(await shop.redeem(String(codes[1_500]), customerId)).toMatchObject({ status: 200 })
    expect((await shop.change(id, 'void')).json).toMatchObject({ state: 'voiding', voided: 0 })
    await shop.work()
    const voided = await shop.batch(id)
    expect(voided.json).toMatchObject({
      state: 'voided',
      made: 2_500,
      voided: 2_498,
      endedAt: expect.any(String),
    })
    expect((await shop.change(id, 'void')).json).toEqual(voided.json)
    expect(await shop.redeem(String(codes[0]), customerId)).toMatchObject({ status: 200 })
    expect(await shop.redeem(String(codes[2]), customerId)).toMatchObject({ status: 400 })
    const [last] = await shop.codesOf(kept)
    expect((await shop.issue(seriesId, await shop.customer())).text).toContain(`"${last}"`)
    expect((await shop.issue(seriesId, await shop.customer())).text).toContain('5005')
    expectProblem(await shop.exported(id), 409)
    await shop.expectLedgerAdds()
  })

  test('gets no more codes if it was still being made', async () => {
    const shop = await open()
    const { id } = await openBatch(shop)
    await shop.change(id, 'void')
    await shop.work()
    expect((await shop.batch(id)).json).toMatchObject({ state: 'voided', made: 10_000, voided: 10_000 })
    await shop.expectLedgerAdds()
  })

  test('is voided completely even if the process that began to void it is gone', async () => {
    const shop = await open()
    const { id } = await openBatch(shop)
    await shop.change(id, 'void')
    const begun = await workOnBatch(pool, shop.orgId, id, { shouldPause: () => true })
    expect(begun).toMatchObject({ state: 'voiding', voided: 1_000 })
    await shop.work()
    expect((await shop.batch(id)).json).toMatchObject({ state: 'voided', voided: 10_000 })
  })
})

describe('access to batches', () => {
  const calls = (seriesId: number, id: number) =>
    [
      ['POST', `/admin/v1/series/${seriesId}/codes`, { count: 5 }],
      ['PUT', `/admin/v1/series/${seriesId}/code-form`, { pattern: '####' }],
      ['POST', `/admin/v1/code-batches/${id}/cancel`],
      ['POST', `/admin/v1/code-batches/${id}/void`],
      ['GET', `/admin/v1/code-batches/${id}/codes.csv`],
      ['GET', `/admin/v1/series/${seriesId}/codes`],
      ['GET', `/admin/v1/series/${seriesId}/code-form`],
      ['GET', `/admin/v1/code-batches/${id}`],
    ] as const

  test('is refused to another organisation with 404 for the series and the batch', async () => {
    const shop = await open()
    const other = await open()
    const seriesId = await shop.poolSeries()
    const id = await shop.made(seriesId, 5)
    const before = (await shop.batch(id)).json
    for (const [method, url, body] of calls(seriesId, id))
      expectProblem(await other.call(method, url, body), 404)
    expect((await shop.batch(id)).json).toEqual(before)
  })

  test('lets a read-only till see the progress of a batch, and refuses it everything else with 403', async () => {
    const shop = await open()
    const { orgId, storeCode } = shop
    const seriesId = await shop.poolSeries()
    const id = await shop.made(seriesId, 5)
    const code = `reader-${orgId}`
    await createTill(context.database.queries, { orgId, storeCode, code, password, isReadOnly: true })
    const headers = { authorization: basic(code, password) }
    const replies = []
    for (const [method, url, body] of calls(seriesId, id))
      replies.push(await send(app, method, url, headers, body))
    for (const reply of replies.slice(0, 5)) expectProblem(reply, 403)
    expect(replies.slice(5).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('requires credentials, and permissions for series as well as for coupons', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const id = await shop.made(seriesId, 5)
    for (const [method, url, body] of calls(seriesId, id))
      expectProblem(await send(app, method, url, {}, body), 401)
    await pool.query("update access_groups set series_access = 'none' where org_id = $1", [shop.orgId])
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    for (const [method, url, body] of calls(seriesId, id))
      expectProblem(await shop.call(method, url, body), 403)
  })
})
