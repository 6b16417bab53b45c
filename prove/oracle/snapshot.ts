import type { ProofDatabase } from '../database.ts'
import type { ProofSeries, World } from '../world.ts'

/** Instants are epoch microseconds, as stored in the database. */
export interface CouponRow {
  readonly id: number
  readonly code: string
  readonly seriesId: number
  readonly customerId: number | null
  readonly isShared: boolean
  readonly redeemed: number
  readonly maxRedeemed: number | null
  readonly revokedAt: number | null
  readonly validUntil: number
}
export interface RedemptionRow {
  readonly id: number
  readonly couponId: number
  readonly seriesId: number
  readonly customerId: number
  readonly redeemedAt: number
  readonly tag: string
  readonly reversedAt: number | null
  /** In thousandths; null: unknown. */
  readonly discount: number | null
}
export interface HoldRow {
  readonly id: number
  readonly reference: string
  readonly customerId: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly endedAt: number | null
  readonly endedAs: 'redeemed' | 'released' | 'replaced' | 'expired' | null
  /** As typed, with discounts in thousandths. */
  readonly codes: readonly { readonly code: string; readonly discount: number }[]
  /** Of the request that made it: the transaction number of its bill. */
  readonly tag: string
}
interface HoldItemRow {
  readonly holdId: number
  readonly couponId: number
  readonly seriesId: number
  readonly customerId: number
  readonly discount: number
  readonly expiresAt: number
}
interface BudgetRow {
  readonly seriesId: number
  /** 0: all customers. */
  readonly customerId: number
  readonly per: string
  readonly startsOn: string
  readonly given: number
  readonly uses: number
}
export interface EventRow {
  readonly id: number
  readonly kind: 'issued' | 'redeemed' | 'reversed' | 'revoked' | 'expiry-changed'
  readonly couponId: number
  readonly redemptionId: number | null
  readonly at: number
  readonly tag: string | null
  readonly validUntil: number | null
}
interface UsageRow {
  readonly seriesId: number
  readonly issued: number
  readonly redeemed: number
  readonly heldUntil: number | null
}
interface CustomerUsageRow extends Omit<UsageRow, 'heldUntil'> {
  readonly customerId: number
  readonly revoked: number
  readonly lastRedeemedAt: number | null
}
interface StoredOutcome {
  readonly key: string
  readonly route: string
  readonly outcome: unknown
}

/** The database rows of a round's series, and indexes over them. */
export interface Snapshot {
  readonly series: ReadonlyMap<number, ProofSeries>
  readonly coupons: ReadonlyMap<number, CouponRow>
  readonly redemptions: ReadonlyMap<number, RedemptionRow>
  readonly events: readonly EventRow[]
  readonly usage: ReadonlyMap<number, UsageRow>
  readonly customerUsage: readonly CustomerUsageRow[]
  readonly holds: ReadonlyMap<number, HoldRow>
  readonly holdItems: readonly HoldItemRow[]
  readonly budgets: readonly BudgetRow[]
  readonly stored: readonly StoredOutcome[]
  /** When it was taken. */
  readonly at: number
  /** Ids of coupons that no request made. */
  readonly importedIds: ReadonlySet<number>
  /** Ids of coupons that were unassigned in a pool at the start. */
  readonly pooledIds: ReadonlySet<number>
}

const us = (column: string, name: string) => `(extract(epoch from ${column}) * 1000000)::float8 as "${name}"`

async function readMoney(
  database: ProofDatabase,
  given: readonly [orgId: number, seriesIds: readonly number[]],
): Promise<Pick<Snapshot, 'holds' | 'holdItems' | 'budgets' | 'at'>> {
  const [orgId, [firstId]] = given
  const holds = await database.query<HoldRow>(
    `select id::float8 as id, reference, customer_id::float8 as "customerId", ${us('created_at', 'createdAt')},
       ${us('expires_at', 'expiresAt')}, ${us('ended_at', 'endedAt')}, ended_as as "endedAs", codes,
       bill->>'transactionNumber' as tag
     from holds where org_id = $1 and reference like $2 order by id`,
    [orgId, `cart-${firstId}-%`],
  )
  const holdItems = await database.query<HoldItemRow>(
    `select hold_id::float8 as "holdId", coupon_id::float8 as "couponId", series_id::float8 as "seriesId",
       customer_id::float8 as "customerId", (discount_amount * 1000)::float8 as discount, ${us('expires_at', 'expiresAt')}
     from hold_items where org_id = $1 and series_id = any($2)`,
    [...given],
  )
  const budgets = await database.query<BudgetRow>(
    `select series_id::float8 as "seriesId", customer_id::float8 as "customerId", per, starts_on::text as "startsOn",
       (given * 1000)::float8 as given, uses from budget_usage where org_id = $1 and series_id = any($2)`,
    [...given],
  )
  const [clock] = await database.query<{ at: number }>(`select ${us('clock_timestamp()', 'at')}`)
  return { holds: new Map(holds.map((one) => [one.id, one])), holdItems, budgets, at: clock?.at ?? 0 }
}

export async function takeSnapshot(database: ProofDatabase, world: World): Promise<Snapshot> {
  const { orgId } = world.tenant
  const ids = world.series.map(({ id }) => id)
  const given: [number, number[]] = [orgId, ids]
  const coupons = await database.query<CouponRow>(
    `select id::float8 as id, code, series_id::float8 as "seriesId", customer_id::float8 as "customerId",
       is_shared as "isShared", redeemed, max_redeemed as "maxRedeemed", ${us('revoked_at', 'revokedAt')},
       ${us('valid_until', 'validUntil')}
     from coupons where org_id = $1 and series_id = any($2)`,
    given,
  )
  const redemptions = await database.query<RedemptionRow>(
    `select r.id::float8 as id, r.coupon_id::float8 as "couponId", r.series_id::float8 as "seriesId",
       r.customer_id::float8 as "customerId", ${us('r.redeemed_at', 'redeemedAt')}, r.transaction_number as tag,
       ${us('v.reversed_at', 'reversedAt')}, (r.discount_amount * 1000)::float8 as discount
     from redemptions r left join reversals v on v.org_id = r.org_id and v.redemption_id = r.id
     where r.org_id = $1 and r.series_id = any($2)`,
    given,
  )
  const events = await database.query<EventRow>(
    `select e.id::float8 as id, e.kind, e.coupon_id::float8 as "couponId",
       e.redemption_id::float8 as "redemptionId", ${us('e.occurred_at', 'at')}, e.details->>'sourceId' as tag,
       ${us(`(e.details->>'validUntil')::timestamptz`, 'validUntil')}
     from events e join coupons c on c.org_id = e.org_id and c.id = e.coupon_id
     where e.org_id = $1 and c.series_id = any($2) order by e.id`,
    given,
  )
  const usage = await database.query<UsageRow>(
    `select series_id::float8 as "seriesId", issued, redeemed, ${us('held_until', 'heldUntil')} from series_usage where org_id = $1 and series_id = any($2)`,
    given,
  )
  const customerUsage = await database.query<CustomerUsageRow>(
    `select customer_id::float8 as "customerId", series_id::float8 as "seriesId", issued, revoked, redeemed,
       ${us('last_redeemed_at', 'lastRedeemedAt')}
     from customer_series_usage where org_id = $1 and series_id = any($2)`,
    given,
  )
  const money = await readMoney(database, given)
  const stored = await database.query<StoredOutcome>(
    `select key, route, outcome from idempotency_keys where org_id = $1 and key like any ($2)`,
    [orgId, [`key-${ids[0]}-%`, `key-cart-${ids[0]}-%`]],
  )
  return {
    series: new Map(world.series.map((one) => [one.id, one])),
    coupons: new Map(coupons.map((one) => [one.id, one])),
    redemptions: new Map(redemptions.map((one) => [one.id, one])),
    events,
    usage: new Map(usage.map((one) => [one.seriesId, one])),
    customerUsage,
    ...money,
    stored,
    importedIds: new Set(world.imported.map(({ couponId }) => couponId)),
    pooledIds: new Set([...world.pools.values()].flat().map(({ couponId }) => couponId)),
  }
}
