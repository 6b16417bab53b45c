import { randomUUID } from 'node:crypto'
import { sql, type Insertable } from 'kysely'
import { inTransaction } from '../../src/platform/db/transaction.ts'
import type { Queries } from '../../src/platform/db/queries.ts'
import type { DB } from '../../src/platform/db/schema.gen.ts'
import { normaliseIdentifier } from '../../src/values/identifier.ts'

/** Inserts rows as the verbs would leave them, counters included, without calling the verbs. */

export interface SeedCustomer {
  readonly firstName?: string
  readonly lastName?: string
  readonly mobile?: string
  readonly email?: string
  readonly externalId?: string
  readonly isBlocked?: boolean
}

/** A customer with its identifiers. @returns its id. */
export async function seedCustomer(
  queries: Queries,
  orgId: number,
  given: SeedCustomer = {},
): Promise<number> {
  const { country } = await queries
    .selectFrom('organisations')
    .select('country')
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow()
  const { id } = await queries
    .insertInto('customers')
    .values({
      org_id: orgId,
      first_name: given.firstName ?? '',
      last_name: given.lastName ?? '',
      blocked_at: given.isBlocked ? new Date() : null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  for (const type of ['mobile', 'email', 'externalId'] as const) {
    const text = given[type]
    if (text === undefined) continue
    const value = normaliseIdentifier(type, text, country)
    if (value === undefined) throw new Error(`${text} is no ${type}`)
    const shown = type === 'mobile' ? value : text
    await queries
      .insertInto('customer_identifiers')
      .values({ org_id: orgId, type, value, customer_id: id, shown })
      .execute()
  }
  return id
}

export interface SeedSeries extends Partial<Omit<Insertable<DB['series']>, 'org_id' | 'id'>> {
  readonly max_issued?: number | null
  readonly max_redeemed?: number | null
}

/** A series that has no limits, ends in 2099 and allows repeated redemption, except as given. */
export async function seedSeries(queries: Queries, orgId: number, given: SeedSeries = {}): Promise<number> {
  const { max_issued: maxIssued = null, max_redeemed: maxRedeemed = null, ...terms } = given
  const { id } = await queries
    .insertInto('series')
    .values({
      org_id: orgId,
      code: randomUUID(),
      description: 'Ten off',
      discount_type: 'ABS',
      discount_value: '10',
      client_handling_type: 'DISC_CODE',
      valid_until: new Date('2099-12-31T23:59:59Z'),
      is_multiple_use_allowed: true,
      is_same_user_multiple_redeem: true,
      ...terms,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await queries
    .insertInto('series_usage')
    .values({ org_id: orgId, series_id: id, max_issued: maxIssued, max_redeemed: maxRedeemed })
    .execute()
  return id
}

export interface SeedRedemption {
  /** The redeeming customer; default: the holder. */
  readonly customerId?: number
  readonly redeemedAt: Date
  /** The time of the reversal; null or absent for a standing redemption. */
  readonly reversedAt?: Date | null
  readonly storeId?: number | null
  readonly transactionNumber?: string
}

export interface SeedCoupon {
  readonly seriesId: number
  readonly customerId: number
  readonly code?: string
  readonly createdAt?: Date
  readonly validUntil?: Date
  readonly storeId?: number | null
  readonly maxRedeemed?: number | null
  readonly revokedAt?: Date | null
  readonly transactionNumber?: string | null
  readonly redemptions?: readonly SeedRedemption[]
}

export interface SeededCoupon {
  readonly id: number
  readonly code: string
  /** In the order of the parameters. */
  readonly redemptionIds: readonly number[]
}

/** An issued coupon with its redemptions and reversals, counted in all counters. */
export function seedCoupon(queries: Queries, orgId: number, given: SeedCoupon): Promise<SeededCoupon> {
  const { seriesId, customerId, redemptions = [] } = given
  const code = given.code ?? randomUUID().replaceAll('-', '').slice(0, 16)
  const createdAt = given.createdAt ?? new Date()
  const standing = redemptions.filter((one) => !one.reversedAt)
  return inTransaction(queries, async (transaction) => {
    const { id } = await transaction
      .insertInto('coupons')
      .values({
        org_id: orgId,
        series_id: seriesId,
        customer_id: customerId,
        created_at: createdAt,
        valid_until: given.validUntil ?? new Date('2099-12-31T23:59:59Z'),
        issued_store_id: given.storeId ?? null,
        redeemed: standing.length,
        max_redeemed: given.maxRedeemed ?? null,
        revoked_at: given.revokedAt ?? null,
        code,
        transaction_number: given.transactionNumber ?? null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await transaction
      .updateTable('series_usage')
      .set({ issued: sql`issued + 1`, redeemed: sql`redeemed + ${standing.length}` })
      .where('org_id', '=', orgId)
      .where('series_id', '=', seriesId)
      .execute()
    await countForCustomer(transaction, orgId, customerId, seriesId, {
      issued: 1,
      revoked: given.revokedAt ? 1 : 0,
      issuedAt: createdAt,
    })
    const redemptionIds: number[] = []
    for (const one of redemptions) {
      redemptionIds.push(await seedRedemption(transaction, orgId, { ...given, couponId: id }, one))
    }
    return { id, code, redemptionIds }
  })
}

async function seedRedemption(
  transaction: Queries,
  orgId: number,
  coupon: { couponId: number; seriesId: number; customerId: number },
  { customerId = coupon.customerId, redeemedAt, reversedAt, storeId, transactionNumber }: SeedRedemption,
): Promise<number> {
  const { id } = await transaction
    .insertInto('redemptions')
    .values({
      org_id: orgId,
      coupon_id: coupon.couponId,
      series_id: coupon.seriesId,
      customer_id: customerId,
      redeemed_at: redeemedAt,
      store_id: storeId ?? null,
      transaction_number: transactionNumber ?? '',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (reversedAt) {
    await transaction
      .insertInto('reversals')
      .values({ org_id: orgId, redemption_id: id, reversed_at: reversedAt })
      .execute()
  } else {
    await countForCustomer(transaction, orgId, customerId, coupon.seriesId, { redeemedAt })
  }
  return id
}

async function countForCustomer(
  transaction: Queries,
  orgId: number,
  customerId: number,
  seriesId: number,
  one: { issued?: number; revoked?: number; issuedAt?: Date; redeemedAt?: Date },
): Promise<void> {
  await transaction
    .insertInto('customer_series_usage')
    .values({
      org_id: orgId,
      customer_id: customerId,
      series_id: seriesId,
      issued: one.issued ?? 0,
      revoked: one.revoked ?? 0,
      redeemed: one.redeemedAt ? 1 : 0,
      last_issued_at: one.issuedAt ?? null,
      last_redeemed_at: one.redeemedAt ?? null,
    })
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'customer_id', 'series_id']).doUpdateSet({
        issued: sql`customer_series_usage.issued + excluded.issued`,
        revoked: sql`customer_series_usage.revoked + excluded.revoked`,
        redeemed: sql`customer_series_usage.redeemed + excluded.redeemed`,
        last_issued_at: sql`greatest(customer_series_usage.last_issued_at, excluded.last_issued_at)`,
        last_redeemed_at: sql`greatest(customer_series_usage.last_redeemed_at, excluded.last_redeemed_at)`,
      }),
    )
    .execute()
}

/** A hold of one coupon, which also sets the instant until which its series has holds. */
export async function seedHold(
  queries: Queries,
  hold: {
    readonly orgId: number
    readonly customerId: number
    readonly couponId: number
    readonly seriesId: number
    readonly createdAt: Date
    readonly expiresAt: Date
    readonly discount?: number
  },
): Promise<void> {
  const { orgId, customerId, couponId, seriesId, createdAt, expiresAt, discount = 0 } = hold
  await sql`
    with h as (
      insert into holds (org_id, owner_kind, owner_id, reference, customer_id, codes, bill, created_at, expires_at)
      values (${orgId}, 'till', 1, ${`coupon ${couponId}`}, ${customerId}, '[]', '{}', ${createdAt}, ${expiresAt})
      returning id
    ), i as (
      insert into hold_items (org_id, hold_id, coupon_id, series_id, customer_id, discount_amount, expires_at)
      select ${orgId}, id, ${couponId}, ${seriesId}, ${customerId}, ${discount}, ${expiresAt} from h
    )
    update series_usage set held_until = greatest(held_until, ${expiresAt}::timestamptz)
    where org_id = ${orgId} and series_id = ${seriesId}`.execute(queries)
}
