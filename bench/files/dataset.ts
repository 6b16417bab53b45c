import type { Database } from '../../src/platform/db/database.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { findOrganisation, type Organisation } from '../../src/identity/organisations/find-organisation.ts'

/** An organisation for the run: customers with mobile numbers, and series without limits. */
export interface FilesDataset {
  readonly organisation: Organisation
  readonly stamp: string
  readonly customers: number
}

export const importedSeries = 1
export const copiedSeries = 2
/** The first series whose counters are written; each round has its own. */
export const countedSeries = 3
const seriesCount = 22
export const mobileOf = (customer: number): string => `91${9_000_000_000 + customer}`

export async function createFilesDataset(
  { pool, queries }: Database,
  customers: number,
): Promise<FilesDataset> {
  const stamp = Date.now().toString(36).toUpperCase()
  const orgId = await createOrganisation(queries, {
    name: `Bench ${stamp}`,
    timeZone: 'UTC',
    country: 'IN',
    currency: undefined,
  })
  await pool.query(
    `with new as (
       insert into customers (org_id, id, first_name) select $1, n, 'Asha' from generate_series(1, $2::int) n returning id
     )
     insert into customer_identifiers (org_id, type, value, customer_id, shown)
     select $1, 'mobile', '91' || (9000000000 + id), id, '91' || (9000000000 + id) from new`,
    [orgId, customers],
  )
  await pool.query(
    `insert into series (org_id, id, code, description, discount_type, discount_value, client_handling_type, valid_until,
       is_multiple_use_allowed, is_same_user_multiple_redeem, is_multiple_per_customer_allowed)
     select $1, n, n::text, 'Ten off', 'ABS', 10, 'DISC_CODE', '2099-12-31T23:59:59Z', true, true, true
     from generate_series(1, $2::int) n`,
    [orgId, seriesCount],
  )
  await pool.query(
    'insert into series_usage (org_id, series_id) select $1, n from generate_series(1, $2::int) n',
    [orgId, seriesCount],
  )
  await pool.query('vacuum analyze')
  return { organisation: await findOrganisation(queries, String(orgId)), stamp, customers }
}
