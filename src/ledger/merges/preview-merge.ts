import type { Caller } from '../../values/caller.ts'
import { mergedCustomer } from '../../values/customer-refusals.ts'
import { refuse } from '../../values/errors.ts'
import type { IdentifierType } from '../../values/identifier.ts'
import { readNow } from '../../platform/clock.ts'
import type { Context } from '../context.ts'
import { noSuchCustomer } from '../customers/no-such-customer.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { sharedPairs } from '../post/merge.ts'
import { stillWorks } from '../sql.ts'

/** One of two customers of whom one is to be merged into the other. */
export interface MergeSide {
  readonly id: number
  readonly version: number
  readonly firstName: string
  readonly lastName: string
  /** Those that are not shown came by an earlier merge, and only find the customer. */
  readonly identifiers: readonly {
    readonly type: IdentifierType
    readonly value: string
    readonly isShown: boolean
  }[]
  readonly isBlocked: boolean
  /** Not revoked. */
  readonly coupons: number
  /** Those of them that are neither expired nor used up. */
  readonly workingCoupons: number
  /** Not reversed. */
  readonly redemptions: number
  readonly liveHolds: number
  readonly notes: number
}

/** A limit per customer that the usage of both together reaches, and that of neither alone. */
export interface ReachedLimit {
  readonly seriesId: number
  readonly description: string
  readonly limit: 'redemptions' | 'coupons' | 'budget'
  readonly used: number
  readonly max: number
}

export interface MergePreview {
  readonly survivor: MergeSide
  readonly retired: MergeSide
  /** Unredeemed coupons of common codes that both hold: they will be revoked. */
  readonly revokedCoupons: number
  /** Redeemed ones: they will be left without further use. */
  readonly supersededCoupons: number
  readonly reachedLimits: readonly ReachedLimit[]
}

const now = 'coalesce($3::timestamptz, statement_timestamp())'

/** $1 organisation, $2 customers, $3 the instant or null. */
const sidesSql = `
select cu.id, cu.version, cu.first_name as "firstName", cu.last_name as "lastName", cu.blocked_at is not null as "isBlocked",
  cu.erased_at is not null as "isErased", cu.merged_into as "mergedInto",
  (select coalesce(json_agg(json_build_object('type', i.type, 'value', coalesce(nullif(i.shown, ''), i.value),
      'isShown', i.shown <> '') order by i.shown = '', i.type desc, i.value), '[]')
    from customer_identifiers i where i.org_id = $1 and i.customer_id = cu.id) as identifiers,
  (select coalesce(sum(u.issued - u.revoked), 0)::int from customer_series_usage u
    where u.org_id = $1 and u.customer_id = cu.id) as coupons,
  (select count(*)::int from coupons c join series s on s.org_id = $1 and s.id = c.series_id
    where c.org_id = $1 and c.customer_id = cu.id and ${stillWorks(now)} and s.valid_until >= ${now}) as "workingCoupons",
  (select coalesce(sum(u.redeemed), 0)::int from customer_series_usage u
    where u.org_id = $1 and u.customer_id = cu.id) as redemptions,
  (select count(*)::int from holds h
    where h.org_id = $1 and h.customer_id = cu.id and h.ended_at is null and h.expires_at > ${now}) as "liveHolds",
  (select count(*)::int from customer_notes n where n.org_id = $1 and n.customer_id = cu.id) as notes
from customers cu where cu.org_id = $1 and cu.id = any($2::bigint[])`

/** $1 organisation, $2 the retired customer, $3 the survivor. */
const sharedSql = `
select (count(*) filter (where redeemed = 0))::int as revoked, (count(*) filter (where redeemed > 0))::int as superseded
from (${sharedPairs}) p`

const maxLimits = 50

/** $1 organisation, $2 the retired customer, $3 the survivor. */
const limitsSql = `
select s.id as "seriesId", s.description, l."limit", l.a + l.b as used, l.max
from customer_series_usage a
join customer_series_usage b on b.org_id = $1 and b.customer_id = $3 and b.series_id = a.series_id
join series s on s.org_id = $1 and s.id = a.series_id
left join budget_usage ga on ga.org_id = $1 and ga.series_id = s.id and ga.customer_id = $2 and ga.per = 'total'
left join budget_usage gb on gb.org_id = $1 and gb.series_id = s.id and gb.customer_id = $3 and gb.per = 'total'
cross join lateral (values
  (1, 'redemptions', a.redeemed::float8, b.redeemed::float8, s.max_redemptions_per_customer::float8),
  (2, 'coupons', (a.issued - a.revoked)::float8, (b.issued - b.revoked)::float8, s.max_coupons_per_customer::float8),
  (3, 'budget', coalesce(ga.given, 0)::float8, coalesce(gb.given, 0)::float8, (s.budget ->> 'perCustomer')::float8)
) as l(n, "limit", a, b, max)
where a.org_id = $1 and a.customer_id = $2 and l.a + l.b >= l.max and greatest(l.a, l.b) < l.max
order by s.id, l.n limit ${maxLimits}`

type SideRow = MergeSide & { readonly isErased: boolean; readonly mergedInto: number | null }

/**
 * Tells what a merge of two customers would do. Nothing is locked, so figures may change until the merge; the versions
 * of both customers make it certain that neither has been changed since.
 *
 * @throws Refusal 8015 if one of the customers does not exist or is erased, 409 if one was merged before or both are the
 * same, 429 after too many unknown customers.
 */
export function previewMerge(
  context: Context,
  caller: Caller,
  { survivorId, retiredId }: { readonly survivorId: number; readonly retiredId: number },
): Promise<MergePreview> {
  if (survivorId === retiredId) throw refuse.conflict('A customer cannot be merged into itself')
  const { orgId } = caller
  const { pool, queries } = context.database
  return guardLookups(context, caller, { customers: 1 }, async () => {
    const both = [orgId, retiredId, survivorId]
    const at = await readNow(context, pool, caller)
    const { rows } = await pool.query<SideRow>(sidesSql, [orgId, [survivorId, retiredId], at])
    const sideOf = async (id: number): Promise<MergeSide> => {
      const row = rows.find((one) => one.id === id)
      if (row === undefined || row.isErased) throw await noSuchCustomer(queries, orgId, id)
      const { isErased: _isErased, mergedInto, ...side } = row
      if (mergedInto !== null) throw mergedCustomer(id, mergedInto)
      return side
    }
    const shared = await pool.query<{ revoked: number; superseded: number }>(sharedSql, both)
    const limits = await pool.query<ReachedLimit>(limitsSql, both)
    return {
      survivor: await sideOf(survivorId),
      retired: await sideOf(retiredId),
      revokedCoupons: shared.rows[0]?.revoked ?? 0,
      supersededCoupons: shared.rows[0]?.superseded ?? 0,
      reachedLimits: limits.rows,
    }
  })
}
