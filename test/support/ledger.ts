import type { Context } from '../../src/ledger/context.ts'

const tables = [
  'customers',
  'customer_identifiers',
  'stores',
  'series',
  'series_usage',
  'coupons',
  'customer_series_usage',
  'redemptions',
  'reversals',
]

/** The number of rows of the organisation in each table of the ledger. */
export async function rowCounts({ database }: Context, orgId: number): Promise<Record<string, number>> {
  const counts = tables.map((table) => `(select count(*)::int from ${table} where org_id = $1) as ${table}`)
  const { rows } = await database.pool.query<Record<string, number>>(`select ${counts.join(', ')}`, [orgId])
  return rows[0] ?? {}
}

const standing = 'not exists (select from reversals v where v.org_id = r.org_id and v.redemption_id = r.id)'
const customerColumns = `customer_id, series_id, issued::int, revoked::int, redeemed::int,
  last_issued_at, last_redeemed_at`

/** Every counter of an organisation: the stored value, and the one computed from coupons, redemptions and reversals. */
export async function countersAndLedger(
  { database: { pool } }: Context,
  orgId: number,
): Promise<{ counters: unknown; ledger: unknown }> {
  const read = async (text: string): Promise<unknown[]> => (await pool.query(text, [orgId])).rows
  return {
    counters: {
      coupons: await read('select id, redeemed from coupons where org_id = $1 order by id'),
      series: await read(
        'select series_id, issued, redeemed from series_usage where org_id = $1 order by series_id',
      ),
      customers: await read(
        `select ${customerColumns} from customer_series_usage where org_id = $1 order by 1, 2`,
      ),
    },
    ledger: {
      coupons: await read(`select c.id, (select count(*)::int from redemptions r
        where r.org_id = c.org_id and r.coupon_id = c.id and ${standing}) as redeemed
        from coupons c where c.org_id = $1 order by id`),
      series: await read(`select s.id as series_id,
        (select count(*)::int from coupons c
          where c.org_id = s.org_id and c.series_id = s.id and c.customer_id is not null) as issued,
        (select count(*)::int from redemptions r
          where r.org_id = s.org_id and r.series_id = s.id and ${standing}) as redeemed
        from series s where s.org_id = $1 order by s.id`),
      customers: await read(`with events as (
          select customer_id, series_id, 1 as issued, (revoked_at is not null)::int as revoked, 0 as redeemed,
            created_at as issued_at, null::timestamptz as redeemed_at
          from coupons where org_id = $1 and customer_id is not null
          union all
          select customer_id, series_id, 0, 0, 1, null, redeemed_at
          from redemptions r where org_id = $1 and ${standing}
        )
        select customer_id, series_id, sum(issued)::int as issued, sum(revoked)::int as revoked,
          sum(redeemed)::int as redeemed, max(issued_at) as last_issued_at, max(redeemed_at) as last_redeemed_at
        from events group by 1, 2 order by 1, 2`),
    },
  }
}
