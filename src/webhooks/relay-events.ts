import { inTransaction } from '../platform/db/transaction.ts'
import { sql } from 'kysely'
import type { Queries } from '../platform/db/queries.ts'
import type { WebhookRow } from './webhook.ts'

/** Number of events that one step turns into messages. */
const chunkEvents = 2_000
/** Rows of the log that one step of a replay reads. */
const replayChunkEvents = 5_000
/** Maximum number of open messages: further events for a dead receiver wait in the log. */
export const maxOpenMessages = 10_000

interface Relayed {
  readonly read: number
  readonly last_id: number
}

/**
 * Turns new events into messages, in order of their ids. One snapshot shows all visible events of a coupon, and a
 * coupon's events are committed in order of their ids (their writer has locked the series), so no message of a coupon
 * follows a later one. Events above the horizon may be read again: they already have their message.
 */
async function relayNew(
  transaction: Queries,
  { org_id: orgId, id, kinds, read_up_to_id: readUpToId }: WebhookRow,
  finalId: number,
  limit: number,
): Promise<boolean> {
  const { rows } = await sql<Relayed>`
    with page as materialized (
      select e.id, e.coupon_id, e.request_id, e.occurred_at from events e
      where e.org_id = ${orgId} and e.id > ${readUpToId} and e.kind = any(${kinds}::text[])
        and e.imported is distinct from 'quiet' and not exists (select from webhook_messages m
          where m.org_id = ${orgId} and m.webhook_id = ${id} and m.event_id = e.id)
      order by e.id limit ${limit}
    ), told as (
      insert into webhook_messages (org_id, webhook_id, event_id, coupon_id, request_id, occurred_at)
      select ${orgId}, ${id}::bigint, p.id, p.coupon_id, p.request_id, p.occurred_at from page p order by p.id
    )
    select count(*)::int as read, coalesce(max(id), 0)::bigint as last_id from page`.execute(transaction)
  const { read, last_id: lastId } = rows[0] as Relayed
  const isFull = read === limit
  const upToId = isFull ? Math.min(finalId, lastId) : finalId
  if (upToId > readUpToId) {
    await sql`update webhooks set read_up_to_id = ${upToId} where org_id = ${orgId} and id = ${id}`.execute(
      transaction,
    )
  }
  return isFull
}

/** Reopens the messages of a replay's next events. @returns true: there are more. */
async function relayAgain(transaction: Queries, row: WebhookRow): Promise<boolean> {
  const { org_id: orgId, id, kinds, replay_after_id: afterId, replay_up_to_id: upToId } = row
  if (afterId === null || upToId === null) return false
  const { rows } = await sql<Relayed>`
    with page as materialized (
      select e.id, e.kind, e.coupon_id, e.request_id, e.occurred_at, e.imported from events e
      where e.org_id = ${orgId} and e.id > ${afterId} and e.id <= ${upToId}
      order by e.id limit ${replayChunkEvents}
    ), told as (
      insert into webhook_messages as m (org_id, webhook_id, event_id, coupon_id, request_id, occurred_at)
      select ${orgId}, ${id}::bigint, p.id, p.coupon_id, p.request_id, p.occurred_at from page p
      where p.kind = any(${kinds}::text[]) and p.imported is distinct from 'quiet' and p.occurred_at >= coalesce(${row.replay_since}::timestamptz, '-infinity')
      order by p.id
      on conflict (org_id, webhook_id, event_id) do update
        set state = 'open', due_at = now(), failures = 0, first_tried_at = null where m.state <> 'open'
    )
    select count(*)::int as read, coalesce(max(id), 0)::bigint as last_id from page`.execute(transaction)
  const { read, last_id: lastId } = rows[0] as Relayed
  const isMore = read === replayChunkEvents
  await sql`update webhooks set replay_after_id = ${isMore ? lastId : null}, replay_up_to_id = ${isMore ? upToId : null},
      replay_since = ${isMore ? row.replay_since : null} where org_id = ${orgId} and id = ${id}`.execute(
    transaction,
  )
  return isMore
}

/**
 * Creates messages for the events that a webhook subscribes to. One process does it at a time; the others have nothing
 * to do.
 *
 * @param finalId the result of `EventHorizon`, read before, so that its events are visible here.
 * @returns more: there is more to do at once; done: nothing up to the horizon is left; later: another process is doing
 * it, or too many messages are already open.
 */
export async function relayEvents(
  queries: Queries,
  orgId: number,
  webhookId: number,
  finalId: number,
): Promise<'more' | 'done' | 'later'> {
  return inTransaction(queries, async (transaction) => {
    const webhook = await transaction
      .selectFrom('webhooks')
      .selectAll()
      .where('org_id', '=', orgId)
      .where('id', '=', webhookId)
      .where('state', '=', 'active')
      .forNoKeyUpdate()
      .skipLocked()
      .executeTakeFirst()
    if (webhook === undefined) return 'later'
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from (
      select from webhook_messages where org_id = ${orgId} and webhook_id = ${webhookId} and state = 'open'
      limit ${maxOpenMessages}) o`.execute(transaction)
    const room = Math.min(chunkEvents, maxOpenMessages - (rows[0]?.n ?? 0))
    if (room <= 0) return 'later'
    const isMoreNew = await relayNew(transaction, webhook, finalId, room)
    const isMoreAgain = await relayAgain(transaction, webhook)
    return isMoreNew || isMoreAgain ? 'more' : 'done'
  })
}
