import { expect, onTestFinished } from 'vitest'
import { until } from './process-harness.ts'
import { Receiver } from './receiver.ts'
import type { Shop } from './write-cases.ts'

/** Settings that make delivery fast enough for tests, and allow receivers on this machine. */
export const quickDelivery = {
  WEBHOOKS_MAY_REACH_PRIVATE_ADDRESSES: '1',
  WEBHOOK_FIRST_RETRY_MS: '50',
  WEBHOOK_TIMEOUT_MS: '500',
}

export const couponEvents = [
  'CouponIssue',
  'CouponRedeem',
  'CouponReversal',
  'CouponExpiryChange',
  'CouponRevocation',
]

/** A receiver for one test. */
export async function startReceiver(): Promise<Receiver> {
  const receiver = await new Receiver().start()
  onTestFinished(() => receiver.stop())
  return receiver
}

export interface Subscribed {
  readonly id: number
  readonly secret: string
  readonly path: string
}

/** A webhook of a shop that sends to a receiver, which accepts its secret. */
export async function subscribe(
  shop: Shop,
  receiver: Receiver,
  more: { eventNames?: string[]; [field: string]: unknown } = {},
): Promise<Subscribed> {
  const reply = await shop.post('/admin/v1/webhooks', {
    name: `receiver ${receiver.url}`,
    url: receiver.url,
    eventNames: couponEvents,
    ...more,
  })
  expect(reply).toMatchObject({ status: 200 })
  const [id, secret] = [Number(reply.at('id')), String(reply.at('secret'))]
  receiver.trust(secret)
  return { id, secret, path: `/admin/v1/webhooks/${id}` }
}

/** Waits until a receiver has accepted this many messages. */
export const taken = (receiver: Receiver, count: number, timeoutMs = 15_000): Promise<unknown> =>
  until(`${count} messages`, () => receiver.unique.length >= count || undefined, timeoutMs)
