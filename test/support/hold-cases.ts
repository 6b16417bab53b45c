import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openCheckout } from './till-cases.ts'
import type { Reply, Sending, ShopOptions } from './write-cases.ts'

/** A shop whose checkouts reserve coupons. */
export const openHolds = async (context: Context, app: App, options: ShopOptions = {}) =>
  withHolds(context, await openCheckout(context, app, options))

/** Adds the calls of holds to a shop. */
export function withHolds<Shop extends Awaited<ReturnType<typeof openCheckout>>>(
  context: Context,
  shop: Shop,
) {
  const path = '/till/v1/holds'
  return {
    ...shop,
    hold: (
      reference: string,
      codes: readonly string[],
      more: object = {},
      sending?: Sending,
    ): Promise<Reply> =>
      shop.post(
        path,
        { reference, codes, customer: { id: shop.customerId }, bill: { amount: 100 }, ...more },
        sending,
      ),
    read: (id: unknown, sending?: Sending): Promise<Reply> =>
      shop.call('GET', `${path}/${String(id)}`, undefined, sending),
    find: (reference: string): Promise<Reply> => shop.call('GET', `${path}?reference=${reference}`),
    extend: (id: unknown, ttlSeconds: unknown, sending?: Sending): Promise<Reply> =>
      shop.call('PATCH', `${path}/${String(id)}`, { ttlSeconds }, sending),
    release: (id: unknown, sending?: Sending): Promise<Reply> =>
      shop.call('DELETE', `${path}/${String(id)}`, undefined, sending),
    /** Pays: redeems from a hold. */
    pay: (holdId: unknown, more: object = {}, sending?: Sending): Promise<Reply> =>
      shop.post('/till/v1/redemptions', { holdId, ...more }, sending),
    /** Redeems one coupon by the call of the contract. */
    redeemOne: (
      code: string,
      more: object = {},
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Reply> =>
      shop.post(
        '/v2/coupon/redeem',
        { redemptionRequestList: [{ code }], user: { id: shop.customerId }, billAmount: 100, ...more },
        { headers },
      ),
    /** What the database has of holds that still reserve something. */
    items: async (): Promise<number> => {
      const { rows } = await context.database.pool.query<{ n: number }>(
        'select count(*)::int as n from hold_items where org_id = $1',
        [shop.orgId],
      )
      return rows[0]?.n ?? 0
    },
  }
}
