/** Kinds of events, and the names under which receivers know them: the contract's where it has one, ours beside. */
const eventNames = {
  issued: 'CouponIssue',
  redeemed: 'CouponRedeem',
  reversed: 'CouponReversal',
  revoked: 'CouponRevocation',
  'expiry-changed': 'CouponExpiryChange',
  'expiring-soon': 'CouponExpiringSoon',
  'limit-near': 'SeriesLimitNear',
  'guessing-noticed': 'GuessingNoticed',
  test: 'WebhookTest',
} as const

export type EventKind = keyof typeof eventNames
export type EventName = (typeof eventNames)[EventKind]

/** What a webhook can be told of. A test is sent by hand. */
export const subscribableNames: readonly EventName[] = Object.values(eventNames).filter(
  (name) => name !== 'WebhookTest',
)

/** By name, whatever its case. Undefined: nothing that a webhook can be told of. */
export function kindOf(name: string): EventKind | undefined {
  const wanted = name.trim().toLowerCase()
  const found = Object.entries(eventNames).find(
    ([kind, one]) => one.toLowerCase() === wanted && kind !== 'test',
  )
  return found?.[0] as EventKind | undefined
}

export const nameOf = (kind: string): EventName => eventNames[kind as EventKind]
