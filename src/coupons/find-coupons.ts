import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../limits/guard-lookups.ts'
import { codeKey } from '../values/coupon-code.ts'

/** Every kind that is given narrows what is found; at least one is. */
export interface CouponQuery {
  readonly ids: readonly number[]
  readonly codes: readonly string[]
  /** Customers who hold them. */
  readonly holderIds: readonly number[]
  readonly limit: number
  readonly offset: number
}

export interface FoundCoupon {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly isRevoked: boolean
  readonly validUntilS: number
  readonly description: string
  readonly info: string
  readonly discountCode: string | null
  readonly discountType: string
  readonly discountValue: number
  readonly discountUpto: number
  /** As they were given at issue: sourceType, sourceId, sourceActivity, notes, reason. Null: none. */
  readonly issueDetails: Readonly<Record<string, string>> | null
}

export interface FoundCoupons {
  /** In the order of their ids; revoked ones only where they are named. */
  readonly coupons: readonly FoundCoupon[]
  /** Ids and codes that were asked for and lead to nothing, as they were asked for. */
  readonly unknown: readonly (string | number)[]
  /** Of the codes that were asked for, in their order: the key of the coupon that each means. */
  readonly keys: readonly string[]
}

/** More than a request can name. */
const maxFound = 10_000

const key = 'code_key(c.code collate "C")'

/** Ids of coupons that may fit, each way through an index of its own. $1 organisation, $2 ids, $3 code keys, $4 holders. */
const candidates = {
  ids: `select unnest($2::bigint[]) as id`,
  codes: `select c.id from coupons c where c.org_id = $1 and not c.is_shared and ${key} = any($3::text[])`,
  heldCodes: `
    select c.id from coupons c where c.org_id = $1 and not c.is_shared and ${key} = any($3::text[])
    union all
    select c.id from coupons c where c.org_id = $1 and c.is_shared and c.revoked_at is null
      and c.customer_id = any($4::bigint[]) and ${key} = any($3::text[])`,
  holders: `select c.id from coupons c where c.org_id = $1 and c.customer_id = any($4::bigint[]) and c.revoked_at is null`,
}

const findSql = (way: keyof typeof candidates) => `
select c.id, c.code, c.series_id as "seriesId", c.revoked_at is not null as "isRevoked",
  floor(date_part('epoch', c.valid_until))::float8 as "validUntilS", s.description, s.info, s.discount_code as "discountCode",
  s.discount_type as "discountType", s.discount_value::float8 as "discountValue", s.discount_upto::float8 as "discountUpto",
  (select e.details from events e where e.org_id = $1 and e.coupon_id = c.id and e.kind = 'issued' and e.details is not null
    order by e.id limit 1) as "issueDetails"
from (${candidates[way]}) w
join coupons c on c.org_id = $1 and c.id = w.id
join series s on s.org_id = $1 and s.id = c.series_id
where (cardinality($2::bigint[]) = 0 or c.id = any($2::bigint[]))
  and (cardinality($3::text[]) = 0 or ${key} = any($3::text[]))
  and (cardinality($4::bigint[]) = 0 or c.customer_id = any($4::bigint[]))
order by c.id limit $5 offset $6`

/**
 * Coupons by id, by code and by holder, all together. A code that customers share leads to their own coupons when
 * holders are given, else to the code itself.
 *
 * @throws Refusal 429 after too many unknown codes.
 */
export function findCoupons(context: Context, caller: Caller, query: CouponQuery): Promise<FoundCoupons> {
  return guardLookups(context, caller, query.codes.map(codeKey), async (tell, keys) => {
    const found = await find(context, caller, query, keys)
    // A page that is full, or not the first, does not show all that there are.
    const isWhole = query.offset === 0 && found.coupons.length < query.limit
    const all = isWhole ? found : await find(context, caller, { ...query, limit: maxFound, offset: 0 }, keys)
    const known = new Set(all.coupons.map(({ code }) => codeKey(code)))
    tell({ unknown: keys.filter((key) => !known.has(key)) })
    return found
  })
}

async function find(
  context: Context,
  { orgId }: Caller,
  { ids, codes, holderIds, limit, offset }: CouponQuery,
  keys: readonly string[],
): Promise<FoundCoupons> {
  const named = codes.length === 0 ? 'holders' : holderIds.length === 0 ? 'codes' : 'heldCodes'
  const way = ids.length > 0 ? 'ids' : named
  const { rows } = await context.database.pool.query<FoundCoupon>({
    name: `find-coupons-${way}`,
    text: findSql(way),
    values: [orgId, [...new Set(ids)], keys, holderIds, limit, offset],
  })
  const isWhole = offset === 0 && rows.length < limit
  const foundIds = new Set(rows.map(({ id }) => id))
  const foundKeys = new Set(rows.map(({ code }) => codeKey(code)))
  return {
    coupons: rows,
    keys,
    unknown: isWhole
      ? [...ids.filter((id) => !foundIds.has(id)), ...codes.filter((_, at) => !foundKeys.has(keys[at] ?? ''))]
      : [],
  }
}
