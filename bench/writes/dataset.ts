import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import type { Database } from '../../src/platform/db/database.ts'

/** An organisation for the run: each of its codes is redeemed at most once. */
export interface WritesDataset {
  readonly orgId: number
  readonly storeId: number
  readonly tillId: number
  readonly till: { readonly code: string; readonly password: string }
  /** Prefix of every code of the run. */
  readonly stamp: string
  /** Coupons of 100 series without limits, `distinctCode(0)` … */
  readonly distinctCoupons: number
  /** Coupons of one series with a limit, which counts every redemption. */
  readonly hotCoupons: number
  readonly hotSeriesId: number
  readonly issueSeriesId: number
  readonly customers: number
}

const customers = 20_000
const series = 100

/** Codes in an order that scatters them over the table, as tills do. */
export const scattered = (n: number, size: number): number => (n * 7_919) % size

export const mobileOf = (customer: number): string => `91${9_000_000_000 + customer}`
export const customerOf = (coupon: number): number => coupon % customers

/** Headers with the till's credentials. */
export const headersOf = ({ till }: Pick<WritesDataset, 'till'>): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${till.code}:${till.password}`).toString('base64')}`,
})

/** Adds tills to the store; returns their credentials as headers. */
export async function headersOfTills(
  { queries }: Database,
  { orgId, stamp }: WritesDataset,
  count: number,
): Promise<Record<string, string>[]> {
  const all: Record<string, string>[] = []
  for (let n = 0; n < count; n++) {
    const till = { code: `bench${n}.${stamp}`, password: 'bench of its own' }
    await createTill(queries, { orgId, storeCode: 's', ...till, isReadOnly: false, accessGroup: 'default' })
    all.push(headersOf({ till }))
  }
  return all
}

/** The body of a call that redeems a code for a customer. */
export const redemptionOf = (code: string, customer: number): string =>
  JSON.stringify({
    redemptionRequestList: [{ code }],
    user: { mobile: mobileOf(customer) },
    billAmount: 100,
    transactionNumber: code,
  })

/** The n-th of the distinct codes in scattered order, and its holder. */
export function distinctOf({ stamp, distinctCoupons }: WritesDataset, n: number) {
  const at = scattered(n, distinctCoupons)
  return { code: `${stamp}D${at}`, customer: customerOf(at) }
}

/** Creates the dataset by set-based SQL. */
export async function createWritesDataset({ pool, queries }: Database, size: number): Promise<WritesDataset> {
  const stamp = Date.now().toString(36).toUpperCase()
  const orgId = await createOrganisation(queries, {
    name: `Bench ${stamp}`,
    timeZone: 'UTC',
    country: 'IN',
    currency: undefined,
  })
  const storeId = await createStore(queries, { orgId, code: 's', name: 'Store' })
  const till = { code: `bench.${stamp}`, password: 'bench of its own' }
  const tillId = await createTill(queries, {
    orgId,
    storeCode: 's',
    ...till,
    isReadOnly: false,
    accessGroup: 'default',
  })
  await pool.query(
    `with new as (
       insert into customers (org_id, id, first_name) select $1, n, 'Asha' from generate_series(0, $2::int - 1) n returning id
     )
     insert into customer_identifiers (org_id, type, value, customer_id, shown)
     select $1, 'mobile', '91' || (9000000000 + id), id, '91' || (9000000000 + id) from new`,
    [orgId, customers],
  )
  await pool.query(
    `insert into series (org_id, id, code, description, discount_type, discount_value, client_handling_type,
       valid_until, is_multiple_use_allowed, is_same_user_multiple_redeem, is_multiple_per_customer_allowed)
     select $1, n, n::text, 'Ten off', 'ABS', 10, 'DISC_CODE', '2099-12-31T23:59:59Z', false, true, true
     from generate_series(1, $2::int) n`,
    [orgId, series + 2],
  )
  await pool.query(
    `insert into series_usage (org_id, series_id, issued, max_redeemed)
     select $1, n, 0, case when n = $2 then 100000000 end from generate_series(1, $2::int + 1) n`,
    [orgId, series + 1],
  )
  for (const [prefix, seriesOf] of [
    ['D', '1 + n % 100'],
    ['H', '101'],
  ] as const) {
    await pool.query(
      `insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code)
       select $1, ${seriesOf}, n % $3, date_trunc('second', now()), '2099-12-31T23:59:59Z', $4 || n
       from generate_series(0, $2::int - 1) n`,
      [orgId, size, customers, `${stamp}${prefix}`],
    )
  }
  await pool.query(
    `insert into customer_series_usage (org_id, customer_id, series_id, issued)
     select $1, customer_id, series_id, count(*) from coupons where org_id = $1 group by 2, 3`,
    [orgId],
  )
  await pool.query(
    `update series_usage u set issued = c.n
     from (select series_id, count(*)::int as n from coupons where org_id = $1 group by 1) c
     where u.org_id = $1 and u.series_id = c.series_id`,
    [orgId],
  )
  await pool.query('vacuum analyze')
  await pool.query('checkpoint')
  return {
    orgId,
    storeId,
    tillId,
    till,
    stamp,
    distinctCoupons: size,
    hotCoupons: size,
    hotSeriesId: series + 1,
    issueSeriesId: series + 2,
    customers,
  }
}

/** Faults of the counters compared with the ledger; none: it balances. */
export async function checkLedger({ pool }: Database, { orgId }: WritesDataset): Promise<string[]> {
  const { rows } = await pool.query<{ fault: string; n: number }>(
    `select 'coupons whose counter is not the ledger' as fault, count(*)::int as n from coupons c
     left join (select x.coupon_id, count(*) as n from redemptions x
       where x.org_id = $1 and not exists (select from reversals v where v.org_id = $1 and v.redemption_id = x.id)
       group by 1) r on r.coupon_id = c.id
     where c.org_id = $1 and c.redeemed <> coalesce(r.n, 0)
     union all
     select 'coupons of single use redeemed twice', count(*)::int from coupons where org_id = $1 and redeemed > 1`,
    [orgId],
  )
  return rows.filter(({ n }) => n > 0).map(({ fault, n }) => `${n} ${fault}`)
}
