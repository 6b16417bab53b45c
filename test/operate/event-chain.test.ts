import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { EventHorizon } from '../../src/webhooks/event-horizon.ts'
import { signingKeyOf } from '../../src/operate/chain/checkpoint-keys.ts'
import { linkEvents } from '../../src/operate/chain/link-events.ts'
import { startLinkingEvents } from '../../src/operate/chain/work-on-chains.ts'
import { eraseCustomer } from '../../src/operate/erase-customer.ts'
import { readConfig } from '../../src/platform/config.ts'
import { readMissingKeys } from '../../src/operate/sealing/missing-keys.ts'
import { sealCheckpointKeys } from '../../src/operate/sealing/seal-checkpoint-keys.ts'
import { createContextOn } from '../../src/ledger/context.ts'
import { chainOf, openChain, writeEvents } from '../support/chain-cases.ts'
import { openCodeShop } from '../support/code-cases.ts'
import { createTestContext, createTestOrganisation, createTestServer } from '../support/harness.ts'
import { openSandbox } from '../support/sandbox-cases.ts'

const secretKey = randomBytes(32).toString('base64')
const context = await createTestContext({ env: { SECRET_KEYS: secretKey } })
const app = await createTestServer(context)
const { pool, queries } = context.database

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('the chain of events', () => {
  test('has every event of the ledger, each in a line that begins with the hash of the line before', async () => {
    const shop = await openCodeShop(context, app)
    const customerId = await shop.customer()
    const seriesId = await shop.series({})
    const code = String((await shop.issue(seriesId, customerId)).at('code'))
    const redeemed = await shop.redeem(code, customerId)
    await shop.post('/v2/coupon/reactivate', { redemptionIds: [redeemed.at('redemption.0.redemptionId')] })
    const chain = chainOf(context, shop.orgId)
    const checkpoint = await chain.checkpoint()
    const lines = await chain.lines()
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual([
      'issued',
      'redeemed',
      'reversed',
    ])
    const previous = lines.map((line) => (JSON.parse(line) as { previous: string }).previous)
    expect([...previous, checkpoint.hash]).toEqual([
      sha256(`counterfoil-chain-1 ${shop.orgId} ${checkpoint.chain}`),
      ...lines.map(sha256),
    ])
    expect(await chain.faults()).toEqual([])
  })

  test('prints each column of an event in a form that never changes', async () => {
    const { orgId } = await createTestOrganisation(context)
    const { rows } = await pool.query<{ id: number }>(
      `insert into events (org_id, kind, coupon_id, redemption_id, till_id, occurred_at, details, request_id, imported)
       values ($1, 'redeemed', 17, 18, null, '2026-03-01T13:00:00.050+05:30', '{"b": 1.50, "notes": "for Maria", "a": "\u00e9\\n"}', 'r-"1"', 'told')
       returning id`,
      [orgId],
    )
    const chain = chainOf(context, orgId)
    const { chain: id } = await chain.checkpoint()
    expect(await chain.lines()).toEqual([
      `{"previous":"${sha256(`counterfoil-chain-1 ${orgId} ${id}`)}","position":1,"organisation":${orgId},"id":${rows[0]?.id},` +
        `"kind":"redeemed","couponId":17,"redemptionId":18,"tillId":null,"occurredAt":"2026-03-01T07:30:00.05Z",` +
        `"details":{"a": "\u00e9\\n", "b": 1.50},"requestId":"r-\\"1\\"","imported":"told"}`,
    ])
  })

  test('waits for an event whose id was drawn before others and which is committed after them', async () => {
    const { orgId } = await createTestOrganisation(context)
    const chain = chainOf(context, orgId)
    const horizon = new EventHorizon(pool)
    const link = async () => linkEvents(pool, orgId, (await horizon.read()).finalId)
    const slow = await pool.connect()
    try {
      await slow.query('begin')
      await slow.query(`insert into events (org_id, kind, coupon_id) values ($1, 'revoked', 1)`, [orgId])
      await writeEvents(context, orgId, 3)
      await link()
      expect(await chain.linkedIds()).toEqual([])
      await slow.query('commit')
    } finally {
      slow.release(true)
    }
    await link()
    await link()
    expect(await chain.linkedIds()).toEqual(await chain.eventIds())
    expect(await chain.linkedIds()).toHaveLength(4)
  })

  test('is one chain in order, although several processes extend it and are killed in the middle', async () => {
    const { orgId } = await createTestOrganisation(context)
    const chain = chainOf(context, orgId)
    await writeEvents(context, orgId, 9_000)
    const { finalId } = await new EventHorizon(pool).read()
    const killers = Array.from({ length: 15 }, () =>
      pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and query like '%event_links%' and pid <> pg_backend_pid() limit 1`,
      ),
    )
    const linkers = Array.from({ length: 8 }, async () => {
      while ((await linkEvents(pool, orgId, finalId).catch(() => 'more')) === 'more');
    })
    await Promise.all([...killers.map((one) => one.catch(() => {})), ...linkers])
    await chain.checkpoint()
    expect(await chain.linkedIds()).toEqual(await chain.eventIds())
    expect(await chain.faults()).toEqual([])
  })

  test('grows by itself while a server runs', async () => {
    const { orgId } = await createTestOrganisation(context)
    await writeEvents(context, orgId, 3)
    const stop = startLinkingEvents(context)
    await expect.poll(() => chainOf(context, orgId).linkedIds(), { timeout: 20_000 }).toHaveLength(3)
    await stop()
  })

  test('stays whole when a person is erased, and so does a checkpoint from before', async () => {
    const shop = await openCodeShop(context, app)
    const customerId = await shop.customer()
    const code = String((await shop.issue(await shop.series({}), customerId)).at('code'))
    await shop.redeem(code, customerId)
    const chain = chainOf(context, shop.orgId)
    const checkpoint = await chain.checkpoint()
    await eraseCustomer(queries, shop.orgId, customerId)
    expect([...(await chain.faults()), ...(await chain.faultsOf(checkpoint))]).toEqual([])
    expect((await chain.checkpoint()).hash).toBe(checkpoint.hash)
  })

  test('stays whole when what somebody wrote is taken out of an event, and leaves nothing of it in an export', async () => {
    const { orgId } = await createTestOrganisation(context)
    await pool.query(
      `insert into events (org_id, kind, coupon_id, details)
       values ($1, 'issued', 1, '{"notes": "for Maria", "reason": "birthday of Maria"}'), ($1, 'issued', 2, null)`,
      [orgId],
    )
    const chain = chainOf(context, orgId)
    const checkpoint = await chain.checkpoint()
    expect((await chain.lines()).join()).not.toContain('Maria')
    await pool.query('update events set details = null where org_id = $1', [orgId])
    expect([...(await chain.faults()), ...(await chain.faultsOf(checkpoint))]).toEqual([])
  })

  test('begins anew when a sandbox is emptied, and a checkpoint of the earlier one says so', async () => {
    const shop = await openSandbox(context, app)
    await shop.issue(await shop.series({}), await shop.registered())
    const chain = chainOf(context, shop.orgId)
    const before = await chain.checkpoint()
    await shop.reset()
    await shop.issue(await shop.series({}), await shop.registered())
    const after = await chain.checkpoint()
    expect(after.chain).not.toBe(before.chain)
    expect(await chain.faults()).toEqual([])
    expect(await chain.faultsOf(after)).toEqual([])
    expect(await chain.faultsOf(before)).toEqual([expect.stringContaining('the chain was begun anew')])
  })
})

describe('the key of checkpoints', () => {
  test('is not made without SECRET_KEYS, which keeps it from whoever can change the database', async () => {
    const { orgId } = await createTestOrganisation(context)
    const without = createContextOn(readConfig({}), context.log, context.database)
    await expect(chainOf(without, orgId).made()).rejects.toThrow(/^checkpoints need SECRET_KEYS/)
  })

  test('is made once by concurrent commands', async () => {
    const { orgId } = await createTestOrganisation(context)
    const chain = chainOf(context, orgId)
    const keys = await Promise.all(Array.from({ length: 5 }, () => chain.made()))
    expect(new Set(keys.map(({ checkpoint }) => checkpoint.publicKey)).size).toBe(1)
    expect(keys.filter(({ isKeyNew }) => isKeyNew)).toHaveLength(1)
  })

  test('is encrypted with the new key of SECRET_KEYS when that is replaced', async () => {
    const own = await createTestContext({ env: { SECRET_KEYS: secretKey } })
    const chain = await openChain(own, 2)
    const newKey = randomBytes(32)
    const withKeys = (...keys: string[]) =>
      createContextOn(readConfig({ SECRET_KEYS: keys.join(',') }), own.log, own.database)
    const after = withKeys(newKey.toString('base64'))
    const missing = () => readMissingKeys(own.database.pool, after.config.secrets.keys)
    expect(await missing()).toHaveLength(1)
    await expect(chainOf(after, chain.orgId).made()).rejects.toThrow(/^SECRET_KEYS lacks the key/)
    expect(await sealCheckpointKeys(withKeys(newKey.toString('base64'), secretKey), newKey)).toBe(1)
    expect(await missing()).toEqual([])
    expect((await chainOf(after, chain.orgId).checkpoint()).publicKey).toBe(chain.first.publicKey)
  })

  test('can be replaced when it is lost, and checkpoints of a key that is there are accepted', async () => {
    const chain = await openChain(context, 2)
    const { keys } = context.config.secrets
    const { privateKey } = await signingKeyOf(queries, keys, chain.orgId, true)
    const second = await chain.checkpoint()
    expect(second.publicKey).not.toBe(chain.first.publicKey)
    expect((await signingKeyOf(queries, keys, chain.orgId)).privateKey.equals(privateKey)).toBe(true)
    expect([...(await chain.faultsOf(chain.first)), ...(await chain.faultsOf(second))]).toEqual([])
    // Somebody with access to the database alone can remove a key, and add none.
    await pool.query('delete from checkpoint_keys where org_id = $1 and created_at < now()', [chain.orgId])
    expect(await chain.faultsOf(second)).toHaveLength(1)
  })
})
