import type { Context } from '../context.ts'
import type { Caller } from '../../values/caller.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { bearsCode } from '../sql.ts'
import { seriesWithForm } from '../lookups/series-forms.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { parseId } from '../../values/ids.ts'
import { begins, searchBeginnings } from './search-customers.ts'

export const maxHits = 20
/** A shorter prefix matches too much; an id, a code or an external id may still be shorter. */
const minBeginning = 3

interface FoundCustomer {
  readonly id: number
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string | null
  readonly email: string | null
  readonly externalId: string | null
  readonly isBlocked: boolean
  /** The attribute of the customer that equals the text or begins with it. */
  readonly matched: 'id' | 'mobile' | 'email' | 'externalId' | 'name'
}

interface FoundCoupon {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly seriesDescription: string
  /** Null: the coupon has no holder, or many customers share its code. */
  readonly customerId: number | null
  readonly isRevoked: boolean
}

const shown = (type: string) => `(
  select i.shown from customer_identifiers i
  where i.org_id = $1 and i.customer_id = c.id and i.type = '${type}' order by i.value limit 1)`

const ofIdentifier = (parameter: string) => `(
  select i.customer_id as id, i.type as matched, case when lower(i.value) = lower(${parameter}) then 0 else 1 end as rank
  from customer_identifiers i where i.org_id = $1 and ${begins('i.value', parameter)}
  order by lower(i.value) using ~<~ limit ${maxHits})`

const ofName = (column: 'first_name' | 'last_name', parameter: string) => `(
  select c.id, 'name' as matched, 2 as rank from customers c
  where c.org_id = $1 and c.${column} <> '' and ${begins(`c.${column}`, parameter)}
  order by lower(c.${column}) using ~<~ limit ${maxHits})`

/** Maximum number of people with one first name that are searched for a last name. */
const maxNamesakes = 2_000

/**
 * $1 organisation, $2 the text, $3 and $4 the text as a prefix of a mobile number or e-mail address, $5 the text as an
 * id or null, $6 and $7 its first word and the rest, both null if it is a single word; $8 true: the text may be a
 * prefix. The limits keep each look-up an index probe, regardless of how many entries begin with the text.
 */
export const findCustomersSql = `
with m as (
  select c.id, 'id' as matched, 0 as rank from customers c where c.org_id = $1 and c.id = $5::bigint
  union all
  select i.customer_id, i.type, 0 from customer_identifiers i
  where i.org_id = $1 and i.type in ('mobile', 'email', 'externalId') and i.value = $2::text
  union all
  select x.* from (${['$2', '$3', '$4'].map(ofIdentifier).join(' union all ')} union all
    ${ofName('first_name', '$2')} union all ${ofName('last_name', '$2')} union all (
      select n.id, 'name', 2 from (
        select c.id, c.last_name from customers c
        where c.org_id = $1 and c.first_name <> '' and ${begins('c.first_name', '$6')}
        order by lower(c.first_name) using ~<~ limit ${maxNamesakes}) n
      where ${begins('n.last_name', '$7')} limit ${maxHits})) x where $8
), best as (
  select distinct on (m.id) m.id, m.matched, m.rank from m order by m.id, m.rank
)
select c.id, c.first_name as "firstName", c.last_name as "lastName", ${shown('mobile')} as mobile,
  ${shown('email')} as email, ${shown('externalId')} as "externalId", c.blocked_at is not null as "isBlocked", b.matched
from (select * from best order by rank, id limit ${maxHits}) b
cross join lateral (
  select * from customers x where x.org_id = $1 and x.id = b.id and x.erased_at is null limit 1) c
order by b.rank, b.id`

/** Finds customers whose id equals the text, or whose identifier or name begins with it; the closest match first. */
async function findCustomers(
  { database }: Context,
  { orgId, country }: Caller,
  given: string,
): Promise<FoundCustomer[]> {
  const [text = given, first = text, second = first] = searchBeginnings(given, country)
  const [, word = null, rest = null] = /^(\S+)\s+(\S.*)$/.exec(text) ?? []
  const { rows } = await database.pool.query<FoundCustomer>({
    name: 'find-customers',
    text: findCustomersSql,
    values: [
      orgId,
      text,
      first,
      second,
      parseId(text) ?? null,
      word,
      rest,
      Array.from(text).length >= minBeginning,
    ],
  })
  return rows
}

/**
 * Finds a coupon by its complete code: codes are worth money, so prefixes do not match. $1 organisation, $2 code key.
 */
export const findCouponSql = `
select c.id, c.code, c.series_id as "seriesId", s.description as "seriesDescription", c.customer_id as "customerId",
  c.revoked_at is not null as "isRevoked"
from coupons c join series s on s.org_id = $1 and s.id = c.series_id
where ${bearsCode('$2')}`

export interface Found {
  readonly customers: readonly FoundCustomer[]
  readonly coupons: readonly FoundCoupon[]
}

/**
 * Finds customers that match a text, and the coupon with that code in any letter case, each only if the caller may read
 * them. A search that finds nothing counts as an unknown customer, and also as an unknown code if the text contains a
 * digit. A text that has the form of a code and matches none counts as an unknown code even if customers are found.
 *
 * @throws Refusal 429 after too many unknown codes or customers.
 */
export function findAnything(context: Context, caller: Caller, text: string): Promise<Found> {
  const { orgId, access } = caller
  const ofCoupons = access.coupon !== 'none'
  const ofCustomers = access.customer !== 'none'
  const asked = { codeKeys: ofCoupons ? [codeKey(text)] : [], customers: ofCustomers ? 1 : 0 }
  return guardLookups(context, caller, asked, async (tell, [key = '']) => {
    const [customers, coupons] = await Promise.all([
      ofCustomers ? findCustomers(context, caller, text) : [],
      ofCoupons ? findCoupons(context, orgId, key) : [],
    ])
    // A text without a digit is more likely the name of a customer, unless the caller may not read customers.
    const couldBeCode = !ofCustomers || /\d/.test(text)
    const isNothing = customers.length + coupons.length === 0
    const isGuess =
      ofCoupons &&
      coupons.length === 0 &&
      ((isNothing && couldBeCode) || (await seriesWithForm(context, orgId, key)).length > 0)
    tell({ unknown: isGuess ? [key] : [], unknownCustomers: isNothing ? 1 : 0 })
    return { customers, coupons }
  })
}

async function findCoupons(context: Context, orgId: number, key: string): Promise<FoundCoupon[]> {
  const { rows } = await context.database.pool.query<FoundCoupon>({
    name: 'find-coupon',
    text: findCouponSql,
    values: [orgId, key],
  })
  return rows
}
