import type { Pool } from 'pg'

/** Rows counted per organisation: a long log that is being linked is not counted to its end. */
const mostCounted = 10_000

/** `lagS` ignores imported events, which happened long before they were written. */
const statesSql = `
select o.org_id as "orgId", o.name, coalesce(c.length, 0)::float8 as position, coalesce(c.last_event_id, 0)::float8 as "lastEventId",
  l.position is not null or coalesce(c.length, 0) = 0 as "endsInLink", w.waiting, w."lagS"
from organisations o
left join event_chains c on c.org_id = o.org_id
left join event_links l on l.org_id = c.org_id and l.position = c.length and l.event_id = c.last_event_id and l.hash = c.hash
cross join lateral (
  select count(*)::int as waiting,
    greatest(0, coalesce(extract(epoch from clock_timestamp() - min(e.occurred_at) filter (where e.imported is null)), 0))::float8 as "lagS"
  from (
    select occurred_at, imported from events
    where org_id = o.org_id and id > coalesce(c.last_event_id, 0) order by id limit ${mostCounted}
  ) e
) w
where not o.is_sandbox and o.reset_began_at is null
order by o.org_id limit 10000`

/** How far the chain of an organisation has come. */
export interface ChainState {
  readonly orgId: number
  readonly name: string
  /** Number of linked events. */
  readonly position: number
  /** The last linked event; 0: none. */
  readonly lastEventId: number
  /** The end of the chain is its last link; false: one of both was changed. */
  readonly endsInLink: boolean
  /** Events that are not linked yet, at most 10,000. */
  readonly waiting: number
  /** Age of the oldest of them in seconds; 0: there is none, or all were imported. */
  readonly lagS: number
}

/** The state of the chain of every organisation except sandboxes, by id. Cheap; it verifies no event. */
export async function readChainStates(pool: Pool): Promise<ChainState[]> {
  return (await pool.query<ChainState>({ name: 'chain-states', text: statesSql })).rows
}
