import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { anyMobile, codeOf, openCustomerShop, type CustomerShop } from '../support/customer-cases.ts'
import { createTestContext, createTestDatabase, createTestServer } from '../support/harness.ts'
import { demoFolder, importFiles } from '../support/saved-answers.ts'
import type { Reply, Sending } from '../support/write-cases.ts'

const database = await createTestDatabase(20)
const context = await createTestContext({ database })
const app = await createTestServer(context)
const { queries } = database

const erasedText = 'Customer is deleted after PII delete request'

const erase = (shop: CustomerShop, id: number, sending?: Sending) =>
  shop.call('DELETE', `/admin/v1/customers/${id}`, undefined, sending)

const person = (mobile: string) => ({
  mobile,
  email: `zebra${mobile}@example.com`,
  externalId: `zebra-${mobile}`,
  firstName: 'Zebrafirst',
  lastName: 'Zebralast',
  fields: { note: 'zebra field' },
  commChannels: [{ type: 'mobile', value: mobile }],
})

/** Every table of the organisation as text, in which any trace of a person would show. */
async function everythingOf(orgId: number): Promise<string> {
  const tables = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t on t.table_name = c.table_name and t.table_schema = 'public'
    where c.table_schema = 'public' and c.column_name = 'org_id' and t.table_type = 'BASE TABLE'`.execute(
    queries,
  )
  const texts: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ text: string | null }>`
      select string_agg(t::text, E'\n') as text from ${sql.table(name)} t where org_id = ${orgId}`.execute(
      queries,
    )
    texts.push(rows[0]?.text ?? '')
  }
  return texts.join('\n').toLowerCase()
}

/** The answer as an old release stored it under a key: its text, without the customers it refers to. */
const storeAsOld = (shop: CustomerShop, { text, status }: Reply) =>
  queries
    .updateTable('idempotency_keys')
    .set({ customer_id: null, outcome: null, http_status: status, body: text })
    .where('org_id', '=', shop.orgId)
    .execute()

const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })

describe('an erased person', () => {
  test('leaves no identifier, name or field in any table, and the ledger balances', async () => {
    const shop = await openCustomerShop(context, app)
    const administrator = await shop.signInAs('administrator')
    const mobile = anyMobile()
    const registration = await shop.register(person(mobile), keyed('r'))
    const id = registration.at('createdId') as number
    await shop.update(id, { extendedFields: { more: 'zebra extended' } }, keyed('u'))
    const seriesId = await shop.series()
    const issued = await shop.issue(seriesId, id, keyed('i'))
    await shop.issueMany(seriesId, 2, id, keyed('m'))
    const code = issued.at('code') as string
    const redeemed = await shop.redeem(code, id, {}, keyed('d'))
    await shop.redeem('UNKNOWN', id, {}, keyed('n'))
    const redemptionId = Number(redeemed.at('redemption.0.redemptionId'))
    await shop.put(
      '/v2/coupon/redeem',
      { redemptions: [{ redemptionId, billAmount: 7 }], user: { id } },
      keyed('b'),
    )
    expect(await everythingOf(shop.orgId)).toContain('zebra')

    const reply = await erase(shop, id, administrator)
    expect([reply.status, reply.json]).toEqual([
      200,
      { id, identifiersErased: 3, storedAnswersErased: expect.any(Number) },
    ])
    expect(reply.at('storedAnswersErased')).toBe(7)
    const left = await everythingOf(shop.orgId)
    expect(left).not.toContain('zebra')
    expect(left).not.toContain(mobile)
    await shop.expectLedgerAdds()
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from redemptions
      where org_id = ${shop.orgId} and customer_id = ${id}`.execute(queries)
    expect(rows[0]?.n).toBe(1)
    const reversed = await shop.reverse([redemptionId])
    expect(reversed.status).toBe(200)
    await shop.expectLedgerAdds()
  })

  test('is reported with 404 as deleted to calls by id, and as unknown to calls by identifier', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    const id = await shop.registered({ mobile })
    const { code } = await shop.coupon(await shop.series(), id)
    await eraseCustomer(queries, shop.orgId, id)
    for (const reply of [
      await shop.find(id),
      await shop.update(id, { profiles: [{ firstName: 'Back' }] }),
      await shop.change(id, { add: [{ type: 'mobile', value: mobile }] }),
      await shop.call('GET', `/v2/customers/coupons?id=${id}`),
    ]) {
      expect([reply.status, codeOf(reply)]).toEqual([404, 8015])
      expect(reply.at('errors.0.message')).toBe(erasedText)
    }
    for (const reply of [await shop.redeem(code, id), await shop.issue(await shop.series(), id)])
      expect([reply.status, codeOf(reply)]).toEqual([400, 701])
    const byMobile = await shop.lookUp('mobile', mobile)
    expect([byMobile.status, byMobile.at('errors.0.message')]).not.toContain(erasedText)
    expect(codeOf(byMobile)).toBe(8015)
  })

  test('leaves its identifiers free for a new customer, who inherits nothing', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    const id = await shop.registered(person(mobile))
    await shop.coupon(await shop.series(), id)
    await eraseCustomer(queries, shop.orgId, id)
    const next = await shop.registered({ mobile })
    expect(next).not.toBe(id)
    expect(await shop.history(next)).toEqual([])
    expect((await shop.lookUp('mobile', mobile)).at('entity')).toBe(next)
  })

  test('is reported as deleted to a retry under an old key, which does not affect the new customer with the number', async () => {
    const shop = await openCustomerShop(context, app)
    const mobile = anyMobile()
    const id = await shop.registered({ mobile })
    const seriesId = await shop.series()
    const body = { seriesId, customer: { mobile } }
    expect((await shop.post('/v2/coupon/issue', body, keyed('i'))).status).toBe(200)
    await eraseCustomer(queries, shop.orgId, id)
    const next = await shop.registered({ mobile })
    const retry = await shop.post('/v2/coupon/issue', body, keyed('i'))
    expect([retry.status, codeOf(retry)]).toEqual([404, 8015])
    expect(retry.at('errors.0.message')).toBe(erasedText)
    expect(await shop.history(next)).toEqual([])
  })

  test('is in no answer that an older version stored without its customers', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered(person(anyMobile()))
    await storeAsOld(shop, await shop.issue(await shop.series(), id, keyed('old')))
    expect((await eraseCustomer(queries, shop.orgId, id)).answers).toBe(1)
    expect(await everythingOf(shop.orgId)).not.toContain('zebra')
  })

  test('does not reappear when its history is imported again', async () => {
    const shop = await openCustomerShop(context, app)
    await importFiles(context, shop, [demoFolder])
    const id = 565039504
    await eraseCustomer(queries, shop.orgId, id)
    const again = await importFiles(context, shop, [demoFolder])
    expect(again.summary).toMatchObject({ customers: { new: 0, present: 1, refused: 1 } })
    expect((await shop.find(id)).at('errors.0.message')).toBe(erasedText)
  })

  test('cannot get a name or an identifier again by any statement', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered()
    await eraseCustomer(queries, shop.orgId, id)
    const row = { org_id: shop.orgId, type: 'email', value: 'x@example.com', shown: 'x@example.com' }
    await expect(
      queries
        .insertInto('customer_identifiers')
        .values({ ...row, customer_id: id })
        .execute(),
    ).rejects.toMatchObject({ constraint: 'customer_identifiers__erased' })
    await expect(
      queries
        .updateTable('customers')
        .set({ first_name: 'Back' })
        .where('org_id', '=', shop.orgId)
        .where('id', '=', id)
        .execute(),
    ).rejects.toMatchObject({ constraint: 'customers__erased' })
  })
})

describe('the call of an erasure', () => {
  test('is 403 without write access to the organisation, and 404 for a customer who is unknown or of another organisation', async () => {
    const shop = await openCustomerShop(context, app)
    const other = await openCustomerShop(context, app)
    const administrator = await shop.signInAs('administrator')
    const id = await shop.registered()
    const foreign = await other.registered()
    expect((await erase(shop, id)).status).toBe(403)
    expect((await erase(shop, foreign, administrator)).json).toMatchObject({ status: 404, code: 8015 })
    expect((await erase(shop, id, administrator)).status).toBe(200)
    const again = await erase(shop, id, administrator)
    expect(again.json).toMatchObject({ status: 404, code: 8015, detail: erasedText })
    expect(again.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect((await other.find(foreign)).status).toBe(200)
  })
})

describe('an erasure that runs concurrently with', () => {
  test('issues, redemptions and updates under keys leaves nothing of the person, and the ledger balances', async () => {
    for (let round = 0; round < 8; round++) {
      const shop = await openCustomerShop(context, app)
      const mobile = anyMobile()
      const id = await shop.registered(person(mobile))
      const seriesId = await shop.series()
      const { code } = await shop.coupon(seriesId, id)
      const erasing = new Promise((resolve) => setTimeout(resolve, round * 3)).then(() =>
        eraseCustomer(queries, shop.orgId, id),
      )
      const writes = Array.from({ length: 40 }, (_, n) => {
        const customer = n % 2 === 0 ? { id } : { mobile }
        if (n % 4 === 0) return shop.redeem(code, id, {}, keyed(`d${n}`))
        if (n % 4 === 1) return shop.post('/v2/coupon/issue', { seriesId, customer }, keyed(`i${n}`))
        if (n % 4 === 2) return shop.redeem('NOBODY', id, {}, keyed(`n${n}`))
        return shop.update(id, { profiles: [{ firstName: 'Zebranew' }] }, keyed(`u${n}`))
      })
      const replies = await Promise.all(writes)
      await erasing
      for (const { status } of replies) expect([200, 400, 404]).toContain(status)
      const left = await everythingOf(shop.orgId)
      expect(left).not.toContain('zebra')
      expect(left).not.toContain(mobile)
      await shop.expectLedgerAdds()
    }
  })

  test('a redemption does not make it wait until all stored outcomes have been searched', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered(person(anyMobile()))
    const seriesId = await shop.series()
    const { code } = await shop.coupon(seriesId, id)
    await storeAsOld(shop, await shop.issue(seriesId, id, keyed('old')))
    // The search of the stored answers reaches this row and waits there.
    const erasing = await queries.transaction().execute(async (transaction) => {
      await sql`select from idempotency_keys where org_id = ${shop.orgId} for update`.execute(transaction)
      const erased = eraseCustomer(queries, shop.orgId, id)
      await new Promise((resolve) => setTimeout(resolve, 300))
      const late = new Promise((resolve) => setTimeout(resolve, 2_000, 'waits'))
      expect(await Promise.race([shop.redeem(code, id), late])).toMatchObject({ status: 200 })
      return { erased }
    })
    expect((await erasing.erased).answers).toBe(1)
    expect(await everythingOf(shop.orgId)).not.toContain('zebra')
    await shop.expectLedgerAdds()
  })

  test('erasures of the same person succeeds once, and the others are answered that the person is deleted', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => eraseCustomer(queries, shop.orgId, id)),
    )
    const reasons = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as Error).message] : [],
    )
    expect(reasons).toEqual(Array.from({ length: 9 }, () => erasedText))
  })

  test('registrations of the same number leaves one new customer with it', async () => {
    for (let round = 0; round < 8; round++) {
      const shop = await openCustomerShop(context, app)
      const mobile = anyMobile()
      const id = await shop.registered({ mobile })
      const [, ...replies] = await Promise.all([
        eraseCustomer(queries, shop.orgId, id),
        ...Array.from({ length: 10 }, () => shop.register({ mobile })),
      ])
      const won = replies.filter(({ status }) => status === 200)
      expect(won.length).toBeLessThanOrEqual(1)
      for (const reply of replies.filter(({ status }) => status !== 200)) expect(codeOf(reply)).toBe(8006)
      const found = await shop.lookUp('mobile', mobile)
      expect(found.status).toBe(won.length === 1 ? 200 : 404)
      expect(found.at('entity')).toBe(won[0]?.at('createdId'))
    }
  })

  test('a transaction that has decided before and stores its answer afterwards leaves a stored answer that reveals nothing', async () => {
    const shop = await openCustomerShop(context, app)
    const id = await shop.registered(person(anyMobile()))
    const seriesId = await shop.series()
    // Locks the customer as an erasure does; the issue has decided by the time that it waits for the lock.
    const erasing = queries.transaction().execute(async (transaction) => {
      await eraseCustomer(transaction, shop.orgId, id)
      const issuing = shop.issue(seriesId, id, keyed('late'))
      await new Promise((resolve) => setTimeout(resolve, 300))
      return { issuing }
    })
    const reply = await (await erasing).issuing
    expect(reply.status).toBe(200)
    expect(await everythingOf(shop.orgId)).not.toContain('zebra')
    await shop.expectLedgerAdds()
    const retry = await shop.issue(seriesId, id, keyed('late'))
    expect([retry.status, codeOf(retry)]).toEqual([404, 8015])
  })

  test.each([0, 1])(
    'the same for customer %i of several in a request leaves nothing of the person',
    async (erased) => {
      const shop = await openCustomerShop(context, app)
      const seriesId = await shop.series()
      const other = { mobile: anyMobile(), firstName: 'Other' }
      const people = erased === 0 ? [person(anyMobile()), other] : [other, person(anyMobile())]
      const ids: number[] = []
      for (const one of people) ids.push(await shop.registered(one))
      const issue = () =>
        shop.post(
          '/v1.1/coupon/issue',
          { root: { coupon: ids.map((id) => ({ series_id: seriesId, customer: { id } })) } },
          keyed('several'),
        )
      const erasing = queries.transaction().execute(async (transaction) => {
        await eraseCustomer(transaction, shop.orgId, ids[erased] ?? 0)
        const issuing = issue()
        await new Promise((resolve) => setTimeout(resolve, 300))
        return { issuing }
      })
      const reply = await (await erasing).issuing
      expect([reply.status, reply.at('response.status.success')]).toEqual([200, true])
      expect(await everythingOf(shop.orgId)).not.toContain('zebra')
      await shop.expectLedgerAdds()
      const retry = await issue()
      expect([retry.status, retry.at('response.status.code')]).toEqual([404, 8015])
    },
  )
})
