import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openChain, writeEvents } from '../support/chain-cases.ts'
import { createTestContext, createTestOrganisation } from '../support/harness.ts'

const context = await createTestContext({ env: { SECRET_KEYS: randomBytes(32).toString('base64') } })
const { pool } = context.database

type Chain = Awaited<ReturnType<typeof openChain>>

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
