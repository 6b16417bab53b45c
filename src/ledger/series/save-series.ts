import type { PoolClient } from 'pg'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { badParameter } from '../../values/errors.ts'
import { admitLookups, type AdmittedLookup } from '../lookups/guard-lookups.ts'
import { extendKeeperSql } from '../post/extend.ts'
import { keepCodeSql } from '../post/issue.ts'
import { bearsCode } from '../sql.ts'
import type { IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { codeKey } from '../../values/coupon-code.ts'
import type { SeriesCircumstances, StatedSeries } from './series-rules.ts'
import type { SeriesTerms } from './terms.ts'

/** The common part of creating and editing a series. */
export interface SaveSeriesCommand extends IdempotentCommand {
  readonly fields: StatedSeries
}

/**
 * Admits the shared code of a series to be saved. A taken code counts as a failed look-up, because the refusal reveals
 * a working code.
 *
 * @throws Refusal 429 after too many of them.
 */
export function admitGenericCode(
  context: Context,
  caller: Caller,
  { fields: { genericCode } }: SaveSeriesCommand,
): Promise<AdmittedLookup> {
  return admitLookups(context, caller, { codeKeys: genericCode ? [codeKey(genericCode)] : [] })
}

/** Reads the instant of judgement of a series and the settings of its organisation. */
export async function readCircumstances(
  client: PoolClient,
  { orgId, timeZone }: Caller,
  now: Date | null,
): Promise<Omit<SeriesCircumstances, 'kept'>> {
  const { rows } = await client.query<{ now_s: number; prefix: string | null; suffix: string | null }>(
    `select date_part('epoch', coalesce($2::timestamptz, statement_timestamp())) as now_s, coupon_prefix as prefix,
      coupon_suffix as suffix from organisations where org_id = $1`,
    [orgId, now],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`organisation ${orgId} is not there`)
  return { nowS: row.now_s, timeZone, organisation: { prefix: row.prefix, suffix: row.suffix } }
}

const unknownPlacesSql = `
select w.type, w.id from unnest($2::text[], $3::bigint[]) as w(type, id)
where not case w.type
  when 'STORE' then exists (select from stores x where x.org_id = $1 and x.id = w.id)
  when 'TILL' then exists (select from tills x where x.org_id = $1 and x.id = w.id)
  when 'ZONE' then exists (select from zones x where x.org_id = $1 and x.id = w.id)
  else exists (select from concepts x where x.org_id = $1 and x.id = w.id) end
limit 1`

/** @throws Refusal 400 if a store, till, zone or concept does not belong to the organisation. */
export async function requirePlaces(client: PoolClient, orgId: number, terms: SeriesTerms): Promise<void> {
  const places = [
    ['STORE', terms.redemptionStoreIds],
    ['TILL', terms.redemptionTillIds],
    ['ZONE', terms.redemptionZoneIds],
    ['CONCEPT', terms.redemptionConceptIds],
  ] as const
  const named = places.flatMap(([type, ids]) => (ids ?? []).map((id) => ({ type, id })))
  if (named.length === 0) return
  const { rows } = await client.query<{ type: string; id: number }>(unknownPlacesSql, [
    orgId,
    named.map(({ type }) => type),
    named.map(({ id }) => id),
  ])
  const [unknown] = rows
  if (unknown)
    throw badParameter('redemptionOrgEntityDetails', `${unknown.type} ${unknown.id}`, 'one that there is')
}

/**
 * Reserves the shared code of a series: an unassigned coupon carries it for as long as the series exists. A former
 * shared code stays reserved too, because coupons carry it.
 *
 * @param lookup counts a code that belongs to another series or coupon, because the caller has found a valid code.
 * @throws Refusal 400 if another series or coupon has the code.
 */
export async function keepGenericCode(
  client: PoolClient,
  orgId: number,
  seriesId: number,
  { genericCode, validUntilS }: SeriesTerms,
  nowS: number,
  lookup: AdmittedLookup,
): Promise<void> {
  if (genericCode === null) return
  const endsAt = new Date(validUntilS * 1000)
  await client.query(keepCodeSql, [orgId, seriesId, Math.floor(nowS), endsAt, genericCode])
  const { rowCount } = await client.query(
    `select from coupons c where c.series_id = $2 and ${bearsCode('$3')}`,
    [orgId, seriesId, codeKey(genericCode)],
  )
  if (rowCount !== 1) {
    lookup.settle({ unknown: [codeKey(genericCode)] })
    throw badParameter('genericCode', genericCode, 'a code that no coupon has')
  }
  await client.query(extendKeeperSql, [orgId, seriesId, endsAt])
}
