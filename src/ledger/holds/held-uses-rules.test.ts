import { expect, test } from 'vitest'
import { openTerms } from '../../../test/support/open-terms.ts'
import { AddedRedemptions } from '../redemptions/added-redemptions-rules.ts'
import type { RedemptionState } from '../redemptions/redemption-state.ts'
import { HeldUses, type LiveHold } from './held-uses-rules.ts'

const nowS = 1_780_000_000
const seriesId = 5
const money = (amount: number): number => amount * 1000

const budget = {
  total: 100,
  perCustomer: 50,
  periods: [],
  whenItDoesNotFit: 'refuse' as const,
  timeZone: 'UTC',
}

const stateOf = (couponId: number, customerId: number): RedemptionState => ({
  couponId,
  code: `C${couponId}`,
  coupon: {
    customerId,
    createdAtS: nowS - 9,
    validUntilS: nowS + 9,
    isRevoked: false,
    redeemed: 0,
    maxRedeemed: null,
  },
  series: { ...openTerms, id: seriesId, budget } as unknown as RedemptionState['series'],
  seriesUsage: {
    redeemed: 0,
    maxRedeemed: null,
    budgetUsage: { total: { given: 0, uses: 0 }, ofCustomer: { given: 0, uses: 0 }, periods: [] },
  },
  usage: {
    customerId,
    isBlocked: false,
    redeemedInSeries: 0,
    redeemedThisCoupon: 0,
    lastRedeemedInSeriesAtS: null,
  },
  earlierRedemptionId: null,
  earlierDiscount: null,
  newRedemptionId: couponId,
})

const holdOf = (holdId: number, couponId: number, customerId: number): LiveHold => ({
  holdId,
  holder: { kind: 'till', id: 1 },
  reference: `cart ${holdId}`,
  uses: [{ couponId, seriesId, customerId, discount: money(10) }],
})

test('a later part of a batch counts the holds of its own customers individually, although an earlier part counted them in the sum', () => {
  const added = new AddedRedemptions()
  const held = new HeldUses(added)
  held.load({
    seriesIds: [seriesId],
    holds: [holdOf(1, 1, 1)],
    others: new Map([[seriesId, { given: money(30), uses: 2 }]]),
  })
  const seen = (couponId: number, customerId: number) => {
    const { coupon, seriesUsage, usage } = added.to(stateOf(couponId, customerId), nowS)
    const { total, ofCustomer } = seriesUsage.budgetUsage ?? {}
    return [seriesUsage.redeemed, usage.redeemedInSeries, coupon.redeemed, total?.given, ofCustomer?.given]
  }
  expect(seen(1, 1)).toEqual([3, 1, 1, money(40), money(10)])
  held.load({
    seriesIds: [seriesId],
    holds: [holdOf(2, 2, 2)],
    others: new Map([[seriesId, { given: money(30), uses: 2 }]]),
  })
  expect(seen(2, 2)).toEqual([3, 1, 1, money(40), money(10)])
  expect(held.find({ kind: 'till', id: 1 }, 'cart 2')).toBe(2)
  held.lift(2)
  expect(seen(2, 2)).toEqual([2, 0, 0, money(30), 0])
  // A hold that the batch itself has ended is not loaded again, although the end may not have been written yet.
  held.load({ seriesIds: [seriesId], holds: [holdOf(2, 2, 2)], others: new Map() })
  expect(seen(2, 2)).toEqual([2, 0, 0, money(30), 0])
})
