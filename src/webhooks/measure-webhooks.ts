import type { Context } from '../ledger/context.ts'

/**
 * Across organisations except sandboxes, which must not wake anyone; answered by the indexes of open and parked
 * messages. Events without a message are counted from the first one above the final ones; a webhook that is up to date
 * has none.
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

/** Updates the metrics of webhooks. */
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
    // A paused webhook is late on purpose.
    if (isActive) webhookLag.set(labels, lagS ?? 0)
    webhookMessages.set({ ...labels, state: 'open' }, open)
    webhookMessages.set({ ...labels, state: 'parked' }, parked)
  }
}
