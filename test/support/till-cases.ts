import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import type { SeedSeries } from './seed.ts'
import { openShop, type Reply, type Sending, type ShopOptions } from './write-cases.ts'

/** Terms of a percentage, and of an amount. */
export const percent = (value: number | string, terms: SeedSeries = {}): SeedSeries => ({
  discount_type: 'PERC',
  discount_value: String(value),
  ...terms,
})
export const amount = (value: number | string, terms: SeedSeries = {}): SeedSeries => ({
  discount_type: 'ABS',
  discount_value: String(value),
  ...terms,
})

export const products = (productType: 'SKU' | 'BRAND' | 'CATEGORY', ...productCodes: string[]) =>
  JSON.stringify([{ productType, productCodes }])

/** A shop with a customer and the calls of its checkout. */
export async function openCheckout(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openShop(context, app, { currency: 'INR', ...options })
  const customerId = await shop.customer({ firstName: 'Asha' })
  return {
    ...shop,
    customerId,
    /** The code of a new coupon of the customer, in a new series. */
    code: async (terms: SeedSeries = {}) => (await shop.coupon(await shop.series(terms), customerId)).code,
    /** The redemptions of the organisation, in order. */
    redemptions: async () => {
      const { rows } = await context.database.pool.query<{ customer_id: number; transaction_number: string }>(
        'select customer_id, transaction_number, till_id, bill_amount from redemptions where org_id = $1 order by id',
        [shop.orgId],
      )
      return rows
    },
    /** @param bill the amount, or the whole bill. */
    quote: (codes: readonly string[], bill: number | string | object, more: object = {}): Promise<Reply> =>
      shop.post('/till/v1/quotes', bodyOf(customerId, codes, bill, more)),
    redeemOn: (
      codes: readonly string[],
      bill: number | string | object,
      more: object = {},
      sending?: Sending,
    ): Promise<Reply> => shop.post('/till/v1/redemptions', bodyOf(customerId, codes, bill, more), sending),
  }
}

const bodyOf = (
  customerId: number,
  codes: readonly string[],
  bill: number | string | object,
  more: object,
): object => ({
  codes,
  customer: { id: customerId },
  bill: typeof bill === 'object' ? bill : { amount: bill },
  ...more,
})

export interface QuotedCode {
  readonly code: string
  readonly works: boolean
  readonly refusal: { readonly code: number; readonly rule: string; readonly message: string } | null
  readonly discount: string
  readonly appliedTo: {
    readonly amount: string
    readonly items:
      | readonly { readonly id: string | null; readonly sku: string; readonly discount: string }[]
      | null
  } | null
}

export const quoted = (reply: Reply): QuotedCode[] => reply.at('codes') as QuotedCode[]
export const discountsIn = (reply: Reply): string[] => quoted(reply).map(({ discount }) => discount)
export const rulesIn = (reply: Reply): (string | null)[] =>
  quoted(reply).map(({ refusal }) => refusal?.rule ?? null)
