import { expect, test } from 'vitest'
import {
  basic,
  createTestContext,
  createTestDatabase,
  createTestServer,
} from '../../../test/support/harness.ts'
import { countersAndLedger } from '../../../test/support/ledger.ts'
import { readDemo, type Answer } from '../../../test/support/saved-answers.ts'
import { createOrganisation } from '../../identity/organisations/create-organisation.ts'
import { hasDemoPeople, loadDemo } from './load-demo.ts'

interface Overview {
  days: { issued: number; redeemed: number; reversed: number }[]
  refusals: object[]
  ending: { code: string }[]
  runningOut: object[]
}

test('servers that start at once on an empty database load the complete demo once', async () => {
  const context = await createTestContext({ now: '2026-01-01T00:00:00Z' })
  // As left behind by an earlier failed start.
  await context.database.pool.query(`select nextval('organisations_id_seq')`)
  expect(await Promise.all([1, 2, 3].map(() => loadDemo(context)))).toEqual([true, true, true])
  expect(await loadDemo(context)).toBe(true)
  const { rows } = await context.database.pool.query(
    'select org_id, name, time_zone, country from organisations',
  )
  expect(rows).toEqual([{ org_id: 1, name: 'Demo', time_zone: 'UTC', country: 'IN' }])
  const { counters, ledger } = await countersAndLedger(context, 1)
  expect(counters).toEqual(ledger)

  const app = await createTestServer(context)
  const answer = await app.inject({
    url: '/v2/customers/coupons?mobile=919400488244',
    headers: { authorization: basic('demo.till', 'demo') },
  })
  expect(JSON.stringify(answer.json<Answer>())).toBe(JSON.stringify(await readDemo(565039504)))
  const reader = await app.inject({
    url: '/v2/customers/coupons?email=ravi.iyer@example.com',
    headers: { authorization: basic('demo.reader', 'demo') },
  })
  expect(reader.statusCode).toBe(200)
  const token = await app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    payload: { key: 'demo-key', secret: 'demo-secret' },
  })
  expect(token.statusCode).toBe(200)
  expect(await hasDemoPeople(context)).toBe(true)
  const person = await app.inject({
    method: 'POST',
    url: '/admin/v1/session',
    payload: { email: 'care@example.com', password: 'demo' },
  })
  expect(person.json()).toMatchObject({ user: { role: 'care' }, organisation: { id: 1 } })
})

test('the demo has running campaigns whenever it is loaded, without events in the future', async () => {
  for (const now of ['2026-01-01T00:00:00Z', '2027-08-15T13:45:10Z']) {
    const context = await createTestContext({ now })
    expect(await loadDemo(context)).toBe(true)
    const app = await createTestServer(context)
    const get = async (url: string) =>
      (await app.inject({ url, headers: { authorization: basic('demo.till', 'demo') } })).json<Overview>()
    const { days, refusals, ending, runningOut } = await get('/admin/v1/figures/overview?days=15')
    const total = (kind: 'issued' | 'redeemed' | 'reversed') => days.reduce((sum, day) => sum + day[kind], 0)
    expect([total('issued'), days.filter(({ issued }) => issued > 0).length > 10]).toEqual([156, true])
    expect(total('redeemed')).toBeGreaterThan(50)
    expect(total('reversed')).toBeGreaterThan(0)
    expect(refusals[0]).toMatchObject({ operation: 'redeem', code: 711, refused: 9 })
    expect(ending.map(({ code }) => code)).toEqual(['WEEKEND150'])
    expect(runningOut).toMatchObject([{ code: 'FESTIVAL500', issued: 38, maxIssued: 40 }])
    const { rows } = await context.database.pool.query(
      `select count(*)::int as n from (
         select created_at as at from coupons union all select redeemed_at from redemptions
         union all select reversed_at from reversals) x where at > $1`,
      [now],
    )
    expect(rows).toEqual([{ n: 0 }])
    const { counters, ledger } = await countersAndLedger(context, 1)
    expect(counters).toEqual(ledger)
  }
})

test('a database with an organisation is not changed', async () => {
  const context = await createTestContext({ database: await createTestDatabase() })
  const { queries } = context.database
  await createOrganisation(queries, { name: 'Own', timeZone: 'UTC', country: 'IN', currency: undefined })
  expect(await loadDemo(context)).toBe(false)
  expect(await hasDemoPeople(context)).toBe(false)
  expect(await queries.selectFrom('organisations').select('name').execute()).toEqual([{ name: 'Own' }])
})
