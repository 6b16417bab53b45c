import type { Caller } from '../../values/caller.ts'
import { codeKey } from '../../values/coupon-code.ts'
import { refuse } from '../../values/errors.ts'
import type { Context } from '../context.ts'
import { requireCustomer } from '../customers/require-customer.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { couponOfCode, customerOf } from '../sql.ts'
import { attribute, type CouponEntry, type Happening } from './attribute-rules.ts'
import { couponEntriesSql, couponHistorySql, customerHistorySql } from './happenings-sql.ts'

export interface HistoryPage {
  readonly limit: number
  /** The last happening of the page before; undefined: the first page. */
  readonly after: Pick<Happening, 'atUs' | 'key'> | undefined
}

/** $1 organisation, $2 code key, $3 holder. */
const findCouponSql = couponOfCode({
  key: '$2::text',
  holder: customerOf('$3::bigint'),
  columns: 'c.id',
  findsRevoked: true,
})

/**
 * Returns what happened to a coupon, latest first.
 *
 * @param holderId the customer whose coupon is meant if customers share the code.
 * @throws Refusal 404 if there is no such coupon, 429 after too many unknown codes.
 */
export function readCouponHistory(
  context: Context,
  caller: Caller,
  { code, holderId }: { readonly code: string; readonly holderId: number | undefined },
  page: HistoryPage,
): Promise<Happening[]> {
  return guardLookups(context, caller, { codeKeys: [codeKey(code)] }, async (tell, [key]) => {
    const found = await context.database.pool.query<{ id: number }>(findCouponSql, [
      caller.orgId,
      key,
      holderId ?? null,
    ])
    const [coupon] = found.rows
    tell({ unknown: coupon === undefined && key !== undefined ? [key] : [] })
    if (coupon === undefined) throw refuse.notFound('There is no coupon with this code')
    return readPage(context, caller.orgId, couponHistorySql, coupon.id, page)
  })
}

/**
 * Returns what happened to a customer and the customer's coupons, latest first, with the notes of people.
 *
 * @throws Refusal 8015 if the customer does not exist or is erased.
 */
export function readCustomerHistory(
  context: Context,
  caller: Caller,
  customerId: number,
  page: HistoryPage,
): Promise<Happening[]> {
  return guardLookups(context, caller, { customers: 1 }, async () => {
    const id = await requireCustomer(context, caller.orgId, customerId)
    return readPage(context, caller.orgId, customerHistorySql, id, page)
  })
}

async function readPage(
  { database: { pool } }: Context,
  orgId: number,
  sql: string,
  id: number,
  { after, limit }: HistoryPage,
): Promise<Happening[]> {
  const values = [orgId, id, after?.atUs ?? null, after?.key ?? null, limit]
  const { rows } = await pool.query<Happening>(sql, values)
  const couponIds = [...new Set(rows.flatMap(({ couponId }) => couponId ?? []))]
  const entries = await pool.query<CouponEntry>(couponEntriesSql, [orgId, couponIds])
  return attribute(rows, entries.rows)
}
