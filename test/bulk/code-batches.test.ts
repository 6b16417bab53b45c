import { describe, expect, test } from 'vitest'
import { cancelBatch } from '../../src/bulk/codes/change-batch.ts'
import { readBatch } from '../../src/bulk/codes/code-batch.ts'
import { makeChunk } from '../../src/bulk/codes/make-chunk.ts'
import { proveBatch } from '../../src/bulk/codes/prove-batch.ts'
import { workOnBatch } from '../../src/bulk/codes/work-on-batch.ts'
import { hasForm } from '../../src/values/code-form.ts'
import { openCodeShop } from '../support/code-cases.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database
const open = () => openCodeShop(context, app)

describe('a batch of codes', () => {
  test('has exactly as many codes as were ordered, all different and all of the form', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const form = { alphabet: 'unambiguous', pattern: 'SUMMER-####-####', checkCharacter: true }
    const stated = await shop.setForm(seriesId, form)
    expect(stated).toMatchObject({ status: 200 })
    const ordered = await shop.order(seriesId, 25_001, { allowWeak: true })
    expect(ordered).toMatchObject({
      status: 202,
      json: {
        seriesId,
        state: 'making',
        asked: 25_001,
        made: 0,
        endedAt: null,
        exportedAt: null,
        failure: null,
        form: stated.json,
        strength: {
          keyspace: '1099511627776',
          liveCodes: '25001',
          guessesPerHit: '43978705',
          daysPerHit: '50',
          weak: true,
        },
      },
    })
    await shop.work()
    const done = await shop.batch(ordered.at('id'))
    expect(done.json).toMatchObject({ state: 'done', made: 25_001, endedAt: expect.any(String) })
    const codes = await shop.codesOf(ordered.at('id'))
    expect(new Set(codes).size).toBe(25_001)
    const { alphabet, pattern } = stated.json as { alphabet: string; pattern: string }
    const whole = { alphabet, pattern, prefix: '', suffix: '', hasCheckCharacter: true }
    expect(codes.every((code) => hasForm(code, whole))).toBe(true)
    expect((await shop.call('GET', `/admin/v1/series/${seriesId}/codes`)).json).toEqual({
      batches: [done.json],
    })
    await shop.expectLedgerAdds()
  })

  test('is counted by the present verdict of the redemption rules on each code', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries({ is_multiple_use_allowed: false })
    const id = await shop.made(seriesId, 10)
    const other = await shop.made(seriesId, 3)
    const ask = async (batchId: number) =>
      proveBatch(
        pool,
        { orgId: shop.orgId, isSandbox: false, timeZone: 'UTC' },
        await readBatch(pool, shop.orgId, batchId),
      )
    expect(await ask(id)).toEqual({ redeemable: 10, refusedNow: new Map(), missing: 0 })
    const [customer, blocked] = [await shop.customer(), await shop.customer()]
    const mine = (await shop.issue(seriesId, customer)).at('code') as string
    expect(await shop.redeem(mine, customer)).toMatchObject({ status: 200 })
    expect(await shop.issue(seriesId, blocked)).toMatchObject({ status: 200 })
    await pool.query('update customers set blocked_at = now() where org_id = $1 and id = $2', [
      shop.orgId,
      blocked,
    ])
    const [, , third = ''] = await shop.codesOf(id)
    expect(await shop.revoke({ couponCodes: [third], couponSeriesId: seriesId })).toMatchObject({
      status: 200,
    })
    expect(await ask(id)).toEqual({
      redeemable: 7,
      refusedNow: new Map([
        [711, 1],
        [742, 1],
        [660, 1],
      ]),
      missing: 0,
    })
    expect(await ask(other)).toMatchObject({ redeemable: 3 })
  })

  test('counts what holds reserve and budgets have given as used', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries({
      discount_type: 'ABS',
      discount_value: '10',
      is_multiple_per_customer_allowed: true,
    })
    const id = await shop.made(seriesId, 5)
    const ask = async () => {
      const { redeemable, refusedNow } = await proveBatch(
        pool,
        { orgId: shop.orgId, isSandbox: false, timeZone: 'UTC' },
        await readBatch(pool, shop.orgId, id),
      )
      return { redeemable, ...Object.fromEntries(refusedNow) }
    }
    const [a, b] = [await shop.customer(), await shop.customer()]
    const code = (await shop.issue(seriesId, a)).at('code')
    expect(await shop.issue(seriesId, a)).toMatchObject({ status: 200 })
    const ofB = (await shop.issue(seriesId, b)).at('code')
    const setBudget = async (budget: object) =>
      expect((await shop.call('PUT', `/admin/v1/series/${seriesId}/budget`, budget)).status).toBe(200)
    await setBudget({ perCustomer: '10', periods: [{ per: 'day', usesPerCustomer: 2 }] })
    const bill = { amount: 100 }
    const paid = await shop.post('/till/v1/redemptions', { codes: [code], customer: { id: a }, bill })
    expect(paid.at('total')).toBe('10.00')
    expect(await ask()).toEqual({ redeemable: 3, 736: 2 })
    const wanted = { reference: 'cart', codes: [ofB], customer: { id: b }, bill }
    const held = await shop.post('/till/v1/holds', wanted)
    expect(held.status).toBe(201)
    expect(await ask()).toEqual({ redeemable: 2, 736: 3 })
    await setBudget({ total: '20' })
    expect(await ask()).toEqual({ redeemable: 0, 728: 5 })
    await setBudget({ periods: [{ per: 'month', usesPerCustomer: 1 }] })
    expect(await ask()).toEqual({ redeemable: 2, 736: 3 })
    await pool.query(
      'update series set is_multiple_use_allowed = false, budget = null where org_id = $1 and id = $2',
      [shop.orgId, seriesId],
    )
    expect(await ask()).toEqual({ redeemable: 3, 711: 2 })
    expect((await shop.call('DELETE', `/till/v1/holds/${String(held.at('id'))}`)).status).toBe(200)
    expect(await ask()).toEqual({ redeemable: 4, 711: 1 })
  })

  test('is assigned oldest code first, and each code is redeemed by its holder', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const [first, second] = await shop.codesOf(await shop.made(seriesId, 3))
    for (const code of [first, second]) {
      const customerId = await shop.customer()
      expect(await shop.redeem(String(code), customerId)).toMatchObject({ status: 400 })
      expect((await shop.issue(seriesId, customerId)).text).toContain(`"${code}"`)
      expect(await shop.redeem(String(code).toLowerCase(), customerId)).toMatchObject({ status: 200 })
    }
    await shop.expectLedgerAdds()
  })

  test('of a series with anyUser is redeemed by anyone, without having been issued', async () => {
    const shop = await open()
    for (const kind of ['DISC_CODE', 'DISC_CODE_PIN'] as const) {
      const seriesId = await shop.series({
        client_handling_type: kind,
        is_any_user: true,
        is_multiple_use_allowed: false,
      })
      const [code] = await shop.codesOf(await shop.made(seriesId, 2))
      expect(await shop.redeem(String(code), await shop.customer())).toMatchObject({ status: 200 })
      expect((await shop.redeem(String(code), await shop.customer())).text).toContain('711')
    }
    await shop.expectLedgerAdds()
  })

  test('is refused if no one could ever redeem its codes', async () => {
    const shop = await open()
    const refused = [
      [await shop.series(), 400],
      [await shop.generic('ALL'), 400],
      [await shop.poolSeries({ valid_until: new Date('2020-01-01') }), 712],
      [4_000_000_000, 404],
    ] as const
    for (const [seriesId, code] of refused) {
      const reply = await shop.order(seriesId, 10)
      expect(reply.at('code')).toBe(code)
      expect(reply.headers['content-type']).toBe('application/problem+json')
    }
  })

  test('draws other codes for those that exist already, and leaves the existing ones alone', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const others = await shop.series()
    const taken = Array.from({ length: 300 }, (_, n) => String(n).padStart(3, '0'))
    await shop.pool(others, taken)
    await shop.setForm(seriesId, { pattern: '###' })
    const codes = new Set(await shop.codesOf(await shop.made(seriesId, 500, { allowWeak: true })))
    expect(codes.size).toBe(500)
    expect(taken.filter((code) => codes.has(code))).toEqual([])
  })

  test('fails with the reason when other codes exhaust its form, and keeps its generated codes', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const taken = Array.from({ length: 98 }, (_, n) => String(n).padStart(2, '0'))
    await shop.pool(await shop.series(), taken)
    await shop.setForm(seriesId, { pattern: '##' })
    const id = await shop.made(seriesId, 50, { allowWeak: true })
    expect((await shop.batch(id)).json).toMatchObject({
      state: 'failed',
      made: 2,
      failure: expect.stringMatching(/^after \d+ draws no free code was found/),
    })
    expect((await shop.codesOf(id)).sort()).toEqual(['98', '99'])
  })

  test('does not hold up tills while its codes are inserted', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const customerId = await shop.customer()
    await shop.made(seriesId, 2)
    const ordered = await shop.order(seriesId, 1_000)
    const client = await pool.connect()
    try {
      await client.query('begin')
      const batch = await readBatch(client, shop.orgId, ordered.at('id') as number)
      expect(await makeChunk(client, shop.orgId, batch, null)).toMatchObject({ made: 1_000 })
      const issued = await shop.issue(seriesId, customerId)
      expect(issued).toMatchObject({ status: 200 })
      const [code] = await shop.codesOf(
        (await shop.call('GET', `/admin/v1/series/${seriesId}/codes`)).at('batches.1.id'),
      )
      expect(await shop.redeem(String(code), customerId)).toMatchObject({ status: 200 })
    } finally {
      await client.query('rollback')
      client.release()
    }
    expect((await shop.batch(ordered.at('id'))).at('made')).toBe(0)
    await cancelBatch(pool, shop.orgId, ordered.at('id') as number)
  })

  test('is ordered once, however often the request is repeated under its key', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const sending = { headers: { 'idempotency-key': 'codes' } }
    const replies = await Promise.all([1, 2, 3].map(() => shop.order(seriesId, 5, {}, sending)))
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect((await shop.call('GET', `/admin/v1/series/${seriesId}/codes`)).at('batches')).toHaveLength(1)
    expect((await shop.order(seriesId, 6, {}, sending)).status).toBe(422)
  })

  test.each([0, -1, 1.5, 10_000_001, 'five', null, 1e300])('is refused for %j codes', async (count) => {
    const shop = await open()
    const reply = await shop.post(`/admin/v1/series/${await shop.poolSeries()}/codes`, { count })
    expect(reply).toMatchObject({
      status: 400,
      json: { code: 400, detail: expect.stringContaining('count') },
    })
  })
})

describe('two processes', () => {
  test('never work on the same batch: the second one says so, and the number of codes is exact', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    const ordered = await shop.order(seriesId, 60_000)
    const id = ordered.at('id') as number
    let working = 0
    let refusals = 0
    const process = async () => {
      for (;;) {
        const batch = await workOnBatch(pool, shop.orgId, id, {
          onProgress: () => expect(++working).toBe(1),
          shouldPause: () => {
            working -= 1
            return true
          },
        })
        if (batch === undefined) refusals += 1
        else if (batch.state === 'done') return
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    await Promise.all([process(), process(), process()])
    expect(refusals).toBeGreaterThan(0)
    expect(new Set(await shop.codesOf(id)).size).toBe(60_000)
    expect((await shop.batch(id)).at('made')).toBe(60_000)
  })

  test('hand a batch over when the database session of the working one ends', async () => {
    const shop = await open()
    const ordered = await shop.order(await shop.poolSeries(), 40_000)
    const id = ordered.at('id') as number
    const killed = workOnBatch(pool, shop.orgId, id, {
      onProgress: () => {
        void pool.query(
          `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = $1 and classid = 6020418
             and database = (select oid from pg_database where datname = current_database())`,
          [id],
        )
      },
    })
    await expect(killed).rejects.toThrow(/terminat/i)
    // PostgreSQL releases the lock of the session a moment after the client has heard of its end.
    await expect
      .poll(async () => (await workOnBatch(pool, shop.orgId, id))?.state, { timeout: 10_000 })
      .toBe('done')
    expect((await shop.batch(id)).json).toMatchObject({ state: 'done', made: 40_000 })
    expect(new Set(await shop.codesOf(id)).size).toBe(40_000)
  })

  test('that order the last free codes of a form at once do not both get them', async () => {
    const shop = await open()
    const seriesId = await shop.poolSeries()
    await shop.setForm(seriesId, { pattern: '####' })
    const replies = await Promise.all([1, 2, 3].map(() => shop.order(seriesId, 2_000, { allowWeak: true })))
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([202, 202, 400])
    await shop.work()
  })
})
