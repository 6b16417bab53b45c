import type { ClientBase, Pool } from 'pg'
import { findTimedOrganisation, holdNow } from '../../platform/clock.ts'
import { inTransaction } from '../../platform/db/transaction.ts'
import { firstHashOf, lineRestOf } from './chain-sql.ts'

/** Events per transaction: some 20 ms of one database connection. */
const chunkEvents = 2_000

const beginSql = `
with made as (select gen_random_uuid() as id)
insert into event_chains (org_id, id, hash) select $1::bigint, m.id, ${firstHashOf('$1::bigint', 'm.id')} from made m
on conflict do nothing`

/** Another process that links the events of this organisation keeps the lock until its chunk is done. */
const lockSql = `select length, last_event_id as "lastEventId", hash from event_chains where org_id = $1
for no key update skip locked`

/** $1 organisation, $2 length, $3 the last linked event and $4 its hash, $5 up to which id the log is final, $6 events. */
const linkSql = `
with page as materialized (
  select e.*, $2::bigint + row_number() over (order by e.id) as position from (
    select * from events where org_id = $1 and id > $3 and id <= $5 order by id limit $6) e
), linked as (
  insert into event_links (org_id, position, event_id, hash)
  select $1, p.position, p.id, event_hashes($4::bytea, ${lineRestOf('p', 'p.position')}) over (order by p.position)
  from page p order by p.position
  returning position, event_id, hash
), last as (select * from linked order by position desc limit 1)
update event_chains c set length = l.position, last_event_id = l.event_id, hash = l.hash from last l
where c.org_id = $1
returning l.position - $2::bigint as linked`

interface Head {
  readonly length: number
  readonly lastEventId: number
  readonly hash: Buffer
}

async function linkChunk(client: ClientBase, orgId: number, finalId: number): Promise<number | undefined> {
  const organisation = await findTimedOrganisation(client, orgId)
  if (organisation.isBeingReset) return undefined
  await holdNow({ fixedNow: null }, client, organisation)
  // Links that a crash loses are made again, with the same hashes, from the same events.
  await client.query('set local synchronous_commit = off')
  await client.query(beginSql, [orgId])
  const { rows } = await client.query<Head>(lockSql, [orgId])
  const [head] = rows
  if (head === undefined) return undefined
  const values = [orgId, head.length, head.lastEventId, head.hash, finalId, chunkEvents]
  const linked = await client.query<{ linked: number }>({ name: 'link-events', text: linkSql, values })
  return linked.rows[0]?.linked ?? 0
}

/**
 * more: there may be more to link; done: nothing up to the id is left; later: another process is linking, or the
 * sandbox is being emptied.
 */
export type Linked = 'more' | 'done' | 'later'

/**
 * Appends the next events of an organisation to its chain, in the order of their ids, in one transaction. That order is
 * final, because no event can appear below `finalId` any more. One process does it at a time.
 *
 * @param finalId the result of `EventHorizon`, read before.
 */
export async function linkEvents(pool: Pool, orgId: number, finalId: number): Promise<Linked> {
  const linked = await inTransaction(pool, (client) => linkChunk(client, orgId, finalId))
  if (linked === undefined) return 'later'
  return linked === chunkEvents ? 'more' : 'done'
}
