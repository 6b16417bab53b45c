import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import type { Database } from '../../src/platform/db/database.ts'

export const couponsPerCustomer = 1_000
const customers = 20
const series = 50

export interface ContractDataset {
  readonly till: { readonly code: string; readonly password: string }
  /** Each holds `couponsPerCustomer` coupons; a third of them were redeemed. */
  readonly customerIds: readonly number[]
}

/** An organisation for the run, created by set-based SQL. */
export async function createContractDataset({ pool, queries }: Database): Promise<ContractDataset> {
  const stamp = Date.now().toString(36)
  const orgId = await createOrganisation(queries, {
    name: `Contract ${stamp}`,
    timeZone: 'Asia/Kolkata',
    country: 'IN',
    currency: 'INR',
  })
  const storeId = await createStore(queries, { orgId, code: 'store', name: 'The store in the mall' })
  const till = { code: `contract.${stamp}`, password: 'bench of its own' }
  const tillId = await createTill(queries, {
    orgId,
    storeCode: 'store',
    ...till,
    isReadOnly: false,
    accessGroup: 'default',
  })
  const { rows } = await pool.query<{ id: number }>(
    `with people as (
       insert into customers (org_id, first_name, last_name)
       select $1, 'First ' || n, 'Last ' || n from generate_series(1, $2::int) n returning id
     ), named as (
       insert into customer_identifiers (org_id, type, value, customer_id, shown)
       select $1, t.type, t.value, id, t.value from people, lateral (values
         ('mobile', (919000000000 + id)::text), ('email', 'c' || id || '@example.com'), ('externalId', 'E' || id)
       ) t (type, value)
     ) select id from people order by id`,
    [orgId, customers],
  )
  const customerIds = rows.map(({ id }) => id)
  await pool.query(
    `with terms as (
       insert into series (org_id, code, description, info, discount_code, discount_type, discount_value,
         client_handling_type, valid_until, is_multiple_use_allowed, is_same_user_multiple_redeem,
         max_redemptions_per_customer, custom_properties)
       select $1, 'series-' || n, (5 + n % 30) || ' off your next visit, number ' || n, 'Terms apply', 'D' || n, 'ABS',
         5 + n % 30, 'DISC_CODE', '2099-12-31T18:29:59Z', n % 5 = 0, n % 5 = 0, case when n % 5 = 0 then 100 end,
         case when n % 4 = 1 then jsonb_build_array(jsonb_build_object('name', 'channel', 'value', 'app')) end
       from generate_series(1, $2::int) n returning id
     ), ranked as (select id, row_number() over (order by id) - 1 as at from terms
     ), given as (
       insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code, redeemed, issued_store_id,
         issued_till_id, transaction_number)
       select $1, r.id, c.id, date_trunc('second', now()) - k * interval '1 hour', '2099-12-31T18:29:59Z',
         upper(substr(md5(c.id || '-' || k), 1, 12)) || k, (k % 3 = 0)::int, $4, $5, case when k % 4 = 0 then 'T' || k end
       from unnest($3::bigint[]) c(id), generate_series(1, $6::int) k join ranked r on r.at = k % $2::int
       returning id, series_id, customer_id, created_at, redeemed
     ), counted as (
       insert into customer_series_usage (org_id, customer_id, series_id, issued, redeemed)
       select $1, customer_id, series_id, count(*), sum(redeemed) from given group by 2, 3
     ), ledger as (
       insert into redemptions (org_id, coupon_id, series_id, customer_id, redeemed_at, store_id, till_id, transaction_number)
       select $1, id, series_id, customer_id, created_at + interval '1 minute', $4, $5, 'R' || id from given where redeemed = 1
     )
     insert into series_usage (org_id, series_id, issued, redeemed)
     select $1, series_id, count(*), sum(redeemed) from given group by 2`,
    [orgId, series, customerIds, storeId, tillId, couponsPerCustomer],
  )
  await pool.query('vacuum (analyze)')
  await pool.query('checkpoint')
  return { till, customerIds }
}
