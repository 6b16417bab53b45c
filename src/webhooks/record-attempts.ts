import { inTransaction } from '../platform/db/transaction.ts'
import { sql } from 'kysely'
import type { Queries } from '../platform/db/queries.ts'
import type { ClaimedMessage } from './claim-messages.ts'
import type { MessageState } from './messages.ts'
import type { Attempted } from './outcome-rules.ts'
import { holdMs, isFailing, pauseMs, type RetryTimes } from './retry-rules.ts'

/** An attempt that has ended. */
export interface EndedAttempt extends Attempted {
  readonly message: ClaimedMessage
  readonly attemptedAt: Date
  readonly durationMs: number
}

type Health = { failures: number; state: string; failing_for_ms: number }

/** The fate of a message after an attempt. */
interface Fate {
  readonly state: MessageState
  readonly pauseMs: number
}

/** The first attempts to an unreachable receiver begin before the first of them has failed. */
const firstFailureToleranceMs = 120_000

const isDelivered = ({ outcome }: Attempted): boolean => outcome === 'delivered'

/**
 * A message is retried until it is too old. While a receiver fails on every message, the message is not at fault: it
 * waits with the webhook.
 */
function fateOf(times: RetryTimes, attempt: EndedAttempt, health: Health): Fate {
  if (isDelivered(attempt)) return { state: 'delivered', pauseMs: 0 }
  const { failures, triedForMs } = attempt.message
  const pause = Math.max(pauseMs(times, failures + 1, Math.random()), attempt.retryAfterMs ?? 0)
  const isTooOld = triedForMs + attempt.durationMs + pause > times.giveUpMs
  const isReceiverAtFault =
    isFailing(health.failures) && health.failing_for_ms + firstFailureToleranceMs >= triedForMs
  return { state: isTooOld && !isReceiverAtFault ? 'parked' : 'open', pauseMs: pause }
}

/**
 * The message's state follows its latest attempt, or a delivery by any attempt; other results of a superseded attempt
 * are ignored.
 */
async function writeMessages(
  transaction: Queries,
  orgId: number,
  webhookId: number,
  attempts: readonly EndedAttempt[],
  fates: readonly Fate[],
): Promise<void> {
  await sql`
    with e as (
      select * from unnest(${attempts.map(({ message }) => message.eventId)}::bigint[],
        ${attempts.map(({ message }) => message.number)}::int[], ${attempts.map(({ attemptedAt }) => attemptedAt)}::timestamptz[],
        ${attempts.map(({ outcome }) => outcome)}::text[], ${attempts.map(({ httpStatus }) => httpStatus)}::int[],
        ${attempts.map(({ durationMs }) => durationMs)}::int[], ${fates.map(({ state }) => state)}::text[],
        ${fates.map(({ pauseMs }) => pauseMs)}::float8[])
        as e(event_id, number, attempted_at, outcome, http_status, duration_ms, state, pause_ms)
    ), told as (
      insert into webhook_attempts (org_id, webhook_id, event_id, number, attempted_at, outcome, http_status, duration_ms)
      select ${orgId}, ${webhookId}::bigint, e.event_id, e.number, e.attempted_at, e.outcome, e.http_status, e.duration_ms from e
      where exists (select from webhook_messages m
        where m.org_id = ${orgId} and m.webhook_id = ${webhookId} and m.event_id = e.event_id)
      on conflict do nothing
    )
    update webhook_messages m set state = e.state, leased_until = null,
      failures = m.failures + (e.state <> 'delivered')::int,
      due_at = case when e.state = 'open' then now() + make_interval(secs => e.pause_ms / 1000) else m.due_at end,
      delivered_at = case when e.state = 'delivered' then now() else m.delivered_at end
    from e where m.org_id = ${orgId} and m.webhook_id = ${webhookId} and m.event_id = e.event_id and m.state = 'open'
      and (e.state = 'delivered' or m.attempts = e.number)`.execute(transaction)
}

/** Records what a batch of attempts says about the receiver. */
async function writeHealth(
  transaction: Queries,
  orgId: number,
  webhookId: number,
  times: RetryTimes,
  attempts: readonly EndedAttempt[],
  health: Health,
): Promise<void> {
  if (health.state !== 'active') return
  const set = (columns: ReturnType<typeof sql>) =>
    sql`update webhooks set ${columns} where org_id = ${orgId} and id = ${webhookId}`.execute(transaction)
  if (attempts.some(({ outcome }) => outcome === 'gone'))
    return void (await set(sql`state = 'stopped', stopped_because = 'gone'`))
  const throttled = attempts.filter(({ outcome }) => outcome === 'throttled')
  const askedMs = Math.max(0, ...throttled.map(({ retryAfterMs }) => retryAfterMs ?? 0))
  const asked = sql`held_until = greatest(held_until, now() + make_interval(secs => ${askedMs / 1000}::float8))`
  if (attempts.some(isDelivered)) {
    if (health.failures > 0) await set(sql`failures = 0, failing_since = null, held_until = null`)
    // Messages that failed while the receiver was down are due at once.
    if (isFailing(health.failures))
      await sql`update webhook_messages set due_at = now() where org_id = ${orgId} and webhook_id = ${webhookId}
        and state = 'open' and due_at > now()`.execute(transaction)
    if (askedMs > 0) await set(asked)
    return
  }
  if (isFailing(health.failures) && health.failing_for_ms > times.giveUpMs)
    return void (await set(sql`state = 'stopped', stopped_because = 'failing'`))
  const failures = health.failures + attempts.length
  const pause = Math.max(askedMs, holdMs(times, failures, health.failing_for_ms, Math.random()))
  await set(sql`failures = ${failures}, failing_since = coalesce(failing_since, now())`)
  if (pause > 0)
    await set(sql`held_until = greatest(held_until, now() + make_interval(secs => ${pause / 1000}::float8))`)
}

/**
 * Records the results of attempts for messages and their webhook in one transaction: delivered, retried after a pause
 * that doubles, or parked after too long. A 410 stops the webhook, and so does a receiver that has failed all that
 * time.
 *
 * @returns the states of the messages, in the order of the attempts.
 */
export async function recordAttempts(
  queries: Queries,
  orgId: number,
  webhookId: number,
  times: RetryTimes,
  attempts: readonly EndedAttempt[],
): Promise<MessageState[]> {
  return inTransaction(queries, async (transaction) => {
    const { rows } = await sql<Health>`select failures, state,
        coalesce(extract(epoch from now() - failing_since) * 1000, 0)::float8 as failing_for_ms
      from webhooks where org_id = ${orgId} and id = ${webhookId} for no key update`.execute(transaction)
    const health = rows[0]
    if (health === undefined) return attempts.map(() => 'open' as const)
    const fates = attempts.map((attempt) => fateOf(times, attempt, health))
    await writeMessages(transaction, orgId, webhookId, attempts, fates)
    await writeHealth(transaction, orgId, webhookId, times, attempts, health)
    return fates.map(({ state }) => state)
  })
}

/** Releases claimed but unsent messages, so that another process need not wait for the lease to expire. */
export async function releaseMessages(
  queries: Queries,
  orgId: number,
  webhookId: number,
  messages: readonly ClaimedMessage[],
): Promise<void> {
  if (messages.length === 0) return
  await sql`update webhook_messages m set leased_until = null
    from unnest(${messages.map(({ eventId }) => eventId)}::bigint[], ${messages.map(({ number }) => number)}::int[]) as e(event_id, number)
    where m.org_id = ${orgId} and m.webhook_id = ${webhookId} and m.event_id = e.event_id and m.attempts = e.number
      and m.state = 'open'`.execute(queries)
}
