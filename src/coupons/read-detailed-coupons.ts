import type { Pool } from 'pg'
import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { noSuchCustomer } from '../customers/no-such-customer.ts'
import { redemptionsLeft } from '../redemptions/redemption-rules.ts'
import { readSeriesSql } from '../series/series-columns.ts'
import type { KeptSeries } from '../series/series-fields.ts'

export interface DetailedPlace {
  readonly id: number
  readonly code: string
  readonly name: string
  readonly description: string
}

export interface DetailedRedemption {
  readonly id: number
  readonly redeemedAtS: number
  readonly transactionNumber: string
  readonly customerId: number
  readonly tillId: number | null
  readonly billAmount: number | null
  readonly redeemedAt: DetailedPlace | null
  /** Null: it stands. */
  readonly reversedAtS: number | null
}

export interface DetailedCoupon {
  readonly id: number
  readonly code: string
  readonly customerId: number
  readonly createdAtS: number
  readonly validUntilS: number
  readonly issuedTillId: number | null
  readonly issuedAt: DetailedPlace | null
  readonly series: KeptSeries
  /** −1: no limit. */
  readonly redemptionsLeft: number
  /** Standing and reversed ones, oldest first. */
  readonly redemptions: readonly DetailedRedemption[]
}

const pageSize = 200

const place = (table: string) =>
  `case when ${table}.id is not null then json_build_object('id', ${table}.id, 'code', ${table}.code, 'name', ${table}.name,
    'description', ${table}.description) end`
const epochS = (column: string) => `floor(date_part('epoch', ${column}))::float8`

/** $1 organisation, $2 customer, $3 and $4 instant and id of the last coupon before the page, $5 how many, $6 how many to skip. */
const pageSql = `
select c.id, c.code, c.customer_id as "customerId", c.series_id as "seriesId", c.created_at::text as position, ${epochS('c.created_at')} as "createdAtS",
  ${epochS('c.valid_until')} as "validUntilS", c.issued_till_id as "issuedTillId", c.redeemed, c.max_redeemed as "maxRedeemed",
  ${place('st')} as "issuedAt",
  coalesce((select u.redeemed from customer_series_usage u
    where u.org_id = $1 and u.customer_id = $2 and u.series_id = c.series_id), 0) as "redeemedInSeries",
  coalesce((
    select json_agg(json_build_object('id', r.id, 'redeemedAtS', ${epochS('r.redeemed_at')},
      'transactionNumber', r.transaction_number, 'customerId', r.customer_id, 'tillId', r.till_id,
      'billAmount', r.bill_amount, 'redeemedAt', ${place('rs')}, 'reversedAtS', ${epochS('v.reversed_at')})
      order by r.redeemed_at, r.id)
    from redemptions r
    left join stores rs on rs.org_id = $1 and rs.id = r.store_id
    left join reversals v on v.org_id = $1 and v.redemption_id = r.id
    where r.org_id = $1 and r.coupon_id = c.id), '[]') as redemptions
from coupons c
left join stores st on st.org_id = $1 and st.id = c.issued_store_id
where c.org_id = $1 and c.customer_id = $2 and c.revoked_at is null
  and (c.created_at, c.id) < (coalesce($3::timestamptz, 'infinity'), $4::bigint)
order by c.created_at desc, c.id desc limit $5 offset $6`

const seriesSql = readSeriesSql('select unnest($2::bigint[]) as id', '0')

interface PageRow extends Omit<DetailedCoupon, 'series' | 'redemptionsLeft'> {
  readonly seriesId: number
  /** The instant with all its digits. */
  readonly position: string
  readonly redeemed: number
  readonly maxRedeemed: number | null
  readonly redeemedInSeries: number
}

/**
 * A customer's coupons that are not revoked, newest first, page by page, however many there are: memory holds one page,
 * and no connection is held while a slow reader takes it. Each coupon comes once; what is issued after the first page
 * was read does not come.
 *
 * @param limit null: all. @throws Refusal 8015 with the first page, when there is no such customer.
 */
export async function* readDetailedCoupons(
  context: Context,
  { orgId }: Caller,
  customerId: number,
  { limit, offset }: { limit: number | null; offset: number },
): AsyncGenerator<DetailedCoupon[], void, undefined> {
  const { pool, queries } = context.database
  const customer = await pool.query(
    'select from customers where org_id = $1 and id = $2 and erased_at is null',
    [orgId, customerId],
  )
  if (customer.rowCount === 0) throw await noSuchCustomer(queries, orgId, customerId)
  const series = new Map<number, KeptSeries>()
  let last: Pick<PageRow, 'id' | 'position'> | undefined
  for (let open = limit ?? Infinity, skipped = offset; open > 0; skipped = 0) {
    const size = Math.min(open, pageSize)
    const { rows } = await pool.query<PageRow>({
      name: 'detailed-coupons',
      text: pageSql,
      values: [orgId, customerId, last?.position ?? null, last?.id ?? 0, size, skipped],
    })
    await readMissing(pool, orgId, rows, series)
    yield rows.map((row) => detailedOf(row, series))
    open -= rows.length
    last = rows.at(-1)
    if (rows.length < size) return
  }
}

/** Each series is read once, however many of the coupons are of it. */
async function readMissing(
  pool: Pool,
  orgId: number,
  rows: readonly PageRow[],
  series: Map<number, KeptSeries>,
): Promise<void> {
  const missing = [...new Set(rows.map(({ seriesId }) => seriesId))].filter((id) => !series.has(id))
  if (missing.length === 0) return
  const read = await pool.query<KeptSeries>({
    name: 'series-of-detailed-coupons',
    text: seriesSql,
    values: [orgId, missing],
  })
  for (const one of read.rows) series.set(one.id, one)
}

function detailedOf(row: PageRow, all: ReadonlyMap<number, KeptSeries>): DetailedCoupon {
  const series = all.get(row.seriesId)
  if (series === undefined) throw new Error(`series ${row.seriesId} has a coupon and no row`)
  return {
    ...row,
    series,
    redemptionsLeft: redemptionsLeft(row, series, { redeemedInSeries: row.redeemedInSeries }),
  }
}
