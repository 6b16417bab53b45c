import { epochS } from '../../platform/db/sql.ts'
import { sql } from 'kysely'
import { codeKeyOf, discountGiven } from '../../ledger/sql.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { codeKey } from '../../values/coupon-code.ts'
import type { CustomFields } from '../../values/custom-fields.ts'
import type { IdentifierType } from '../../values/identifier.ts'
import { trimmedText } from '../../values/trimmed-text.ts'
import { identifierKey, type ImportItem, type Known, type KnownCoupon, type KnownCustomer } from './known.ts'
import type { SeriesRecord } from './history-record.ts'

/** Reads the ledger's data for the ids, identifiers and codes of the items. */
export async function readKnown(
  queries: Queries,
  orgId: number,
  items: readonly ImportItem[],
): Promise<Known> {
  const customerRecords = items.filter((item) => item.coupon === null).map((item) => item.customer)
  const coupons = items.flatMap((item) => item.coupon ?? [])
  const redemptions = coupons.flatMap((coupon) => coupon.redemptions)
  const places = [...coupons, ...redemptions].flatMap((one) => one.place?.code ?? [])
  const knownCoupons = await readCoupons(
    queries,
    orgId,
    coupons.map((one) => one.id),
    coupons.map((one) => codeKey(one.code)),
  )
  return {
    customers: await readCustomers(queries, orgId, [...new Set(items.map((item) => item.customer.id))]),
    owners: await readOwners(
      queries,
      orgId,
      customerRecords.flatMap((one) => one.identifiers),
    ),
    stores: await readStores(queries, orgId, [...new Set(places)]),
    ...(await readSeries(queries, orgId, [...new Set(coupons.map((one) => one.series.id))])),
    coupons: knownCoupons,
    codes: new Map([...knownCoupons].map(([id, one]) => [codeKey(one.code), id])),
    redemptions: await readRedemptionIds(
      queries,
      orgId,
      redemptions.map((one) => one.id),
    ),
  }
}

async function readCustomers(queries: Queries, orgId: number, ids: number[]) {
  const { rows } = await sql<{
    id: number
    first_name: string
    last_name: string
    merged_into: number | null
    type: IdentifierType | null
    value: string | null
  }>`
    select c.id, c.first_name, c.last_name, c.merged_into, i.type, coalesce(i.same_as, i.value) as value
    from customers c left join customer_identifiers i on i.org_id = ${orgId} and i.customer_id = c.id
    where c.org_id = ${orgId} and c.id = any(${ids}::bigint[])`.execute(queries)
  const customers = new Map<number, KnownCustomer>()
  for (const row of rows) {
    const customer = customers.get(row.id) ?? {
      // Names stored by earlier releases may have surrounding blanks.
      firstName: trimmedText(row.first_name),
      lastName: trimmedText(row.last_name),
      mergedInto: row.merged_into,
      identifiers: [],
    }
    if (row.type !== null && row.value !== null) {
      customer.identifiers.push({ type: row.type, value: row.value })
    }
    customers.set(row.id, customer)
  }
  return customers
}

async function readOwners(
  queries: Queries,
  orgId: number,
  identifiers: readonly { type: IdentifierType; value: string }[],
) {
  if (identifiers.length === 0) return new Map<string, number>()
  const { rows } = await sql<{ type: IdentifierType; value: string; customer_id: number }>`
    select i.type, i.value, i.customer_id
    from unnest(${identifiers.map((one) => one.type)}::text[], ${identifiers.map((one) => one.value)}::text[])
      as given(type, value)
    join customer_identifiers i on i.org_id = ${orgId} and i.type = given.type and i.value = given.value`.execute(
    queries,
  )
  return new Map(rows.map((row) => [identifierKey(row), row.customer_id]))
}

async function readStores(queries: Queries, orgId: number, codes: string[]) {
  const { rows } = await sql<{ code: string; name: string }>`
    select code, name from stores where org_id = ${orgId} and code = any(${codes}::text[])`.execute(queries)
  return new Map(rows.map((row) => [row.code, row.name]))
}

async function readSeries(queries: Queries, orgId: number, ids: number[]) {
  const { rows } = await sql<{
    id: number
    code: string
    description: string
    discount_type: string
    discount_value: string
    discount_upto: string
    custom_properties: SeriesRecord['customProperties']
    issues_left: number | null
    redemptions_left: number | null
  }>`
    select s.id, s.code, s.description, s.discount_type, s.discount_value, s.discount_upto, s.custom_properties,
      u.max_issued - u.issued as issues_left, u.max_redeemed - u.redeemed as redemptions_left
    from series s left join series_usage u on u.org_id = ${orgId} and u.series_id = s.id
    where s.org_id = ${orgId} and (s.id = any(${ids}::bigint[]) or s.code = any(${ids}::text[]))`.execute(
    queries,
  )
  return {
    series: new Map(
      rows.map((row) => [
        row.id,
        {
          terms: {
            id: row.id,
            description: row.description,
            discountType: row.discount_type,
            discountValue: Number(row.discount_value),
            discountUpto: Number(row.discount_upto),
            customProperties: row.custom_properties,
          },
          issuesLeft: row.issues_left ?? Number.POSITIVE_INFINITY,
          redemptionsLeft: row.redemptions_left ?? Number.POSITIVE_INFINITY,
        },
      ]),
    ),
    seriesCodes: new Map(rows.map((row) => [row.code, row.id])),
  }
}

async function readRedemptionIds(queries: Queries, orgId: number, ids: number[]) {
  if (ids.length === 0) return new Map<number, number>()
  const { rows } = await sql<{ id: number; coupon_id: number }>`
    select id, coupon_id from redemptions where org_id = ${orgId} and id = any(${ids}::bigint[])`.execute(
    queries,
  )
  return new Map(rows.map((row) => [row.id, row.coupon_id]))
}

async function readCoupons(queries: Queries, orgId: number, ids: number[], keys: string[]) {
  const coupons = new Map<number, KnownCoupon>()
  if (ids.length === 0) return coupons
  const { rows } = await sql<Omit<KnownCoupon, 'redemptions'> & { id: number }>`
    select c.id, c.series_id as "seriesId", c.customer_id as "customerId", c.code,
      ${sql.raw(epochS('c.created_at'))} as "createdAtS", ${sql.raw(epochS('c.valid_until'))} as "validUntilS",
      c.transaction_number as "transactionNumber", c.max_redeemed as "maxRedeemed", s.code as "storeCode"
    from coupons c left join stores s on s.org_id = ${orgId} and s.id = c.issued_store_id
    where c.org_id = ${orgId}
      and (c.id = any(${ids}::bigint[]) or ${sql.raw(codeKeyOf('c'))} = any(${keys}::text[]))`.execute(
    queries,
  )
  for (const { id, ...coupon } of rows) coupons.set(id, { ...coupon, redemptions: new Map() })
  if (rows.length === 0) return coupons

  const redemptions = await sql<{
    coupon_id: number
    id: number
    redeemed_at_s: number
    transaction_number: string
    store_code: string | null
    custom_fields: CustomFields | null
    discount_amount: number | null
    returned_amount: number | null
    reversed_at_s: number | null
    keeps_discount: boolean
  }>`
    select r.coupon_id, r.id, ${sql.raw(epochS('r.redeemed_at'))} as redeemed_at_s, r.transaction_number,
      s.code as store_code, r.custom_fields, (${sql.raw(discountGiven('r'))})::float8 as discount_amount,
      r.returned_amount::float8, ${sql.raw(epochS('v.reversed_at'))} as reversed_at_s,
      coalesce(v.keeps_discount, false) as keeps_discount
    from redemptions r
    left join reversals v on v.org_id = ${orgId} and v.redemption_id = r.id
    left join stores s on s.org_id = ${orgId} and s.id = r.store_id
    where r.org_id = ${orgId} and r.coupon_id = any(${rows.map((row) => row.id)}::bigint[])`.execute(queries)
  for (const row of redemptions.rows) {
    coupons.get(row.coupon_id)?.redemptions.set(row.id, {
      redeemedAtS: row.redeemed_at_s,
      transactionNumber: row.transaction_number,
      storeCode: row.store_code,
      customFields: row.custom_fields,
      discountAmount: row.discount_amount,
      discountReturned: row.returned_amount,
      keepsDiscount: row.keeps_discount,
      reversedAtS: row.reversed_at_s,
    })
  }
  return coupons
}
