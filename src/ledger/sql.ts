/**
 * The questions that many statements ask, each said once. Parameters are SQL themselves; $1 is the organisation everywhere.
 * `sql.test.ts` holds each to what the rules say.
 */

/** The form in which the code of a coupon is compared: the expression of the indexes. */
export const codeKeyOf = (coupon: string): string => `code_key(${coupon}.code collate "C")`

/** Coupon `c` bears the code itself; no other coupon does. @param key one key, or `any(…)` of several. */
export const bearsCode = (key: string): string =>
  `c.org_id = $1 and not c.is_shared and ${codeKeyOf('c')} = ${key}`

/** Coupon `c` is the holder's of a code that customers share; several are only where some are revoked. */
export const sharesCode = (key: string, holder: string): string =>
  `c.org_id = $1 and c.is_shared and c.customer_id = ${holder} and ${codeKeyOf('c')} = ${key}`

export interface MeantCode {
  readonly key: string
  /** The customer whose coupon is meant where customers share the code. */
  readonly holder: string
  /** What is selected of coupon `c`, separated by commas. */
  readonly columns: string
  /** A condition without which nothing is looked up. */
  readonly when?: string
  /** A condition without which no shared code is looked up. */
  readonly sharedWhen?: string
  /** The holder's revoked coupon of a shared code comes before the coupon that only keeps the code. */
  readonly findsRevoked?: boolean
}

/**
 * The coupon that a code means, for the holder: their own of a shared code, else the one that bears the code. At most one
 * row, for a lateral join. Each kind of code is found through the index that knows it.
 */
export function couponOfCode({ key, holder, columns, when, sharedWhen, findsRevoked }: MeantCode): string {
  const found = (preference: number, ...conditions: (string | undefined)[]): string =>
    `select ${columns}, ${preference} as preference from coupons c
      where ${[when, ...conditions].filter((one) => one !== undefined).join(' and ')}`
  return `
  select ${columns} from (
    ${found(1, sharedWhen, sharesCode(key, holder), 'c.revoked_at is null')}
    ${findsRevoked ? `union all ${found(2, sharedWhen, sharesCode(key, holder), 'c.revoked_at is not null')}` : ''}
    union all ${found(3, bearsCode(key))}
  ) c order by c.preference, c.id desc limit 1`
}

/** A redemption counts until it is reversed. */
export const isStanding = (redemption: string): string =>
  `not exists (select from reversals y where y.org_id = $1 and y.redemption_id = ${redemption}.id)`

/** Limits of coupon `c` of series `s`, by the names of their rules: what is true while some of it is left. */
const usesLeft = {
  singleUse: '(s.is_multiple_use_allowed or c.redeemed = 0)',
  ownLimit: 'c.redeemed < coalesce(c.max_redeemed, 2147483647)',
  perCode: 'c.redeemed < coalesce(s.max_redemptions_per_coupon, 2147483647)',
}
export type CouponLimit = keyof typeof usesLeft

/** Coupon `c` of series `s` is not used up, by what is counted on the coupon itself. */
export const hasUsesLeft = (
  limits: readonly CouponLimit[] = Object.keys(usesLeft) as CouponLimit[],
): string => limits.map((limit) => usesLeft[limit]).join(' and ')

/**
 * Coupon `c` of series `s` still works: it is neither revoked, nor expired at the instant, nor used up.
 *
 * @param limits those by which it is used up; absent: all that are counted on the coupon itself.
 */
export const stillWorks = (now: string, limits?: readonly CouponLimit[]): string =>
  `c.revoked_at is null and c.valid_until >= ${now} and ${hasUsesLeft(limits)}`
