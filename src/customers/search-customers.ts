import type { Context } from '../context.ts'
import { mobileBeginnings } from '../values/phone.ts'
import { detailsColumns, detailsOf, type CustomerDetails, type DetailsRow } from './read-details.ts'

export interface CustomerSearch {
  /** Beginning of an identifier or of a name, without regard to case; at least three characters. */
  readonly text: string
  readonly limit: number
  readonly offset: number
}

export interface FoundCustomers {
  /** Counted up to `maxCounted`. */
  readonly total: number
  readonly customers: readonly CustomerDetails[]
}

/** A search that more match says nothing about anybody; it is not worth reading them all. */
const maxCounted = 10_000

/** $1 organisation, $2 pattern of the text, $3 and $4 those of the text as a mobile number. */
const matching = `
select m.id from (
  select i.customer_id as id from customer_identifiers i
  where i.org_id = $1 and (lower(i.value) like $2 or lower(i.value) like $3 or lower(i.value) like $4)
  union
  select c.id from customers c where c.org_id = $1 and c.first_name <> '' and lower(c.first_name) like $2
  union
  select c.id from customers c where c.org_id = $1 and c.last_name <> '' and lower(c.last_name) like $2
) m limit ${maxCounted}`

const escaped = (text: string): string => `${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`

/** What a text that is searched for may be the beginning of, itself first: identifiers are compared in a form of theirs. */
export function searchBeginnings(text: string, country: string): string[] {
  return [text, ...mobileBeginnings(text, country)]
}

/** Customers whose name or identifier begins with a text, the oldest first, one page of them. */
export async function searchCustomers(
  context: Context,
  orgId: number,
  country: string,
  { text, limit, offset }: CustomerSearch,
): Promise<FoundCustomers> {
  const [, first = text, second = text] = searchBeginnings(text, country)
  const values = [orgId, escaped(text), escaped(first), escaped(second)]
  const { pool } = context.database
  const counted = await pool.query<{ total: number }>({
    name: 'count-customers',
    text: `select count(*)::int as total from (${matching}) m`,
    values,
  })
  const { rows } = await pool.query<DetailsRow>({
    name: 'search-customers',
    text: `select ${detailsColumns} from (${matching}) m join customers cu on cu.org_id = $1 and cu.id = m.id
      where cu.erased_at is null order by cu.id limit $5 offset $6`,
    values: [...values, limit, offset],
  })
  return { total: counted.rows[0]?.total ?? 0, customers: rows.map(detailsOf) }
}
