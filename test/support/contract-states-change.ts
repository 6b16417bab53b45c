import { nothing, type CouponState, type State } from './contract-shop.ts'

/** Preconditions of examples that change redemptions and coupons. */

const mira = { firstName: 'Mira', lastName: 'Okoye', mobile: '9400488247' }

/** A redemption by Mira whose bill is not known yet. */
const redeemedBefore: State = async (shop) => {
  const given = { redemptions: [{ redeemedAt: new Date('2025-09-19T10:00:00Z') }] }
  const { customerId, redemptionIds } = await shop.holder('BILL-1', { person: mira, given })
  return { known: { 2509136: redemptionIds[0] ?? 0, 374658850: customerId } }
}

/** A coupon of a series that ends with the year, and the ids that the examples of changed expiry name. */
const expiring: State = async (shop) => {
  const terms = { valid_until: new Date('2025-12-31T23:59:59Z') }
  const one = await shop.holder('4716726416', { terms, person: { mobile: '9400488248' } })
  return { known: { 415446: one.seriesId, 597437: one.seriesId, 555567088: one.customerId } }
}

const revocable =
  (code: string, state: CouponState = {}): State =>
  async (shop) => {
    const one = await shop.holder(code, state)
    return { known: { 415446: one.seriesId, 24454630: one.id, 341612616: one.customerId } }
  }

const longCode = '3H2G6OAGPAQ3FYMT5IO4ZNV49V21VEV05JBP6S3T'

export const changeStates: Record<string, State> = {
  'update-redemption: one of two': redeemedBefore,
  'update-redemption: one with custom fields': redeemedBefore,
  'reactivate: two redemptions': async (shop) => {
    const redemptions = [1, 2].map(() => ({ redeemedAt: new Date('2025-09-20T10:00:00Z') }))
    const one = await shop.holder('IG950B8F', { given: { redemptions } })
    const [first = 0, second = 0] = one.redemptionIds
    return { known: { 18958125: first, 18958126: second, 1349127408: one.id } }
  },
  'reactivate: unknown ids': nothing,
  'reactivate: no id': nothing,
  'bulk-expiry: one of two': expiring,
  'bulk-expiry: a date that has passed': expiring,
  'bulk-expiry: a date beyond the series': expiring,
  'bulk-expiry: two codes without a series': expiring,
  'bulk-expiry: no code': expiring,
  'bulk-expiry: a common code without a customer': async (shop) => ({
    known: { 415446: await shop.generic('4716726416') },
  }),
  'revoke: one of three codes': revocable(longCode),
  'revoke: the coupons of a customer': revocable(longCode, { person: { mobile: '9400488249' } }),
  'revoke: a redeemed code': revocable('CODE123', {
    given: { redemptions: [{ redeemedAt: new Date('2025-09-20T10:00:00Z') }] },
  }),
  'revoke: a common code': async (shop) => ({ known: { 415446: await shop.generic('CODE123') } }),
  'revoke: an expired series': revocable('CODE123', {
    terms: { valid_until: new Date('2025-01-01T00:00:00Z') },
  }),
  'revoke: neither code nor customer': revocable('CODE123'),
}
