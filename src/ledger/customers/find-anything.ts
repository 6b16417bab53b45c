import type { Context } from '../context.ts'
import type { Caller } from '../../values/caller.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { bearsCode } from '../sql.ts'
import { seriesWithForm } from '../lookups/series-forms.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { epochS } from '../../platform/db/sql.ts'
import { parseId } from '../../values/ids.ts'
import { searchSeries } from '../series/search-series.ts'
import type { Series } from '../series/terms.ts'
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
  /** Counts the changes of the customer. */
  readonly version: number
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

/** Fewer trailing digits would match too many customers. */
const minEnding = 4

const shown = (type: string) => `(
  select i.shown from customer_identifiers i
  where i.org_id = $1 and i.customer_id = c.id and i.type = '${type}' and i.shown <> '' order by i.value limit 1)`

const ofIdentifier = (parameter: string) => `(
  select i.customer_id as id, i.type as matched, case when lower(i.value) = lower(${parameter}) then 0 else 1 end as rank
  from customer_identifiers i where i.org_id = $1 and ${begins('i.value', parameter)}
  order by lower(i.value) using ~<~ limit ${maxHits})`

const ofName = (column: 'first_name' | 'last_name', parameter: string) => `(
  select c.id, 'name' as matched, 2 as rank from customers c
  where c.org_id = $1 and c.${column} <> '' and ${begins(`c.${column}`, parameter)}
  order by lower(c.${column}) using ~<~ limit ${maxHits})`

/** The last digits of a mobile number, reversed for a prefix search. */
const ofEnding = (parameter: string) => `(
  select i.customer_id as id, 'mobile' as matched, 3 as rank from customer_identifiers i
  where i.org_id = $1 and i.type = 'mobile' and ${begins('reverse(i.value)', parameter)}
  order by lower(reverse(i.value)) using ~<~ limit ${maxHits})`

/** Maximum number of people with one first name that are searched for a last name. */
const maxNamesakes = 2_000

/** People by both names: the first word is a prefix of one name, and the rest is a prefix of the other. */
const ofBothNames = (first: 'first_name' | 'last_name', second: 'first_name' | 'last_name') => `(
  select n.id, 'name', 2 from (
    select c.id, c.${second} from customers c
    where c.org_id = $1 and c.${first} <> '' and ${begins(`c.${first}`, '$6')}
    order by lower(c.${first}) using ~<~ limit ${maxNamesakes}) n
  where ${begins(`n.${second}`, '$7')} limit ${maxHits})`

/**
 * $1 organisation, $2 the text, $3 and $4 the text as a prefix of a mobile number or e-mail address, $5 the text as an
 * id or null, $6 and $7 its first word and the rest, both null if it is a single word; $8 true: the text may be a
 * prefix; $9 its digits reversed if they may be the last digits of a mobile number, else null. The limits keep each
 * look-up an index probe, regardless of how many entries begin with the text.
 */
export const findCustomersSql = `
with m as (
  select coalesce(c.merged_into, c.id) as id, 'id' as matched, 0 as rank from customers c where c.org_id = $1 and c.id = $5::bigint
  union all
  select i.customer_id, i.type, 0 from customer_identifiers i
  where i.org_id = $1 and i.type in ('mobile', 'email', 'externalId') and i.value = $2::text
  union all
  select x.* from (${['$2', '$3', '$4'].map(ofIdentifier).join(' union all ')} union all
    ${ofName('first_name', '$2')} union all ${ofName('last_name', '$2')} union all
    ${ofBothNames('first_name', 'last_name')} union all ${ofBothNames('last_name', 'first_name')} union all
    ${ofEnding('$9')}) x where $8
), best as (
  select distinct on (m.id) m.id, m.matched, m.rank from m order by m.id, m.rank
)
select c.id, c.first_name as "firstName", c.last_name as "lastName", ${shown('mobile')} as mobile,
  ${shown('email')} as email, ${shown('externalId')} as "externalId", c.blocked_at is not null as "isBlocked", c.version, b.matched
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
      endingOf(text),
    ],
  })
  return rows
}

/**
 * The reversed digits of a text that consists of digits and separators; null: it does not, or it has too few or too
 * many digits.
 */
function endingOf(text: string): string | null {
  if (!/^[\d\s./()-]+$/.test(text)) return null
  const digits = text.replaceAll(/\D/g, '')
  return digits.length < minEnding || digits.length > 12 ? null : Array.from(digits).toReversed().join('')
}

/**
 * The codes that a text may mean: as typed, and without the blanks and hyphens that people insert when they read codes
 * in groups.
 */
function codesIn(text: string): string[] {
  const blanks = /\s+/g
  const spelled = [
    text,
    text.replaceAll(blanks, ''),
    text.replaceAll(blanks, '-'),
    text.replaceAll(/[\s-]+/g, ''),
  ]
  return [...new Set(spelled.map(codeKey))]
}

/**
 * Finds a coupon by its complete code: codes are worth money, so prefixes do not match. $1 organisation, $2 code keys.
 */
export const findCouponSql = `
select c.id, c.code, c.series_id as "seriesId", s.description as "seriesDescription", c.customer_id as "customerId",
  c.revoked_at is not null as "isRevoked"
from coupons c join series s on s.org_id = $1 and s.id = c.series_id
where ${bearsCode('any($2::text[])')}`

/** $1 organisation, $2 redemption. */
const findRedemptionSql = `
select r.id, c.code, r.customer_id as "customerId", ${epochS('r.redeemed_at')} as "redeemedAtS",
  r.transaction_number as "billNumber", s.description as "seriesDescription"
from redemptions r
join coupons c on c.org_id = $1 and c.id = r.coupon_id
join series s on s.org_id = $1 and s.id = r.series_id
where r.org_id = $1 and r.id = $2`

interface FoundRedemption {
  readonly id: number
  readonly code: string
  readonly customerId: number
  readonly redeemedAtS: number
  /** Empty: none. */
  readonly billNumber: string
  readonly seriesDescription: string
}

export interface Found {
  readonly customers: readonly FoundCustomer[]
  readonly coupons: readonly FoundCoupon[]
  /** By id, only for people: a program could use it to collect codes. */
  readonly redemptions: readonly FoundRedemption[]
  /** By words of the description, codes or tags, only for people. */
  readonly series: readonly Pick<Series, 'id' | 'code' | 'description'>[]
}

const maxSeries = 5

/**
 * Finds customers that match a text and the coupon with that code in any letter case; for people also a redemption and
 * series. Each kind is searched only if the caller may read it. A search that finds nothing counts as an unknown
 * customer, and also as an unknown code if the text contains a digit. A text that has the form of a code but matches
 * none counts as an unknown code even if customers are found.
 *
 * @throws Refusal 429 after too many unknown codes or customers.
 */
export function findAnything(context: Context, caller: Caller, text: string): Promise<Found> {
  const { orgId, access, kind } = caller
  const ofCoupons = access.coupon !== 'none'
  const ofCustomers = access.customer !== 'none'
  const isPerson = kind === 'user'
  const asked = { codeKeys: ofCoupons ? codesIn(text) : [], customers: ofCustomers ? 1 : 0 }
  return guardLookups(context, caller, asked, async (tell, keys) => {
    const [customers, coupons, redemptions, series] = await Promise.all([
      ofCustomers ? findCustomers(context, caller, text) : [],
      ofCoupons ? findCoupons(context, orgId, keys) : [],
      ofCoupons && isPerson ? findRedemptions(context, orgId, text) : [],
      isPerson && access.campaign !== 'none' ? findSeries(context, caller, text) : [],
    ])
    // A text without a digit is more likely the name of a customer, unless the caller may not read customers.
    const couldBeCode = !ofCustomers || /\d/.test(text)
    const isNothing = customers.length + coupons.length + redemptions.length + series.length === 0
    const isUnknown = ofCoupons && coupons.length === 0
    const guess = isUnknown ? await guessIn(context, orgId, keys, isNothing && couldBeCode) : undefined
    tell({ unknown: guess === undefined ? [] : [guess], unknownCustomers: isNothing ? 1 : 0 })
    return { customers, coupons, redemptions, series }
  })
}

/**
 * The spelling of an unknown code that has the form of a code; otherwise the text as typed, if it counts as a guess.
 */
async function guessIn(
  context: Context,
  orgId: number,
  keys: readonly string[],
  counts: boolean,
): Promise<string | undefined> {
  for (const key of keys) if ((await seriesWithForm(context, orgId, key)).length > 0) return key
  return counts ? keys[0] : undefined
}

async function findCoupons(context: Context, orgId: number, keys: readonly string[]): Promise<FoundCoupon[]> {
  const { rows } = await context.database.pool.query<FoundCoupon>({
    name: 'find-coupon',
    text: findCouponSql,
    values: [orgId, keys],
  })
  return rows
}

async function findRedemptions(context: Context, orgId: number, text: string): Promise<FoundRedemption[]> {
  const id = parseId(text)
  if (id === undefined) return []
  return (await context.database.pool.query<FoundRedemption>(findRedemptionSql, [orgId, id])).rows
}

async function findSeries(context: Context, caller: Caller, text: string): Promise<Found['series']> {
  if (Array.from(text).length < minBeginning) return []
  const { series } = await searchSeries(context, caller, {
    words: text.split(/\s+/).filter((word) => word !== ''),
    states: [],
    tag: undefined,
    sort: 'id',
    isDescending: true,
    limit: maxSeries,
    offset: 0,
    waitingCodes: 'uncounted',
  })
  return series.map(({ id, code, description }) => ({ id, code, description }))
}
