import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { Refusal } from '../../values/errors.ts'
import { networkOf } from '../../values/network.ts'
import { needsReading } from '../../values/unambiguous-code.ts'
import { countCodes, countCustomers, type LookupOutcome } from './count-lookups.ts'
import type { Counted } from './failed-lookups.ts'
import { admitted, admittedInMs, freeOf, levelAt, pressedFreeOf, waitMs } from '../../values/lookup-rules.ts'
import { meantKeys } from './meant-codes.ts'
import { seriesWithForm } from './series-forms.ts'

/** On whose behalf something is looked for. */
export type Asker = Pick<Caller, 'orgId' | 'isSandbox' | 'kind' | 'holderId' | 'limits' | 'from'>

/** What is looked for. What is left out is not looked for. */
export interface Asked {
  /** Codes, in the form in which they are compared. */
  readonly codeKeys?: readonly string[]
  /** How many ids of coupons. */
  readonly couponIds?: number
  /** How many customers. */
  readonly customers?: number
}

type Tell = (outcome: LookupOutcome) => void

/**
 * Looks for codes, coupons by id and customers on behalf of a caller, and counts those that there are not, or that are
 * somebody else's: codes and ids of coupons together by caller, address and series, customers by caller. Who has asked for
 * too many of them waits, longer each time.
 *
 * @param work is given the keys of the codes that are meant, one for each that was typed (see `meant-codes.ts`), and tells what
 * came of it, before it ends. A refusal that says that a customer is unknown, or taken, tells itself.
 * @throws Refusal 429, for what is right too: an answer to that is what a guesser wants. Nothing has been looked for then.
 */
export async function guardLookups<Result>(
  context: Context,
  caller: Asker,
  asked: Asked,
  work: (tell: Tell, codeKeys: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const { codeKeys: typed = [], couponIds = 0, customers = 0 } = asked
  const codeKeys = typed.some(needsReading) ? await meantKeys(context, caller, typed) : typed
  const ofCodes = codeKeys.length + couponIds === 0 ? undefined : codesOf(context, caller)
  const ofCustomers = customers === 0 ? undefined : customersOf(context, caller)
  if (ofCodes === undefined && ofCustomers === undefined) return work(() => {}, codeKeys)
  const { failed: failedLookups } = context.lookups
  const begun: [one: Counted, count: number][] = []
  const begin = async (one: Counted, count: number, keys: readonly string[]): Promise<void> => {
    // Who has not failed lately need not be looked at further, whoever else fails beside.
    if (one.level > 0) await requirePatience(context, caller, one, count, keys)
    const room = failedLookups.begin(one, count)
    if (room !== undefined) await room
    begun.push([one, count])
    // Those that were under way meanwhile may have been in vain.
    if (room !== undefined && one.level > 0) await requirePatience(context, caller, one, count, keys)
  }
  try {
    if (ofCodes !== undefined) await begin(ofCodes, codeKeys.length + couponIds, codeKeys)
    if (ofCustomers !== undefined) await begin(ofCustomers, customers, [])
    return await work((outcome) => {
      if (ofCodes !== undefined) countCodes(context, caller, ofCodes, outcome)
      if (ofCustomers !== undefined) countCustomers(context, caller, ofCustomers, outcome)
    }, codeKeys)
  } catch (error) {
    if (ofCustomers !== undefined && isAboutCustomer(error))
      countCustomers(context, caller, ofCustomers, { unknownCustomers: 1 })
    throw error
  } finally {
    for (const [one, count] of begun) failedLookups.end(one, count)
  }
}

/** Unknown, or, of one that is registered or changed, taken: somebody who asks learns as much from either. */
const isAboutCustomer = (error: unknown): boolean =>
  error instanceof Refusal && [701, 8006, 8008, 8015].includes(error.code)

/** What stands against a caller of codes and ids of coupons. Undefined: it is not counted. */
export function codesOf(context: Context, caller: Asker): Counted | undefined {
  const perHour = perHourOf(context, caller)
  const { orgId, kind, holderId } = caller
  return perHour === 0
    ? undefined
    : context.lookups.failed.get({ orgId, kind, subject: String(holderId) }, perHour)
}

/** The same of customers. */
export function customersOf(context: Context, caller: Asker): Counted | undefined {
  const { orgId, kind, holderId } = caller
  const own = perHourOf(context, caller)
  const configured = context.config.failedCustomerLookups[kind]
  if (own === 0 || configured === 0) return undefined
  // Who may ask for more codes may ask for as many customers.
  const perHour = Math.max(configured, own)
  const subject = { orgId, kind: `${kind}-customers`, subject: String(holderId) } as const
  return context.lookups.failed.get(subject, perHour)
}

function perHourOf({ config }: Context, { kind, limits, from, isSandbox }: Asker): number {
  // The command line is no guesser, and in a sandbox wrong codes are tried on purpose.
  if (!config.abuseLimits || from === undefined || isSandbox) return 0
  return limits?.failedLookupsPerHour ?? config.failedLookups[kind]
}

/** @throws Refusal 429 while the caller has to wait, and when it asks for more at once than it may. */
async function requirePatience(
  context: Context,
  caller: Asker,
  own: Counted,
  asked: number,
  codeKeys: readonly string[],
): Promise<void> {
  const free = await freeNow(context, caller, own, codeKeys)
  const nowMs = performance.now()
  const most = admitted(own, own.perHour, free, nowMs)
  if (asked <= most) return
  context.metrics.lookupsRefused.inc({ kind: own.kind })
  const what = own.kind.endsWith('-customers') ? 'customers' : 'codes'
  const longMs =
    most === 0
      ? waitMs(own, free, nowMs)
      : admittedInMs({ ...own, level: levelAt(own, own.perHour, nowMs) }, own.perHour, free, asked)
  const retryAfterS = Math.max(1, Math.ceil(longMs / 1000))
  throw new Refusal(
    429,
    most === 0
      ? `Too many unknown ${what} were asked for; try again later`
      : `Too many unknown ${what} were asked for: one request may name ${most} at most for now, and this one names ${asked}`,
    {
      retryAfterS,
      quota: {
        policy: what === 'codes' ? 'failed-lookups' : 'failed-customer-lookups',
        quota: own.perHour,
        windowS: 3_600,
        left: most,
        resetS: retryAfterS,
      },
    },
  )
}

/** How many failures are free for the caller: fewer where others fail at the same address, or at the same series. */
export async function freeNow(
  context: Context,
  caller: Asker,
  own: Counted,
  codeKeys: readonly string[],
): Promise<number> {
  if (own.kind.endsWith('-customers')) return freeOf(own.perHour)
  const isPressed =
    (await isSeriesPressed(context, caller, codeKeys)) || isAddressPressed(context, caller, performance.now())
  return isPressed ? pressedFreeOf(own.perHour) : freeOf(own.perHour)
}

function isAddressPressed({ lookups, config }: Context, { orgId, from }: Asker, nowMs: number): boolean {
  const perHour = config.failedLookups.address
  const one = lookups.failed.find({ orgId, kind: 'address', subject: networkOf(from?.address ?? '') })
  return perHour > 0 && one !== undefined && levelAt(one, perHour, nowMs) >= freeOf(perHour)
}

async function isSeriesPressed(
  context: Context,
  { orgId }: Asker,
  codeKeys: readonly string[],
): Promise<boolean> {
  const pressed = context.lookups.failed.pressedSeries(orgId, performance.now())
  if (pressed.length === 0) return false
  const meant = await Promise.all(codeKeys.map((key) => seriesWithForm(context, orgId, key)))
  return meant.flat().some((id) => pressed.includes(id))
}
