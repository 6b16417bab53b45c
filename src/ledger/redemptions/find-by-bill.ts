import type { Caller } from '../../values/caller.ts'
import { endOfDayS, startOfDayS } from '../../values/calendar.ts'
import type { Context } from '../context.ts'
import { epochSecondsOf, readNow } from '../../platform/clock.ts'
import { epochS } from '../../platform/db/sql.ts'
import { searchedDays } from '../returns/find-bill.ts'

/** A redemption on a bill, for a person who knows the bill's number. */
export interface BilledRedemption {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly seriesDescription: string
  readonly customerId: number
  readonly firstName: string
  readonly lastName: string
  readonly redeemedAtS: number
  /** Null: unknown. */
  readonly storeId: number | null
  readonly storeName: string | null
  readonly tillId: number | null
  readonly tillCode: string | null
  readonly billAmount: number | null
  readonly isReversed: boolean
  /** The coupon is revoked: its redemptions can no longer be reversed. */
  readonly isRevoked: boolean
  readonly validUntilS: number
}

export const maxRedemptions = 50

/**
 * Transaction numbers have no index: the redemptions of the period are found through the block-range index of their
 * times.
 */
const sql = `
select r.id, c.code, r.series_id as "seriesId", s.description as "seriesDescription", r.customer_id as "customerId",
  cu.first_name as "firstName", cu.last_name as "lastName", ${epochS('r.redeemed_at')} as "redeemedAtS",
  r.store_id as "storeId", st.name as "storeName", r.till_id as "tillId", t.code as "tillCode",
  r.bill_amount::float8 as "billAmount",
  exists (select from reversals v where v.org_id = $1 and v.redemption_id = r.id) as "isReversed",
  c.revoked_at is not null as "isRevoked", ${epochS('c.valid_until')} as "validUntilS"
from redemptions r
join coupons c on c.org_id = $1 and c.id = r.coupon_id
join series s on s.org_id = $1 and s.id = r.series_id
join customers cu on cu.org_id = $1 and cu.id = r.customer_id
left join stores st on st.org_id = $1 and st.id = r.store_id
left join tills t on t.org_id = $1 and t.id = r.till_id
where r.org_id = $1 and r.transaction_number = $2
  and r.redeemed_at >= to_timestamp($3::float8) and r.redeemed_at < to_timestamp($4::float8)
order by r.redeemed_at desc, r.id desc limit ${maxRedemptions}`

/**
 * Finds the redemptions on bills with a number, latest first.
 *
 * @param day YYYY-MM-DD in the organisation's time zone; undefined: any of the last `searchedDays`.
 */
export async function findByBill(
  context: Context,
  caller: Caller,
  billNumber: string,
  day: string | undefined,
): Promise<BilledRedemption[]> {
  const { pool } = context.database
  const { orgId, timeZone } = caller
  const nowS = await epochSecondsOf(pool, await readNow(context, pool, caller))
  const untilS = day === undefined ? nowS + 86_400 : endOfDayS(timeZone, day) + 1
  const fromS =
    day === undefined ? nowS - searchedDays * 86_400 : startOfDayS(timeZone, endOfDayS(timeZone, day))
  return (await pool.query<BilledRedemption>(sql, [orgId, billNumber, fromS, untilS])).rows
}
