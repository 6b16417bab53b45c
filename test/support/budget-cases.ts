import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { signInAsClient } from './harness.ts'
import type { SeedSeries } from './seed.ts'
import { openCheckout } from './till-cases.ts'
import type { Reply, ShopOptions } from './write-cases.ts'

/** A checkout, and the calls of an administrator who sets budgets. */
export async function openBudgets(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openCheckout(context, app, options)
  const { headers } = await signInAsClient(context, app, shop, 'administrator')
  const call = (method: 'GET' | 'PUT' | 'DELETE', id: number, body?: object) =>
    shop.call(method, `/admin/v1/series/${id}/budget`, body, { headers })
  const budget = {
    get: (id: number) => call('GET', id),
    set: (id: number, body: object) => call('PUT', id, body),
    delete: (id: number) => call('DELETE', id),
  }
  return {
    ...shop,
    budget,
    headers,
    /** Sets the clock of a sandbox. */
    setClock: (now: string) =>
      context.database.pool.query('update organisations set clock_at = $2 where org_id = $1', [
        shop.orgId,
        now,
      ]),
    /** A series of coupons worth an amount, with a budget. @returns its id, and codes that the customer holds. */
    budgeted: async (stated: object, { codes = 1, ...terms }: SeedSeries & { codes?: number } = {}) => {
      const id = await shop.series({ discount_type: 'ABS', discount_value: '40', ...terms })
      const held: string[] = []
      for (let n = 0; n < codes; n++) held.push((await shop.coupon(id, shop.customerId)).code)
      const reply = await budget.set(id, stated)
      if (reply.status !== 200) throw new Error(reply.text)
      return { id, codes: held, code: held[0] ?? '' }
    },
  }
}

/** The rules that refused a redemption on a bill; empty: it was redeemed. */
export const refusedBy = (reply: Reply): string[] =>
  reply.status === 200
    ? []
    : (reply.at('refusals') as { refusal: { rule: string } }[]).map(({ refusal }) => refusal.rule)
