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

type Chain = Awaited<ReturnType<typeof openChain>>

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
    await slow.query('begin')
    await slow.query(`insert into events (org_id, kind, coupon_id) values ($1, 'revoked', 1)`, [orgId])
    await writeEvents(context, orgId, 3)
    await link()
    expect(await chain.linkedIds()).toEqual([])
    await slow.query('commit')
    slow.release()
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

describe('an audit of the chain', () => {
  test.each<[string, string, (ids: number[]) => string[]]>([
    [
      'a changed event',
      `update events set till_id = 8 where org_id = $1 and id = $5`,
      (ids) => [`event ${ids[4]} at position 5: changed, should be as it was linked`],
    ],
    [
      'a removed event',
      `delete from events where org_id = $1 and id = $5`,
      (ids) => [`event ${ids[4]} at position 5: removed, should be in the log`],
    ],
    [
      'an event that was removed with its link',
      `with l as (delete from event_links where org_id = $1 and event_id = $5) delete from events where org_id = $1 and id = $5`,
      () => ['position 5: no link, should be a link for each position'],
    ],
    [
      'an inserted event',
      // An id that another organisation has used.
      `with room as (delete from events where org_id = $1 and id = $6 returning *)
       insert into events select (r).* from (select jsonb_populate_record(null::events, to_jsonb(room) || jsonb_build_object('id', $2::bigint - 1)) as r from room) made`,
      (ids) => [
        `event ${ids[5]} at position 6: removed, should be in the log`,
        `event ${(ids[1] ?? 0) - 1}: in the log without a position, should be linked: it was inserted, or its link was removed`,
      ],
    ],
    [
      'two events that have changed places',
      `update events e set coupon_id = o.coupon_id, occurred_at = o.occurred_at, request_id = o.request_id, details = o.details
       from events o where e.org_id = $1 and o.org_id = $1 and (e.id, o.id) in (($3, $7), ($7, $3))`,
      (ids) => [
        `event ${ids[2]} at position 3: has the content of event ${ids[6]}, should be as it was linked: events were reordered`,
        `event ${ids[6]} at position 7: has the content of event ${ids[2]}, should be as it was linked: events were reordered`,
      ],
    ],
    [
      'two links that have changed places',
      `update event_links l set event_id = o.event_id, hash = o.hash
       from event_links o where l.org_id = $1 and o.org_id = $1 and (l.position, o.position) in ((3, 4), (4, 3))`,
      (ids) => [
        `event ${ids[3]} at position 3: changed, should be as it was linked`,
        `event ${ids[2]} at position 4: after event ${ids[3]}, should be in the order of ids: the links were reordered`,
        `event ${ids[4]} at position 5: changed, should be as it was linked`,
      ],
    ],
    [
      'a link with another hash',
      `update event_links set hash = sha256('x') where org_id = $1 and position = 5`,
      () => ['the link at position 5: changed, should be as it was linked'],
    ],
    [
      'an end that was cut off',
      `with l as (delete from event_links where org_id = $1 and position > 7)
       delete from events where org_id = $1 and id >= $8`,
      (ids) => [
        `the chain: 7 links, the last of event ${ids[6]}, should be 9 links, the last of event ${ids[8]}`,
      ],
    ],
  ])('finds %s, and nothing else', async (_, sql, expected) => {
    const [chain, other] = [await openSpacedChain(), await openChain(context, 9)]
    const used = [...new Set(sql.match(/\$\d+/g))].map((one) => Number(one.slice(1)))
    // $1 is the organisation, $n the event at position n.
    const numbered = used.sort((a, b) => a - b)
    const text = sql.replaceAll(
      /\$(\d+)/g,
      (_match, n: string) => `$${numbered.indexOf(Number(n)) + 1}::bigint`,
    )
    await pool.query(
      text,
      numbered.map((n) => (n === 1 ? chain.orgId : chain.ids[n - 1])),
    )
    expect(await chain.faults()).toEqual(expected(chain.ids))
    expect(await other.faults()).toEqual([])
  })

  /** Between the ids of its events are those of others. */
  async function openSpacedChain(): Promise<Chain> {
    const chain = await openChain(context, 1)
    const { orgId } = await createTestOrganisation(context)
    for (let n = 2; n <= 9; n += 1) {
      await writeEvents(context, orgId, 1)
      await writeEvents(context, chain.orgId, 1)
    }
    await chain.checkpoint()
    return { ...chain, ids: await chain.eventIds() }
  }

  /** What somebody does who knows the chain: removes events and builds the rest of it again. */
  async function rewriteFrom(chain: Chain, position: number, change: string): Promise<void> {
    await pool.query('delete from event_links where org_id = $1 and position > $2', [chain.orgId, position])
    await pool.query(change, [chain.orgId, chain.ids[position]])
    await pool.query(
      `update event_chains c set length = l.position, last_event_id = l.event_id, hash = l.hash
       from event_links l where c.org_id = $1 and l.org_id = $1 and l.position = $2`,
      [chain.orgId, position],
    )
  }

  test('finds by a checkpoint that the end was cut off without a trace', async () => {
    const chain = await openChain(context, 9)
    await rewriteFrom(chain, 7, 'delete from events where org_id = $1 and id >= $2')
    // Nothing in the database shows it.
    expect(await chain.faults()).toEqual([])
    expect(await chain.faultsOf(chain.first)).toEqual([
      `position 9, signed at ${chain.first.signedAt}: a chain that ends at position 7, should be at least position 9: the chain was cut short`,
    ])
  })

  test('finds by a checkpoint that the chain was written anew over a changed event', async () => {
    const chain = await openChain(context, 9)
    await rewriteFrom(chain, 4, 'update events set till_id = 8 where org_id = $1 and id = $2')
    await chain.checkpoint()
    expect(await chain.faults()).toEqual([])
    expect(await chain.faultsOf(chain.first)).toEqual([
      expect.stringMatching(/^position 9, .* the hash .*, should be the hash .*: the chain was rewritten$/),
    ])
  })

  test.each(['position', 'hash', 'signedAt', 'eventId', 'organisation'] as const)(
    'finds a checkpoint whose %s was forged',
    async (field) => {
      const chain = await openChain(context, 3)
      const { [field]: value } = chain.first
      const forged = typeof value === 'number' ? value - 1 : value.replaceAll('1', '2').replaceAll('0', '3')
      expect(await chain.faultsOf({ ...chain.first, [field]: forged })).toEqual([
        expect.stringContaining('not signed by a key of this organisation'),
      ])
    },
  )

  test('finds a checkpoint that was signed by the key of another organisation', async () => {
    const [chain, other] = [await openChain(context, 3), await openChain(context, 3)]
    expect(await chain.faultsOf(other.first)).toEqual([
      expect.stringContaining('not signed by a key of this organisation'),
    ])
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
