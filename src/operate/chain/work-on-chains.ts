import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../../ledger/context.ts'
import { keepWorking } from '../../platform/keep-working.ts'
import { EventHorizon } from '../../webhooks/event-horizon.ts'
import { linkEvents, type Linked } from './link-events.ts'

const linkEveryMs = 5_000
/** Chunks of one organisation before it is the turn of the next. */
const chunksInTurn = 10

/** Organisations with final events that are not linked, in the order of their ids. $1: up to which id the log is final. */
const behindSql = `
select o.org_id as "orgId" from organisations o left join event_chains c on c.org_id = o.org_id
where o.reset_began_at is null and exists (
  select from events e where e.org_id = o.org_id and e.id > coalesce(c.last_event_id, 0) and e.id <= $1)
order by o.org_id`

/**
 * Chains the events of all organisations while the server runs, on a connection of its own. After each full chunk it
 * pauses for as long as the chunk took, so that a long log that is being linked takes at most half of one connection.
 *
 * @returns a function that stops it after the current chunk.
 */
export function startLinkingEvents(server: Context): () => Promise<void> {
  const { database, log } = server
  const pool = database.connections.pool(1)
  const horizon = new EventHorizon(pool)
  let linkAtMs = 0
  /** Up to which id the events of all organisations are linked. */
  let linkedId = 0

  const linkTurn = async (orgId: number, finalId: number, isStopped: () => boolean): Promise<Linked> => {
    for (let chunk = 0; chunk < chunksInTurn && !isStopped(); chunk++) {
      const startedAt = performance.now()
      const linked = await linkEvents(pool, orgId, finalId)
      if (linked !== 'more') return linked
      await sleep(performance.now() - startedAt)
    }
    return 'more'
  }

  const step = async (isStopped: () => boolean): Promise<boolean> => {
    if (Date.now() < linkAtMs) return false
    const { finalId } = await horizon.read()
    linkAtMs = Date.now() + linkEveryMs
    if (finalId === linkedId) return false
    const values = [finalId]
    const { rows } = await pool.query<{ orgId: number }>({ name: 'chains-behind', text: behindSql, values })
    const results = new Set<Linked>()
    for (const { orgId } of rows) {
      if (isStopped()) return false
      try {
        results.add(await linkTurn(orgId, finalId, isStopped))
      } catch (error) {
        // The next organisation may still succeed.
        results.add('later')
        const { message } = error as Error
        log.warn({ orgId, reason: message }, 'events could not be chained; trying again later')
      }
    }
    if (results.has('more')) linkAtMs = 0
    else if (!results.has('later')) linkedId = finalId
    return results.has('more')
  }

  const stop = keepWorking(server, step, 'events could not be chained')
  return async () => {
    await stop()
    await pool.end()
  }
}
