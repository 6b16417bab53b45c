import type { Context } from '../ledger/context.ts'

const chunkMessages = 5_000

/**
 * Reads a webhook's next messages in order of events, and deletes those delivered long enough ago, with their attempts.
 * $1 organisation, $2 webhook, $3 the event to start after, $4 days, $5 true: delete all of them.
 */
const forgetSql = `
with page as materialized (
  select m.event_id, m.state, m.delivered_at from webhook_messages m
  where m.org_id = $1 and m.webhook_id = $2 and m.event_id > $3 order by m.event_id limit ${chunkMessages}
), old as materialized (
  select event_id from page where $5 or (state = 'delivered' and delivered_at < now() - make_interval(days => $4))
), attempts as (
  delete from webhook_attempts a where a.org_id = $1 and a.webhook_id = $2 and a.event_id = any(array(select event_id from old))
), messages as (
  delete from webhook_messages m where m.org_id = $1 and m.webhook_id = $2 and m.event_id = any(array(select event_id from old))
)
select (select count(*)::int from page) as seen, (select count(*)::int from old) as forgotten,
  (select coalesce(max(event_id), 0) from page) as "lastId",
  exists (select from page where state = 'delivered' and delivered_at >= now() - make_interval(days => $4)) as "isYoung"`

interface Step {
  readonly seen: number
  readonly forgotten: number
  readonly lastId: number
  readonly isYoung: boolean
}

/**
 * Deletes messages delivered longer ago than the retention period, and all messages of deleted webhooks, in small
 * transactions. Events and open or parked messages are never deleted.
 *
 * @returns the number of messages.
 */
export async function forgetOldMessages(
  { database: { pool }, config }: Context,
  isStopped: () => boolean = () => false,
): Promise<number> {
  const { rows } = await pool.query<{ org_id: number; id: number; isDeleted: boolean }>(
    `select org_id, id, state = 'deleted' as "isDeleted" from webhooks order by org_id, id`,
  )
  let forgotten = 0
  for (const { org_id: orgId, id, isDeleted } of rows) {
    let afterId = 0
    for (;;) {
      if (isStopped()) return forgotten
      const values = [orgId, id, afterId, config.webhookMessagesKeptDays, isDeleted]
      const step = (await pool.query<Step>({ name: 'forget-messages', text: forgetSql, values }))
        .rows[0] as Step
      forgotten += step.forgotten
      afterId = step.lastId
      // Messages become younger in order of events.
      if (step.seen < chunkMessages || (step.isYoung && !isDeleted)) break
    }
    if (isDeleted) await pool.query('delete from webhooks where org_id = $1 and id = $2', [orgId, id])
  }
  return forgotten
}
