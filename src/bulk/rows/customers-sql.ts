import { customerOf } from '../../ledger/sql.ts'
import { chunkSql } from './reference-sql.ts'

const owner = (type: string, column: string): string =>
  `(select x.customer_id from customer_identifiers x where x.org_id = $1 and x.type = '${type}' and x.value = t.${column})`

/** Reads the rows of a chunk, and the customers of their ids and identifiers. */
export const customerRowsSql = `
select t.line, t.fault_code as "faultCode", t.fault, t.customer_id as "givenId", t.mobile, t.email,
  t.external_id as "externalId", t.first_name as "firstName", t.last_name as "lastName",
  o.mobile as "mobileOf", o.email as "emailOf", o.external_id as "externalIdOf", cu.id as "thereId",
  cu.first_name as "thereFirstName", cu.last_name as "thereLastName"
from staged t
cross join lateral (select ${owner('mobile', 'mobile')} as mobile, ${owner('email', 'email')} as email,
  ${owner('externalId', 'external_id')} as external_id) o
left join customers cu on cu.org_id = $1 and cu.id = coalesce(${customerOf('t.customer_id')}, t.customer_id, o.mobile, o.email, o.external_id)
where ${chunkSql} order by t.line`

/** $1 organisation, $2 lines. */
export const writeCustomersSql = `
with s as materialized (
  select t.*, coalesce(t.customer_id, nextval('customers_id_seq')) as id
  from unnest($2::int[]) as g(line) join staged t on t.line = g.line order by g.line
), made as (
  insert into customers (org_id, id, first_name, last_name, blocked_at)
  select $1, id, first_name, last_name, blocked_at from s order by line
)
insert into customer_identifiers (org_id, type, value, customer_id, shown)
select $1, i.type, i.value, s.id, i.shown
from s cross join lateral (values ('mobile', s.mobile, s.mobile), ('email', s.email, s.shown_email),
  ('externalId', s.external_id, s.external_id)) as i(type, value, shown)
where i.value is not null order by i.type, i.value`
