import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openCustomerShop } from './customer-cases.ts'
import { openSeriesShop } from './series-cases.ts'
import type { SeedCoupon, SeedCustomer, SeedSeries } from './seed.ts'

/** The preconditions of an example, each in its own organisation. */

export interface Played {
  /** Ids, codes and names of the example, with their actual values. */
  readonly known?: Readonly<Record<string, string | number>>
  /** Paths of the answer whose values are unpredictable, without list positions. */
  readonly free?: readonly string[]
  /** Headers of a caller with the permission; default: those of the till. */
  readonly headers?: Readonly<Record<string, string>>
}

export async function openContractShop(context: Context, app: App) {
  const shop = await openSeriesShop(context, app)
  const { registered, update, signInAs } = await openCustomerShop(context, app, {}, shop)
  const store = { doc123: shop.storeCode, DocStore: `Store ${shop.storeCode.slice(6)}` }
  const till = { 'till-7': shop.tillCode, 12: shop.tillId }
  return {
    ...shop,
    registered,
    update,
    store,
    till,
    administrator: async () => (await signInAs('administrator')).headers,
    /** A series, a customer named as in the example, and a coupon of that customer with the example’s code. */
    holder: async (
      code: string,
      { terms = {}, person = {}, given = {} }: CouponState = {},
    ): Promise<{ seriesId: number; customerId: number; id: number; redemptionIds: readonly number[] }> => {
      const customerId = await shop.customer(person)
      const seriesId = await shop.series(terms)
      const coupon = await shop.coupon(seriesId, customerId, { code, ...given })
      return { seriesId, customerId, ...coupon }
    },
  }
}
export type ContractShop = Awaited<ReturnType<typeof openContractShop>>
export interface CouponState {
  readonly terms?: SeedSeries
  readonly person?: SeedCustomer
  readonly given?: Partial<SeedCoupon>
}

export type State = (shop: ContractShop) => Promise<Played>
export const nothing: State = () => Promise.resolve({})

/** The terms behind the coupons with a gold star. */
export const goldStar = {
  description: 'Gold star coupons',
  info: 'Gold star coupons',
  discount_code: 'gold1234',
  discount_value: '1000',
  valid_until: new Date('2026-06-11T23:59:59Z'),
}
