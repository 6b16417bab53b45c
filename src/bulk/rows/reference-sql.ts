import { customerOf } from '../../ledger/sql.ts'

/**
 * Resolves the customer of a staged row `t`: `k.low` and `k.high` are equal if all its references agree; an id means the
 * customer that it was merged into. 0: no customer. `offset 0`: each identifier is looked up once.
 */
export const referenceSql = `
cross join lateral (
  select least(i.customer_id, i.mobile, i.email, i.external_id) as low,
    greatest(i.customer_id, i.mobile, i.email, i.external_id) as high
  from (select coalesce(${customerOf('t.customer_id')}, t.customer_id) as customer_id, ${[
    'mobile',
    'email',
    'external_id',
  ]
    .map(
      (column) => `
    case when t.${column} is not null then coalesce((select x.customer_id from customer_identifiers x
      where x.org_id = $1 and x.type = '${column === 'external_id' ? 'externalId' : column}' and x.value = t.${column}), 0)
    end as ${column}`,
    )
    .join(',')} offset 0) i) k
left join customers cu on cu.org_id = $1 and cu.id = k.high`

/** The rows of a chunk. $2 and $3: lines, the first exclusive. */
export const chunkSql = 't.line > $2 and t.line <= $3'
