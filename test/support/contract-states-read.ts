import { readExample } from './contract-examples.ts'
import { goldStar, nothing, type ContractShop, type State } from './contract-shop.ts'
import type { SeedCoupon, SeedSeries } from './seed.ts'

/** Preconditions of examples that read coupons. */

const reader = { firstName: 'Asha', lastName: 'Rao', email: 'asha@example.com' }
const told = { ...reader, externalId: 'ext_id7601667095', mobile: '7601667095' }

/** The series of the detailed examples, created by the call. */
const spring = {
  description: 'Spring for everyone',
  info: 'Spring for everyone in May',
  discountCode: 'uatSpring',
  discountValue: 1000,
  validTillDate: '2025-05-29T00:00:00Z',
  redemptionValidFrom: '2025-04-26T00:00:00Z',
  smsTemplate: 'Hi {{first_name}}',
  seriesCode: '0AAB21DFA86D4956BBD7',
  anyUser: true,
  maxCreate: 20,
  maxRedeem: 20,
  sameUserMultipleRedeem: true,
  isMultipleUseAllowed: true,
  isValidWithDiscountedItem: true,
  isMultipleVouchersPerUserAllowed: true,
  doNotResendExistingVoucher: true,
  maxVouchersPerUser: 5,
  minBillAmount: 100,
  maxBillAmount: 20_000,
  maxRedemptionsInSeriesPerUser: 4,
}

/** A coupon of that series, issued by the till. */
async function issuedInSpring(shop: ContractShop) {
  const [customerId, seriesId] = [await shop.customer(), await shop.created(spring)]
  const reply = await shop.issue(seriesId, customerId)
  const known = {
    ...shop.store,
    775657: seriesId,
    565032176: customerId,
    75155297: shop.tillId,
    75197941: shop.tillId,
    100737: shop.orgId,
    75152715: shop.storeId,
    1298282420: reply.at('id') as number,
    qzx30jqlic: String(reply.at('code')).toLowerCase(),
  }
  return { known, customerId, code: String(reply.at('code')) }
}

const history = (given: Partial<SeedCoupon>, terms: SeedSeries = {}): State => {
  return async (shop) => {
    const one = await shop.holder('0211706970002385', {
      person: { ...reader, mobile: '9400488244', externalId: 'ext-919400488244' },
      terms: {
        description: 'doc_coupon01',
        discount_value: '500',
        is_multiple_use_allowed: false,
        ...terms,
      },
      given: {
        createdAt: new Date('2025-08-19T11:22:11Z'),
        validUntil: new Date('2026-06-11T23:59:59Z'),
        storeId: shop.storeId,
        ...given,
      },
    })
    const [redemptionId = 0] = one.redemptionIds
    return {
      known: {
        ...shop.store,
        840067: one.seriesId,
        1312013462: one.id,
        18527071: redemptionId,
        565039504: one.customerId,
      },
    }
  }
}
const redeemedOnce = (shop: ContractShop) => ({
  redeemedAt: new Date('2025-08-19T11:22:30Z'),
  transactionNumber: '12121212',
  storeId: shop.storeId,
})

export const readStates: Record<string, State> = {
  'customer-coupons: a redeemed coupon': (shop) => history({ redemptions: [redeemedOnce(shop)] })(shop),
  'customer-coupons: a reversed redemption': (shop) => {
    const reversed = { ...redeemedOnce(shop), reversedAt: new Date('2025-08-20T09:00:00Z') }
    const custom_properties = JSON.stringify([{ name: 'standard_image_1', value: '' }])
    return history({ redemptions: [reversed] }, { custom_properties })(shop)
  },
  'customer-coupons: what the table names beside it': (shop) =>
    history({ redemptions: [redeemedOnce(shop)] })(shop),
  'customer-coupons: an unknown customer': nothing,
  'customer-coupons: no customer named': nothing,
  'detailed-coupons: a coupon': async (shop) => ({ known: (await issuedInSpring(shop)).known }),
  'detailed-coupons: a coupon that was redeemed and reversed': async (shop) => {
    const { known, customerId, code } = await issuedInSpring(shop)
    const redeem = async () => {
      const bill = { billAmount: 3500, transactionNumber: 'bill-110' }
      return Number((await shop.redeem(code, customerId, bill)).at('redemption.0.redemptionId'))
    }
    const reversed = await redeem()
    await shop.reverse([reversed])
    return { known: { ...known, 18527070: reversed, 18527071: await redeem() } }
  },
  'coupon-details: by holder': async (shop) => {
    const given = { validUntil: goldStar.valid_until }
    const one = await shop.holder('5875447216353555', { terms: goldStar, given })
    return { known: { 868760: one.seriesId, 566881933: one.customerId } }
  },
  'coupon-details: by code, with everything': async (shop) => {
    const seriesId = await shop.created({
      description: 'Gold star coupons',
      discountCode: 'gold1234',
      discountValue: 1000,
      validTillDate: '2026-06-12T00:00:00+05:30',
      smsTemplate: 'Hi {{first_name}} {{last_name}} your voucher code //////{{voucher}}is valid',
      seriesCode: '2D51C86999B948CA99DC',
      redemptionRange: { dom: 1, dow: 1, hours: 1 },
      couponPrefix: 'gold',
      couponSuffix: 'NEWEND',
      isSuffixEnabled: true,
    })
    const { metadata } = readExample('bulk-issue', 'one of each series').body as { metadata: object }
    const customer = { id: await shop.customer() }
    const issued = await shop.post('/v2/coupon/bulk/issue', { seriesIds: [seriesId], customer, metadata })
    const code = String(issued.at('response.0.result.code'))
    return {
      known: { 868760: seriesId, 5875447216353555: code, 100737: shop.orgId, 75197941: shop.tillId },
    }
  },
  'coupon-details: an unknown id': nothing,
  'coupon-details: no filter': nothing,
  'is-redeemable: two coupons': async (shop) => {
    const one = await shop.holder('6B88U6ED', { terms: { discount_type: 'PERC' }, person: told })
    await shop.coupon(one.seriesId, one.customerId, { code: 'V080OLI6' })
    return { known: { 325666373: one.customerId } }
  },
  'is-redeemable: with details': async (shop) => {
    const terms = { ...goldStar, max_redemptions_per_coupon: 4 }
    const one = await shop.holder('6B88U6ED', { terms, person: told })
    return { known: { 325666373: one.customerId } }
  },
  'is-redeemable: with extended details': async (shop) => {
    const productInfo = [
      { productType: 'BRAND', productIds: [11, 12] },
      { productType: 'CATEGORY', productCodes: ['shoes'] },
    ]
    const [seriesId, customerId] = [await shop.created({ ...spring, productInfo }), await shop.customer(told)]
    await shop.coupon(seriesId, customerId, { code: '6B88U6ED' })
    return {
      known: { 325666373: customerId, 775657: seriesId, 100737: shop.orgId, 75197941: shop.tillId },
      free: ['redemption.couponseries.numIssued'],
    }
  },
  'is-redeemable: a code that nobody has': async (shop) => ({
    known: { 325666373: await shop.customer(told) },
  }),
}
