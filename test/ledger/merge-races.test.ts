import type { PoolClient } from 'pg'
import { describe, expect, test } from 'vitest'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { anyMobile, codeOf } from '../support/customer-cases.ts'
import {
  createTestContext,
  createTestDatabase,
  createTestServer,
  signInAsClient,
} from '../support/harness.ts'
import { openOffice } from '../support/people-cases.ts'
import type { Reply } from '../support/write-cases.ts'

/** Two servers on one database, like two processes. */
const database = await createTestDatabase(30)
const context = await createTestContext({ database })
const app = await createTestServer(context)
const second = await createTestServer(await createTestContext({ database }))
const serverOf = (n: number) => (n % 2 === 0 ? app : second)
const { pool, queries } = database

/** The number of sessions that wait for a transaction. */
async function waitingFor(client: PoolClient): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    'select count(*)::int as n from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
    [(await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid],
  )
  return rows[0]?.n ?? 0
}

const times = (n: number): number[] => Array.from({ length: n }, (_, at) => at)

async function openTwins() {
  const shop = await openOffice(context, app)
  const { headers } = await signInAsClient(context, app, shop, 'administrator')
  return {
    ...shop,
    merge: (retiredId: number, survivorId: number, n = 0): Promise<Reply> =>
      shop.post(`/admin/v1/customers/${survivorId}/merge`, { retiredId }, { headers, app: serverOf(n) }),
    /** What still names a customer who was merged, by table. */
    leftOf: async (id: number) => {
      const tables = [
        'coupons',
        'redemptions',
        'customer_series_usage',
        'holds',
        'hold_items',
        'customer_identifiers',
        'budget_usage',
      ]
      const { rows } = await pool.query<{ name: string }>(
        tables
          .map((name) => `select '${name}' as name from ${name} where org_id = $1 and customer_id = $2`)
          .join(' union all '),
        [shop.orgId, id],
      )
      return rows.map(({ name }) => name)
    },
  }
}

describe('a merge among the calls of forty tills', () => {
  test('loses no redemption, issue or hold of the retired customer, whatever the series', async () => {
    for (const round of times(6)) {
      const shop = await openTwins()
      const [kept, gone] = [await shop.registered(), await shop.registered()]
      const open = {
        is_any_user: true,
        is_multiple_use_allowed: true,
        is_same_user_multiple_redeem: true,
        is_multiple_per_customer_allowed: true,
      }
      // In most of them the retired customer has nothing until a till writes the first row.
      const series = await Promise.all(times(8).map(() => shop.series(open)))
      const owner = await shop.customer()
      const codes = await Promise.all(series.map(async (id) => (await shop.coupon(id, owner)).code))
      await shop.issue(series[0] ?? 0, gone)
      const tills = times(40).map(async (n) => {
        const at = n % series.length
        const [code, sending] = [codes[at] ?? '', { app: serverOf(n) }]
        if (n % 3 === 0) return shop.redeem(code, gone, { transactionNumber: `t-${n}` }, sending)
        if (n % 3 === 1) return shop.issue(series[at] ?? 0, gone, sending)
        return shop.post(
          '/till/v1/holds',
          { reference: `cart-${n}`, codes: [code], customer: { id: gone }, bill: { amount: 100 } },
          sending,
        )
      })
      const merging = new Promise<void>((resolve) => setTimeout(resolve, round * 3)).then(() =>
        shop.merge(gone, kept, round),
      )
      const replies = await Promise.all(tills)
      expect((await merging).status).toBe(200)
      expect(replies.map(({ status }) => status).filter((status) => status >= 300)).toEqual([])
      expect(await shop.leftOf(gone)).toEqual([])
      const { rows } = await pool.query<{ redeemed: number; issued: number; holds: number }>(
        `select (select count(*)::int from redemptions where org_id = $1 and customer_id = $2) as redeemed,
           (select count(*)::int from coupons where org_id = $1 and customer_id = $2) as issued,
           (select count(*)::int from holds where org_id = $1 and customer_id = $2) as holds`,
        [shop.orgId, kept],
      )
      expect(rows).toEqual([{ redeemed: 14, issued: 14, holds: 13 }])
      await shop.expectLedgerAdds()
    }
  })

  test.each(['an issue', 'a redemption', 'a hold'])(
    'that is committed after %s was judged repeats it for the survivor',
    async (kind) => {
      const shop = await openTwins()
      const [kept, gone] = [await shop.customer(), await shop.customer()]
      const seriesId = await shop.series({ is_any_user: true })
      const { code } = await shop.coupon(seriesId, await shop.customer())
      const merging = await pool.connect()
      await merging.query('begin')
      await merging.query('select from customers where org_id = $1 and id = $2 for update', [
        shop.orgId,
        gone,
      ])
      const writing =
        kind === 'an issue'
          ? shop.issue(seriesId, gone)
          : kind === 'a redemption'
            ? shop.redeem(code, gone)
            : shop.post('/till/v1/holds', {
                reference: 'cart',
                codes: [code],
                customer: { id: gone },
                bill: { amount: 100 },
              })
      await expect.poll(() => waitingFor(merging)).toBe(1)
      await merging.query(
        'update customers set merged_into = $3, merged_at = now() where org_id = $1 and id = $2',
        [shop.orgId, gone, kept],
      )
      await merging.query('commit')
      merging.release()
      expect((await writing).status).toBeLessThan(300)
      expect(await shop.leftOf(gone)).toEqual([])
      expect(await shop.leftOf(kept)).not.toEqual([])
    },
  )

  test('grants no use more than the limit of a customer allows both together', async () => {
    for (const round of times(6)) {
      const shop = await openTwins()
      const ids = [await shop.registered(), await shop.registered()] as const
      const [kept, gone] = ids
      const seriesId = await shop.series({
        is_any_user: true,
        is_multiple_use_allowed: true,
        is_same_user_multiple_redeem: true,
        max_redemptions_per_customer: 10,
      })
      const { code } = await shop.coupon(seriesId, kept)
      const tills = times(40).map((n) =>
        shop.redeem(code, ids[n % 2] ?? 0, { transactionNumber: `t-${n}` }, { app: serverOf(n) }),
      )
      const [merged] = await Promise.all([
        new Promise<void>((resolve) => setTimeout(resolve, round * 4)).then(() => shop.merge(gone, kept)),
        ...tills,
      ])
      expect(merged?.status).toBe(200)
      // Each alone may have reached the limit before; nothing is granted to the sum afterwards.
      expect((await shop.redeem(code, gone)).at('redemptionStatus.code')).toBe(736)
      const { rows } = await pool.query<{ n: number; before: number }>(
        `select count(*)::int as n, (count(*) filter (where redeemed_at <= m.merged_at))::int as before
         from redemptions r join customer_merges m on m.org_id = r.org_id where r.org_id = $1`,
        [shop.orgId],
      )
      const { n = 0, before = 0 } = rows[0] ?? {}
      expect(n).toBe(Math.max(before, 10))
    }
  })

  test('in both directions at once is done in one, and both ids lead to one customer', async () => {
    for (const _ of times(8)) {
      const shop = await openTwins()
      const [one, other] = [await shop.registered(), await shop.registered()]
      const seriesId = await shop.series()
      await shop.coupon(seriesId, one)
      await shop.coupon(seriesId, other)
      const replies = await Promise.all(
        times(8).map((n) => (n % 2 === 0 ? shop.merge(one, other, n) : shop.merge(other, one, n))),
      )
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(replies.filter(({ status }) => status === 409)).toHaveLength(7)
      const [first, last] = [await shop.find(one), await shop.find(other)]
      expect(first.at('id')).toBe(last.at('id'))
      await shop.expectLedgerAdds()
    }
  })

  test('in a circle of ten leads all ids to one customer', async () => {
    const shop = await openTwins()
    const ids = await Promise.all(times(10).map(() => shop.registered()))
    const seriesId = await shop.series()
    for (const id of ids) await shop.coupon(seriesId, id)
    await Promise.all(ids.map((id, n) => shop.merge(id, ids[(n + 1) % ids.length] ?? 0, n)))
    // Of a closed circle one merge is refused, and whoever met another merge on the way is sent again.
    for (const id of ids) {
      const survivor = (await shop.find(ids[0])).at('id') as number
      const now = (await shop.find(id)).at('id') as number
      if (now !== survivor) await shop.merge(now, survivor)
    }
    const found = await Promise.all(ids.map(async (id) => (await shop.find(id)).at('id')))
    expect(new Set(found).size).toBe(1)
    expect(await shop.history(ids[3] ?? 0)).toHaveLength(10)
    await shop.expectLedgerAdds()
  })

  test('and of registrations, changes of identifiers and notes leaves each identifier with one customer', async () => {
    const shop = await openTwins()
    const goneMobile = anyMobile()
    const kept = await shop.registered()
    const gone = await shop.registered({ mobile: goneMobile })
    const replies = await Promise.all([
      shop.merge(gone, kept),
      ...times(20).map((n) =>
        n % 2 === 0
          ? shop.register({ mobile: goneMobile, email: `late-${n}@example.com` }, { app: serverOf(n) })
          : shop.change(
              gone,
              { add: [{ type: 'email', value: `e-${n}@example.com` }] },
              { app: serverOf(n) },
            ),
      ),
    ])
    expect(replies[0]?.status).toBe(200)
    expect(replies.filter((reply) => codeOf(reply) === 8006)).toHaveLength(10)
    expect((await shop.lookUp('mobile', goneMobile)).at('entity')).toBe(kept)
    expect(await shop.leftOf(gone)).toEqual([])
    await shop.expectLedgerAdds()
  })

  test('and an erasure end with a person who is erased, or with the erasure refused', async () => {
    for (const round of times(6)) {
      const shop = await openTwins()
      const [kept, gone] = [await shop.registered(), await shop.registered()]
      const erased = round % 2 === 0 ? kept : gone
      const [merged, erasing] = await Promise.all([
        shop.merge(gone, kept, round),
        eraseCustomer(queries, shop.orgId, erased).then(
          () => 200,
          (error: { httpStatus?: number }) => error.httpStatus,
        ),
      ])
      expect([
        [200, 200],
        [404, 200],
        [200, 409],
      ]).toContainEqual([merged.status, erasing])
      // An erased person has no identifier, and a merged customer has nothing.
      expect(await shop.leftOf(erasing === 200 ? erased : gone)).toEqual([])
      expect((await shop.find(erased)).status).toBe(erasing === 200 ? 404 : 200)
      await shop.expectLedgerAdds()
    }
  })
})
