import type { Cluster, Tenant } from './cluster.ts'
import type { RoundPlan } from './plan.ts'
import type { SeriesPlan } from './series-plan.ts'

export interface ProofSeries {
  readonly id: number
  readonly plan: SeriesPlan
  /** Of the days of its budget. */
  readonly timeZone: string
}

export interface KnownCode {
  readonly code: string
  readonly couponId: number
  readonly seriesId: number
  /** Null: an unassigned code of a pool, or the shared code of a series. */
  readonly customerId: number | null
}

/** The rows that a round starts with. */
export interface World {
  readonly tenant: Tenant
  readonly series: readonly ProofSeries[]
  readonly customerIds: readonly number[]
  /** Coupons that exist from the start: no request made them and they have no events. */
  readonly imported: readonly KnownCode[]
  /** Unassigned codes, in the order in which they must be assigned. */
  readonly pools: ReadonlyMap<number, readonly KnownCode[]>
}

const insertSeries = `
insert into series (org_id, code, description, discount_type, discount_value, client_handling_type, valid_until,
  is_any_user, is_multiple_use_allowed, is_same_user_multiple_redeem, max_redemptions_per_coupon,
  max_redemptions_per_customer, is_multiple_per_customer_allowed, max_coupons_per_customer,
  is_existing_coupon_withheld, generic_code, code_length, discount_upto, products, budget)
values ($1, $2, 'Proof', $13, $14, $3, '2099-12-31T23:59:59Z', $4, $5, $6, $7, $8, $9, $10, $11, $12, 12, $15, $16, $17)
returning id`

const insertWaiting = `
insert into coupons (org_id, series_id, created_at, valid_until, code)
select $1, $2, now(), '2099-12-31T23:59:59Z', code from unnest($3::text[]) with ordinality as c(code, n) order by n
returning id::float8 as id, code`

const insertImported = `
with made as (
  insert into coupons (org_id, series_id, customer_id, created_at, valid_until, code, max_redeemed)
  select $1, $2, customer_id, now(), '2099-12-31T23:59:59Z', code, $5
  from unnest($3::text[], $4::bigint[]) as c(code, customer_id)
  returning id, code, customer_id
), of_series as (
  update series_usage set issued = issued + (select count(*) from made) where org_id = $1 and series_id = $2
), of_customers as (
  insert into customer_series_usage (org_id, customer_id, series_id, issued, last_issued_at)
  select $1, customer_id, $2, count(*), now() from made group by customer_id
)
select id::float8 as id, code, customer_id::float8 as customer_id from made`

let made = 0

/** A time zone in which it is another day than in UTC: a period of the wrong zone is then another one. */
const zoneOfAnotherDay = (now: Date): string =>
  now.getUTCHours() + now.getUTCMinutes() / 60 < 10.5 ? 'Pacific/Pago_Pago' : 'Pacific/Kiritimati'

/** A budget as the server stores it. */
function storedBudget({ budget }: SeriesPlan, timeZone: string): string | null {
  if (budget === null) return null
  const { total, perCustomer, perDay, isGivenInPart } = budget
  const amountOf = (thousandths: number | null): number | null =>
    thousandths === null ? null : thousandths / 1_000
  return JSON.stringify({
    total: amountOf(total),
    perCustomer: amountOf(perCustomer),
    periods: Object.values(perDay).every((limit) => limit === null)
      ? []
      : [{ per: 'day', ...perDay, amount: amountOf(perDay.amount) }],
    whenItDoesNotFit: isGivenInPart ? 'part' : 'refuse',
    timeZone,
  })
}

async function createSeries(
  { database }: Cluster,
  orgId: number,
  plan: SeriesPlan,
  customerIds: readonly number[],
): Promise<{ series: ProofSeries; imported: KnownCode[]; waiting: KnownCode[] }> {
  const unique = `${Date.now().toString(36)}-${++made}`.toUpperCase()
  const timeZone = zoneOfAnotherDay(new Date())
  const [row] = await database.query<{ id: string }>(insertSeries, [
    orgId,
    unique,
    plan.handling,
    plan.isAnyUser,
    plan.isMultipleUse,
    plan.isSameUserMultiple,
    plan.maxPerCoupon,
    plan.maxPerCustomer,
    plan.isMultiplePerCustomer,
    plan.maxCouponsPerCustomer,
    plan.isWithheld,
    plan.handling === 'GENERIC' ? `G-${unique}` : null,
    plan.percent === null ? 'ABS' : 'PERC',
    plan.percent === null ? 10 : plan.percent / 1_000,
    plan.discountUpto / 1_000,
    plan.isForShoes ? JSON.stringify([{ productType: 'CATEGORY', productCodes: ['SHOES'] }]) : null,
    storedBudget(plan, timeZone),
  ])
  const id = Number(row?.id)
  await database.query(
    'insert into series_usage (org_id, series_id, max_issued, max_redeemed) values ($1, $2, $3, $4)',
    [orgId, id, plan.maxIssued, plan.maxRedeemed],
  )
  const codes =
    plan.handling === 'GENERIC'
      ? [`G-${unique}`]
      : plan.handling === 'DISC_CODE_PIN'
        ? Array.from({ length: plan.poolSize }, (_, n) => `P-${unique}-${n}`)
        : []
  const waiting = await database.query<{ id: number; code: string }>(insertWaiting, [orgId, id, codes])
  const count = Math.min(plan.imported, plan.maxIssued ?? plan.imported)
  const imported = await database.query<{ id: number; code: string; customer_id: number }>(insertImported, [
    orgId,
    id,
    Array.from({ length: count }, (_, n) => `M-${unique}-${n}`),
    Array.from({ length: count }, (_, n) => customerIds[n % customerIds.length]),
    plan.ownLimit,
  ])
  return {
    series: { id, plan, timeZone },
    imported: imported.map((one) => ({
      code: one.code,
      couponId: one.id,
      seriesId: id,
      customerId: one.customer_id,
    })),
    waiting: waiting.map((one) => ({ code: one.code, couponId: one.id, seriesId: id, customerId: null })),
  }
}

/** Creates the customers and series of a round. */
export async function createWorld(cluster: Cluster, plan: RoundPlan): Promise<World> {
  const tenant = plan.recognisesRetries ? cluster.recognising : cluster.plain
  const customers = await cluster.database.query<{ id: string }>(
    'insert into customers (org_id) select $1 from generate_series(1, $2::int) returning id',
    [tenant.orgId, plan.customers],
  )
  const customerIds = customers.map(({ id }) => Number(id))
  const parts = []
  for (const one of plan.series) parts.push(await createSeries(cluster, tenant.orgId, one, customerIds))
  const series = parts.map((part) => part.series)
  if (series.length > 1 && plan.series.every(({ isExclusive }) => isExclusive)) {
    const ids = series.map(({ id }) => id)
    await cluster.database.query(
      'update series set mutually_exclusive_series_ids = $2 where org_id = $1 and id = any($2)',
      [tenant.orgId, ids],
    )
  }
  return {
    tenant,
    series,
    customerIds,
    imported: parts.flatMap((part) => part.imported),
    pools: new Map(parts.map((part) => [part.series.id, part.waiting])),
  }
}
