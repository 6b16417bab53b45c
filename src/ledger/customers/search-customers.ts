import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { foldMail } from '../../values/identifier.ts'
import { withoutInvisible } from '../../values/trimmed-text.ts'
import { mobileBeginnings } from '../../values/phone.ts'
import { detailsColumns, detailsOf, type CustomerDetails, type DetailsRow } from './read-details.ts'

export interface CustomerSearch {
  /** Prefix of an identifier or of a name, case-insensitive; at least three characters. */
  readonly text: string
  readonly limit: number
  readonly offset: number
}

export interface FoundCustomers {
  /** Counted up to `maxCounted`. */
  readonly total: number
  readonly customers: readonly CustomerDetails[]
}

/** A search with more matches is too broad to be useful; counting them all is not worth the reads. */
const maxCounted = 10_000

/**
 * Matches values that begin with a parameter: the range from the parameter to the parameter followed by the last of all
 * characters. A LIKE pattern is unsuitable, because a prepared statement does not know the pattern and would read every
 * name of the organisation.
 */
export const begins = (column: string, parameter: string): string =>
  `lower(${column}) ~>=~ lower(${parameter}::text) and lower(${column}) ~<=~ (lower(${parameter}::text) || chr(1114111))`

const ofIdentifier = (parameter: string): string => `(
  select i.customer_id as id from customer_identifiers i
  where i.org_id = $1 and ${begins('i.value', parameter)} limit ${maxCounted})`

const ofName = (column: 'first_name' | 'last_name'): string => `(
  select c.id from customers c
  where c.org_id = $1 and c.${column} <> '' and ${begins(`c.${column}`, '$2')} limit ${maxCounted})`

/** $1 organisation, $2 the text, $3 and $4 the text as a prefix of a mobile number or of an e-mail address. */
const matching = `
select m.id from (${[
  ...['$2', '$3', '$4'].map(ofIdentifier),
  ...(['first_name', 'last_name'] as const).map(ofName),
].join(' union ')}) m limit ${maxCounted}`

export const countCustomersSql = `select count(*)::int as total from (${matching}) m`

/** $5 limit, $6 offset. The inner limit keeps the look-up of each customer a separate index probe. */
export const searchCustomersSql = `
with page as materialized (select m.id from (${matching}) m order by m.id limit $5 offset $6)
select ${detailsColumns} from page cross join lateral (
  select * from customers x where x.org_id = $1 and x.id = page.id and x.erased_at is null limit 1) cu
order by cu.id`

/**
 * Returns the prefixes that a search text may match, the text itself first: each kind of identifier is compared in its
 * own form.
 */
export function searchBeginnings(given: string, country: string): string[] {
  const text = withoutInvisible(given)
  const numbers = mobileBeginnings(text, country)
  return [text, ...(numbers.length > 0 ? numbers : [foldMail(text)])]
}

/**
 * Returns one page of the customers whose name or identifier begins with a text, oldest first.
 *
 * @throws Refusal 429 after too many searches without a match and other look-ups of unknown customers.
 */
export function searchCustomers(
  context: Context,
  caller: Caller,
  search: CustomerSearch,
): Promise<FoundCustomers> {
  return guardLookups(context, caller, { customers: 1 }, async (tell) => {
    const found = await readPage(context, caller, search)
    if (found.total === 0) tell({ unknownCustomers: 1 })
    return found
  })
}

async function readPage(
  context: Context,
  { orgId, country }: Caller,
  { text: given, limit, offset }: CustomerSearch,
): Promise<FoundCustomers> {
  const [text = given, first = text, second = first] = searchBeginnings(given, country)
  const values = [orgId, text, first, second]
  const { pool } = context.database
  const counted = await pool.query<{ total: number }>({
    name: 'count-customers',
    text: countCustomersSql,
    values,
  })
  const { rows } = await pool.query<DetailsRow>({
    name: 'search-customers',
    text: searchCustomersSql,
    values: [...values, limit, offset],
  })
  return { total: counted.rows[0]?.total ?? 0, customers: rows.map(detailsOf) }
}
