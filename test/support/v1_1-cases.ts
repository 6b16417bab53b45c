import type { App } from '../../src/http/app.ts'
import type { Context } from '../../src/ledger/context.ts'
import { openShop, type Reply } from './write-cases.ts'

/** A brand with two customers and the calls of version 1.1. */
export async function openReads(context: Context, app: App, timeZone = 'UTC') {
  const shop = await openShop(context, app, { timeZone })
  const customerId = await shop.customer({
    mobile: '9400488280',
    email: 'asha@example.com',
    externalId: 'E1',
  })
  const otherId = await shop.customer({ mobile: '9400488281' })
  return { shop, customerId, otherId, get: (url: string) => shop.call('GET', url) }
}

/** The overall result of an answer: HTTP status, success and code. */
export const whole = (reply: Reply) => [
  reply.status,
  reply.at('response.status.success'),
  reply.at('response.status.code'),
]

/** The codes of one or several coupons at a path of an answer. */
export const listed = (reply: Reply, path: string): string[] =>
  ([reply.at(path) ?? []].flat() as { code: string }[]).map(({ code }) => code)

export const at = (text: string): Date => new Date(text)
