import { expect } from 'vitest'
import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openShop, type Method } from './write-cases.ts'

/** Requests of version 2 that are refused, with their bodies and the published HTTP status of each. */

type Prepared = readonly [Method, string, object?]

export type Row = readonly [
  title: string,
  published: 200 | 400 | 404,
  /** Whether the setting `v2RefusalStatus` changes the status. */
  isMoved: boolean,
  prepare: () => Promise<Prepared> | Prepared,
  body: unknown,
]

export type RefusalCases = Awaited<ReturnType<typeof openRefusalCases>>

/** A brand with used and usable coupons. */
export async function openRefusalCases(context: Context, app: App) {
  const shop = await openShop(context, app)
  return {
    shop,
    queries: context.database.queries,
    used: async () => {
      const customerId = await shop.customer()
      const seriesId = await shop.series({ is_multiple_use_allowed: false })
      const { code, id } = await shop.coupon(seriesId, customerId, {
        redemptions: [{ redeemedAt: new Date('2026-05-01T00:00:00Z') }],
      })
      return { customerId, seriesId, code, id, user: { id: customerId } }
    },
    fresh: async (terms: Parameters<typeof shop.series>[0] = {}) => {
      const customerId = await shop.customer()
      const seriesId = await shop.series(terms)
      const { code } = await shop.coupon(seriesId, customerId)
      return { customerId, seriesId, code, user: { id: customerId } }
    },
    /** @returns the id of a redemption. */
    redemption: async (): Promise<number> => {
      const customerId = await shop.customer()
      const { code } = await shop.coupon(await shop.series(), customerId)
      return Number((await shop.redeem(code, customerId)).at('redemption.0.redemptionId'))
    },
  }
}

/** All numbers from the first to the last of each pair. */
export const numbers = (...pairs: readonly (readonly [first: number, last: number])[]): number[] =>
  pairs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at))

export const list = (...codes: readonly string[]) => codes.map((code) => ({ code }))
export const nobody = { email: 'nobody@example.com' }

export const status = (code: number, message: unknown = expect.any(String)) => ({
  status: false,
  code,
  message,
})
export const errors = (code: number) => ({ errors: [status(code)] })
export const entity = (code: number) => ({ warnings: [], errors: [status(code)], success: false })
export const refusedItem = (code: number) =>
  expect.objectContaining({
    code: expect.any(String),
    redemptionStatus: expect.objectContaining({ code, success: false }),
  })
