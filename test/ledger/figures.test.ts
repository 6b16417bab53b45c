import { describe, expect, test } from 'vitest'
import { dailySql, seriesSql } from '../../src/ledger/reports/figures-sql.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply, ShopOptions } from '../support/write-cases.ts'

const context = await createTestContext({ now: '2026-05-04T20:00:00Z' })
const app = await createTestServer(context)
const { pool, queries } = context.database

interface Day {
  day: string
  issued: number
  redeemed: number
  reversed: number
}

const daysOf = (reply: Reply): Day[] => {
  if (reply.status !== 200) throw new Error(reply.text)
  return reply.at('days') as Day[]
}
/** Days that are not empty, as `issued/redeemed/reversed`. */
const busy = (reply: Reply) =>
  Object.fromEntries(
    daysOf(reply)
      .filter((one) => one.issued + one.redeemed + one.reversed > 0)
      .map(({ day, issued, redeemed, reversed }) => [day, `${issued}/${redeemed}/${reversed}`]),
  )

async function open(options: ShopOptions = {}) {
  const office = await openOffice(context, app, options)
  const { call } = await office.browser('campaign')
  return { ...office, get: (path: string) => call('GET', `/admin/v1/${path}`) }
}

const at = (text: string) => new Date(text)

describe('figures by day', () => {
  test('count issues, redemptions and reversals by day in the time zone of the organisation', async () => {
    const office = await open({ timeZone: 'Asia/Kolkata' })
    const { get } = office
    const [seriesId, other] = [await office.series(), await office.series()]
    const customerId = await office.customer()
    // Half past six in the evening UTC is midnight there.
    await office.coupon(seriesId, customerId, {
      createdAt: at('2026-05-03T18:29:59Z'),
      redemptions: [
        { redeemedAt: at('2026-05-03T18:30:00Z'), reversedAt: at('2026-05-04T18:30:00Z') },
        { redeemedAt: at('2026-05-04T19:00:00Z') },
      ],
    })
    await office.coupon(seriesId, customerId, {
      createdAt: at('2026-05-03T18:30:00Z'),
      revokedAt: at('2026-05-04T00:00:00Z'),
    })
    await office.coupon(other, customerId, { createdAt: at('2026-05-04T19:59:00Z') })
    await office.pool(seriesId, ['WAITING'])
    const stranger = await openOffice(context, app)
    await stranger.coupon(await stranger.series(), await stranger.customer(), {
      createdAt: at('2026-05-04T19:00:00Z'),
    })

    const overview = await get('figures/overview')
    expect(daysOf(overview)).toHaveLength(14)
    expect(daysOf(overview).at(0)?.day).toBe('2026-04-22')
    expect(busy(overview)).toEqual({ '2026-05-03': '1/0/0', '2026-05-04': '1/1/0', '2026-05-05': '1/1/1' })
    expect(busy(await get('figures/overview?days=1'))).toEqual({ '2026-05-05': '1/1/1' })
    expect(busy(await get(`series/${seriesId}/figures`))).toEqual({
      '2026-05-03': '1/0/0',
      '2026-05-04': '1/1/0',
      '2026-05-05': '0/1/1',
    })
    expect(busy(await get(`series/${other}/figures?days=2`))).toEqual({ '2026-05-05': '1/0/0' })
  })

  test('match the exports of the same days', async () => {
    const office = await open()
    const seriesId = await office.series({ is_multiple_per_customer_allowed: true })
    const customerId = await office.registered()
    for (let n = 0; n < 4; n++) {
      const code = (await office.issue(seriesId, customerId)).at('code')
      const redeemed = n < 3 ? await office.redeem(String(code), customerId) : undefined
      if (n === 0)
        await office.post('/v2/coupon/reactivate', {
          redemptionIds: [Number(redeemed?.at('redemption.0.redemptionId'))],
        })
    }
    // On another day, and in another series.
    await office.coupon(seriesId, customerId, {
      createdAt: at('2026-05-01T12:00:00Z'),
      redemptions: [{ redeemedAt: at('2026-05-02T12:00:00Z'), reversedAt: at('2026-05-03T12:00:00Z') }],
    })
    await office.issue(await office.series(), customerId)
    const figures = await office.get(`series/${seriesId}/figures`)
    expect(busy(figures)).toEqual({
      '2026-05-01': '1/0/0',
      '2026-05-02': '0/1/0',
      '2026-05-03': '0/0/1',
      '2026-05-04': '4/3/1',
    })
    /** Rows of an export, by the names of its columns. */
    const rows = async (what: string): Promise<Record<string, string>[]> => {
      const { status, text } = await office.get(`export/${what}?series=${seriesId}`)
      expect(status).toBe(200)
      const [names = [], ...lines] = text
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','))
      return lines.map((cells) =>
        Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ''])),
      )
    }
    const [coupons, redemptions] = [await rows('coupons'), await rows('redemptions')]
    const onDay = (list: Record<string, string>[], column: string, on: string) =>
      list.filter((row) => row[column]?.startsWith(on)).length
    for (const { day: on, ...counted } of daysOf(figures))
      expect(counted, on).toEqual({
        issued: onDay(coupons, 'createdDate', on),
        redeemed: onDay(redemptions, 'redeemedDate', on),
        reversed: onDay(redemptions, 'reversedDate', on),
      })
    // From the beginning only standing redemptions count.
    expect(figures.at('issued')).toBe(coupons.length)
    expect(figures.at('redeemed')).toBe(redemptions.filter((row) => row['reversedDate'] === '').length)
    const stores = figures.at('stores') as { redeemed: number }[]
    expect(stores.reduce((sum, store) => sum + store.redeemed, 0)).toBe(figures.at('redeemed'))
  })
})

describe('figures of several series', () => {
  test('are returned for each of them, in the order in which they are named', async () => {
    const office = await open()
    const [first, second, idle] = [await office.series(), await office.series(), await office.series()]
    const customerId = await office.customer()
    const on = at('2026-05-04T10:00:00Z')
    await office.coupon(first, customerId, {
      createdAt: on,
      redemptions: [{ redeemedAt: on, reversedAt: on }],
    })
    await office.coupon(second, customerId, { createdAt: at('2026-05-03T10:00:00Z') })
    const theirs = await openOffice(context, app)
    const foreign = await theirs.series()
    await theirs.coupon(foreign, await theirs.customer(), { createdAt: on })
    const reply = await office.get(`figures/series?ids=${second},${first},${idle},${foreign}&days=3`)
    expect(reply.json).toEqual({
      series: [
        { id: second, days: [day('05-02'), day('05-03', 1), day('05-04')] },
        { id: first, days: [day('05-02'), day('05-03'), day('05-04', 1, 1, 1)] },
        { id: idle, days: [day('05-02'), day('05-03'), day('05-04')] },
        { id: foreign, days: [day('05-02'), day('05-03'), day('05-04')] },
      ],
    })
    for (const id of [first, second])
      expect(daysOf(await office.get(`series/${id}/figures?days=3`))).toEqual(
        (reply.at('series') as { id: number; days: Day[] }[]).find((one) => one.id === id)?.days,
      )
  })
})

const day = (name: string, issued = 0, redeemed = 0, reversed = 0): Day => ({
  day: `2026-${name}`,
  issued,
  redeemed,
  reversed,
})

describe('the figures of a series', () => {
  test('show the usage of its limits, its end, and the stores that use it', async () => {
    const office = await open()
    const { orgId, storeId, storeCode } = office
    const mallId = await createStore(queries, { orgId, code: 'mall', name: 'The Mall' })
    const seriesId = await office.series({ max_redeemed: 10, valid_until: at('2026-05-06T23:59:59Z') })
    const customerId = await office.customer()
    const on = at('2026-05-04T10:00:00Z')
    await office.coupon(seriesId, customerId, {
      createdAt: on,
      storeId,
      redemptions: [
        { redeemedAt: on, storeId: mallId },
        { redeemedAt: on, storeId: mallId },
        { redeemedAt: on, storeId: mallId, reversedAt: on },
        { redeemedAt: on, storeId: null },
      ],
    })
    expect((await office.get(`series/${seriesId}/figures`)).json).toMatchObject({
      id: seriesId,
      description: 'Ten off',
      validUntil: '2026-05-06T23:59:59Z',
      daysLeft: 2,
      issued: 1,
      maxIssued: null,
      redeemed: 3,
      maxRedeemed: 10,
      stores: [
        { storeId: mallId, code: 'mall', name: 'The Mall', issued: 0, redeemed: 2 },
        { storeId: null, code: null, name: null, issued: 0, redeemed: 1 },
        { storeId, code: storeCode, issued: 1, redeemed: 0 },
      ],
    })
  })

  test('of another organisation, or of an unknown one, are 404', async () => {
    const office = await open()
    const other = await openOffice(context, app)
    expect((await office.get(`series/${await other.series()}/figures`)).status).toBe(404)
    expect((await office.get('series/999999999/figures')).status).toBe(404)
  })
})

test('the overview names the series that end soon and those whose limits are nearly used up', async () => {
  const office = await open()
  const ending = (text: string) => office.series({ valid_until: at(text) })
  const [ended, first, last, later] = [
    await ending('2026-05-04T19:59:59Z'),
    await ending('2026-05-05T00:00:00Z'),
    await ending('2026-05-18T19:59:59Z'),
    await ending('2026-05-18T20:00:00Z'),
  ]
  const [half, tenth, full] = [
    await office.series({ max_redeemed: 10 }),
    await office.series({ max_issued: 10 }),
    await office.series({ max_redeemed: 1 }),
  ]
  const use = (seriesId: number, used: object) =>
    queries.updateTable('series_usage').set(used).where('series_id', '=', seriesId).execute()
  await use(half, { redeemed: 8 })
  await use(tenth, { issued: 9 })
  await use(full, { redeemed: 1 })
  const overview = await office.get('figures/overview')
  const ids = (name: string) => (overview.at(name) as { id: number }[]).map(({ id }) => id)
  expect(ids('ending')).toEqual([first, last])
  expect(overview.at('ending.0')).toEqual({
    id: first,
    code: expect.any(String),
    description: 'Ten off',
    validUntil: '2026-05-05T00:00:00Z',
  })
  expect(ids('runningOut')).toEqual([full, tenth])
  expect(overview.at('runningOut.1')).toMatchObject({
    issued: 9,
    maxIssued: 10,
    redeemed: 0,
    maxRedeemed: null,
  })
  const more = await office.get('figures/overview?endingWithinDays=15')
  expect((more.at('ending') as unknown[]).length).toBe(3)
  expect(ids('ending')).not.toContain(ended)
  expect(ids('ending')).not.toContain(later)
})

test.each([
  'figures/overview?days=0',
  'figures/overview?days=93',
  'figures/overview?endingWithinDays=0',
  'series/1/figures?days=x',
  'figures/series?ids=x',
  `figures/series?ids=${Array.from({ length: 101 }, (_, n) => n + 1).join(',')}`,
])('%s is refused', async (path) => {
  expect((await (await open()).get(path)).status).toBe(400)
})

test('figures of some days read no rows of other days, whatever the size of the tables', async () => {
  const { orgId, series, customer } = await openOffice(context, app)
  const [seriesId, customerId] = [await series(), await customer()]
  await pool.query(
    `with given as (
       insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code)
       select $1, $2, $3, timestamptz '2024-01-01' + n * interval '10 minutes', now(), 'F' || n
       from generate_series(1, 60000) n returning id, created_at
     ), used as (
       insert into redemptions (org_id, coupon_id, series_id, customer_id, redeemed_at)
       select $1, id, $2, $3, created_at from given returning id, redeemed_at
     )
     insert into reversals (org_id, redemption_id, reversed_at) select $1, id, redeemed_at from used`,
    [orgId, seriesId, customerId],
  )
  await pool.query('vacuum (analyze) coupons, redemptions, reversals')
  const days = [[at('2024-06-01'), at('2024-06-02')], at('2024-06-03')]
  for (const [text, values] of [
    [dailySql(false), [orgId, ...days]],
    [dailySql(true), [orgId, ...days, [seriesId]]],
    [seriesSql, [orgId, ...days, seriesId]],
  ] as const) {
    const { rows } = await pool.query(`explain (analyze, format json, timing off) ${text}`, [...values])
    const plan = JSON.stringify(rows)
    expect(plan).not.toMatch(
      /"Seq Scan","Parent Relationship":"[^"]+",("[^"]+":[^,]+,)*"Relation Name":"(coupons|redemptions|reversals)"/,
    )
    expect(plan).toContain('coupons__created_at')
    expect(plan).toContain('redemptions__redeemed_at')
  }
})
