import { tell } from './events.ts'

/**
 * Halts or resumes a series and announces it; a series that is already in this state is left unchanged. $1
 * organisation, $2 series, $3 the halt as JSON or null, $4 kind of event, $5 the instant or null, $6 reason, $7 name of
 * the person or null, $8 request id, $9 till.
 */
export const haltSql = `
with changed as (
  update series s set halt = $3::jsonb
  where s.org_id = $1 and s.id = $2 and s.halt ->> 'as' is distinct from $3::jsonb ->> 'as'
  returning s.id
)
${tell('occurred_at, details, request_id, till_id')}
select $1, $4, coalesce($5::timestamptz, statement_timestamp()),
  jsonb_build_object('seriesId', id, 'reason', $6::text, 'by', $7::text), $8::text, $9::bigint
from changed`
