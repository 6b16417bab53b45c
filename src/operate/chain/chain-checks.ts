import type { LedgerCheck } from '../integrity/ledger-check.ts'
import { firstHashOf, lineRestOf } from './chain-sql.ts'

/** Faulty events that are compared with one another, to find those that have changed places. */
const maxCompared = 100

/** The first fault of each position. A removed link is one of the position after it. */
const faultsSql = `
with links as (
  select l.position, l.event_id, l.hash, lag(l.position, 1, 0::bigint) over w as position_before,
    lag(l.event_id, 1, 0::bigint) over w as event_before, coalesce(lag(l.hash) over w, ${firstHashOf('c.org_id', 'c.id')}) as previous
  from event_chains c join event_links l on l.org_id = c.org_id
  where c.org_id = $1 window w as (order by l.position)
), faulty as materialized (
  select l.*, e as event, case when e.id is not null then ${lineRestOf('e', 'l.position')} end as line
  from links l left join events e on e.org_id = $1 and e.id = l.event_id
  where e.id is null or l.position <> l.position_before + 1 or l.event_id <= l.event_before
    or event_hash(l.previous, ${lineRestOf('e', 'l.position')}) <> l.hash
), compared as materialized (
  select * from faulty where line is not null order by position limit ${maxCompared}
), exchanged as (
  select a.position, min((b.event).id) as other from compared a join compared b on b.position <> a.position
  where event_hash(a.previous, ${lineRestOf('(b.event)', 'a.position', 'a.event_id')}) = a.hash
  group by a.position
), altered as (
  select f.position from faulty f join faulty n on n.position = f.position + 1
  where event_hash(event_hash(f.previous, f.line), n.line) = n.hash
)`

const placeOf = (link: string): string =>
  `'event ' || ${link}.event_id || ' at position ' || ${link}.position`

/** The checks of an organisation's chain, as far as it reaches: events that are not linked yet are not judged. */
export const chainChecks: readonly LedgerCheck[] = [
  {
    name: 'chain: every linked event is there, unchanged and in its place',
    sql: `${faultsSql}
      select case when f.position > f.position_before + 1 then
          'position ' || f.position_before + 1 || case when f.position > f.position_before + 2
            then ' to ' || f.position - 1 else '' end
          when a.position is not null then 'the link at position ' || f.position
          else ${placeOf('f')} end as subject,
        case when f.position > f.position_before + 1 then 'no link'
          when f.line is null then 'removed'
          when f.event_id <= f.event_before then 'after event ' || f.event_before
          when x.other is not null then 'has the content of event ' || x.other
          else 'changed' end as found,
        case when f.position > f.position_before + 1 then 'a link for each position'
          when f.line is null then 'in the log'
          when f.event_id <= f.event_before then 'in the order of ids: the links were reordered'
          when x.other is not null then 'as it was linked: events were reordered'
          else 'as it was linked' end as expected
      from faulty f
      left join exchanged x on x.position = f.position
      left join altered a on a.position = f.position
      where not exists (select from altered b where b.position = f.position - 1)
      order by f.position`,
  },
  {
    name: 'chain: no event was inserted between linked ones',
    sql: `
      select 'event ' || e.id as subject, 'in the log without a position' as found,
        'linked: it was inserted, or its link was removed' as expected
      from event_chains c join events e on e.org_id = $1 and e.id <= c.last_event_id
      where c.org_id = $1 and not exists (select from event_links l where l.org_id = $1 and l.event_id = e.id)
      order by e.id`,
  },
  {
    name: 'chain: it ends where it was last extended',
    sql: `
      select 'the chain' as subject,
        format('%s links, the last of event %s', coalesce(l.position, 0), coalesce(l.event_id, 0)) as found,
        format('%s links, the last of event %s', c.length, c.last_event_id) as expected
      from event_chains c
      left join (select * from event_links where org_id = $1 order by position desc limit 1) l on true
      where c.org_id = $1 and (c.length, c.last_event_id, c.hash) is distinct from
        (coalesce(l.position, 0), coalesce(l.event_id, 0), coalesce(l.hash, ${firstHashOf('c.org_id', 'c.id')}))`,
  },
]
