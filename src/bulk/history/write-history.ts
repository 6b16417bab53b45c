import { sql } from 'kysely'
import type { Queries } from '../../platform/db/queries.ts'
import type { CustomerRecord, PlaceRecord, SeriesRecord } from './history-record.ts'
import { randomIdBits } from '../../values/ids.ts'
import { timestamp, usageOf, type NewCoupon, type Usage } from './usage-rules.ts'

/** What is new of a batch, judged and without contradictions. */
export interface NewHistory {
  readonly customers: readonly CustomerRecord[]
  readonly stores: readonly PlaceRecord[]
  readonly series: readonly SeriesRecord[]
  readonly coupons: readonly NewCoupon[]
}

/** Room above the highest id brought in: a server that takes ids at the same moment cannot overtake it. */
const sequenceMargin = 1_000
const sequenceLock = 'counterfoil sequences'

/**
 * Writes new records with one statement per table. Rows that a running server changes too are locked in the order
 * series_usage, customer_series_usage, each by id.
 *
 * @param isDryRun true: leaves out what would make others wait (counters) and what no rollback takes back (sequences).
 */
export async function writeHistory(
  queries: Queries,
  orgId: number,
  given: NewHistory,
  isDryRun: boolean,
): Promise<void> {
  const { customers, stores, series, coupons } = given
  if (!isDryRun) await raiseSequences(queries, given)
  if (customers.length > 0) await insertCustomers(queries, orgId, customers)
  if (stores.length > 0) await insertStores(queries, orgId, stores)
  if (coupons.length === 0) return
  const usage = usageOf(coupons)
  await insertSeries(
    queries,
    orgId,
    series.map((one) => ({
      ...one,
      customProperties: one.customProperties && JSON.stringify(one.customProperties),
      validUntil: usage.series.get(one.id)?.validUntil,
    })),
  )
  if (!isDryRun) await addUsage(queries, orgId, usage)
  await insertCoupons(queries, orgId, coupons)
  await insertRedemptions(queries, orgId, coupons)
}

/** New ids go on above those that came in. */
async function raiseSequences(queries: Queries, { customers, series, coupons }: NewHistory): Promise<void> {
  const highest = {
    customers_id_seq: highestOf(customers),
    series_id_seq: highestOf(series),
    coupon_numbers_seq: couponNumberOf(highestOf(coupons.map((one) => one.coupon))),
    redemptions_id_seq: highestOf(coupons.flatMap((one) => one.coupon.redemptions)),
  }
  for (const [name, value] of Object.entries(highest)) {
    if (value === 0) continue
    const sequence = sql.raw(name)
    const below = await sql`select from ${sequence} where last_value < ${value}::bigint`.execute(queries)
    if (below.rows.length === 0) continue
    // Imports of other organisations raise the same sequences; it must not go back.
    await sql`select pg_advisory_xact_lock(hashtextextended(${sequenceLock}, 0))`.execute(queries)
    await sql`select setval(${name}::regclass, ${value + sequenceMargin}::bigint) from ${sequence}
      where last_value < ${value}::bigint`.execute(queries)
  }
}

/** What an id of a coupon has above its random bits. */
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

/** An imported series sets no limit: each of its coupons carries its own. Its code is its id. */
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

async function addUsage(queries: Queries, orgId: number, usage: Usage): Promise<void> {
  const series = [...usage.series.values()]
  const seriesIds = series.map((one) => one.seriesId)
  // Others wait for these rows in the same order.
  await sql`select from series_usage where org_id = ${orgId} and series_id = any(${seriesIds}::bigint[])
    order by series_id for no key update`.execute(queries)
  await sql`
    update series_usage u set issued = u.issued + r.issued, redeemed = u.redeemed + r.redeemed
    from jsonb_to_recordset(${rows(series)}::jsonb) as r("seriesId" bigint, issued int, redeemed int)
    where u.org_id = ${orgId} and u.series_id = r."seriesId"`.execute(queries)
  await sql`
    update series_usage u set last_issued_at = greatest(u.last_issued_at, r.issued_at),
      last_redeemed_at = greatest(u.last_redeemed_at, r.redeemed_at)
    from (
      select "seriesId", max("lastIssuedAt") as issued_at, max("lastRedeemedAt") as redeemed_at
      from jsonb_to_recordset(${rows([...usage.customers.values()])}::jsonb) as r("seriesId" bigint,
        "lastIssuedAt" timestamptz, "lastRedeemedAt" timestamptz) group by 1) r
    where u.org_id = ${orgId} and u.series_id = r."seriesId"`.execute(queries)
  await sql`
    update series s set valid_until = r."validUntil", updated_at = now()
    from jsonb_to_recordset(${rows(series)}::jsonb) as r("seriesId" bigint, "validUntil" timestamptz)
    where s.org_id = ${orgId} and s.id = r."seriesId" and s.is_imported and s.valid_until < r."validUntil"`.execute(
    queries,
  )
  await sql`
    insert into customer_series_usage as u
      (org_id, customer_id, series_id, issued, redeemed, last_issued_at, last_redeemed_at)
    select ${orgId}, r."customerId", r."seriesId", r.issued, r.redeemed, r."lastIssuedAt", r."lastRedeemedAt"
    from jsonb_to_recordset(${rows([...usage.customers.values()])}::jsonb) as r("customerId" bigint,
      "seriesId" bigint, issued int, redeemed int, "lastIssuedAt" timestamptz, "lastRedeemedAt" timestamptz)
    order by r."customerId", r."seriesId"
    on conflict on constraint customer_series_usage__pkey do update set
      issued = u.issued + excluded.issued,
      redeemed = u.redeemed + excluded.redeemed,
      last_issued_at = greatest(u.last_issued_at, excluded.last_issued_at),
      last_redeemed_at = greatest(u.last_redeemed_at, excluded.last_redeemed_at)`.execute(queries)
}

async function insertCoupons(queries: Queries, orgId: number, coupons: NewHistory['coupons']) {
  const records = coupons.map(({ customerId, coupon }) => ({
    id: coupon.id,
    seriesId: coupon.series.id,
    customerId,
    createdAt: timestamp(coupon.createdAtS, coupon.createdAtUs),
    validUntil: timestamp(coupon.validUntilS),
    store: coupon.place?.code,
    redeemed: coupon.redemptions.filter((one) => one.reversedAtS === null).length,
    maxRedeemed: coupon.maxRedeemed,
    code: coupon.code,
    transactionNumber: coupon.transactionNumber,
  }))
  await sql`
    insert into coupons (org_id, id, series_id, customer_id, created_at, valid_until, issued_store_id, redeemed,
      max_redeemed, code, transaction_number)
    select ${orgId}, r.id, r."seriesId", r."customerId", r."createdAt", r."validUntil", s.id, r.redeemed,
      r."maxRedeemed", r.code, r."transactionNumber"
    from jsonb_to_recordset(${rows(records)}::jsonb) as r(id bigint, "seriesId" bigint, "customerId" bigint,
      "createdAt" timestamptz, "validUntil" timestamptz, store text, redeemed int, "maxRedeemed" int, code text,
      "transactionNumber" text)
    left join stores s on s.org_id = ${orgId} and s.code = r.store`.execute(queries)
}

async function insertRedemptions(queries: Queries, orgId: number, coupons: NewHistory['coupons']) {
  const records = coupons.flatMap(({ customerId, coupon }) =>
    coupon.redemptions.map((one) => ({
      id: one.id,
      couponId: coupon.id,
      seriesId: coupon.series.id,
      customerId,
      redeemedAt: timestamp(one.redeemedAtS, one.redeemedAtUs),
      store: one.place?.code,
      transactionNumber: one.transactionNumber ?? '',
      reversedAt: one.reversedAtS === null ? undefined : timestamp(one.reversedAtS),
    })),
  )
  if (records.length === 0) return
  await sql`
    insert into redemptions (org_id, id, coupon_id, series_id, customer_id, redeemed_at, store_id, transaction_number)
    select ${orgId}, r.id, r."couponId", r."seriesId", r."customerId", r."redeemedAt", s.id, r."transactionNumber"
    from jsonb_to_recordset(${rows(records)}::jsonb) as r(id bigint, "couponId" bigint, "seriesId" bigint,
      "customerId" bigint, "redeemedAt" timestamptz, store text, "transactionNumber" text)
    left join stores s on s.org_id = ${orgId} and s.code = r.store`.execute(queries)
  const reversed = records.filter((one) => one.reversedAt !== undefined)
  if (reversed.length === 0) return
  await sql`
    insert into reversals (org_id, redemption_id, reversed_at)
    select ${orgId}, r.id, r."reversedAt"
    from jsonb_to_recordset(${rows(reversed)}::jsonb) as r(id bigint, "reversedAt" timestamptz)`.execute(
    queries,
  )
}

/** One parameter for all rows of a statement. */
const rows = (records: readonly object[]): string => JSON.stringify(records)
