import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { bearsCode, codeKeyOf, sharesCode } from '../sql.ts'
import { isShownById, seesWaiting } from './waiting-codes.ts'
import { keysOf, selectTerms, type TermsOf } from '../series/terms.ts'

/** Each given criterion narrows the result; at least one is required. */
export interface CouponQuery {
  readonly ids: readonly number[]
  readonly codes: readonly string[]
  /** Customers who hold the coupons. */
  readonly holderIds: readonly number[]
  readonly limit: number
  readonly offset: number
}

export interface FoundCoupon extends TermsOf<'shown'> {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly isRevoked: boolean
  readonly validUntilS: number
  /** As given at issue: sourceType, sourceId, sourceActivity, notes, reason. Null: none. */
  readonly issueDetails: Readonly<Record<string, string>> | null
}

export interface FoundCoupons {
  /** Ordered by id; revoked coupons are included only if the query names them. */
  readonly coupons: readonly FoundCoupon[]
  /** Requested ids and codes that match no coupon, as given in the request. */
  readonly unknown: readonly (string | number)[]
  /** For each requested code, in order: the key of the coupon it refers to. */
  readonly keys: readonly string[]
}

/** More than a request can name. */
const maxFound = 10_000

/** The customers that the ids in $4 mean. */
const holders = `any(array(
  select coalesce(m.merged_into, m.id) from customers m where m.org_id = $1 and m.id = any($4::bigint[])))`

/**
 * Ids of candidate coupons; each criterion uses its own index. $1 organisation, $2 ids, $3 code keys, $4 holders, $7
 * see `isShownById`.
 */
const candidates = {
  ids: `select unnest($2::bigint[]) as id`,
  codes: `select c.id from coupons c where ${bearsCode('any($3::text[])')}`,
  heldCodes: `
    select c.id from coupons c where ${bearsCode('any($3::text[])')}
    union all
    select c.id from coupons c where ${sharesCode('any($3::text[])', holders)} and c.revoked_at is null`,
  holders: `select c.id from coupons c where c.org_id = $1 and c.customer_id = ${holders} and c.revoked_at is null`,
}

const findSql = (way: keyof typeof candidates) => `
select c.id, c.code, c.series_id as "seriesId", c.revoked_at is not null as "isRevoked",
  floor(date_part('epoch', c.valid_until))::float8 as "validUntilS", ${selectTerms(keysOf('shown'))},
  (select e.details from events e where e.org_id = $1 and e.coupon_id = c.id and e.kind = 'issued' and e.details is not null
    order by e.id limit 1) as "issueDetails"
from (${candidates[way]}) w
join coupons c on c.org_id = $1 and c.id = w.id
join series s on s.org_id = $1 and s.id = c.series_id
where (cardinality($2::bigint[]) = 0 or c.id = any($2::bigint[]) and ${isShownById('$7')})
  and (cardinality($3::text[]) = 0 or ${codeKeyOf('c')} = any($3::text[]))
  and (cardinality($4::bigint[]) = 0 or c.customer_id = ${holders})
order by c.id limit $5 offset $6`

/**
 * Finds coupons that match all given ids, codes and holders. A shared code finds the coupons of the given holders, or
 * the code's own coupon if no holder is given.
 *
 * @throws Refusal 429 after too many unknown codes, ids or customers.
 */
export async function findCoupons(
  context: Context,
  caller: Caller,
  query: CouponQuery,
): Promise<FoundCoupons> {
  const [found] = await findEach(context, caller, [query])
  if (found === undefined) throw new Error('one question has one answer')
  return found
}

/** Answers several queries separately, with a single look-up. @throws as `findCoupons` does. */
export function findEach(
  context: Context,
  caller: Caller,
  queries: readonly CouponQuery[],
): Promise<FoundCoupons[]> {
  const asked = {
    codeKeys: queries.flatMap(({ codes }) => codes.map(codeKey)),
    couponIds: queries.flatMap(({ ids }) => ids).length,
    customers: new Set(queries.flatMap(({ holderIds }) => holderIds)).size,
  }
  return guardLookups(context, caller, asked, (tell, allKeys) => {
    const keysLeft = [...allKeys]
    return Promise.all(
      queries.map(async (query) => {
        const keys = keysLeft.splice(0, query.codes.length)
        const found = await find(context, caller, query, keys)
        // A full page, or a page after the first, may not contain all matches.
        const isWhole = query.offset === 0 && found.coupons.length < query.limit
        const all = isWhole
          ? found
          : await find(context, caller, { ...query, limit: maxFound, offset: 0 }, keys)
        const known = new Set(all.coupons.map(({ code }) => codeKey(code)))
        const knownIds = new Set(all.coupons.map(({ id }) => id))
        tell({
          unknown: keys.filter((key) => !known.has(key)),
          unknownIds: query.ids.filter((id) => !knownIds.has(id)).length,
          unknownCustomers: all.coupons.length > 0 ? 0 : await countUnknown(context, caller, query.holderIds),
        })
        return found
      }),
    )
  })
}

/** Counts unknown customers. An existing customer without coupons is not counted: most customers hold none. */
async function countUnknown(
  { database }: Context,
  { orgId }: Caller,
  customerIds: readonly number[],
): Promise<number> {
  if (customerIds.length === 0) return 0
  const { rows } = await database.pool.query<{ n: number }>({
    name: 'unknown-customers',
    text: `select count(*)::int as n from unnest($2::bigint[]) as w(id)
      where not exists (select from customers cu where cu.org_id = $1 and cu.id = w.id and cu.erased_at is null)`,
    values: [orgId, [...new Set(customerIds)]],
  })
  return rows[0]?.n ?? 0
}

async function find(
  context: Context,
  caller: Caller,
  { ids, codes, holderIds, limit, offset }: CouponQuery,
  keys: readonly string[],
): Promise<FoundCoupons> {
  const named = codes.length === 0 ? 'holders' : holderIds.length === 0 ? 'codes' : 'heldCodes'
  const way = ids.length > 0 ? 'ids' : named
  const { rows } = await context.database.pool.query<FoundCoupon>({
    name: `find-coupons-${way}`,
    text: findSql(way),
    values: [caller.orgId, [...new Set(ids)], keys, holderIds, limit, offset, seesWaiting(caller)],
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
