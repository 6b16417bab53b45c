import { unholdRevoked } from './hold.ts'

interface Revocation {
  /** An array of coupon ids; coupons that are already revoked are left unchanged. */
  readonly ids: string
  /** A further condition on coupon `c`. */
  readonly onlyIf?: string
  readonly now: string
  readonly till?: string
  readonly requestId?: string
}

/**
 * All effects of revocations, as parts of a `with`: `revoked` contains the coupons that this statement revokes. $1 is
 * the organisation. Unassigned codes affect no customer's counters.
 */
export const revoke = ({
  ids,
  onlyIf = 'true',
  now,
  till = 'null',
  requestId = 'null',
}: Revocation): string => `
revoked as (
  update coupons c set revoked_at = ${now}
  where c.org_id = $1 and c.id = any(${ids}) and c.revoked_at is null and ${onlyIf}
  returning c.id, c.series_id, c.customer_id, c.revoked_at
), ${unholdRevoked('revoked')}, of_customer as (
  update customer_series_usage u set revoked = u.revoked + d.n
  from (select customer_id, series_id, count(*)::int as n from revoked where customer_id is not null group by 1, 2) d
  where u.org_id = $1 and u.customer_id = d.customer_id and u.series_id = d.series_id
), told as (
  insert into events (org_id, kind, coupon_id, till_id, occurred_at, request_id)
  select $1, 'revoked', id, ${till}::bigint, revoked_at, ${requestId}::text from revoked order by id
)`

const now = 'coalesce($4::timestamptz, statement_timestamp())'

/** $1 organisation, $2 coupons, $3 till, $4 the instant or null, $5 request id. */
export const revokeSql = `
with ${revoke({ ids: '$2::bigint[]', now, till: '$3', requestId: '$5' })}
select from revoked`
