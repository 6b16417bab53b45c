import type { EventName } from '../../../../src/webhooks/event-names-rules.ts'
import type { Outcome } from '../../../../src/webhooks/outcome-rules.ts'
import type { ToldIdentifier } from '../../../../src/webhooks/webhook.ts'
import type { Webhook } from '../../api/types.ts'
import type { Tone } from '../../parts/states.tsx'

/** The events that a webhook can subscribe to. */
export const eventWords: Readonly<Record<Exclude<EventName, 'WebhookTest'>, string>> = {
  CouponIssue: 'Issued',
  CouponRedeem: 'Redeemed',
  CouponReversal: 'Redemption reversed',
  DiscountReturn: 'Discount returned',
  CouponRevocation: 'Revoked',
  CouponExpiryChange: 'End moved',
  CouponExpiringSoon: 'Ends soon',
  SeriesLimitNear: 'Limit of a series is near',
  BudgetShareReached: 'Share of a budget is reached',
  SeriesPaused: 'Series is paused',
  SeriesStopped: 'Series is stopped',
  SeriesResumed: 'Series is resumed',
  CustomerMerge: 'Customers are merged',
  GuessingNoticed: 'Codes are being guessed',
}

export const eventName = (name: string): string =>
  name === 'WebhookTest' ? 'Test' : ((eventWords as Readonly<Record<string, string>>)[name] ?? name)

export const identifierWords: Readonly<Record<ToldIdentifier, string>> = {
  mobile: 'Mobile number',
  email: 'E-mail',
  externalId: 'External id',
}

const outcomes: Readonly<Record<Outcome, string>> = {
  delivered: 'Delivered',
  refused: 'Refused by the receiver',
  redirected: 'Redirected, which is not followed',
  gone: 'Gone (410)',
  throttled: 'Asked to slow down',
  timeout: 'No answer in time',
  unreachable: 'Not reached',
  'forbidden-address': 'The address is not public',
}

export const outcomeWords = (outcome: string): string =>
  (outcomes as Readonly<Record<string, string>>)[outcome] ?? outcome

export function stateOf({ state, stoppedBecause, failures, isReplaying }: Webhook): readonly [string, Tone] {
  if (state === 'paused') return ['Paused', 'quiet']
  if (state === 'stopped')
    return [stoppedBecause === 'gone' ? 'Stopped: the receiver is gone' : 'Stopped: keeps failing', 'bad']
  if (failures > 0) return ['Fails, tries again', 'warn']
  return isReplaying ? ['Sends again', 'warn'] : ['Sends', 'good']
}

export const messageStates: Readonly<Record<string, readonly [string, Tone]>> = {
  open: ['Waits', 'warn'],
  delivered: ['Delivered', 'good'],
  parked: ['Parked', 'bad'],
}
