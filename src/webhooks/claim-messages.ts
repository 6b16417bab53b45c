import type { Pool } from 'pg'

/** A message that this process is sending. */
export interface ClaimedMessage {
  readonly eventId: number
  /** Number of this attempt: 1 is the first ever. */
  readonly number: number
  /** Failed attempts since the message was new or sent again by hand. */
  readonly failures: number
  /** Milliseconds since the first of those. */
  readonly triedForMs: number
}

/** Longer than an attempt can take: afterwards another process sends what a killed process was sending. */
const leaseBeyondTimeoutMs = 5_000

/**
 * $1 organisation, $2 webhook, $3 limit, $4 the lease in milliseconds. A message waits for earlier messages about the
 * same coupon, whichever process sends them. Two processes never claim the same message: each skips rows that another
 * holds, and a row claimed meanwhile is no longer free when it is rechecked. The limits keep each look-up a separate
 * index probe: the planner would otherwise join all open messages with each other.
 */
export const claimSql = `
with free as (
  select m.event_id from webhook_messages m
  where m.org_id = $1 and m.webhook_id = $2 and m.state = 'open' and m.due_at <= now()
    and (m.leased_until is null or m.leased_until <= now())
    and (select true from webhook_messages e where e.org_id = $1 and e.webhook_id = $2 and e.state = 'open'
      and e.coupon_id = m.coupon_id and e.event_id < m.event_id limit 1) is null
    and exists (select from webhooks w where w.org_id = $1 and w.id = $2 and w.state = 'active'
      and (w.held_until is null or w.held_until <= now()))
  order by m.due_at, m.event_id limit $3
  for update of m skip locked
)
update webhook_messages m
set leased_until = now() + make_interval(secs => $4 / 1000.0), attempts = m.attempts + 1,
  first_tried_at = coalesce(m.first_tried_at, now())
from free where m.org_id = $1 and m.webhook_id = $2 and m.event_id = free.event_id
returning m.event_id as "eventId", m.attempts as number, m.failures,
  (extract(epoch from now() - m.first_tried_at) * 1000)::float8 as "triedForMs"`

/** Claims messages that are due, at most `limit`, oldest first. */
export async function claimMessages(
  pool: Pool,
  orgId: number,
  webhookId: number,
  limit: number,
  timeoutMs: number,
): Promise<ClaimedMessage[]> {
  const { rows } = await pool.query<ClaimedMessage>({
    name: 'claim-messages',
    text: claimSql,
    values: [orgId, webhookId, limit, timeoutMs + leaseBeyondTimeoutMs],
  })
  return rows.toSorted((one, other) => one.eventId - other.eventId)
}
