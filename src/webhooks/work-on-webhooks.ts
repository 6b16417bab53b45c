import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../ledger/context.ts'
import { createQueries } from '../platform/db/queries.ts'
import { keepWorking } from '../platform/keep-working.ts'
import { deliver } from './deliver.ts'
import { EventHorizon } from './event-horizon.ts'
import { measureWebhooks } from './measure-webhooks.ts'
import { createPostman } from './post-message.ts'
import { relayEvents } from './relay-events.ts'
import { tellExpiringCoupons } from './tell-expiring-coupons.ts'
import { tellNearLimits } from './tell-near-limits.ts'

/** Separate connections: deliveries, however many, never keep a till waiting for a connection. */
const connections = 3
const measureEveryMs = 5_000
/** Grace period for deliveries in progress when the server stops; afterwards they are aborted and sent again later. */
const graceMs = 3_000

/** Across organisations, as with uploads. */
const activeSql = `select w.org_id as "orgId", w.id, w.kinds && '{expiring-soon}' as "wantsExpiring",
  w.kinds && '{limit-near}' as "wantsLimits", w.replay_after_id is not null as "isReplaying",
  w.updated_at::text as version, exists (select from webhook_messages m where m.org_id = w.org_id and m.webhook_id = w.id
    and m.state = 'open' and m.due_at <= now()) as "isAnythingDue"
from webhooks w where w.state = 'active' order by w.org_id, w.id limit 10000`

interface ActiveWebhook {
  readonly orgId: number
  readonly id: number
  readonly wantsExpiring: boolean
  readonly wantsLimits: boolean
  readonly isReplaying: boolean
  /** Changes with every change by a caller. */
  readonly version: string
  readonly isAnythingDue: boolean
}

/** Finds events caused by time and usage for subscribed webhooks: one page of coupons at a time, without haste. */
async function tellWhatIsDue(context: Context, webhooks: readonly ActiveWebhook[]): Promise<void> {
  const orgs = (wants: 'wantsExpiring' | 'wantsLimits') =>
    new Set(webhooks.filter((one) => one[wants]).map(({ orgId }) => orgId))
  for (const orgId of orgs('wantsLimits')) await tellNearLimits(context, orgId)
  for (const orgId of orgs('wantsExpiring')) await tellExpiringCoupons(context, orgId)
}

/**
 * Delivers events to receivers while the server runs: creates messages for new events and sends due ones, independently
 * for each receiver, so that none waits for another.
 *
 * @returns a function that stops it once deliveries in progress have ended or are aborted.
 */
export function startWebhookWork(server: Context): () => Promise<void> {
  const { log, config } = server
  const pool = server.database.connections.pool(connections)
  const database = { ...server.database, pool, queries: createQueries(pool) }
  const context = { ...server, database }
  const postman = createPostman(config)
  const horizon = new EventHorizon(database.pool)
  const deliveries = new Map<string, Promise<void>>()
  /** Webhooks that are up to date, with the state of the log and of the webhook at that time. */
  const idle = new Map<string, string>()
  let measureAtMs = 0

  /** One loop of this process serves a receiver; loops of other processes serve it too. */
  const startDelivery = ({ orgId, id }: ActiveWebhook, isStopped: () => boolean): void => {
    const key = `${orgId} ${id}`
    if (deliveries.has(key)) return
    const delivery = deliver(context, postman, orgId, id, isStopped)
      .catch((error: unknown) =>
        log.warn(
          { orgId, webhookId: id, reason: (error as Error).message },
          'messages could not be sent; trying again later',
        ),
      )
      .finally(() => deliveries.delete(key))
    deliveries.set(key, delivery)
  }

  /** @returns the result; idle: nothing has happened since the webhook was up to date. */
  const relay = async (
    { orgId, id, version, isReplaying }: ActiveWebhook,
    { finalId, drawnId }: { finalId: number; drawnId: number },
  ): Promise<'more' | 'done' | 'later' | 'idle'> => {
    const key = `${orgId} ${id}`
    const state = `${drawnId} ${version}`
    if (!isReplaying && idle.get(key) === state) return 'idle'
    try {
      const relayed = await relayEvents(database.queries, orgId, id, finalId)
      if (relayed === 'done' && finalId === drawnId) idle.set(key, state)
      else idle.delete(key)
      return relayed
    } catch (error) {
      // The next webhook may still succeed.
      log.warn(
        { orgId, webhookId: id, reason: (error as Error).message },
        'events could not be put on their way; trying again later',
      )
      return 'later'
    }
  }

  const step = async (isStopped: () => boolean): Promise<boolean> => {
    const { rows: webhooks } = await database.pool.query<ActiveWebhook>(activeSql)
    let isMoreToDo = false
    if (webhooks.length > 0) {
      await tellWhatIsDue(context, webhooks)
      const upTo = await horizon.read()
      for (const webhook of webhooks) {
        if (isStopped()) return false
        const relayed = await relay(webhook, upTo)
        if (relayed === 'more') isMoreToDo = true
        if (relayed !== 'idle' || webhook.isAnythingDue) startDelivery(webhook, isStopped)
      }
    }
    if (Date.now() >= measureAtMs) {
      measureAtMs = Date.now() + measureEveryMs
      await measureWebhooks(context)
    }
    return isMoreToDo
  }

  const stop = keepWorking(context, step, 'webhooks could not be worked on')
  return async () => {
    const ended = async () => void (await Promise.all([stop(), ...deliveries.values()]))
    await Promise.race([ended(), sleep(graceMs, undefined, { ref: false })])
    postman.close()
    await ended()
    await pool.end()
  }
}
