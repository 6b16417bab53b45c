import type { Context } from '../context.ts'
import type { Place } from '../coupons/customer-coupons-lane.ts'
import { customerOf, discountGiven, isStanding, lastReturnS } from '../sql.ts'
import { selectTerms, type SeriesTerms } from '../series/terms.ts'

export const redemptionSortKeys = ['redeemed_time', 'redemption_id'] as const

export interface CustomerRedemptionsQuery {
  readonly customerId: number
  /** Epoch seconds, `[from, until)`. */
  readonly fromS: number
  readonly untilS: number
  /** Range of redemption ids, both ends included. */
  readonly minId: number
  readonly maxId: number
  /** Code of the till or the store; undefined: anywhere. */
  readonly placeCode: string | undefined
  readonly sortKey: (typeof redemptionSortKeys)[number]
  readonly sortOrder: 'ASC' | 'DESC'
  readonly limit: number
}

/** The terms printed with a redemption. */
const printed = ['description', 'discountCode', 'discountType', 'discountValue'] as const

export interface CustomerRedemption extends Pick<SeriesTerms, (typeof printed)[number]> {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly transactionNumber: string
  readonly billId: number | null
  readonly redeemedAtS: number
  readonly tillCode: string | null
  readonly store: Place | null
  readonly customFields: Readonly<Record<string, string>> | null
  /** The discount on the bill; null: unknown. In units of the currency. */
  readonly discountAmount: number | null
  /** The amount returned, and the instant of the latest return; null: nothing was returned. */
  readonly discountReturned: number | null
  readonly returnedAtS: number | null
}

export interface CustomerRedemptions {
  /** Number of matches on all pages. */
  readonly total: number
  readonly redemptions: readonly CustomerRedemption[]
}

/**
 * $1 organisation, $2 customer, $3 and $4 instants, $5 and $6 ids, $7 code of a place or null, $8 limit. Reads the
 * customer's redemptions through their index, and joins only those of the page.
 */
export function customerRedemptionsSql({
  sortKey,
  sortOrder,
}: Pick<CustomerRedemptionsQuery, 'sortKey' | 'sortOrder'>): string {
  const order = `${sortKey === 'redeemed_time' ? `r.redeemed_at ${sortOrder}, ` : ''}r.id ${sortOrder}`
  return `
select r.total, r.id, c.code, r.series_id as "seriesId", ${selectTerms(printed)},
  r.transaction_number as "transactionNumber", r.bill_id as "billId",
  floor(date_part('epoch', r.redeemed_at))::float8 as "redeemedAtS", t.code as "tillCode",
  case when st.id is not null then json_build_object('code', st.code, 'name', st.name) end as store,
  r.custom_fields as "customFields", (${discountGiven('r')})::float8 as "discountAmount",
  r.returned_amount::float8 as "discountReturned", ${lastReturnS('r')} as "returnedAtS"
from (
  select r.*, count(*) over ()::int as total from redemptions r
  where r.org_id = $1 and r.customer_id = ${customerOf('$2::bigint')} and r.id between $5::bigint and $6::bigint
    and r.redeemed_at >= to_timestamp($3::float8) and r.redeemed_at < to_timestamp($4::float8)
    and ($7::text is null or r.till_id = (select x.id from tills x where x.org_id = $1 and x.code = $7)
      or r.store_id = (select x.id from stores x where x.org_id = $1 and x.code = $7))
    and ${isStanding('r')}
  order by ${order} limit $8
) r
join coupons c on c.org_id = $1 and c.id = r.coupon_id
join series s on s.org_id = $1 and s.id = r.series_id
left join tills t on t.org_id = $1 and t.id = r.till_id
left join stores st on st.org_id = $1 and st.id = r.store_id
order by ${order}`
}

/** Lists a customer's standing redemptions, whoever holds the coupons. */
export async function listCustomerRedemptions(
  { database }: Context,
  orgId: number,
  query: CustomerRedemptionsQuery,
): Promise<CustomerRedemptions> {
  const { rows } = await database.pool.query<CustomerRedemption & { total: number }>({
    name: `customer-redemptions-${query.sortKey}-${query.sortOrder}`,
    text: customerRedemptionsSql(query),
    values: [
      orgId,
      query.customerId,
      query.fromS,
      query.untilS,
      query.minId,
      query.maxId,
      query.placeCode ?? null,
      query.limit,
    ],
  })
  return { total: rows[0]?.total ?? 0, redemptions: rows }
}
