import type { Caller } from '../../values/caller.ts'
import { readNow } from '../../platform/clock.ts'
import type { Context } from '../context.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { requireCustomer } from '../customers/require-customer.ts'
import type { BudgetUsage } from '../money/budget-rules.ts'
import { readBudgetUsage } from '../money/read-budget-usage.ts'
import { discountOf, type ListedReturn, type RedemptionDiscount } from '../redemptions/read-discounts.ts'
import { redemptionsLeft } from '../redemptions/redemption-rules.ts'
import { discountGiven, returnList } from '../sql.ts'
import { seriesWithHeld, type HeldCounts } from '../holds/held-counts-rules.ts'
import { heldCounts } from '../holds/held-sql.ts'
import { readSeriesById } from '../series/list-series.ts'
import type { Series } from '../series/terms.ts'

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
  /** Null: unknown. */
  readonly discount: RedemptionDiscount | null
  readonly redeemedAt: DetailedPlace | null
  /** Null: the redemption stands. */
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
  readonly series: Series
  /** −1: no limit. */
  readonly redemptionsLeft: number
  /** Standing and reversed redemptions, oldest first. */
  readonly redemptions: readonly DetailedRedemption[]
}

const pageSize = 200

const epochS = (column: string) => `floor(date_part('epoch', ${column}))::float8`

/**
 * $1 organisation, $2 customer, $3 and $4 instant and id of the last coupon before the page, $5 limit, $6 offset. One
 * flat row per coupon and redemption: building JSON for every row costs PostgreSQL several times as much.
 */
const pageSql = `
select c.id, c.code, c.series_id, c.created_at::text, ${epochS('c.created_at')}, ${epochS('c.valid_until')}, c.issued_till_id,
  c.redeemed, c.max_redeemed, u.redeemed, st.id, st.code, st.name, st.description,
  rd.id, ${epochS('rd.redeemed_at')}, rd.transaction_number, rd.customer_id, rd.till_id, rd.bill_amount::float8,
  ${epochS('rv.reversed_at')}, rs.id, rs.code, rs.name, rs.description, (${discountGiven('rd')})::float8,
  ${heldCounts('organisation_now($1)', 'c.series_id', '$2')},
  ${returnList('rd', 'rv.keeps_discount')}, coalesce(rv.keeps_discount, false)
from (
  select c.id, c.code, c.series_id, c.created_at, c.valid_until, c.issued_till_id, c.issued_store_id, c.redeemed, c.max_redeemed
  from coupons c
  where c.org_id = $1 and c.customer_id = $2 and c.revoked_at is null
    and (c.created_at, c.id) < (coalesce($3::timestamptz, 'infinity'), $4::bigint)
  order by c.created_at desc, c.id desc limit $5 offset $6
) c
left join customer_series_usage u on u.org_id = $1 and u.customer_id = $2 and u.series_id = c.series_id
left join series_usage su on su.org_id = $1 and su.series_id = c.series_id
left join stores st on st.org_id = $1 and st.id = c.issued_store_id
left join (redemptions rd
  left join reversals rv on rv.org_id = $1 and rv.redemption_id = rd.id
  left join stores rs on rs.org_id = $1 and rs.id = rd.store_id
) on rd.org_id = $1 and rd.coupon_id = c.id
order by c.created_at desc, c.id desc, rd.redeemed_at, rd.id`

type PlaceColumns = [id: number | null, code: string, name: string, description: string]

/** Columns of `pageSql`, in order. */
type PageRow = [
  ...coupon: [
    id: number,
    code: string,
    seriesId: number,
    position: string,
    createdAtS: number,
    validUntilS: number,
    issuedTillId: number | null,
    redeemed: number,
    maxRedeemed: number | null,
    redeemedInSeries: number | null,
  ],
  ...issuedAt: PlaceColumns,
  ...redemption: [
    id: number | null,
    redeemedAtS: number,
    transactionNumber: string,
    customerId: number,
    tillId: number | null,
    billAmount: number | null,
    reversedAtS: number | null,
  ],
  ...redeemedAt: PlaceColumns,
  discountAmount: number | null,
  held: string | null,
  ...returned: [returns: readonly ListedReturn[] | null, keepsDiscount: boolean],
]

/**
 * Yields a customer's unrevoked coupons, newest first, page by page. Memory use is bounded by one page, and no
 * connection is held while a slow reader consumes it. Each coupon appears once; coupons issued after the first page was
 * read do not appear.
 *
 * @param limit null: all. @throws Refusal 8015 with the first page if the customer does not exist, 429 after too many
 * unknown customers.
 */
export async function* readDetailedCoupons(
  context: Context,
  caller: Caller,
  givenId: number,
  { limit, offset }: { limit: number | null; offset: number },
): AsyncGenerator<DetailedCoupon[], void, undefined> {
  const { orgId } = caller
  const { pool } = context.database
  const customerId = await guardLookups(context, caller, { customers: 1 }, () =>
    requireCustomer(context, orgId, givenId),
  )
  const series = new Map<number, Series>()
  let last: PageRow | undefined
  for (let open = limit ?? Infinity, skipped = offset; open > 0; skipped = 0) {
    const size = Math.min(open, pageSize)
    const { rows } = await pool.query<PageRow>({
      name: 'detailed-coupons',
      text: pageSql,
      values: [orgId, customerId, last?.[3] ?? null, last?.[0] ?? 0, size, skipped],
      rowMode: 'array',
    })
    // Each series is read once, regardless of how many of the coupons belong to it.
    const missing = rows.map((row) => row[2]).filter((id) => !series.has(id))
    for (const one of (await readSeriesById(context, orgId, missing, 'uncounted')).values())
      series.set(one.id, one)
    const budgets = await readBudgets(context, caller, customerId, [...series.values()])
    const page = assemble(rows, customerId, series, budgets)
    yield page
    open -= page.length
    last = rows.at(-1)
    if (page.length < size) return
  }
}

/** The current usage of the budgets of series, by series. */
async function readBudgets(
  context: Context,
  caller: Caller,
  customerId: number,
  series: readonly Series[],
): Promise<Map<number, BudgetUsage>> {
  const { pool } = context.database
  const budgeted = series.flatMap(({ id, budget }) => (budget === null ? [] : [{ seriesId: id, budget }]))
  if (budgeted.length === 0) return new Map()
  const atS = ((await readNow(context, pool, caller)) ?? new Date()).getTime() / 1000
  const usage = await readBudgetUsage(
    pool,
    caller.orgId,
    budgeted.map((one) => ({ ...one, customerId, atS })),
  )
  return new Map(usage.map((one, at) => [budgeted[at]?.seriesId ?? 0, one]))
}

function assemble(
  rows: readonly PageRow[],
  customerId: number,
  all: ReadonlyMap<number, Series>,
  budgets: ReadonlyMap<number, BudgetUsage>,
): DetailedCoupon[] {
  const coupons: DetailedCoupon[] = []
  let redemptions: DetailedRedemption[] = []
  let lastId: number | undefined
  for (const row of rows) {
    if (row[0] !== lastId) {
      lastId = row[0]
      redemptions = []
      coupons.push(couponOf(row, customerId, all, budgets, redemptions))
    }
    if (row[14] !== null) redemptions.push(redemptionOf(row, row[14]))
  }
  return coupons
}

function couponOf(
  row: PageRow,
  customerId: number,
  all: ReadonlyMap<number, Series>,
  budgets: ReadonlyMap<number, BudgetUsage>,
  redemptions: readonly DetailedRedemption[],
): DetailedCoupon {
  const series = all.get(row[2])
  if (series === undefined) throw new Error(`series ${row[2]} has a coupon and no row`)
  const held = row[26] === null ? null : (JSON.parse(row[26]) as HeldCounts)
  const [, ofCustomer, ofCoupon] = held ?? [0, 0, 0]
  const { redeemed, maxRedeemed } = series
  const usage = { redeemed, maxRedeemed, budgetUsage: budgets.get(series.id) }
  return {
    id: row[0],
    code: row[1],
    customerId,
    createdAtS: row[4],
    validUntilS: row[5],
    issuedTillId: row[6],
    issuedAt: placeOf(row[10], row[11], row[12], row[13]),
    series,
    redemptionsLeft: redemptionsLeft(
      { redeemed: row[7] + ofCoupon, maxRedeemed: row[8] },
      series,
      seriesWithHeld(usage, held),
      { redeemedInSeries: (row[9] ?? 0) + ofCustomer },
    ),
    redemptions,
  }
}

function redemptionOf(row: PageRow, id: number): DetailedRedemption {
  return {
    id,
    redeemedAtS: row[15],
    transactionNumber: row[16],
    customerId: row[17],
    tillId: row[18],
    billAmount: row[19],
    discount: row[25] === null ? null : discountOf(row[25], row[27], row[28]),
    redeemedAt: placeOf(row[21], row[22], row[23], row[24]),
    reversedAtS: row[20],
  }
}

function placeOf(...[id, code, name, description]: PlaceColumns): DetailedPlace | null {
  return id === null ? null : { id, code, name, description }
}
