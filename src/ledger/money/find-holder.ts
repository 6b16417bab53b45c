import type { Context } from '../context.ts'
import type { CouponRefusal, RedemptionRequest } from '../redemptions/redeem-rules.ts'
import type { CustomerReference } from '../redemptions/redemption-state.ts'
import { testRefusalOf } from '../redemptions/test-code-rules.ts'
import { bearsCode } from '../sql.ts'

/** A redemption without a customer is attributed to the holder of the coupons. */
export type BearerRequest = RedemptionRequest & { readonly customer: CustomerReference | undefined }

/** 701: nobody holds the coupon, and no customer is named. */
export type BearerRefusal = CouponRefusal | 701

export type Holder =
  | { readonly customer: CustomerReference }
  /** Nobody holds any of the codes: why each of them is refused, and which do not exist. */
  | { readonly refusals: readonly BearerRefusal[]; readonly unknown: readonly string[] }

/** The limit keeps the look-up of each code a separate index probe, as in `post/lock.ts`. */
const holdersSql = `
select k.key, c.customer_id as "customerId" from unnest($2::text[]) as k(key)
cross join lateral (select c.customer_id from coupons c where ${bearsCode('k.key')} limit 1) c`

/**
 * Returns the customer who redeems: the named one, or else the holder of the first code that has a holder. A shared
 * code has none. The caller guards the look-up.
 *
 * @param codeKeys the resolved keys of the request's codes.
 */
export async function findHolder(
  { database }: Pick<Context, 'database'>,
  orgId: number,
  { customer, hasTestCodes }: BearerRequest,
  codeKeys: readonly string[],
): Promise<Holder> {
  if (customer !== undefined) return { customer }
  const { rows } = await database.pool.query<{ key: string; customerId: number | null }>(holdersSql, [
    orgId,
    [...new Set(codeKeys)],
  ])
  const holders = new Map(rows.map(({ key, customerId }) => [key, customerId]))
  const [customerId] = codeKeys.flatMap((key) => holders.get(key) ?? [])
  if (customerId !== undefined) return { customer: { customerId, identifier: undefined } }
  const ofKey = (key: string) =>
    (hasTestCodes ? testRefusalOf(key) : undefined) ?? (holders.has(key) ? 701 : 702)
  return { refusals: codeKeys.map(ofKey), unknown: codeKeys.filter((key) => !holders.has(key)) }
}
