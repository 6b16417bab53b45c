import type { Pool } from 'pg'
import { bearsCode, codeKeyOf } from '../../ledger/sql.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { identifierTypes, normaliseIdentifier } from '../../values/identifier.ts'
import type { Caller } from '../../values/caller.ts'

/** The subjects of a request, as `subjects-rules.ts` collects them. */
export interface Named {
  readonly identifiers: readonly string[]
  readonly ids: readonly number[]
  readonly codes: readonly string[]
  readonly redemptionIds: readonly number[]
}

/** Customers, coupons and redemptions of this ledger. */
export interface References {
  readonly customers: readonly number[]
  readonly coupons: readonly number[]
  readonly redemptions: readonly number[]
  /** The named codes that are codes of coupons, in the form in which codes are compared. */
  readonly codeKeys: readonly string[]
}

interface NamedRow {
  customer_id: number | null
  coupon_id: number | null
  redemption_id: number | null
  code_key: string | null
}

/** $1 organisation, $2 types and $3 values of identifiers, $4 ids, $5 code keys, $6 ids of redemptions. */
const resolveSql = `
with named as (
  select i.customer_id, null::bigint as coupon_id, null::bigint as redemption_id, null as code_key from unnest($2::text[], $3::text[]) n(type, value)
  join customer_identifiers i on i.org_id = $1 and i.type = n.type and coalesce(i.same_as, i.value) = n.value
  union all select coalesce(c.merged_into, c.id), null, null, null from customers c where c.org_id = $1 and c.id = any($4::bigint[])
  union all select c.customer_id, c.id, null, null from coupons c where c.org_id = $1 and c.id = any($4::bigint[])
  union all select c.customer_id, c.id, null, ${codeKeyOf('c')} from coupons c where ${bearsCode('any($5::text[])')}
  union all select r.customer_id, r.coupon_id, r.id, null from redemptions r where r.org_id = $1 and r.id = any($6::bigint[])
)
select customer_id, coupon_id, redemption_id, code_key from named`

/** Finds the customers, coupons and redemptions that a request names, except unknown ones. */
export async function resolveNamed(
  pool: Pool,
  { orgId, country }: Pick<Caller, 'orgId' | 'country'>,
  { identifiers, ids, codes, redemptionIds }: Named,
): Promise<References> {
  const normalised = identifiers.flatMap((text) =>
    identifierTypes.flatMap((type) => {
      const value = normaliseIdentifier(type, text, country)
      return value === undefined ? [] : [{ type, value }]
    }),
  )
  const { rows } = await pool.query<NamedRow>(resolveSql, [
    orgId,
    normalised.map(({ type }) => type),
    normalised.map(({ value }) => value),
    ids,
    codes.filter((code) => !code.includes('\0')).map(codeKey),
    redemptionIds,
  ])
  const distinct = <Column extends keyof NamedRow>(column: Column) => [
    ...new Set(rows.map((row) => row[column]).filter((one) => one !== null)),
  ]
  return {
    customers: distinct('customer_id'),
    coupons: distinct('coupon_id'),
    redemptions: distinct('redemption_id'),
    codeKeys: distinct('code_key'),
  }
}

const noteSql = `
insert into shadow_changes as c (org_id, kind, id, changed_at)
select $1, n.kind, n.id, $4 from unnest($2::text[], $3::bigint[]) n(kind, id) order by n.kind, n.id
on conflict (org_id, kind, id) do update set changed_at = greatest(c.changed_at, excluded.changed_at)`

/** Whether this ledger has a named customer or coupon, and every named code. */
export const hasNamed = (
  { identifiers, ids, codes }: Named,
  { customers, coupons, codeKeys }: References,
): boolean =>
  (identifiers.length + ids.length === 0 || customers.length + coupons.length > 0) &&
  codes.every((code) => codeKeys.includes(codeKey(code)))

/**
 * Records changes by the other service that are unknown to this ledger.
 *
 * @param changed 'all' if the changed subjects are unknown.
 */
export async function noteChanges(
  pool: Pool,
  orgId: number,
  changed: References | 'all',
  at: Date,
): Promise<void> {
  const rows =
    changed === 'all'
      ? [{ kind: 'all', id: 0 }]
      : [
          ...changed.customers.map((id) => ({ kind: 'customer', id })),
          ...changed.coupons.map((id) => ({ kind: 'coupon', id })),
        ]
  if (rows.length === 0) return
  await pool.query(noteSql, [orgId, rows.map(({ kind }) => kind), rows.map(({ id }) => id), at])
}

/** Whether the other service has changed any of these since this ledger learned its state. */
export async function isChanged(
  pool: Pool,
  orgId: number,
  { customers, coupons }: References,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from shadow_changes where org_id = $1 and (kind = 'all' or kind = 'customer' and id = any($2::bigint[])
       or kind = 'coupon' and id = any($3::bigint[])) limit 1`,
    [orgId, customers, coupons],
  )
  return (rowCount ?? 0) > 0
}

/** Deletes changes of a customer and the customer's coupons that a history requested later contains. */
export async function forgetChanges(
  pool: Pool,
  orgId: number,
  customerId: number,
  began: Date,
): Promise<void> {
  await pool.query(
    `delete from shadow_changes x where org_id = $1 and changed_at < $3 and (kind = 'customer' and id = $2
       or kind = 'coupon' and exists (
         select from coupons c where c.org_id = $1 and c.id = x.id and c.customer_id = $2))`,
    [orgId, customerId, began],
  )
}
