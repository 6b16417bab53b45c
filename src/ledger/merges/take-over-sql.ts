/**
 * What a merge does to the customers themselves, beside the ledger. $1 organisation, $2 the retired customer, $3 the
 * survivor.
 */

/** The channels of both customers `s` and `r`; a further one of a type is not the primary one. */
const channels = `s.comm_channels || coalesce((
    select jsonb_agg(x.channel || jsonb_build_object('primary', coalesce((x.channel ->> 'primary')::boolean, false)
      and not exists (select from jsonb_array_elements(s.comm_channels) y where y ->> 'type' = x.channel ->> 'type')))
    from jsonb_array_elements(r.comm_channels) x(channel)
    where not exists (
      select from jsonb_array_elements(s.comm_channels) y
      where y ->> 'type' = x.channel ->> 'type' and y ->> 'value' = x.channel ->> 'value')), '[]')`

/**
 * Completes the survivor: its own data takes precedence, the names if it has one. A block of either remains, and the
 * earlier registration counts. $4 till or null.
 */
export const completeSurvivorSql = `
update customers s set
  first_name = case when s.first_name = '' and s.last_name = '' then r.first_name else s.first_name end,
  last_name = case when s.first_name = '' and s.last_name = '' then r.last_name else s.last_name end,
  fields = r.fields || s.fields, extended_fields = r.extended_fields || s.extended_fields, comm_channels = ${channels},
  loyalty_type = case when r.loyalty_type = 'loyalty' then r.loyalty_type else s.loyalty_type end,
  registered_at = least(coalesce(s.registered_at, s.created_at), coalesce(r.registered_at, r.created_at)),
  blocked_at = least(s.blocked_at, r.blocked_at),
  updated_at = now(), updated_till_id = coalesce($4::bigint, s.updated_till_id)
from customers r
where s.org_id = $1 and s.id = $3 and r.org_id = $1 and r.id = $2`

/** Empties the retired customer, whose id leads to the survivor from now on. $4 the instant. */
export const retireSql = `
update customers set first_name = '', last_name = '', fields = '{}', extended_fields = '{}', comm_channels = '[]',
  merged_into = $3, merged_at = $4::timestamptz, updated_at = now()
where org_id = $1 and id = $2`

/** Customers who were merged into the retired one lead to the survivor: an id is never more than one step away. */
export const redirectSql = 'update customers set merged_into = $3 where org_id = $1 and merged_into = $2'

export const moveNotesSql =
  'update customer_notes set customer_id = $3 where org_id = $1 and customer_id = $2'

/** All identifiers find the survivor; the first of each type is shown. */
export const moveIdentifiersSql = `
update customer_identifiers i set customer_id = $3, shown = case when exists (
    select from customer_identifiers o where o.org_id = $1 and o.customer_id = $3 and o.type = i.type and o.shown <> '')
  then '' else i.shown end
where i.org_id = $1 and i.customer_id = $2`

/** One identifier that both had in two spellings is kept once, in its normal form. $1 organisation, $2 the survivor. */
export const joinSpellingsSql = `
with gone as (
  delete from customer_identifiers i using customer_identifiers k
  where i.org_id = $1 and i.customer_id = $2 and i.same_as is not null
    and k.org_id = $1 and k.customer_id = $2 and k.type = i.type and k.value = i.same_as
  returning i.type, i.same_as, i.shown
)
update customer_identifiers k set shown = g.shown from gone g
where k.org_id = $1 and k.type = g.type and k.value = g.same_as and k.shown = '' and g.shown <> ''`
