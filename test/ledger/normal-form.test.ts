import { expect, test } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { bringIntoNormalForm } from '../../src/ledger/customers/normal-form.ts'
import { diagnose } from '../../src/operate/doctor/diagnose-rules.ts'
import { readFacts } from '../../src/operate/doctor/read-facts.ts'
import { createTestContext, createTestServer } from '../support/harness.ts'
import { openShop } from '../support/write-cases.ts'

const context = await createTestContext()
const app = await createTestServer(context)
const { pool } = context.database

/** An identifier as written by an earlier release. */
async function store(orgId: number, customerId: number, value: string, type = 'mobile'): Promise<void> {
  await pool.query(
    'insert into customer_identifiers (org_id, type, value, customer_id, shown) values ($1, $2, $3, $4, $3)',
    [orgId, type, value, customerId],
  )
}

async function prepare(country: string) {
  const shop = await openShop(context, app, { country })
  const find = async (mobile: string) => {
    const reply = await shop.call('GET', `/v2/customers/coupons?mobile=${encodeURIComponent(mobile)}`)
    return reply.at('entity.customers.0.id') ?? reply.status
  }
  const values = async () => {
    const { rows } = await pool.query<{ value: string; same_as: string | null; shown: string }>(
      'select value, same_as, shown from customer_identifiers where org_id = $1 order by value',
      [shop.orgId],
    )
    return rows.map(({ value, same_as: sameAs, shown }) => [value, sameAs, shown])
  }
  return { shop, find, values }
}

test('a customer who was stored with an old spelling is found by every spelling, and printed as before', async () => {
  const { shop, find, values } = await prepare('MX')
  const customerId = await shop.customer()
  await store(shop.orgId, customerId, '5215512345678')
  expect(await find('525512345678')).toBe(404)
  await bringIntoNormalForm(pool)
  for (const spelling of ['+52 1 55 1234 5678', '525512345678', '044 55 1234 5678', '5512345678'])
    expect(await find(spelling), spelling).toBe(customerId)
  expect(await values()).toEqual([['525512345678', null, '5215512345678']])
  // Nothing is left to do, until a process of the previous release adds an identifier, which is then checked.
  expect(await bringIntoNormalForm(pool)).toEqual({ renewed: 0, collisions: 0 })
  const later = await shop.customer()
  await store(shop.orgId, later, '5215587654321')
  await bringIntoNormalForm(pool)
  expect(await find('5587654321')).toBe(later)
})

test('two customers with one number in two spellings both remain, and look-ups find the one with the current spelling', async () => {
  const { shop, find, values } = await prepare('BR')
  const [old, current] = [await shop.customer(), await shop.customer()]
  await store(shop.orgId, old, '551187654321')
  await store(shop.orgId, current, '5511987654321')
  await bringIntoNormalForm(pool)
  await bringIntoNormalForm(pool)
  expect(await find('(11) 8765-4321')).toBe(current)
  expect(await values()).toEqual([
    ['551187654321', '5511987654321', '551187654321'],
    ['5511987654321', null, '5511987654321'],
  ])
  const config = readConfig({ DATA_DIR: '.', DATABASE_CONNECTIONS: '2' })
  const told = diagnose(await readFacts(context.database, config)).map(({ what }) => what)
  expect(told).toContainEqual(
    `Organisation ${shop.orgId}: 1 customers have an identifier that another customer has in another spelling: ${old}`,
  )

  // The customer who is not found by the number can still remove it; when the other one removes it, it is free.
  const change = (id: number, body: object) =>
    shop.post(`/v2/customers/${id}/changeIdentifier?source=INSTORE`, body)
  const given = await change(current, {
    remove: [{ type: 'mobile', value: '5511987654321' }],
    add: [{ type: 'email', value: 'asha@example.com' }],
  })
  expect(given.status, given.text).toBe(200)
  await bringIntoNormalForm(pool)
  expect(await find('(11) 8765-4321')).toBe(old)
})

test('eight servers that start at once, beside one that registers customers, leave each number once', async () => {
  const { shop, find } = await prepare('AR')
  const ids: number[] = []
  for (let n = 0; n < 40; n += 1) {
    const id = await shop.customer()
    await store(shop.orgId, id, `5411234567${10 + n}`)
    ids.push(id)
  }
  await Promise.all([
    ...Array.from({ length: 8 }, () => bringIntoNormalForm(pool)),
    ...Array.from({ length: 10 }, (_, n) =>
      shop.post('/v2/customers?source=INSTORE', {
        profiles: [{ identifiers: [{ type: 'mobile', value: `+54 9 11 2345 67${10 + n}` }] }],
      }),
    ),
  ])
  await bringIntoNormalForm(pool)
  for (let n = 10; n < 40; n += 1) expect(await find(`11 15 2345 67${10 + n}`)).toBe(ids[n])
  const { rows } = await pool.query(
    `select coalesce(same_as, value) as v from customer_identifiers where org_id = $1 and type = 'mobile'
     group by 1 having count(*) filter (where same_as is null) <> 1`,
    [shop.orgId],
  )
  expect(rows).toEqual([])
})

test('e-mail addresses and external ids that were stored with invisible characters are found without them', async () => {
  const { shop } = await prepare('IN')
  const id = await shop.customer()
  await store(shop.orgId, id, 'a\u200Bsha@example.com', 'email')
  await store(shop.orgId, id, '\u200EX-1', 'externalId')
  await bringIntoNormalForm(pool)
  for (const query of ['email=asha@example.com', 'external_Id=X-1', 'email=A\u2060SHA@Example.com\u200E'].map(
    encodeURI,
  )) {
    const reply = await shop.call('GET', `/v2/customers/coupons?${query}`)
    expect(reply.at('entity.customers.0.id'), query).toBe(id)
  }
})
