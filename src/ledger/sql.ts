/**
 * SQL conditions that many statements share, each defined once. Their parameters are SQL; $1 is always the
 * organisation. `sql.test.ts` checks each against the rules.
 */

/** The form in which a coupon's code is compared: the expression of the indexes. */
export const codeKeyOf = (coupon: string): string => `code_key(${coupon}.code collate "C")`

/** Coupon `c` owns the code; no other coupon does. @param key one key, or `any(…)` of several. */
export const bearsCode = (key: string): string =>
  `c.org_id = $1 and not c.is_shared and ${codeKeyOf('c')} = ${key}`

/**
 * Coupon `c` is the holder's coupon of a shared code; a holder has several only if some are revoked. A coupon that was
 * superseded in a merge of customers is not meant by its code.
 */
export const sharesCode = (key: string, holder: string): string =>
  `c.org_id = $1 and c.is_shared and c.superseded_by_id is null and c.customer_id = ${holder} and ${codeKeyOf('c')} = ${key}`

/** The customer that an id means: the customer itself, or the one that it was merged into. Null: there is none. */
export const customerOf = (id: string): string =>
  `(select coalesce(m.merged_into, m.id) from customers m where m.org_id = $1 and m.id = ${id})`

export interface MeantCode {
  readonly key: string
  /** The customer whose coupon is meant if customers share the code. */
  readonly holder: string
  /** The selected columns of coupon `c`, separated by commas. */
  readonly columns: string
  /** Nothing is looked up unless this condition holds. */
  readonly when?: string
  /** No shared code is looked up unless this condition holds. */
  readonly sharedWhen?: string
  /** The holder's revoked coupon of a shared code takes precedence over the coupon that reserves the code. */
  readonly findsRevoked?: boolean
}

/**
 * Resolves a code to a coupon for the holder: the holder's own coupon of a shared code, else the coupon that owns the
 * code. Returns at most one row, for a lateral join. Each kind of code is found through its own index.
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

/**
 * The open hold of an owner with a reference; there is at most one. The limit keeps the look-up an index probe,
 * whatever the statistics say. @param of a rowset with `owner_kind`, `owner_id` and `reference`.
 */
export const openHoldOf = (of: string, columns = 'h.id'): string => `
    select ${columns} from holds h where h.org_id = $1 and h.owner_kind = ${of}.owner_kind and h.owner_id = ${of}.owner_id
      and h.reference = ${of}.reference and h.ended_at is null limit 1`

/** A redemption counts as a use until it is reversed. */
export const isStanding = (redemption: string): string =>
  `not exists (select from reversals y where y.org_id = $1 and y.redemption_id = ${redemption}.id)`

/**
 * A redemption's discount counts until the redemption is reversed as a whole; a reversal of its use alone keeps the
 * discount.
 */
export const keepsDiscount = (redemption: string): string =>
  `not exists (select from reversals y where y.org_id = $1 and y.redemption_id = ${redemption}.id and not y.keeps_discount)`

/** A reversal gave back the discount that its redemption still had, in addition to earlier returns. */
export const gaveBackRest = (reversal: string, redemption: string): string =>
  `(not ${reversal}.keeps_discount and ${redemption}.discount_amount > 0)`

/** The discount given by a redemption, including parts returned since; null: unknown. */
export const discountGiven = (redemption: string): string =>
  `${redemption}.discount_amount + coalesce(${redemption}.returned_amount, 0)`

/** Epoch seconds of the latest return of a redemption; null: nothing was returned. */
export const lastReturnS = (redemption: string): string =>
  `case when ${redemption}.returned_amount is not null then (
    select floor(date_part('epoch', max(t.returned_at)))::float8 from returns t
    where t.org_id = $1 and t.redemption_id = ${redemption}.id) end`

/**
 * The returns of a redemption in order, as a JSON list of [amount, epoch seconds, whether the use was returned]; null:
 * nothing was returned, except by a reversal. @param keepsDiscount whether its reversal keeps the discount.
 */
export const returnList = (redemption: string, keepsDiscount: string): string =>
  `case when ${redemption}.returned_amount is not null or ${keepsDiscount} then (
    select jsonb_agg(jsonb_build_array(t.amount, floor(date_part('epoch', t.returned_at)), t.returns_use) order by t.id)
    from returns t where t.org_id = $1 and t.redemption_id = ${redemption}.id) end`

/** Remaining uses of coupon `c` of series `s`, by the names of the rules: each condition holds while some are left. */
const usesLeft = {
  singleUse: '(s.is_multiple_use_allowed or c.redeemed = 0)',
  ownLimit: 'c.redeemed < coalesce(c.max_redeemed, 2147483647)',
  perCode: 'c.redeemed < coalesce(s.max_redemptions_per_coupon, 2147483647)',
}
export type CouponLimit = keyof typeof usesLeft

/** Coupon `c` of series `s` has uses left, by the counters of the coupon itself. */
export const hasUsesLeft = (
  limits: readonly CouponLimit[] = Object.keys(usesLeft) as CouponLimit[],
): string => limits.map((limit) => usesLeft[limit]).join(' and ')

/**
 * No limit of the budget of series `s` is used up for customer `cu`. An unused limit has no row; for a limit that was
 * set below the usage, the row's maximum equals the usage.
 */
export const hasBudgetLeft = (now: string): string => `not exists (
      select from budget_usage b
      where b.org_id = $1 and b.series_id = s.id and b.customer_id in (0, cu.id)
        and b.starts_on = case when b.per = 'total' then b.starts_on
          else date_trunc(b.per, ${now} at time zone (s.budget ->> 'timeZone'))::date end
        and (b.given >= b.max_given or b.uses >= b.max_uses))`

/**
 * Coupon `c` of series `s` still works: it is not revoked, not expired at the instant and not used up.
 *
 * @param limits the limits that apply; omitted: all that are counted on the coupon itself.
 */
export const stillWorks = (now: string, limits?: readonly CouponLimit[]): string =>
  `c.revoked_at is null and c.valid_until >= ${now} and ${hasUsesLeft(limits)}`
