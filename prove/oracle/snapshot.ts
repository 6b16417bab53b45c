import type { ProofDatabase } from '../database.ts'
import type { ProofSeries, World } from '../world.ts'
import { groupBy } from './group-by.ts'

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
  /** A use that was given back while a part of the discount is kept. */
  readonly isDiscountKept: boolean
  /** What it took off its bill, in thousandths; null: unknown. */
  readonly discount: number | null
  /** What it keeps of that, and what went back by returns. */
  readonly kept: number | null
  readonly returned: number
}
export interface ReturnRow {
  readonly id: number
  readonly redemptionId: number
  /** In thousandths. */
  readonly amount: number
  readonly isUseReturned: boolean
  /** By their positions on the bill; quantities are thousandths, too. */
  readonly items:
    | readonly { readonly at: number; readonly quantity: number; readonly amount: number }[]
    | null
  readonly at: number
  /** Of the request that made it: the reason that it states. */
  readonly tag: string
}
/** Items of the bill of a redemption. Quantities and discounts are thousandths. */
export interface KeptItemsRow {
  readonly redemptionId: number
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly discount: number }[]
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
  readonly kind: 'issued' | 'redeemed' | 'reversed' | 'returned' | 'revoked' | 'expiry-changed'
  readonly couponId: number
  readonly redemptionId: number | null
  readonly returnId: number | null
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
  /** Of each redemption, in the order in which they were made. */
  readonly returns: ReadonlyMap<number, readonly ReturnRow[]>
  /** By redemption. */
  readonly keptItems: ReadonlyMap<number, KeptItemsRow>
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

async function readReturns(
  database: ProofDatabase,
  given: readonly [orgId: number, seriesIds: readonly number[]],
): Promise<Pick<Snapshot, 'returns' | 'keptItems'>> {
  const of = (
    alias: string,
  ): string => `join redemptions r on r.org_id = ${alias}.org_id and r.id = ${alias}.redemption_id
     where ${alias}.org_id = $1 and r.series_id = any($2)`
  const returns = await database.query<ReturnRow>(
    `select t.id::float8 as id, t.redemption_id::float8 as "redemptionId", (t.amount * 1000)::float8 as amount,
       t.returns_use as "isUseReturned", t.items, ${us('t.returned_at', 'at')}, t.reason as tag
     from returns t ${of('t')} order by t.id`,
    [...given],
  )
  const keptItems = await database.query<KeptItemsRow>(
    `select i.redemption_id::float8 as "redemptionId", i.items from redemption_items i ${of('i')}`,
    [...given],
  )
  return {
    returns: groupBy(returns, ({ redemptionId }) => redemptionId),
    keptItems: new Map(keptItems.map((one) => [one.redemptionId, one])),
  }
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
       ${us('v.reversed_at', 'reversedAt')}, coalesce(v.keeps_discount, false) as "isDiscountKept",
       ((r.discount_amount + coalesce(r.returned_amount, 0)) * 1000)::float8 as discount,
       (r.discount_amount * 1000)::float8 as kept, (coalesce(r.returned_amount, 0) * 1000)::float8 as returned
     from redemptions r left join reversals v on v.org_id = r.org_id and v.redemption_id = r.id
     where r.org_id = $1 and r.series_id = any($2)`,
    given,
  )
  const events = await database.query<EventRow>(
    `select e.id::float8 as id, e.kind, e.coupon_id::float8 as "couponId",
       e.redemption_id::float8 as "redemptionId", (e.details->>'returnId')::float8 as "returnId",
       ${us('e.occurred_at', 'at')}, e.details->>'sourceId' as tag,
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
  const returned = await readReturns(database, given)
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
    ...returned,
    stored,
    importedIds: new Set(world.imported.map(({ couponId }) => couponId)),
    pooledIds: new Set([...world.pools.values()].flat().map(({ couponId }) => couponId)),
  }
}
