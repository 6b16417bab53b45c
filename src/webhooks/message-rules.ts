import { parseTimestampMs, startOfDayS } from '../values/calendar.ts'
import { decimalText, moneyText, type Money } from '../values/money.ts'
import { eventUuid } from '../values/event-id.ts'
import { nameOf, type EventKind, type EventName } from './event-names-rules.ts'

/**
 * The facts about an event at the time its message is sent. Instants are epoch milliseconds, or seconds if the name
 * ends with `S`.
 */
export interface EventFacts {
  readonly orgId: number
  readonly timeZone: string
  /** Of the organisation, ISO 4217; null: not stated. */
  readonly currency: string | null
  readonly id: number
  readonly kind: EventKind
  readonly occurredAtMs: number
  readonly requestId: string | null
  readonly tillId: number | null
  readonly details: Readonly<Record<string, unknown>> | null
  /** Imported from a file: it took place before it was recorded. */
  readonly isImported: boolean
  readonly coupon: {
    readonly id: number
    readonly code: string
    readonly customerId: number | null
    readonly createdAtS: number
    readonly validUntilS: number
  } | null
  readonly series: {
    readonly id: number
    readonly description: string
    readonly clientHandlingType: string
    readonly validUntilS: number
    readonly discountCode: string | null
    readonly discountType: string
    readonly discountValue: number
  } | null
  readonly redemption: {
    readonly id: number
    readonly customerId: number
    readonly redeemedAtS: number
    readonly billId: number | null
    readonly transactionNumber: string
    /** Null: none. */
    readonly customFields: Readonly<Record<string, string>> | null
    /** The discount; of a reversal, the amount that it gave back. Null: unknown. */
    readonly discountAmount: Money | null
    /** The time of the reversal of a redemption that was imported as reversed; else null. */
    readonly reversedAtS: number | null
  } | null
  /** Of a return. */
  readonly returned: {
    readonly id: number
    readonly amount: Money
    readonly returnsUse: boolean
    readonly reason: string | null
    readonly returnedAtS: number
  } | null
  /** Identifiers of the customer in the message, by type: those that the webhook requests. */
  readonly identifiers: Readonly<Record<string, string>> | null
}

/** A message as sent; the envelope and the first two kinds follow the published contract (8.4). */
export interface Message {
  readonly eventName: EventName
  readonly eventId: string
  readonly orgId: number
  readonly refId: string
  readonly apiRequestId: string | null
  readonly createdAt: number
  readonly data: unknown
  readonly loyaltyEventId: null
}

/**
 * The reference by which the contract finds messages. There is one event per coupon: the first coupon is also the last.
 */
export function refIdOf(
  orgId: number,
  seriesId: number | null,
  couponId: number | null,
  redemptionId: number | null,
): string {
  const parts = [orgId, seriesId, redemptionId ?? (couponId === null ? null : `${couponId}:${couponId}`)]
  return parts.filter((part) => part !== null).join('_')
}

function seriesInfo({ series, timeZone }: EventFacts) {
  if (series === null) return null
  return {
    id: series.id,
    description: series.description,
    seriesType: 'LOYALTY',
    clientHandlingType: series.clientHandlingType,
    // Midnight at the start of the last day, whereas a coupon expires at its last second.
    valid_till: startOfDayS(timeZone, series.validUntilS) * 1000,
    discount_code: series.discountCode,
    discount_type: series.discountType,
    discount_value: series.discountValue,
  }
}

function customerIdentifiers({ coupon, redemption, identifiers }: EventFacts) {
  const customerId = redemption?.customerId ?? coupon?.customerId ?? null
  return identifiers === null || customerId === null
    ? { customerId }
    : { customerId, instore: { id: customerId, ...identifiers } }
}

/** Whole seconds, as the contract prints these instants. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000

function issueData(facts: EventFacts) {
  const { coupon } = facts
  return {
    coupons: [
      {
        id: coupon?.id,
        code: coupon?.code,
        valid_till: (coupon?.validUntilS ?? 0) * 1000,
        issued_on: (coupon?.createdAtS ?? 0) * 1000,
        customerIdentifiers: customerIdentifiers(facts),
      },
    ],
    series_info: seriesInfo(facts),
    issualType: 'SINGLE',
  }
}

/** When the event took place; an imported event was recorded later. */
function tookPlaceAtMs({ isImported, kind, coupon, redemption, returned, occurredAtMs }: EventFacts): number {
  if (!isImported) return occurredAtMs
  const atS =
    kind === 'issued'
      ? coupon?.createdAtS
      : kind === 'reversed'
        ? redemption?.reversedAtS
        : kind === 'returned'
          ? returned?.returnedAtS
          : redemption?.redeemedAtS
  return atS === undefined || atS === null ? occurredAtMs : atS * 1000
}

function redemptionData(facts: EventFacts) {
  const { coupon, redemption, kind } = facts
  return {
    coupon: {
      id: coupon?.id,
      code: coupon?.code,
      redemptionId: redemption?.id,
      redemptionDate: (redemption?.redeemedAtS ?? 0) * 1000,
      ...(kind === 'reversed' && { reversalDate: wholeSeconds(tookPlaceAtMs(facts)) }),
      series_info: seriesInfo(facts),
    },
    customerIdentifiers: customerIdentifiers(facts),
    transaction: { bill_id: redemption?.billId ?? 0, number: redemption?.transactionNumber ?? '' },
    ...(redemption?.customFields && { customFields: redemption.customFields }),
    ...discountOf(facts),
  }
}

/** A part of the discount was returned; a reversal has a message of its own. */
function returnData(facts: EventFacts) {
  const { returned, currency } = facts
  return {
    ...redemptionData(facts),
    return: {
      id: returned?.id,
      amount: moneyText(returned?.amount ?? 0, currency),
      useReturned: returned?.returnsUse ?? false,
      reason: returned?.reason ?? null,
      returnDate: wholeSeconds(tookPlaceAtMs(facts)),
    },
  }
}

/** Additional to the published messages, which have no amounts. */
function discountOf({ redemption, currency }: EventFacts) {
  const amount = redemption?.discountAmount ?? null
  return amount === null ? {} : { discountAmount: moneyText(amount, currency), currency }
}

function couponData(facts: EventFacts) {
  const { coupon, kind, occurredAtMs, details } = facts
  const told = details?.['validUntil']
  const validTill = typeof told === 'string' ? parseTimestampMs(told) : (coupon?.validUntilS ?? 0) * 1000
  return {
    coupon: {
      id: coupon?.id,
      code: coupon?.code,
      ...(kind === 'revoked' ? { revocationDate: wholeSeconds(occurredAtMs) } : { valid_till: validTill }),
      series_info: seriesInfo(facts),
    },
    customerIdentifiers: customerIdentifiers(facts),
  }
}

/** Limits in money are decimal texts, limits of uses are numbers. */
function shareReached({ details, currency }: EventFacts) {
  const { per, startsOn = null, measure, percent, limit, taken } = details ?? {}
  const isMoney = measure === 'amount'
  const shown = (value: unknown) => (isMoney ? decimalText(String(value), currency) : Number(value))
  return {
    percent,
    limitOf: measure,
    per,
    startsOn,
    limit: shown(limit),
    taken: shown(taken),
    ...(isMoney && { currency }),
  }
}

/** The survivor has everything of the retired customer, whose id leads to it in every call. */
function mergeData({ details, identifiers }: EventFacts) {
  const { mergeId, survivorId, retiredId } = details ?? {}
  return {
    mergeId,
    survivor: {
      customerId: survivorId,
      ...(identifiers !== null && { instore: { id: survivorId, ...identifiers } }),
    },
    retired: { customerId: retiredId },
  }
}

function dataOf(facts: EventFacts): object {
  switch (facts.kind) {
    case 'issued':
      return issueData(facts)
    case 'redeemed':
    case 'reversed':
      return redemptionData(facts)
    case 'returned':
      return returnData(facts)
    case 'revoked':
    case 'expiry-changed':
    case 'expiring-soon':
      return couponData(facts)
    case 'limit-near': {
      const { limit, max, used } = facts.details ?? {}
      return { series_info: seriesInfo(facts), limit, max, used }
    }
    case 'budget-share-reached':
      return { series_info: seriesInfo(facts), ...shareReached(facts) }
    case 'series-paused':
    case 'series-stopped':
    case 'series-resumed': {
      const { reason, by } = facts.details ?? {}
      return { series_info: seriesInfo(facts), reason, by }
    }
    case 'customers-merged':
      return mergeData(facts)
    case 'guessing-noticed':
      return { series_info: seriesInfo(facts), ...facts.details }
    case 'test':
      return {}
    default:
      return facts.kind satisfies never
  }
}

/** Builds the message of an event. */
export function messageOf(facts: EventFacts): Message {
  const { orgId, series, coupon, redemption, occurredAtMs, tillId, isImported } = facts
  const atMs = tookPlaceAtMs(facts)
  return {
    eventName: nameOf(facts.kind),
    eventId: eventUuid(orgId, facts.id),
    orgId,
    refId: refIdOf(orgId, series?.id ?? null, coupon?.id ?? null, redemption?.id ?? null),
    apiRequestId: facts.requestId,
    createdAt: atMs,
    data: {
      addedAt: atMs,
      addedBy: { id: tillId },
      ...(isImported && { importedAt: occurredAtMs }),
      ...dataOf(facts),
    },
    loyaltyEventId: null,
  }
}
