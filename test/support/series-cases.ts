import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openShop, type Reply, type Sending, type ShopOptions } from './write-cases.ts'

/** The mandatory terms of a series. */
export const least = {
  description: 'Ten off',
  discountCode: 'TEN',
  validTillDate: '2099-12-31T00:00:00Z',
  anyUser: false,
  smsTemplate: 'Your code is {{voucher}}',
  discountValue: 10,
  discountType: 'ABS',
  clientHandlingType: 'DISC_CODE',
  expiryStrategyType: 'SERIES_EXPIRY',
}

export type SeriesBody = Record<string, unknown>

/** A brand with the calls that create, edit and list its series. */
export async function openSeriesShop(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openShop(context, app, options)
  const create = (fields: SeriesBody = {}, sending?: Sending) =>
    shop.post('/v2/coupon/series', { CouponSeriesV2: { ...least, ...fields } }, sending)
  return {
    ...shop,
    create,
    /** @returns the id. */
    created: async (fields: SeriesBody = {}): Promise<number> => {
      const reply = await create(fields)
      expect(reply).toMatchObject({ status: 200 })
      return reply.at('id') as number
    },
    edit: (id: number | string, fields: SeriesBody = {}, sending?: Sending) =>
      shop.put(
        `/v2/coupon/series/${id}`,
        { CouponSeriesV2: { ...least, seriesCode: String(id), ...fields } },
        sending,
      ),
    list: async (query = ''): Promise<Record<string, unknown>[]> => {
      const reply = await shop.call('GET', `/v2/coupon/series?${query}`)
      expect(reply).toMatchObject({ status: 200 })
      return reply.at('entity') as Record<string, unknown>[]
    },
  }
}

/** Expects that the whole request failed with this code, in the form of the family. */
export function expectRefused(reply: Reply, status: number, code: number, message: unknown): void {
  expect([reply.status, reply.json]).toEqual([
    status,
    { warnings: [], errors: [{ status: false, code, message }], success: false },
  ])
}
