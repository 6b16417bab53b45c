import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openBudgets } from './budget-cases.ts'
import { withHolds } from './hold-cases.ts'
import type { Reply, Sending, ShopOptions } from './write-cases.ts'

/** A shop with budgets and holds that takes goods back. */
export async function openReturns(context: Context, app: App, options: ShopOptions = {}) {
  const shop = withHolds(context, await openBudgets(context, app, options))
  const pathOf = (id: unknown) => `/till/v1/redemptions/${String(id)}/returns`
  return {
    ...shop,
    /** @param what without amount and items: the whole. */
    giveBack: (id: unknown, what: object = {}, sending?: Sending): Promise<Reply> =>
      shop.post(pathOf(id), what, sending),
    returnsOf: (id: unknown, sending?: Sending): Promise<Reply> =>
      shop.call('GET', pathOf(id), undefined, sending),
    returnBill: (transactionNumber: string, what: object = {}, sending?: Sending): Promise<Reply> =>
      shop.post('/till/v1/returns', { transactionNumber, ...what }, sending),
    /** Redeems a coupon on a bill. @returns the id of the redemption. */
    redeemed: async (code: string, bill: number | string | object, more: object = {}): Promise<number> => {
      const reply = await shop.redeemOn([code], bill, more)
      if (reply.status !== 200) throw new Error(reply.text)
      return reply.at('redemptions.0.id') as number
    },
    /** What a history tells of a coupon's redemptions. */
    told: async (code: string) => {
      const coupons = await shop.history(
        shop.customerId,
        'include=discount,reversedTransactionNumber&limit=100',
      )
      return coupons.find((one) => one['code'] === code) as {
        redemptionsLeft: number
        redemptions: Record<string, unknown>[]
        reversedRedemptions: Record<string, unknown>[]
      }
    },
    figures: (query = ''): Promise<Reply> =>
      shop.call('GET', `/admin/v1/figures/money?${query}`, undefined, { headers: shop.headers }),
  }
}
export type ReturnShop = Awaited<ReturnType<typeof openReturns>>
