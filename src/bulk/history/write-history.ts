import { sql } from 'kysely'
import { announceSharesSql, raiseBudgetsOfHistorySql } from '../../ledger/post/budget.ts'
import { raiseCustomers, raiseSeries } from '../../ledger/post/counters.ts'
import { insertCoupons } from '../../ledger/post/issue.ts'
import { lockNamedSeriesSql } from '../../ledger/post/lock.ts'
import { insertRedemptions } from '../../ledger/post/redeem.ts'
import { insertReturns } from '../../ledger/post/return.ts'
import { insertReversals } from '../../ledger/post/reverse.ts'
import { runnerOf, type Queries } from '../../platform/db/queries.ts'
import { raiseSequence } from '../../platform/db/raise-sequence.ts'
import type { Runner } from '../../platform/db/runner.ts'
import type { CustomerRecord, PlaceRecord, SeriesRecord } from './history-record.ts'
import { randomIdBits } from '../../values/ids.ts'
import type { GrownCoupon } from './growth-rules.ts'
import { returnColumns } from './return-record-rules.ts'
import { writeGrowth } from './write-growth.ts'
import { timestamp, usageOf, type NewCoupon, type Usage } from './usage-rules.ts'

/** The new records of a batch, judged and free of contradictions. */
export interface NewHistory {
  readonly customers: readonly CustomerRecord[]
  readonly stores: readonly PlaceRecord[]
  readonly series: readonly SeriesRecord[]
  readonly coupons: readonly NewCoupon[]
  readonly grown: readonly GrownCoupon[]
}

/**
 * Writes new records with one statement per table. Rows that a running server also changes are locked in the order
 * series_usage, customer_series_usage, each by id.
 *
 * @param isDryRun true: skips what would block others (counters) and what a rollback does not undo (sequences).
 */
export async function writeHistory(
  queries: Queries,
  orgId: number,
  given: NewHistory,
  isDryRun: boolean,
): Promise<void> {
  const { customers, stores, series, coupons, grown } = given
  if (!isDryRun) await raiseSequences(queries, given)
  if (customers.length > 0) await insertCustomers(queries, orgId, customers)
  if (stores.length > 0) await insertStores(queries, orgId, stores)
  await writeGrowth(runnerOf(queries), orgId, grown)
  if (coupons.length === 0) return
  const usage = usageOf(coupons)
  await insertSeries(
    queries,
    orgId,
    series.map((one) => ({
      ...one,
      customProperties: one.customProperties && JSON.stringify(one.customProperties),
      validUntil: usage.ends.get(one.id),
    })),
  )
  const runner = runnerOf(queries)
  if (!isDryRun) await addUsage(runner, orgId, usage)
  await writeCoupons(runner, orgId, coupons)
  await writeRedemptions(runner, orgId, coupons)
  const redemptions = coupons.flatMap(({ coupon }) => coupon.redemptions.map(({ id }) => id))
  if (isDryRun) return
  await runner.query(raiseBudgetsOfHistorySql, [orgId, redemptions])
  await runner.query(announceSharesSql, [orgId, [...usage.ends.keys()], null])
}

/** Makes new ids continue above the imported ones. */
async function raiseSequences(
  queries: Queries,
  { customers, series, coupons, grown }: NewHistory,
): Promise<void> {
  const highest = {
    customers_id_seq: highestOf(customers),
    series_id_seq: highestOf(series),
    coupon_numbers_seq: couponNumberOf(highestOf(coupons.map((one) => one.coupon))),
    redemptions_id_seq: highestOf([
      ...coupons.flatMap((one) => one.coupon.redemptions),
      ...grown.flatMap((one) => one.redemptions),
    ]),
  }
  for (const [name, value] of Object.entries(highest)) await raiseSequence(runnerOf(queries), name, value)
}

/** The part of a coupon id above its random bits. */
const couponNumberOf = (id: number): number => Math.floor(id / 2 ** randomIdBits)

const highestOf = (records: readonly { id: number }[]): number =>
  records.reduce((highest, { id }) => Math.max(highest, id), 0)

async function insertCustomers(queries: Queries, orgId: number, customers: readonly CustomerRecord[]) {
  await sql`
    insert into customers (org_id, id, first_name, last_name)
    select ${orgId}, r.id, r."firstName", r."lastName"
    from jsonb_to_recordset(${rows(
      customers.map(({ id, firstName, lastName }) => ({ id, firstName, lastName })),
    )}::jsonb) as r(id bigint, "firstName" text, "lastName" text)`.execute(queries)
  const identifiers = customers.flatMap(({ id, identifiers }) => identifiers.map((one) => ({ id, ...one })))
  if (identifiers.length === 0) return
  await sql`
    insert into customer_identifiers (org_id, type, value, customer_id, shown)
    select ${orgId}, r.type, r.value, r.id, r.shown
    from jsonb_to_recordset(${rows(identifiers)}::jsonb) as r(id bigint, type text, value text, shown text)`.execute(
    queries,
  )
}

async function insertStores(queries: Queries, orgId: number, stores: readonly PlaceRecord[]) {
  await sql`
    insert into stores (org_id, code, name)
    select ${orgId}, r.code, r.name
    from jsonb_to_recordset(${rows(stores)}::jsonb) as r(code text, name text)`.execute(queries)
}

/** An imported series has no limits: each of its coupons has its own. Its code is its id. */
async function insertSeries(queries: Queries, orgId: number, series: readonly object[]) {
  if (series.length === 0) return
  const json = rows(series)
  await sql`
    insert into series (org_id, id, code, description, info, discount_type, discount_value, discount_upto,
      client_handling_type, valid_until, is_multiple_use_allowed, is_same_user_multiple_redeem, custom_properties,
      is_imported)
    select ${orgId}, r.id, r.id::text, r.description, r.description, r."discountType", r."discountValue",
      r."discountUpto", 'DISC_CODE', r."validUntil", true, true, r."customProperties"::jsonb, true
    from jsonb_to_recordset(${json}::jsonb) as r(id bigint, description text, "discountType" text,
      "discountValue" numeric, "discountUpto" numeric, "customProperties" text, "validUntil" timestamptz)`.execute(
    queries,
  )
  await sql`
    insert into series_usage (org_id, series_id)
    select ${orgId}, r.id from jsonb_to_recordset(${json}::jsonb) as r(id bigint)`.execute(queries)
}

/** $1 organisation, $2 sums by customer and series. */
const sumsOf = (by: string, ...columns: string[]): string =>
  `select ${[by, ...columns].join(', ')} from jsonb_to_recordset($2::jsonb) as r(customer_id bigint, series_id bigint, issued int,
    redeemed int, last_issued_at timestamptz, last_redeemed_at timestamptz)`
const latest = ['max(last_issued_at) as last_issued_at', 'max(last_redeemed_at) as last_redeemed_at']
const raiseSeriesSql = raiseSeries(
  ['issued', 'redeemed'],
  `${sumsOf('series_id', 'sum(issued)::int as issued', 'sum(redeemed)::int as redeemed', ...latest)} group by series_id`,
)
const raiseCustomersSql = raiseCustomers(['issued', 'redeemed'], sumsOf('*'))

/** The end of an imported series moves with its coupons until a caller states it. */
const moveEndsSql = `
update series s set valid_until = r.valid_until, updated_at = now()
from unnest($2::bigint[], $3::timestamptz[]) as r(id, valid_until)
where s.org_id = $1 and s.id = r.id and s.is_imported and s.valid_until < r.valid_until`

async function addUsage(runner: Runner, orgId: number, usage: Usage): Promise<void> {
  const seriesIds = [...usage.ends.keys()]
  const sums = rows([...usage.customers.values()])
  await runner.query(lockNamedSeriesSql, [orgId, seriesIds])
  await runner.query(raiseSeriesSql, [orgId, sums])
  await runner.query(moveEndsSql, [orgId, seriesIds, [...usage.ends.values()]])
  await runner.query(raiseCustomersSql, [orgId, sums])
}

const insertCouponsSql = insertCoupons(
  `id, series_id, customer_id, created_at, valid_until, issued_store_id, redeemed, max_redeemed, code,
  transaction_number`,
  `(select r.*, s.id as issued_store_id
    from jsonb_to_recordset($2::jsonb) as r(id bigint, series_id bigint, customer_id bigint, created_at timestamptz,
      valid_until timestamptz, store text, redeemed int, max_redeemed int, code text, transaction_number text)
    left join stores s on s.org_id = $1 and s.code = r.store) e`,
)

async function writeCoupons(runner: Runner, orgId: number, coupons: NewHistory['coupons']) {
  const records = coupons.map(({ customerId, coupon }) => ({
    id: coupon.id,
    series_id: coupon.series.id,
    customer_id: customerId,
    created_at: timestamp(coupon.createdAtS, coupon.createdAtUs),
    valid_until: timestamp(coupon.validUntilS),
    store: coupon.place?.code,
    redeemed: coupon.redemptions.filter((one) => one.reversedAtS === null).length,
    max_redeemed: coupon.maxRedeemed,
    code: coupon.code,
    transaction_number: coupon.transactionNumber,
  }))
  await runner.query(insertCouponsSql, [orgId, rows(records)])
}

const insertRedemptionsSql = insertRedemptions(
  'id, coupon_id, series_id, customer_id, redeemed_at, store_id, transaction_number, custom_fields, discount_amount, returned_amount',
  `(select r.*, s.id as store_id
    from jsonb_to_recordset($2::jsonb) as r(id bigint, coupon_id bigint, series_id bigint, customer_id bigint,
      redeemed_at timestamptz, store text, transaction_number text, custom_fields jsonb, discount_amount numeric,
      returned_amount numeric)
    left join stores s on s.org_id = $1 and s.code = r.store) e`,
)
const insertReversalsSql = insertReversals(
  'redemption_id, reversed_at, keeps_discount',
  'jsonb_to_recordset($2::jsonb) as e(redemption_id bigint, reversed_at timestamptz, keeps_discount boolean)',
)
const insertReturnsSql = insertReturns(
  'redemption_id, amount, returned_at, returns_use',
  'jsonb_to_recordset($2::jsonb) as e(redemption_id bigint, amount numeric, returned_at timestamptz, returns_use boolean)',
)

async function writeRedemptions(runner: Runner, orgId: number, coupons: NewHistory['coupons']) {
  const records = coupons.flatMap(({ customerId, coupon }) =>
    coupon.redemptions.map((one) => ({
      id: one.id,
      coupon_id: coupon.id,
      series_id: coupon.series.id,
      customer_id: customerId,
      redeemed_at: timestamp(one.redeemedAtS, one.redeemedAtUs),
      store: one.place?.code,
      transaction_number: one.transactionNumber ?? '',
      custom_fields: one.customFields,
      ...returnColumns(one),
    })),
  )
  if (records.length > 0) await runner.query(insertRedemptionsSql, [orgId, rows(records)])
  const reversed = coupons.flatMap(({ coupon }) =>
    coupon.redemptions.flatMap(({ id, reversedAtS, discountKept }) =>
      reversedAtS === null
        ? []
        : [{ redemption_id: id, reversed_at: timestamp(reversedAtS), keeps_discount: discountKept !== null }],
    ),
  )
  if (reversed.length > 0) await runner.query(insertReversalsSql, [orgId, rows(reversed)])
  const returned = coupons.flatMap(({ coupon }) =>
    coupon.redemptions.flatMap((one) =>
      returnColumns(one).returns.map((columns) => ({ redemption_id: one.id, ...columns })),
    ),
  )
  if (returned.length > 0) await runner.query(insertReturnsSql, [orgId, rows(returned)])
}

/** All rows of a statement in one parameter. */
const rows = (records: readonly object[]): string => JSON.stringify(records)
