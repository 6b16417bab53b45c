import type { Pool } from 'pg'
import { firstHashOf, lineRestOf } from './chain-sql.ts'

const chunkLines = 5_000

/** Positions after the first and up to the last. */
export interface Positions {
  readonly after: number
  readonly upTo: number
}

/** $1 organisation, $2 and $3 positions. Links are only ever appended, so the pages of one export agree. */
const linesSql = `
select '{"previous":"' || coalesce(encode(coalesce(p.hash, case when l.position = 1 then ${firstHashOf('c.org_id', 'c.id')} end), 'hex'), '')
  || '",' || ${lineRestOf('e', 'l.position')} as line
from event_chains c
join event_links l on l.org_id = c.org_id and l.position > $2 and l.position <= $3
join events e on e.org_id = l.org_id and e.id = l.event_id
left join event_links p on p.org_id = l.org_id and p.position = l.position - 1
where c.org_id = $1 order by l.position`

export interface ChainReach {
  /** Number of linked events. */
  readonly linked: number
  /** Number of later ones, which are not linked yet. */
  readonly waiting: number
}

/** Returns how far an organisation's chain reaches. */
export async function readChainReach(pool: Pool, orgId: number): Promise<ChainReach> {
  const { rows } = await pool.query<ChainReach>(
    `with c as (select coalesce(max(length), 0) as length, coalesce(max(last_event_id), 0) as last_event_id
       from event_chains where org_id = $1)
     select length as linked,
       (select count(*)::int from events e where e.org_id = $1 and e.id > c.last_event_id) as waiting from c`,
    [orgId],
  )
  return rows[0] as ChainReach
}

/**
 * Reads the lines of linked events, as they are hashed: JSON, each with the hash of the line before. An event that was
 * removed has no line, which a verification notices.
 *
 * @yields some lines at a time, without line feeds.
 */
export async function* exportEvents(
  pool: Pool,
  orgId: number,
  { after, upTo }: Positions,
): AsyncGenerator<readonly string[]> {
  for (let from = after; from < upTo; from += chunkLines) {
    const to = Math.min(from + chunkLines, upTo)
    const { rows } = await pool.query<{ line: string }>({
      name: 'export-events',
      text: linesSql,
      values: [orgId, from, to],
    })
    yield rows.map(({ line }) => line)
  }
}
