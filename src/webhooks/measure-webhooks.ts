import type { Context } from '../ledger/context.ts'

/**
 * Across organisations but for sandboxes, for which nobody is to be woken: indexes of open and parked messages answer it. Events that have no message yet are counted from
 * the first one above those that are final; a webhook that is told at once has none.
 */
const figuresSql = `
select w.org_id::text as organisation, w.id::text as webhook, w.state = 'active' as "isActive",
  (select count(*)::int from webhook_messages m where m.org_id = w.org_id and m.webhook_id = w.id and m.state = 'open') as open,
  (select count(*)::int from webhook_messages m where m.org_id = w.org_id and m.webhook_id = w.id and m.state = 'parked') as parked,
  greatest(0, extract(epoch from now() - least(
    (select min(m.occurred_at) from webhook_messages m
      where m.org_id = w.org_id and m.webhook_id = w.id and m.state = 'open'),
    (select e.occurred_at from events e
      where e.org_id = w.org_id and e.id > w.read_up_to_id and e.kind = any(w.kinds)
        and e.imported is distinct from 'quiet' and not exists (select from webhook_messages m
          where m.org_id = e.org_id and m.webhook_id = w.id and m.event_id = e.id)
      order by e.id limit 1))))::float8 as "lagS"
from webhooks w join organisations o on o.org_id = w.org_id and not o.is_sandbox where w.state <> 'deleted' order by w.org_id, w.id limit 10000`

/** Brings the figures about webhooks up to date. */
export async function measureWebhooks({ database, metrics }: Context): Promise<void> {
  const { rows } = await database.pool.query<{
    organisation: string
    webhook: string
    isActive: boolean
    open: number
    parked: number
    lagS: number | null
  }>({ name: 'webhook-figures', text: figuresSql })
  const { webhookLag, webhookMessages, webhookActive } = metrics
  for (const gauge of [webhookLag, webhookMessages, webhookActive]) gauge.reset()
  for (const { organisation, webhook, isActive, open, parked, lagS } of rows) {
    const labels = { organisation, webhook }
    webhookActive.set(labels, isActive ? 1 : 0)
    // One that is paused is late on purpose.
    if (isActive) webhookLag.set(labels, lagS ?? 0)
    webhookMessages.set({ ...labels, state: 'open' }, open)
    webhookMessages.set({ ...labels, state: 'parked' }, parked)
  }
}
