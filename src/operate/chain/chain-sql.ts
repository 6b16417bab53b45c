/**
 * What callers and people wrote into `events.details`, and what may name a person. It is not chained, so that it can be
 * erased from an event without breaking the chain.
 */
const unchained = ['notes', 'reason', 'sourceType', 'sourceId', 'sourceActivity', 'by', 'address']

/**
 * The line of an event, without its beginning `{"previous":"HASH",`, which the database function `event_hash` adds. Its
 * bytes are hashed and exported, so this text must never change: every chain would appear to be altered. What events
 * get later needs a second form, for links from some position on.
 *
 * It has all columns of `events`. The instant is printed by `to_json`, which does not depend on settings and is
 * unambiguous for every value; `details` by `jsonb`, which has one text per value.
 *
 * @param event alias of a row of `events`. @param position SQL of its position. @param id SQL of its id.
 */
export const lineRestOf = (event: string, position: string, id = `${event}.id`): string => {
  const number = (column: string): string => `coalesce(${event}.${column}::text, 'null')`
  const text = (column: string): string => `coalesce(to_json(${event}.${column})::text, 'null')`
  const instant = `rtrim(to_json(${event}.occurred_at at time zone 'UTC')::text, '"') || 'Z"'`
  const details = `coalesce(nullif(case when jsonb_typeof(${event}.details) = 'object'
    then ${event}.details - '{${unchained.join(',')}}'::text[] else ${event}.details end, '{}')::text, 'null')`
  return `'"position":' || ${position} || ',"organisation":' || ${event}.org_id || ',"id":' || ${id}
    || ',"kind":' || ${text('kind')} || ',"couponId":' || ${number('coupon_id')}
    || ',"redemptionId":' || ${number('redemption_id')} || ',"tillId":' || ${number('till_id')}
    || ',"occurredAt":' || ${instant} || ',"details":' || ${details}
    || ',"requestId":' || ${text('request_id')} || ',"imported":' || ${text('imported')} || '}'`
}

/** The hash before the first link. @param orgId SQL of the organisation. @param id SQL of the id of the chain. */
export const firstHashOf = (orgId: string, id: string): string =>
  `sha256(convert_to('counterfoil-chain-1 ' || ${orgId} || ' ' || ${id}, 'UTF8'))`
