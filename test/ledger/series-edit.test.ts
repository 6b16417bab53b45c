import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { createServer } from '../../src/api/create-server.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { answerOf, importAnswers, savedCoupon, savedCustomer } from '../support/saved-answers.ts'
import { seedCoupon } from '../support/seed.ts'
import { expectRefused, least, openSeriesShop } from '../support/series-cases.ts'

const now = '2026-06-01T10:00:00Z'
const context = await createTestContext({ now })
const app = await createTestServer(context)
/** Another context on the same database, with the memory and lanes of another process. */
const otherApp = await createServer(await createTestContext({ now, database: context.database }))

/** Waits until this many sessions wait for a row, for at most a second; the assertion reports the rest. */
async function waitingSessions(count: number): Promise<void> {
  const giveUpAt = Date.now() + 1_000
  while (Date.now() < giveUpAt) {
    const { rows } = await context.database.pool.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if ((rows[0]?.n ?? 0) >= count) return
  }
}

const manyUses = { isMultipleUseAllowed: true, sameUserMultipleRedeem: true }

describe('an edit', () => {
  test('applies to issued coupons, from the next request on and in every process', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created(manyUses)
    const customerId = await shop.customer()
    const code = (await shop.issue(id, customerId)).at('code') as string
    const redeem = async (sending = {}) => (await shop.redeem(code, customerId, {}, sending)).text
    for (const sending of [{}, { app: otherApp }]) {
      expect(await redeem(sending)).toContain('"status":true')
      await shop.edit(id, { ...manyUses, minBillAmount: 500 })
      expect(await redeem(sending)).toContain('"code":733')
      await shop.edit(id, { ...manyUses, maxRedemptionsInSeriesPerUser: 1 })
      expect(await redeem(sending)).toContain('"code":736')
      await shop.edit(id, manyUses)
    }
    await shop.edit(id, { ...manyUses, maxRedeem: 2 })
    expect(await redeem()).toContain('"code":728')
    await shop.edit(id, { isMultipleUseAllowed: false })
    expect(await redeem()).toContain('"code":711')
  })

  test('of an imported series fixes its end, which an import of later coupons no longer changes', async () => {
    const shop = await openSeriesShop(context, app)
    const importOne = (id: number, day: string) =>
      importAnswers(context, shop, [
        answerOf(
          savedCustomer(id, [
            savedCoupon(id, {
              seriesId: 77,
              createdDate: '2026-05-01T00:00:00Z',
              validTill: `${day}T00:00:00Z`,
              validTillDateTime: `${day}T23:59:59Z`,
            }),
          ]),
        ),
      ])
    await importOne(1, '2026-07-31')
    await importOne(2, '2026-08-31')
    const endOf = async () => (await shop.list('ids=77'))[0]?.['validTillDateTime']
    expect(await endOf()).toBe('2026-08-31T23:59:59Z')
    expect((await shop.edit(77, { validTillDate: '2026-08-01T00:00:00Z' })).status).toBe(200)
    await importOne(3, '2026-09-30')
    expect(await endOf()).toBe('2026-08-01T23:59:59Z')
  })

  test('of an imported series may state once that its codes are uploaded, which the history does not contain', async () => {
    const shop = await openSeriesShop(context, app)
    const saved = savedCoupon(5, { seriesId: 78, createdDate: '2026-05-01T00:00:00Z' })
    await importAnswers(context, shop, [answerOf(savedCustomer(5, [saved]))])
    const stays = expect.stringContaining('clientHandlingType: a series stays') as string
    expectRefused(await shop.edit(78, { clientHandlingType: 'GENERIC', genericCode: 'ALL' }), 400, 400, stays)
    expect(await shop.edit(78, { clientHandlingType: 'DISC_CODE_PIN' })).toMatchObject({ status: 200 })
    expect(await shop.list('ids=78')).toMatchObject([{ clientHandlingType: 'DISC_CODE_PIN' }])
    expectRefused(await shop.edit(78, { clientHandlingType: 'DISC_CODE' }), 400, 400, stays)
  })

  test('changes code and expiry of the next coupon, and not of issued ones', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({ expiryStrategyType: 'DAYS', expiryStrategyValue: 5 })
    const first = await shop.customer()
    const before = await shop.issue(id, first)
    await shop.edit(id, {
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: 1,
      couponPrefix: 'NEW',
      isPrefixEnabled: true,
      alphaNumeric: false,
      randomCodeLength: 6,
    })
    const [held] = await shop.history(first)
    expect(held).toMatchObject({ code: before.at('code'), validTillDateTime: '2026-06-06T23:59:59Z' })
    const after = await shop.issue(id, await shop.customer())
    expect(after.at('code')).toMatch(/^NEW\d{6}$/)
    expect(after.at('validTillDateTime')).toBe('2026-06-02T23:59:59Z')
  })

  test('that ends a series earlier ends its coupons with it (712)', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created()
    const customerId = await shop.customer()
    const code = (await shop.issue(id, customerId)).at('code') as string
    const ends = { validTillDate: '2026-06-01', validTillDateTime: '2026-06-01T10:00:00Z' }
    expect(await shop.edit(id, ends)).toMatchObject({ status: 200 })
    const redemptionTime = '2026-06-01T10:00:01Z'
    const late = await shop.redeem(code, customerId, {
      redemptionRequestList: [{ code, redemptionTime }],
      redemptionTime,
    })
    expect(late.text).toContain('"code":712')
    expect((await shop.redeem(code, customerId)).status).toBe(200)
  })

  test('replaces the whole series: omitted values get their defaults, except mandatory ones', async () => {
    const shop = await openSeriesShop(context, app)
    const reply = await shop.create({
      maxCreate: 5,
      minBillAmount: 3,
      info: 'Long',
      expiryStrategyType: 'DAYS',
      expiryStrategyValue: 9,
      redemptionRange: '{"dow":[1]}',
      targetUserDetails: { validMaxUserTransactionLimit: 1 },
      customPropertyMap: { a: 'b' },
    })
    const id = reply.at('id') as number
    const edited = await shop.put(`/v2/coupon/series/${id}`, {
      CouponSeriesV2: { description: 'Anew', seriesCode: 'S', createdOn: 'x', id: 3, numIssued: 9 },
    })
    expect(edited).toMatchObject({
      status: 200,
      json: {
        ...least,
        id,
        description: 'Anew',
        seriesCode: 'S',
        info: 'Anew',
        tag: 'Anew',
        maxCreate: -1,
        minBillAmount: -1,
        redemptionRange: '{"dom" : [-1], "dow": [-1], "hours": [-1]}',
        expiryStrategyType: 'DAYS',
        expiryStrategyValue: 9,
        createdOn: now,
        numIssued: 0,
      },
    })
    for (const key of ['targetUserDetails', 'customPropertyMap']) expect(edited.json).not.toHaveProperty(key)
  })

  test('retains the earlier terms of the series, version by version', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({ discountValue: 10.125 })
    await shop.edit(id, { discountValue: 20 })
    await shop.edit(id, { discountValue: 30 })
    expect((await shop.edit(id, { discountValue: -1 })).status).toBe(400)
    const versions = await context.database.queries
      .selectFrom('series_versions')
      .select(['version', 'terms'])
      .where('org_id', '=', shop.orgId)
      .orderBy('version')
      .execute()
    expect(
      versions.map(({ version, terms }) => [version, (terms as { discount_value: number }).discount_value]),
    ).toEqual([
      [1, 10.125],
      [2, 20],
    ])
  })

  test('applies a new common code to later coupons, and does not change earlier ones', async () => {
    const shop = await openSeriesShop(context, app)
    const generic = { clientHandlingType: 'GENERIC', genericCode: 'OLD' }
    const id = await shop.created(generic)
    const [first, second] = [await shop.customer(), await shop.customer()]
    await shop.issue(id, first)
    await shop.edit(id, { ...generic, genericCode: 'NEW' })
    expect((await shop.issue(id, second)).at('code')).toBe('NEW')
    expect((await shop.redeem('OLD', first)).status).toBe(200)
    expect((await shop.redeem('NEW', second)).status).toBe(200)
    expect((await shop.create(generic)).status).toBe(400)
    expect(await shop.edit(id, generic)).toMatchObject({ status: 200, json: { genericCode: 'OLD' } })
    await shop.expectLedgerAdds()
  })

  test('of a series that has ended may leave its end unchanged', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.series({ valid_until: new Date('2026-05-31T23:59:59Z') })
    for (const validTillDate of ['2026-05-31', null])
      expect(await shop.edit(id, { validTillDate })).toMatchObject({
        status: 200,
        json: { validTillDateTime: '2026-05-31T23:59:59Z' },
      })
    expect((await shop.edit(id, { validTillDate: '2026-05-30' })).status).toBe(400)
    expect((await shop.edit(id, { validTillDate: '2026-06-30' })).status).toBe(200)
    expect((await shop.issue(id, await shop.customer())).status).toBe(200)
  })
})

describe('an edit that runs concurrently with', () => {
  test('an issue in progress has its limit compared with the count after that issue', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created()
    const issuer = await context.database.pool.connect()
    await issuer.query('begin')
    await issuer.query('update series_usage set issued = issued + 3 where series_id = $1', [id])
    const [below, enough] = [
      shop.edit(id, { maxCreate: 2 }),
      shop.edit(id, { maxCreate: 3 }, { app: otherApp }),
    ]
    await waitingSessions(2)
    await issuer.query('commit')
    issuer.release()
    const message = expect.stringContaining('maxCreate: at least the 3 issued already')
    expectRefused(await below, 400, 400, message)
    expect(await enough).toMatchObject({ status: 200, json: { maxCreate: 3, numIssued: 3 } })
  })

  test(
    'issues of two processes never leads to more coupons than an accepted limit',
    { timeout: 60_000 },
    async () => {
      const shop = await openSeriesShop(context, app)
      const id = await shop.created({ isMultipleVouchersPerUserAllowed: true })
      const customers = await Promise.all(Array.from({ length: 8 }, () => shop.customer()))
      let granted = 0
      const issues = customers.flatMap((customerId) =>
        [app, otherApp, app, otherApp].map(async (server) => {
          const { status } = await shop.issue(id, customerId, { app: server })
          if (status === 200) granted++
        }),
      )
      const edits = [3, 9, 15, 21, 27].map(async (maxCreate) => {
        const reply = await shop.edit(
          id,
          { isMultipleVouchersPerUserAllowed: true, maxCreate },
          { app: otherApp },
        )
        expect([200, 400]).toContain(reply.status)
        // The answer contains the state that the edit read under its lock.
        expect(reply.at('numIssued') ?? 0).toBeLessThanOrEqual(maxCreate)
      })
      await Promise.all([...issues, ...edits])
      const [series] = await shop.list(`ids=${id}`)
      const maxCreate = series?.['maxCreate'] as number
      expect(series?.['numIssued']).toBe(granted)
      expect(granted).toBeLessThanOrEqual(maxCreate === -1 ? granted : maxCreate)
      await shop.expectLedgerAdds()
    },
  )

  test(
    'issues and excludes another series never gives a customer coupons of both',
    { timeout: 60_000 },
    async () => {
      const shop = await openSeriesShop(context, app)
      const [one, two] = [await shop.created(), await shop.created()]
      const exclude = (id: number, other: number) => shop.edit(id, { mutualExclusiveSeriesIds: [other] })
      const edits = [exclude(one, two), exclude(two, one)]
      const early = await Promise.all(Array.from({ length: 10 }, () => shop.customer()))
      const issueBoth = async (customerId: number) => {
        const replies = await Promise.all([
          shop.issue(one, customerId),
          shop.issue(two, customerId, { app: otherApp }),
        ])
        return replies.map(({ status }) => status)
      }
      const during = early.map(issueBoth)
      await Promise.all(edits)
      const late = await Promise.all(Array.from({ length: 10 }, () => shop.customer()))
      for (const statuses of await Promise.all(late.map(issueBoth)))
        expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      for (const statuses of await Promise.all(during))
        for (const status of statuses) expect(status).toBeLessThan(500)
      await shop.expectLedgerAdds()
    },
  )

  test('a waiting issue makes it wait for the newly excluded series too', async () => {
    const shop = await openSeriesShop(context, app)
    const [edited, excluded] = [await shop.created(), await shop.created()]
    const customerId = await shop.customer()
    const { pool, queries } = context.database
    const editor = await pool.connect()
    await editor.query('begin')
    await editor.query('select from series_usage where series_id = $1 for update', [edited])
    let finish = (): void => {}
    const finished = new Promise<void>((resolve) => (finish = resolve))
    const issuedElsewhere = queries.transaction().execute(async (transaction) => {
      await sql`select from series_usage where series_id = ${excluded} for update`.execute(transaction)
      await seedCoupon(transaction, shop.orgId, { seriesId: excluded, customerId })
      await finished
    })
    const issue = shop.issue(edited, customerId)
    await waitingSessions(1)
    await editor.query('update series set mutually_exclusive_series_ids = $2 where id = $1', [
      edited,
      [excluded],
    ])
    await editor.query('commit')
    editor.release()
    // An issue that did not wait for the excluded series would have finished by now.
    await new Promise((resolve) => setTimeout(resolve, 300))
    finish()
    await issuedElsewhere
    expect((await issue).at('errors.0.code')).toBe(709)
  })

  test('another edit to the same series code succeeds in exactly one of them', async () => {
    const shop = await openSeriesShop(context, app)
    const ids = await Promise.all(Array.from({ length: 6 }, () => shop.created()))
    const replies = await Promise.all(
      ids.map((id, at) => shop.edit(id, { seriesCode: 'ONE' }, { app: at % 2 ? otherApp : app })),
    )
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 400, 400, 400, 400, 400])
    for (const reply of replies.filter(({ status }) => status === 400))
      expect(reply.at('errors.0.code')).toBe(752)
  })

  test('another creation with the same common code succeeds in exactly one of them', async () => {
    const shop = await openSeriesShop(context, app)
    const generic = { clientHandlingType: 'GENERIC', genericCode: 'RACE' }
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, at) => shop.create(generic, { app: at % 2 ? otherApp : app })),
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await shop.list()).toHaveLength(1)
  })
})

describe('under an Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'series-1' }

  test('a repeated creation, concurrent or later, gets the first answer and creates nothing', async () => {
    const shop = await openSeriesShop(context, app)
    const body = { seriesCode: 'KEYED' }
    const replies = await Promise.all(
      [app, otherApp, app, otherApp].map((server) => shop.create(body, { headers, app: server })),
    )
    replies.push(await shop.create(body, { headers }))
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies[0]?.status).toBe(200)
    expect(replies.filter((reply) => reply.headers['idempotency-replayed'] === 'true')).toHaveLength(4)
    expect(await shop.list()).toHaveLength(1)
    expectRefused(await shop.create({ seriesCode: 'OTHER' }, { headers }), 422, 422, expect.any(String))
  })

  test('a repeated edit gets the first answer, and the same body for another series is refused', async () => {
    const shop = await openSeriesShop(context, app)
    const [one, two] = [await shop.created(), await shop.created()]
    const fields = { seriesCode: 'EDITED', maxCreate: 7 }
    const first = await shop.edit(one, fields, { headers })
    expect(first.status).toBe(200)
    await shop.edit(one, { seriesCode: 'LATER' })
    expect((await shop.edit(one, fields, { headers })).text).toBe(first.text)
    expect((await shop.list(`ids=${one}`))[0]).toMatchObject({ seriesCode: 'LATER', maxCreate: -1 })
    expectRefused(await shop.edit(two, fields, { headers }), 422, 422, expect.any(String))
  })

  test('a refused request is executed again', async () => {
    const shop = await openSeriesShop(context, app)
    const id = await shop.created({ seriesCode: 'A' })
    expect((await shop.create({ seriesCode: 'A' }, { headers })).at('errors.0.code')).toBe(751)
    await shop.edit(id, { seriesCode: 'B' })
    expect((await shop.create({ seriesCode: 'A' }, { headers })).status).toBe(200)
  })
})
