import type { PoolClient } from 'pg'
import { epochSecondsOf, readNow } from '../../platform/clock.ts'
import { dayOf, endOfDayS, startOfDayS } from '../../values/calendar.ts'
import type { Caller } from '../../values/caller.ts'
import { refuse, type Refusal } from '../../values/errors.ts'
import type { Context } from '../context.ts'
import { keepsDiscount } from '../sql.ts'

/** A bill, as the caller knows it. */
export interface BillReference {
  readonly transactionNumber: string
  /** YYYY-MM-DD in the organisation's time zone; undefined: any of the last `searchedDays`. */
  readonly day: string | undefined
}

/**
 * Transaction numbers have no index, which would slow down every redemption, so the redemptions of these days are read.
 */
export const searchedDays = 31

/** $1 organisation, $2 transaction number, $3 and $4 instants from and until, $5 store, or null for all. */
const billSql = `
select r.id, r.till_id as "tillId", r.store_id as "storeId", floor(date_part('epoch', r.redeemed_at))::float8 as "redeemedAtS",
  ${keepsDiscount('r')} as "isOpen"
from redemptions r
where r.org_id = $1 and r.transaction_number = $2
  and r.redeemed_at >= to_timestamp($3::float8) and r.redeemed_at < to_timestamp($4::float8)
  and ($5::bigint is null or r.store_id = $5)
order by r.id`

interface Row {
  readonly id: number
  readonly tillId: number | null
  readonly storeId: number | null
  readonly redeemedAtS: number
  /** Not reversed as a whole. */
  readonly isOpen: boolean
}

/**
 * Finds the redemptions on a bill of the caller's store, or of all stores if the caller has none. Redemptions of one
 * day, store and till with the same number are on one bill. A bill of the caller's own till takes precedence over
 * others, and one that has something left to return over those that have not.
 *
 * @returns their ids, or a Refusal: 404 if there is none, 9017 if there are several. It is returned rather than thrown,
 * since a repeated call gets its first answer whatever bills exist now.
 */
export async function findBill(
  context: Context,
  client: PoolClient,
  caller: Caller,
  { transactionNumber, day }: BillReference,
): Promise<number[] | Refusal> {
  const { orgId, timeZone, storeId, tillId } = caller
  const nowS = await epochSecondsOf(client, await readNow(context, client, caller))
  const untilS = day === undefined ? nowS + 86_400 : endOfDayS(timeZone, day) + 1
  const fromS =
    day === undefined ? nowS - searchedDays * 86_400 : startOfDayS(timeZone, endOfDayS(timeZone, day))
  const { rows } = await client.query<Row>(billSql, [orgId, transactionNumber, fromS, untilS, storeId])
  if (rows.length === 0) {
    const where = day === undefined ? `in the last ${searchedDays} days: state its date` : `on ${day}`
    return refuse.notFound(`No coupon was redeemed on a bill with this transaction number ${where}`)
  }
  const bills = new Map<string, Row[]>()
  for (const row of rows) {
    const key = `${dayOf(timeZone, row.redeemedAtS)} ${row.storeId} ${row.tillId}`
    bills.set(key, [...(bills.get(key) ?? []), row])
  }
  const isOpen = (bill: readonly Row[]) => bill.some((row) => row.isOpen)
  const isOwn = (bill: readonly Row[]) => tillId !== null && bill[0]?.tillId === tillId
  const [bill = [], ...others] = preferred(preferred([...bills.values()], isOpen), isOwn)
  if (others.length > 0) {
    const days = [bill, ...others].map(([row]) => dayOf(timeZone, row?.redeemedAtS ?? 0))
    const listed = [...new Set(days)].join(', ')
    return refuse.billAmbiguous(
      `${days.length} bills have this transaction number (${listed}): state the date, or return each redemption by its id`,
    )
  }
  return bill.map(({ id }) => id)
}

/** Returns those that meet the condition, or all if none does. */
function preferred<One>(all: readonly One[], condition: (one: One) => boolean): readonly One[] {
  const found = all.filter(condition)
  return found.length > 0 ? found : all
}
