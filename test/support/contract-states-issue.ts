import { goldStar, nothing, type ContractShop, type Played, type State } from './contract-shop.ts'
import type { SeedSeries } from './seed.ts'

/** Preconditions of examples that issue and redeem. */

const noor = {
  firstName: 'Noor',
  lastName: 'Sand',
  mobile: '9400488244',
  email: 'noor@example.com',
  externalId: '12341234',
}
const asha = { firstName: 'Asha', lastName: 'Rao', mobile: '9400488245', externalId: '000003873472' }
const ilse = { firstName: 'Ilse', lastName: 'Pohl', mobile: '9400488246', email: 'ilse@example.com' }

const tenPercent = { discount_type: 'PERC', discount_value: '10', discount_upto: '100' }

export const issueStates: Record<string, State> = {
  'issue: a coupon': async (shop) => {
    const known = { 868760: await shop.series(goldStar), 566881933: await shop.customer(noor) }
    return { known, free: ['code', 'id'] }
  },
  'bulk-issue: one of each series': async (shop) => {
    const terms = {
      ...goldStar,
      description: 'doc_coupon01',
      info: 'doc_coupon01',
      discount_code: 'XYZ12345',
    }
    const series = () => shop.series({ ...terms, discount_value: '500' })
    return {
      known: { 544770: await series(), 553379: await series(), 566881933: await shop.customer() },
      free: ['response.result.code', 'response.result.id'],
    }
  },
}

const fiveHundred = {
  description: 'Five hundred off ',
  info: 'Five hundred off ',
  discount_value: '500',
  is_multiple_per_customer_allowed: true,
}

/** The issue creates codes and coupons, so their values are free. */
async function several(shop: ContractShop, terms: SeedSeries = {}, held = 0): Promise<Played> {
  const seriesId = await shop.series({ ...fiveHundred, ...terms })
  const customerId = await shop.customer(asha)
  const createdAt = new Date('2025-09-01T00:00:00Z')
  for (let n = 0; n < held; n++) await shop.coupon(seriesId, customerId, { createdAt })
  return { known: { 415446: seriesId, 555567088: customerId }, free: ['coupons.code', 'coupons.couponId'] }
}

export const multipleStates: Record<string, State> = {
  'two coupons': (shop) => several(shop),
  'an unknown series': (shop) => several(shop),
  'a list of series': async (shop) => {
    await several(shop)
    return {}
  },
  'too many': (shop) => several(shop),
  none: (shop) => several(shop),
  'no series': (shop) => several(shop),
  'an unknown customer': (shop) => several(shop),
  'an expired series': (shop) => several(shop, { valid_until: new Date('2025-01-01T00:00:00Z') }),
  'a holder': (shop) =>
    several(shop, { is_existing_coupon_withheld: true, is_multiple_per_customer_allowed: false }, 1),
  'one of two, because one is allowed': (shop) => several(shop, { is_multiple_per_customer_allowed: false }),
  'one of two, because the customer has the others': (shop) =>
    several(shop, { max_coupons_per_customer: 2 }, 1),
  'one of two of a common code': async (shop) => {
    const seriesId = await shop.generic('3084294818', {
      ...fiveHundred,
      is_multiple_per_customer_allowed: false,
    })
    const known = { 415446: seriesId, 555567088: await shop.customer(asha) }
    return { known, free: ['coupons.couponId'] }
  },
}

export const redeemStates: Record<string, State> = {
  'redeem: a coupon': async (shop) => {
    const person = { ...ilse, externalId: '696969' }
    const one = await shop.holder('MLFRH9Z7', { terms: tenPercent, person })
    return {
      known: { 1349127196: one.id, 865240: one.seriesId, 566135941: one.customerId },
      free: ['redemption.redemptionId'],
    }
  },
  'bulk-redeem: two coupons': async (shop) => {
    const one = await shop.holder('IG950B8F', { terms: tenPercent, person: { externalId: '07072001' } })
    const other = await shop.coupon(one.seriesId, one.customerId, { code: 'NZX4HM3T' })
    return {
      known: { 1349127408: one.id, 1349127409: other.id, 865240: one.seriesId },
      free: ['response.result.redemptionId'],
    }
  },
  'bulk-redeem: a check only': async (shop) => {
    const terms = { discount_value: '122', discount_code: '123123123123' }
    const one = await shop.holder('WWTX7NIPSDC34DFX', { terms, person: { externalId: '07072001' } })
    return { known: { 1306648999: one.id, 801319: one.seriesId } }
  },
  'bulk-redeem: an unknown customer': nothing,
  'bulk-redeem: too many': async (shop) => {
    await shop.customer({ externalId: '07072001' })
    return {}
  },
}
