import { epochS } from '../platform/db/sql.ts'
import { sql } from 'kysely'
import type { Queries } from '../platform/db/queries.ts'
import { refuse } from '../values/errors.ts'
import { eventUuid } from '../values/event-id.ts'
import { nameOf } from './event-names-rules.ts'
import { refIdOf } from './message-rules.ts'

export const messageStates = ['open', 'delivered', 'parked'] as const
export type MessageState = (typeof messageStates)[number]

/** A message as shown to people. */
export interface ShownMessage {
  readonly id: number
  readonly eventId: string
  readonly eventName: string
  readonly refId: string
  readonly requestId: string | null
  readonly webhookId: number
  readonly webhookName: string
  readonly couponId: number | null
  readonly state: MessageState
  readonly attempts: number
  readonly lastOutcome: string | null
  readonly lastStatus: number | null
  readonly occurredAtS: number
  /** When it will be retried; null: it will not. */
  readonly dueAtS: number | null
  readonly deliveredAtS: number | null
}

export interface ShownAttempt {
  readonly number: number
  readonly attemptedAtS: number
  readonly outcome: string
  readonly httpStatus: number | null
  readonly durationMs: number
}

interface MessageRow extends Omit<ShownMessage, 'eventId' | 'eventName' | 'refId'> {
  readonly kind: string
  readonly seriesId: number | null
  readonly redemptionId: number | null
}

type Part = ReturnType<typeof sql>

/** @param messages a statement that selects rows of `webhook_messages`. */
async function select(queries: Queries, orgId: number, messages: Part): Promise<ShownMessage[]> {
  const { rows } = await sql<MessageRow>`
    select m.event_id as id, e.kind, e.request_id as "requestId", m.webhook_id as "webhookId", w.name as "webhookName",
      m.coupon_id as "couponId", m.state, m.attempts, a.outcome as "lastOutcome", a.http_status as "lastStatus",
      ${sql.raw(epochS('m.occurred_at'))} as "occurredAtS",
      case when m.state = 'open' then ${sql.raw(epochS('m.due_at'))} end as "dueAtS", ${sql.raw(epochS('m.delivered_at'))} as "deliveredAtS",
      coalesce(c.series_id, (e.details ->> 'seriesId')::bigint) as "seriesId", e.redemption_id as "redemptionId"
    from (${messages}) m
    join events e on e.org_id = ${orgId} and e.id = m.event_id
    join webhooks w on w.org_id = ${orgId} and w.id = m.webhook_id and w.state <> 'deleted'
    left join coupons c on c.org_id = ${orgId} and c.id = m.coupon_id
    left join lateral (
      select a.outcome, a.http_status from webhook_attempts a
      where a.org_id = ${orgId} and a.webhook_id = m.webhook_id and a.event_id = m.event_id
      order by a.number desc limit 1) a on true
    order by m.event_id desc, m.webhook_id`.execute(queries)
  return rows.map(({ kind, seriesId, redemptionId, ...row }) => ({
    ...row,
    eventId: eventUuid(orgId, row.id),
    eventName: nameOf(kind),
    refId: refIdOf(orgId, seriesId, row.couponId, redemptionId),
  }))
}

export interface MessageQuery {
  readonly state: MessageState | undefined
  /** Messages of events before this one, the last of the previous page. */
  readonly beforeId: number | undefined
  readonly limit: number
}

/** Lists messages of a webhook, latest event first. */
export function listMessages(
  queries: Queries,
  orgId: number,
  webhookId: number,
  { state, beforeId, limit }: MessageQuery,
): Promise<ShownMessage[]> {
  // The state is a literal in the text: only then does the planner know that the index of parked messages is complete.
  const ofState = state === undefined ? sql`` : sql`and m.state = ${sql.lit(state)}`
  const before = beforeId === undefined ? sql`` : sql`and m.event_id < ${beforeId}`
  return select(
    queries,
    orgId,
    sql`select m.* from webhook_messages m where m.org_id = ${orgId} and m.webhook_id = ${webhookId} ${ofState} ${before}
      order by m.event_id desc limit ${limit}`,
  )
}

/** @throws Refusal 404 if the webhook has no message of the event. */
export async function readMessage(
  queries: Queries,
  orgId: number,
  webhookId: number,
  eventId: number,
): Promise<ShownMessage & { attemptsMade: ShownAttempt[] }> {
  const [message] = await select(
    queries,
    orgId,
    sql`select m.* from webhook_messages m
      where m.org_id = ${orgId} and m.webhook_id = ${webhookId} and m.event_id = ${eventId}`,
  )
  if (message === undefined) throw refuse.notFound()
  const { rows } = await sql<ShownAttempt>`
    select number, ${sql.raw(epochS('attempted_at'))} as "attemptedAtS", outcome, http_status as "httpStatus", duration_ms as "durationMs"
    from webhook_attempts where org_id = ${orgId} and webhook_id = ${webhookId} and event_id = ${eventId}
    order by number limit 1000`.execute(queries)
  return { ...message, attemptsMade: rows }
}

/** The search criteria across an organisation's webhooks. */
export type LogQuery =
  | { readonly requestId: string }
  | { readonly refId: string }
  | { readonly beforeId: number | undefined }

/** Messages by `refId`: of a range of coupons, or of one redemption. An unknown refId matches nothing. */
function byRefId(orgId: number, refId: string): Part {
  const [, org, , first, last] = /^(\d{1,16})_(\d{1,16})_(\d{1,16})(?::(\d{1,16}))?$/.exec(refId) ?? []
  if (Number(org) !== orgId) return sql`false`
  return last === undefined
    ? sql`m.coupon_id = (select r.coupon_id from redemptions r where r.org_id = ${orgId} and r.id = ${Number(first)})
        and exists (select from events e where e.org_id = ${orgId} and e.id = m.event_id and e.redemption_id = ${Number(first)})`
    : sql`m.coupon_id between ${Number(first)} and ${Number(last)}
        and exists (select from events e where e.org_id = ${orgId} and e.id = m.event_id and e.redemption_id is null)`
}

/** Lists messages of all webhooks of an organisation, latest event first. */
export function searchMessages(
  queries: Queries,
  orgId: number,
  query: LogQuery,
  limit: number,
): Promise<ShownMessage[]> {
  const first = sql`order by m.event_id desc limit ${limit}`
  if ('beforeId' in query) {
    const before = query.beforeId === undefined ? sql`` : sql`and m.event_id < ${query.beforeId}`
    // The latest messages of each webhook come from an index; those of all webhooks together would have to be sorted.
    return select(
      queries,
      orgId,
      sql`select m.* from webhooks x cross join lateral (
          select m.* from webhook_messages m where m.org_id = ${orgId} and m.webhook_id = x.id ${before} ${first}) m
        where x.org_id = ${orgId} and x.state <> 'deleted' ${first}`,
    )
  }
  const found = 'requestId' in query ? sql`m.request_id = ${query.requestId}` : byRefId(orgId, query.refId)
  return select(
    queries,
    orgId,
    sql`select m.* from webhook_messages m where m.org_id = ${orgId} and ${found} ${first}`,
  )
}
