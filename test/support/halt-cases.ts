import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { signInAsClient } from './harness.ts'
import { openHolds } from './hold-cases.ts'
import type { Body, Method, Reply, ShopOptions } from './write-cases.ts'

/** A shop with checkouts, and an administrator who halts its series. */
export async function openHalts(context: Context, app: App, options: ShopOptions = {}) {
  const shop = await openHolds(context, app, options)
  const { headers } = await signInAsClient(context, app, shop, 'administrator')
  const admin = (
    method: Method,
    url: string,
    body?: Body,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Reply> => shop.call(method, url, body, { headers: { ...headers, ...more } })
  return {
    ...shop,
    admin,
    halt: (
      id: number,
      how: 'stop' | 'pause' | 'resume',
      reason = 'wrong price',
      more: Readonly<Record<string, string>> = {},
      server: App = app,
    ): Promise<Reply> =>
      shop.call('POST', `/admin/v1/series/${id}/${how}`, undefined, {
        headers: { ...headers, 'x-counterfoil-reason': encodeURIComponent(reason), ...more },
        app: server,
      }),
    schedule: (id: number, body: object, more: Readonly<Record<string, string>> = {}): Promise<Reply> =>
      admin('PUT', `/admin/v1/series/${id}/schedule`, body, more),
    show: (id: number): Promise<Reply> => admin('GET', `/admin/v1/series/${id}`),
    issue: (seriesId: number): Promise<Reply> =>
      shop.post('/v2/coupon/issue', { seriesId, customer: { id: shop.customerId } }),
  }
}
