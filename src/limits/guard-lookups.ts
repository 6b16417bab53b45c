import type { Caller } from '../access/caller.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../errors.ts'
import { networkOf } from '../values/network.ts'
import type { Counted, LastFailure } from './failed-lookups.ts'
import { freeOf, levelAt, pressedFreeOf, waitMs } from './lookup-rules.ts'
import { needsReading } from '../values/unambiguous-code.ts'
import { meantKeys } from './meant-codes.ts'
import { seriesWithForm } from './series-forms.ts'

/** What came of looking for codes. */
export interface LookupOutcome {
  /** Codes that there are not, in the form in which they are compared. */
  readonly unknown: readonly string[]
  /** Series of codes that are somebody else's. */
  readonly foreignSeriesIds?: readonly number[]
  /** Coupons that were redeemed, each a customer's first of its series or a coupon's first. */
  readonly redeemed?: number
}

type Tell = (outcome: LookupOutcome) => void

/**
 * Looks for codes on behalf of a caller, and counts those that there are not, or that are somebody else's, by caller,
 * address and series. Who has asked for too many of them waits, longer each time.
 *
 * @param typedKeys in the form in which they are compared.
 * @param work is given the keys of the codes that are meant, one for each that was typed (see `meant-codes.ts`), and tells
 * what came of it, before it ends.
 * @throws Refusal 429, for right codes too: an answer to them is what a guesser wants.
 */
export async function guardLookups<Result>(
  context: Context,
  caller: Caller,
  typedKeys: readonly string[],
  work: (tell: Tell, codeKeys: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const { failedLookups } = context.limits
  const codeKeys = typedKeys.some(needsReading) ? await meantKeys(context, caller, typedKeys) : typedKeys
  const perHour = perHourOf(context, caller)
  if (perHour === 0 || codeKeys.length === 0) return work(() => {}, codeKeys)
  const { orgId, kind, holderId } = caller
  const own = failedLookups.get({ orgId, kind, subject: String(holderId) }, perHour)
  await requirePatience(context, caller, own, codeKeys)
  await failedLookups.begin(own, codeKeys.length)
  try {
    // Those that were under way meanwhile may have been in vain.
    await requirePatience(context, caller, own, codeKeys)
    return await work((outcome) => count(context, caller, own, outcome), codeKeys)
  } finally {
    failedLookups.end(own, codeKeys.length)
  }
}

function perHourOf({ config }: Context, { kind, limits, from, isSandbox }: Caller): number {
  // The command line is no guesser, and in a sandbox wrong codes are tried on purpose.
  if (!config.abuseLimits || from === undefined || isSandbox) return 0
  return limits?.failedLookupsPerHour ?? config.failedLookups[kind]
}

/** @throws Refusal 429 while the caller has to wait. */
async function requirePatience(
  context: Context,
  caller: Caller,
  own: Counted,
  codeKeys: readonly string[],
): Promise<void> {
  // Who has not failed lately need not be looked at further, whoever else fails beside.
  if (own.level === 0) return
  const nowMs = performance.now()
  const isPressed =
    (await isSeriesPressed(context, caller, codeKeys)) || isAddressPressed(context, caller, nowMs)
  const free = isPressed ? pressedFreeOf(own.perHour) : freeOf(own.perHour)
  const longMs = waitMs(own, free, nowMs)
  if (longMs === 0) return
  context.metrics.lookupsRefused.inc({ kind: own.kind })
  const retryAfterS = Math.max(1, Math.ceil(longMs / 1000))
  throw new Refusal(429, 'Too many codes that there are not were asked for; try again later', {
    retryAfterS,
    quota: { policy: 'failed-lookups', quota: own.perHour, windowS: 3_600, left: 0, resetS: retryAfterS },
  })
}

function isAddressPressed({ limits, config }: Context, { orgId, from }: Caller, nowMs: number): boolean {
  const perHour = config.failedLookups.address
  const one = limits.failedLookups.find({ orgId, kind: 'address', subject: networkOf(from?.address ?? '') })
  return perHour > 0 && one !== undefined && levelAt(one, perHour, nowMs) >= freeOf(perHour)
}

async function isSeriesPressed(
  context: Context,
  { orgId }: Caller,
  codeKeys: readonly string[],
): Promise<boolean> {
  const pressed = context.limits.failedLookups.pressedSeries(orgId, performance.now())
  if (pressed.length === 0) return false
  const meant = await Promise.all(codeKeys.map((key) => seriesWithForm(context, orgId, key)))
  return meant.flat().some((id) => pressed.includes(id))
}

function count(context: Context, caller: Caller, own: Counted, outcome: LookupOutcome): void {
  const { failedLookups } = context.limits
  const { unknown, foreignSeriesIds = [], redeemed = 0 } = outcome
  const nowMs = performance.now()
  const { orgId, kind, holderId, from } = caller
  const { address, series } = context.config.failedLookups
  // The address of a client is that of a server, which its customers share: it says no more than the client itself.
  const there = { orgId, kind: 'address', subject: networkOf(from?.address ?? '') } as const
  const isAddressCounted = address > 0 && kind !== 'client'
  if (redeemed > 0) {
    failedLookups.credit(own, redeemed, nowMs)
    const known = isAddressCounted ? failedLookups.find(there) : undefined
    if (known !== undefined) failedLookups.credit(known, redeemed, nowMs)
  }
  const failed = unknown.length + foreignSeriesIds.length
  if (failed === 0) return
  const last: LastFailure = {
    kind,
    holderId,
    address: from?.address ?? '',
    requestId: from?.requestId ?? '',
  }
  context.metrics.lookupsFailed.inc({ kind }, failed)
  failedLookups.fail(own, failed, last, nowMs)
  if (isAddressCounted) failedLookups.fail(failedLookups.get(there, address), failed, last, nowMs)
  if (series > 0) void countSeries(context, orgId, outcome, series, last)
}

/** After the answer: nobody waits for it. */
async function countSeries(
  context: Context,
  orgId: number,
  { unknown, foreignSeriesIds = [] }: LookupOutcome,
  perHour: number,
  last: LastFailure,
): Promise<void> {
  const { failedLookups } = context.limits
  try {
    const meant = await Promise.all(unknown.map((key) => seriesWithForm(context, orgId, key)))
    const counts = new Map<number, number>()
    for (const id of [...meant.flat(), ...foreignSeriesIds]) counts.set(id, (counts.get(id) ?? 0) + 1)
    for (const [id, failed] of counts) {
      const one = failedLookups.get({ orgId, kind: 'series', subject: String(id) }, perHour)
      failedLookups.fail(one, failed, last, performance.now())
    }
  } catch (error) {
    context.log.warn({ reason: (error as Error).message }, 'failed look-ups of a series could not be counted')
  }
}
