import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { auditLedger } from '../../src/operate/integrity/audit-ledger.ts'
import { createTestOrganisation } from './harness.ts'
import { strictSchema } from './strict-schema.ts'
import {
  seedCoupon,
  seedCustomer,
  seedSeries,
  type SeedCoupon,
  type SeededCoupon,
  type SeedSeries,
} from './seed.ts'

/** A brand with customers, series and coupons, and the calls of its till. */

export interface Reply {
  readonly status: number
  readonly text: string
  readonly json: unknown
  readonly headers: Readonly<Record<string, unknown>>
  /** The value at a path of the body, such as `response.0.errors.0.code`. */
  at(path: string): unknown
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>>
  /** Another server on the same database. */
  readonly app?: App
}

export interface ShopOptions {
  readonly timeZone?: string
  readonly country?: string
  readonly currency?: string
  readonly requiresTransactionNumber?: boolean
  readonly replaysTillRetries?: boolean
  readonly isSandbox?: boolean
}

export type Body = object | string
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export function pick(json: unknown, path: string): unknown {
  let value = json
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined | null)?.[key]
  return value
}

export async function send(
  app: App,
  method: Method,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: Body,
): Promise<Reply> {
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      // What takes something away needs a reason; a test that is about reasons states its own.
      ...(method !== 'GET' && url.startsWith('/admin/v1/') && { 'x-counterfoil-reason': 'as%20agreed' }),
      ...headers,
    },
    ...(body !== undefined && { payload: body }),
  })
  const json: unknown =
    answer.body.startsWith('{') && !String(answer.headers['content-type']).includes('ndjson')
      ? answer.json()
      : undefined
  // Every answer of every test must match the document exactly.
  if (answer.statusCode === 200 && json !== undefined && /^\/(v\d|coupon\/|till\/)/.test(url))
    expect(strictSchema(app, method, url, 200).errorsOf(json), `${method} ${url}`).toEqual([])
  return {
    status: answer.statusCode,
    text: answer.body,
    json,
    headers: answer.headers,
    at: (path) => pick(json, path),
  }
}

export type Shop = Awaited<ReturnType<typeof openShop>>

/** A new organisation with its till's calls. Codes of redemptions in answers: `redemption.0.redemptionId`. */
export async function openShop(context: Context, app: App, options: ShopOptions = {}) {
  const { queries } = context.database
  const org = await createTestOrganisation(context, options)
  const { orgId } = org
  await queries
    .updateTable('organisations')
    .set({
      requires_transaction_number: options.requiresTransactionNumber ?? false,
      replays_till_retries: options.replaysTillRetries ?? false,
      currency: options.currency ?? null,
    })
    .where('org_id', '=', orgId)
    .execute()

  const call = (method: Method, url: string, body?: Body, sending: Sending = {}) =>
    send(sending.app ?? app, method, url, { authorization: org.authorization, ...sending.headers }, body)
  const post = (url: string, body: Body, sending?: Sending) => call('POST', url, body, sending)
  const asList = (codes: string | readonly string[]) => [codes].flat().map((code) => ({ code }))

  return {
    ...org,
    call,
    post,
    put: (url: string, body: Body, sending?: Sending) => call('PUT', url, body, sending),
    customer: (given: Parameters<typeof seedCustomer>[2] = {}) => seedCustomer(queries, orgId, given),
    series: (terms: SeedSeries = {}) => seedSeries(queries, orgId, terms),
    generic: (code: string, terms: SeedSeries = {}) => seedGeneric(context, orgId, code, terms),
    pool: (seriesId: number, codes: readonly string[]) => seedPool(context, orgId, seriesId, codes),
    coupon: (seriesId: number, customerId: number, given: Partial<SeedCoupon> = {}) =>
      seedTold(context, orgId, { seriesId, customerId, ...given }),
    redeem: (codes: string | readonly string[], customerId: number, extra: object = {}, sending?: Sending) =>
      post(
        '/v2/coupon/redeem',
        { redemptionRequestList: asList(codes), user: { id: customerId }, billAmount: 100, ...extra },
        sending,
      ),
    redeemBulk: (codes: readonly string[], customerId: number, extra: object = {}, sending?: Sending) =>
      post(
        '/v2/coupon/bulk/redeem',
        { redemptionRequestList: asList(codes), user: { id: customerId }, billAmount: 100, ...extra },
        sending,
      ),
    issue: (seriesId: number, customerId: number, sending?: Sending) =>
      post('/v2/coupon/issue', { seriesId, customer: { id: customerId } }, sending),
    issueMany: (seriesId: number, count: number, customerId: number, sending?: Sending) =>
      post('/v2/coupon/issue/multiple', { seriesId, count, customer: { id: customerId } }, sending),
    reverse: (redemptionIds: readonly unknown[], sending?: Sending) =>
      post('/v2/coupon/reactivate', { redemptionIds }, sending),
    revoke: (body: object, sending?: Sending) => post('/v2/coupon/revoke', body, sending),
    expire: (body: object, sending?: Sending) => call('PUT', '/v2/coupon/bulk/expiry', body, sending),
    /** The customer's coupons as the history lists them. */
    history: async (customerId: number, query = '', sending?: Sending) => {
      const reply = await call('GET', `/v2/customers/coupons?id=${customerId}&${query}`, undefined, sending)
      expect(reply).toMatchObject({ status: 200 })
      return reply.at('entity.customers.0.coupons') as Record<string, unknown>[]
    },
    isRedeemable: (codes: readonly string[], customerId: number, query = '') =>
      call('GET', `/v2/coupon/is_redeemable?id=${customerId}&code=${codes.join(',')}&${query}`),
    expectLedgerAdds: () => expectLedgerAdds(context, orgId),
  }
}

/** A series with a common code, with the coupon that reserves the code. */
async function seedGeneric(context: Context, orgId: number, code: string, terms: SeedSeries) {
  const { queries } = context.database
  const seriesId = await seedSeries(queries, orgId, {
    client_handling_type: 'GENERIC',
    generic_code: code,
    ...terms,
  })
  await seedPool(context, orgId, seriesId, [code])
  return seriesId
}

/** Adds unassigned codes. */
async function seedPool(context: Context, orgId: number, seriesId: number, codes: readonly string[]) {
  await context.database.queries
    .insertInto('coupons')
    .values(
      codes.map((code) => ({
        org_id: orgId,
        series_id: seriesId,
        created_at: new Date('2026-01-01T00:00:00Z'),
        valid_until: new Date('2099-12-31T23:59:59Z'),
        code,
      })),
    )
    .execute()
}

/** A coupon as the verbs would leave it, including its events. */
async function seedTold(context: Context, orgId: number, given: SeedCoupon): Promise<SeededCoupon> {
  const coupon = await seedCoupon(context.database.queries, orgId, {
    code: randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase(),
    ...given,
  })
  await sql`insert into events (org_id, kind, coupon_id, redemption_id)
    select * from (${toldByLedger(orgId)}) t where t.coupon_id = ${coupon.id}`.execute(
    context.database.queries,
  )
  return coupon
}

/** The events that the ledger implies. */
const toldByLedger = (orgId: number) => sql`
  select org_id, 'issued'::text as kind, id as coupon_id, null::bigint as redemption_id from coupons
    where org_id = ${orgId} and customer_id is not null
  union all select org_id, 'revoked', id, null from coupons where org_id = ${orgId} and revoked_at is not null
  union all select org_id, 'redeemed', coupon_id, id from redemptions where org_id = ${orgId}
  union all select v.org_id, 'reversed', r.coupon_id, r.id from reversals v
    join redemptions r on r.org_id = v.org_id and r.id = v.redemption_id where v.org_id = ${orgId}`

/**
 * Recomputes every counter and event of an organisation from coupons, redemptions and reversals, checks the limits, and
 * fails with the differences.
 */
export async function expectLedgerAdds(context: Context, orgId: number): Promise<void> {
  const standing = sql`select r.* from redemptions r where r.org_id = ${orgId}
    and not exists (select from reversals v where v.org_id = r.org_id and v.redemption_id = r.id)`
  const { rows } = await sql`
  with standing as (${standing}),
  told as (${toldByLedger(orgId)}),
  of_customer as (
    select x.customer_id, x.series_id, sum(x.issued)::int as issued, sum(x.revoked)::int as revoked,
      sum(x.redeemed)::int as redeemed, max(x.issued_at) as issued_at, max(x.redeemed_at) as redeemed_at
    from (
      select customer_id, series_id, 1 as issued, (revoked_at is not null)::int as revoked, 0 as redeemed,
        date_trunc('second', created_at) as issued_at, null::timestamptz as redeemed_at
      from coupons where org_id = ${orgId} and customer_id is not null
      union all
      select customer_id, series_id, 0, 0, 1, null, redeemed_at from standing) x
    group by 1, 2)
  select 'coupon' as what, c.id::text as key, n.n::text as ledger, c.redeemed::text as kept
  from coupons c, lateral (select count(*)::int as n from standing s where s.coupon_id = c.id) n
  where c.org_id = ${orgId} and c.redeemed <> n.n
  union all
  select 'series', u.series_id::text, n.issued || ' ' || n.redeemed, u.issued || ' ' || u.redeemed
  from series_usage u, lateral (select
    (select count(*) from coupons c where c.org_id = u.org_id and c.series_id = u.series_id
      and c.customer_id is not null) as issued,
    (select count(*) from standing s where s.series_id = u.series_id) as redeemed) n
  where u.org_id = ${orgId} and (u.issued <> n.issued or u.redeemed <> n.redeemed)
  union all
  select 'customer', coalesce(u.customer_id, o.customer_id) || ' ' || coalesce(u.series_id, o.series_id),
    to_jsonb(o)::text, to_jsonb(u)::text
  from (select * from customer_series_usage where org_id = ${orgId}) u
  full join of_customer o on o.customer_id = u.customer_id and o.series_id = u.series_id
  where (coalesce(o.issued, 0), coalesce(o.revoked, 0), coalesce(o.redeemed, 0), o.issued_at, o.redeemed_at)
    is distinct from (u.issued, u.revoked, u.redeemed, date_trunc('second', u.last_issued_at), u.last_redeemed_at)
  union all
  (select 'untold', t.kind, t.coupon_id::text, t.redemption_id::text from (
    select org_id, kind, coupon_id, redemption_id from told
    except all select org_id, kind, coupon_id, redemption_id from events where org_id = ${orgId}) t)
  union all
  (select 'invented', t.kind, t.coupon_id::text, t.redemption_id::text from (
    select org_id, kind, coupon_id, redemption_id from events where org_id = ${orgId}
      and kind in ('issued', 'redeemed', 'reversed', 'revoked')
    except all select org_id, kind, coupon_id, redemption_id from told) t)
  union all
  select 'expiry', c.id::text, c.valid_until::text, e.valid_until::text
  from (select distinct on (coupon_id) coupon_id, (details->>'validUntil')::timestamptz as valid_until from events
    where org_id = ${orgId} and kind = 'expiry-changed' order by coupon_id, id desc) e
  join coupons c on c.org_id = ${orgId} and c.id = e.coupon_id where c.valid_until <> e.valid_until
  union all
  select 'limit', c.id::text, c.redeemed::text, s.max_redemptions_per_coupon::text
  from coupons c join series s on s.org_id = c.org_id and s.id = c.series_id
  where c.org_id = ${orgId} and c.redeemed > least(s.max_redemptions_per_coupon, c.max_redeemed,
    case when s.is_multiple_use_allowed then null else 1 end)
  union all
  select 'limit', u.customer_id || ' ' || u.series_id, u.redeemed::text, s.max_redemptions_per_customer::text
  from customer_series_usage u join series s on s.org_id = u.org_id and s.id = u.series_id
  where u.org_id = ${orgId} and u.redeemed > s.max_redemptions_per_customer
  union all
  select 'row', r.id::text, r.series_id::text, c.series_id::text
  from redemptions r join coupons c on c.org_id = r.org_id and c.id = r.coupon_id
  where r.org_id = ${orgId} and r.series_id <> c.series_id`.execute(context.database.queries)
  expect(rows).toEqual([])
  // The check that operators run finds no faults either.
  const audited = await auditLedger(context.database.pool, orgId)
  expect(audited.flatMap(({ name, examples }) => examples.map((one) => ({ name, ...one })))).toEqual([])
}
