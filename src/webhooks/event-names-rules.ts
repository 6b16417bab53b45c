/** Kinds of events and their names for receivers: the contract's names where it has them, else our own. */
const eventNames = {
  issued: 'CouponIssue',
  redeemed: 'CouponRedeem',
  reversed: 'CouponReversal',
  returned: 'DiscountReturn',
  revoked: 'CouponRevocation',
  'expiry-changed': 'CouponExpiryChange',
  'expiring-soon': 'CouponExpiringSoon',
  'limit-near': 'SeriesLimitNear',
  'budget-share-reached': 'BudgetShareReached',
  'series-paused': 'SeriesPaused',
  'series-stopped': 'SeriesStopped',
  'series-resumed': 'SeriesResumed',
  'customers-merged': 'CustomerMerge',
  'guessing-noticed': 'GuessingNoticed',
  test: 'WebhookTest',
} as const

export type EventKind = keyof typeof eventNames
export type EventName = (typeof eventNames)[EventKind]

/** Events that a webhook can subscribe to. A test is sent by hand. */
export const subscribableNames: readonly EventName[] = Object.values(eventNames).filter(
  (name) => name !== 'WebhookTest',
)

/** The kind for a name, case-insensitive. Undefined: not an event that a webhook can subscribe to. */
export function kindOf(name: string): EventKind | undefined {
  const wanted = name.trim().toLowerCase()
  const found = Object.entries(eventNames).find(
    ([kind, one]) => one.toLowerCase() === wanted && kind !== 'test',
  )
  return found?.[0] as EventKind | undefined
}

export const nameOf = (kind: string): EventName => eventNames[kind as EventKind]
