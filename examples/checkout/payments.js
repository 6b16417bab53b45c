// Stands for your payment provider. Like a real one it reserves money first (authorise) and takes it later (capture), and
// takes an idempotency key with whatever moves money: asked again, it does nothing twice.
import { randomUUID } from 'node:crypto'

const done = new Map()
const once = (key, make) => {
  if (!done.has(key)) done.set(key, make())
  return done.get(key)
}

export const payments = {
  /** @returns an id, or undefined if the card is declined. */
  authorise: async (key, paise, card) =>
    once(key, () => (card === 'declined' || paise < 0 ? undefined : `auth_${randomUUID()}`)),
  capture: async (paymentId) => once(`capture ${paymentId}`, () => true),
  cancel: async (paymentId) => once(`cancel ${paymentId}`, () => true),
  refund: async (key, paymentId, paise) => once(key, () => ({ paymentId, paise })),
}
