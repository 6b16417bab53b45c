import { expect, test, vi } from 'vitest'
import { forgetOldRows } from '../../src/operate/sweeps.ts'
import { writeRefusals } from '../../src/platform/refusals/keep-refusals.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply, ShopOptions } from '../support/write-cases.ts'

const context = await createTestContext({ now: '2026-05-04T20:00:00Z' })
const app = await createTestServer(context)
const { pool } = context.database

async function open(options: ShopOptions = {}) {
  const office = await openOffice(context, app, options)
  const { call } = await office.browser('campaign')
  const get = (path: string) => call('GET', `/admin/v1/${path}`)
  /** `operation code: count` from the figures, after this server has written its counts. */
  const refused = async (path: string): Promise<string[]> => {
    await writeRefusals(context)
    return told(await get(path))
  }
  return { ...office, get, refused }
}

const told = (reply: Reply): string[] =>
  (reply.at('refusals') as { operation: string; code: number; refused: number }[]).map(
    ({ operation, code, refused }) => `${operation} ${code}: ${refused}`,
  )

const overview = 'figures/overview'

test('refusals at tills are reported by reason, most frequent first, for all series and for one', async () => {
  const office = await open()
  const [ended, running] = [
    await office.series({ valid_until: new Date('2026-05-01T00:00:00Z') }),
    await office.series({ max_issued: 1 }),
  ]
  const customerId = await office.registered()
  const { code } = await office.coupon(ended, customerId)
  for (let n = 0; n < 3; n++) expect((await office.redeem(code, customerId)).status).toBe(400)
  await office.redeem('NO-SUCH-CODE', customerId)
  await office.redeem('NO-SUCH-CODE', 999_999_999)
  expect((await office.issue(running, customerId)).status).toBe(200)
  await office.issue(running, await office.registered())
  await office.issue(running, await office.registered())

  expect(await office.refused(overview)).toEqual([
    'redeem 712: 3',
    'issue 5001: 2',
    'redeem 701: 1',
    'redeem 702: 1',
  ])
  expect(await office.refused(`series/${ended}/figures`)).toEqual(['redeem 712: 3'])
  expect(await office.refused(`series/${running}/figures?days=1`)).toEqual(['issue 5001: 2'])
  expect((await office.get(overview)).at('refusals.0.message')).toBe('Coupon Series / Campaign has expired')
  expect(told(await (await open()).get(overview))).toEqual([])
})

test('a replayed answer is counted once, and a coupon that is refused only because of another one is not counted', async () => {
  const office = await open()
  const seriesId = await office.series()
  const customerId = await office.registered()
  const { code } = await office.coupon(seriesId, customerId)
  const keyed = { headers: { 'idempotency-key': 'once' } }
  const first = await office.redeem([code, 'GONE'], customerId, {}, keyed)
  const again = await office.redeem([code, 'GONE'], customerId, {}, keyed)
  expect([first.status, again.text]).toEqual([400, first.text])
  expect(await office.refused(overview)).toEqual(['redeem 702: 1'])
  expect((await office.redeem(code, customerId)).status).toBe(200)
  expect(await office.refused(overview)).toEqual(['redeem 702: 1'])
})

test('simultaneous refusals of many tills are all counted, on the day of the organisation', async () => {
  const office = await open({ timeZone: 'Asia/Kolkata' })
  const seriesId = await office.series({ is_multiple_use_allowed: false })
  const customerId = await office.registered()
  const { code } = await office.coupon(seriesId, customerId)
  const answers = await Promise.all(Array.from({ length: 20 }, () => office.redeem(code, customerId)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await office.refused(`series/${seriesId}/figures`)).toEqual(['redeem 711: 19'])
  // Eight in the evening UTC is the next day there.
  const { rows } = await pool.query('select day::text from refusals where org_id = $1', [office.orgId])
  expect(rows).toEqual([{ day: '2026-05-05' }])
})

test('a version 1.1 request is counted item by item', async () => {
  const office = await open()
  const customerId = await office.registered()
  await office.call('POST', '/v1.1/coupon/redeem?format=json', {
    root: {
      coupon: ['A', 'B'].map((code) => ({
        code,
        customer: { id: customerId },
        transaction: [{ number: '', amount: '5' }],
      })),
    },
  })
  expect(await office.refused(overview)).toEqual(['redeem 702: 2'])
})

test('counts of several servers add up, and counts that cannot be written are written later', async () => {
  const office = await open()
  const other = { ...(await createTestContext({ database: context.database, now: '2026-05-04T20:00:00Z' })) }
  const second = await createTestServer(other)
  const customerId = await office.registered()
  await office.redeem('GONE', customerId)
  await office.redeem('GONE', customerId, {}, { app: second })
  const query = vi
    .spyOn(other.database.pool, 'query')
    .mockRejectedValueOnce(new Error('the database is gone'))
  await expect(writeRefusals(other)).rejects.toThrow('the database is gone')
  query.mockRestore()
  expect(await office.refused(overview)).toEqual(['redeem 702: 1'])
  await writeRefusals(other)
  expect(await office.refused(overview)).toEqual(['redeem 702: 2'])
})

test('servers that write the same counts at once wait for each other and lose none', async () => {
  const office = await open()
  const at = Date.parse('2026-05-04T20:00:00Z') / 1000
  const servers = await Promise.all([1, 2, 3, 4].map(() => createTestContext({ database: context.database })))
  const caller = { orgId: office.orgId, timeZone: 'UTC' }
  for (let round = 0; round < 5; round++) {
    for (const [n, { refusals }] of servers.entries())
      for (let series = 1; series <= 200; series++)
        // Each server counts them in another order.
        refusals.add(caller, at, [
          { operation: 'redeem', seriesId: n % 2 === 0 ? series : 201 - series, code: 711 },
        ])
    await Promise.all(servers.map((one) => writeRefusals(one)))
  }
  expect(await office.refused(overview)).toEqual(['redeem 711: 4000'])
})

test('counts that are too old for any figures are deleted, and younger ones are kept', async () => {
  const { orgId } = await open()
  await pool.query(
    `insert into refusals select $1, current_date - n, 'redeem', 0, 711, 1 from unnest(array[0, 400, 401, 500]) n`,
    [orgId],
  )
  await forgetOldRows(context)
  const { rows } = await pool.query(
    'select current_date - day as age from refusals where org_id = $1 order by day desc',
    [orgId],
  )
  expect(rows.map(({ age }: { age: number }) => age)).toEqual([0, 400])
})
