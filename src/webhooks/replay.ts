import { sql } from 'kysely'
import { recordEntry } from '../identity/audit-log/record-entry.ts'
import { tell } from '../ledger/post/events.ts'
import { runnerOf, type Queries } from '../platform/db/queries.ts'
import { refuse } from '../values/errors.ts'
import { eventUuid } from '../values/event-id.ts'
import { readWebhook, type WebhookRow } from './webhook.ts'

/**
 * Sends an event to a webhook again, including one that it was never sent or whose message has been deleted. The
 * message keeps its original id.
 *
 * @throws Refusal 404 if the webhook or event does not exist.
 */
export async function replayMessage(
  transaction: Queries,
  orgId: number,
  webhookId: number,
  eventId: number,
): Promise<void> {
  await readWebhook(transaction, orgId, webhookId)
  const { numAffectedRows } = await sql`
    insert into webhook_messages as m (org_id, webhook_id, event_id, coupon_id, request_id, occurred_at)
    select ${orgId}, ${webhookId}::bigint, e.id, e.coupon_id, e.request_id, e.occurred_at from events e
    where e.org_id = ${orgId} and e.id = ${eventId} and (e.kind <> 'test' or exists (
      select from webhook_messages t where t.org_id = ${orgId} and t.webhook_id = ${webhookId} and t.event_id = e.id))
    on conflict (org_id, webhook_id, event_id) do update
      set state = 'open', due_at = now(), failures = 0, first_tried_at = null`.execute(transaction)
  if (Number(numAffectedRows ?? 0) === 0) throw refuse.notFound()
  await recordEntry(transaction, orgId, 'webhook.replayed', webhookId, {
    event_id: eventUuid(orgId, eventId),
  })
}

/** @returns the number of parked messages that are sent again. @throws Refusal 404. */
export async function replayParked(transaction: Queries, orgId: number, webhookId: number): Promise<number> {
  await readWebhook(transaction, orgId, webhookId)
  const { numAffectedRows } = await sql`
    update webhook_messages set state = 'open', due_at = now(), failures = 0, first_tried_at = null
    where org_id = ${orgId} and webhook_id = ${webhookId} and state = 'parked'`.execute(transaction)
  const messages = Number(numAffectedRows ?? 0)
  await recordEntry(transaction, orgId, 'webhook.replayed', webhookId, { parked_messages: messages })
  return messages
}

/** Start of a replay: at an instant, or after an event. */
export type ReplayStart = { readonly since: Date } | { readonly afterEventId: number }

/**
 * Sends all events since the start again, in order, in the background. It replaces a replay in progress.
 *
 * @throws Refusal 404 if the webhook does not exist.
 */
export async function replayFrom(
  transaction: Queries,
  orgId: number,
  webhookId: number,
  start: ReplayStart,
): Promise<WebhookRow> {
  const row = await transaction
    .updateTable('webhooks')
    .set({
      replay_after_id: 'afterEventId' in start ? start.afterEventId : 0,
      replay_since: 'since' in start ? start.since : null,
      replay_up_to_id: sql`coalesce(pg_sequence_last_value('events_id_seq'), 0)`,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', webhookId)
    .where('state', '<>', 'deleted')
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw refuse.notFound()
  await recordEntry(
    transaction,
    orgId,
    'webhook.replayed',
    webhookId,
    'since' in start ? { since: start.since } : { after_event_id: eventUuid(orgId, start.afterEventId) },
  )
  return row
}

/**
 * Sends a message without a coupon to test the delivery.
 *
 * @returns its event. @throws Refusal 404 if the webhook does not exist, 409 if it is not active.
 */
export async function sendTestMessage(
  transaction: Queries,
  orgId: number,
  webhookId: number,
): Promise<number> {
  const { state } = await readWebhook(transaction, orgId, webhookId)
  if (state !== 'active') throw refuse.conflict(`The webhook is ${state}; resume it first`)
  const { rows } = await runnerOf(transaction).query<{ id: number }>(
    `with told as (${tell('details')} select $1, 'test', null returning id, occurred_at)
     insert into webhook_messages (org_id, webhook_id, event_id, occurred_at)
     select $1, $2::bigint, id, occurred_at from told returning event_id as id`,
    [orgId, webhookId],
  )
  await recordEntry(transaction, orgId, 'webhook.tested', webhookId, null)
  return (rows[0] as { id: number }).id
}
