/** Statuses that filter a history. Several statuses select their union. */
export const couponStatuses = [
  'REDEEMED',
  'UNREDEEMED',
  'ACTIVE',
  'EXPIRED',
  'ACTIVE_REDEEMED',
  'ACTIVE_UNREDEEMED',
  'EXPIRED_REDEEMED',
  'EXPIRED_UNREDEEMED',
  'REDEEMABLE',
  'REVOKED',
] as const
export type CouponStatus = (typeof couponStatuses)[number]

/**
 * A coupon that is not revoked is in one of four cells. Each status is a set of cells, except two statuses that have a
 * bit of their own. `matches` in `customer-coupons-sql.ts` computes the same cells.
 */
const cell = { activeRedeemed: 1, activeUnredeemed: 2, expiredRedeemed: 4, expiredUnredeemed: 8 }
export const redeemableBit = 16
export const revokedBit = 32

const bits: Record<CouponStatus, number> = {
  REDEEMED: cell.activeRedeemed | cell.expiredRedeemed,
  UNREDEEMED: cell.activeUnredeemed | cell.expiredUnredeemed,
  ACTIVE: cell.activeRedeemed | cell.activeUnredeemed,
  EXPIRED: cell.expiredRedeemed | cell.expiredUnredeemed,
  ACTIVE_REDEEMED: cell.activeRedeemed,
  ACTIVE_UNREDEEMED: cell.activeUnredeemed,
  EXPIRED_REDEEMED: cell.expiredRedeemed,
  EXPIRED_UNREDEEMED: cell.expiredUnredeemed,
  REDEEMABLE: redeemableBit,
  REVOKED: revokedBit,
}

/** Every coupon that is not revoked: the default if the request names no status. */
export const anyStatus = 15

/** The bit mask of a union of statuses. */
export function statusMask(statuses: readonly CouponStatus[]): number {
  return statuses.length === 0 ? anyStatus : statuses.reduce((mask, status) => mask | bits[status], 0)
}
