import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { Refusal, refuse } from '../../values/errors.ts'
import { networkOf } from '../../values/network.ts'
import { needsReading } from '../../values/unambiguous-code.ts'
import { countCodes, countCustomers, type LookupOutcome } from './count-lookups.ts'
import type { Counted } from './failed-lookups.ts'
import { admitted, admittedInMs, freeOf, levelAt, pressedFreeOf, waitMs } from '../../values/lookup-rules.ts'
import { meantKeys } from './meant-codes.ts'
import { seriesWithForm } from './series-forms.ts'

/** The caller on whose behalf a look-up runs. */
export type Asker = Pick<Caller, 'orgId' | 'isSandbox' | 'kind' | 'holderId' | 'limits' | 'from'>

/** The subjects of a look-up. An omitted property means none. */
export interface Asked {
  /** Codes, in the form used for comparison. */
  readonly codeKeys?: readonly string[]
  /** Number of coupon ids. */
  readonly couponIds?: number
  /** Number of customers. */
  readonly customers?: number
}

/** An admitted look-up. Its owner must release it when the look-up has ended. */
export interface AdmittedLookup {
  /** The keys of the codes that were meant, one for each typed code (see `meant-codes.ts`). */
  readonly codeKeys: readonly string[]
  /** Counts the outcome of the look-up; call before `release`. */
  settle(outcome: LookupOutcome): void
  /** Counts a refusal because a customer is unknown or taken; other errors are not counted. @returns the error. */
  failed(error: unknown): unknown
  /** Ends the look-up, so that waiting look-ups of the same caller continue. */
  release(): void
}

/**
 * Admits a look-up of codes, coupon ids and customers on behalf of a caller. Unknown ones, and those that belong to
 * someone else, are counted: codes and coupon ids together by caller, address and series, customers by caller. A caller
 * with too many failures is refused for a period that grows each time.
 *
 * @throws Refusal 429 before any look-up, even for valid codes: a guesser is after exactly that answer.
 */
export async function admitLookups(context: Context, caller: Asker, asked: Asked): Promise<AdmittedLookup> {
  const { codeKeys: typed = [], couponIds = 0, customers = 0 } = asked
  const codeKeys = typed.some(needsReading) ? await meantKeys(context, caller, typed) : typed
  const ofCodes = codeKeys.length + couponIds === 0 ? undefined : codesOf(context, caller)
  const ofCustomers = customers === 0 ? undefined : customersOf(context, caller)
  const lookup = new Lookup(context, caller, codeKeys, ofCodes, ofCustomers)
  try {
    if (ofCodes !== undefined) await lookup.begin(ofCodes, codeKeys.length + couponIds, codeKeys)
    if (ofCustomers !== undefined) await lookup.begin(ofCustomers, customers, [])
    return lookup
  } catch (error) {
    lookup.release()
    throw error
  }
}

class Lookup implements AdmittedLookup {
  readonly codeKeys: readonly string[]
  readonly #context: Context
  readonly #caller: Asker
  readonly #ofCodes: Counted | undefined
  readonly #ofCustomers: Counted | undefined
  #begun: (readonly [one: Counted, count: number])[] = []

  constructor(
    context: Context,
    caller: Asker,
    codeKeys: readonly string[],
    ofCodes: Counted | undefined,
    ofCustomers: Counted | undefined,
  ) {
    this.codeKeys = codeKeys
    this.#context = context
    this.#caller = caller
    this.#ofCodes = ofCodes
    this.#ofCustomers = ofCustomers
  }

  async begin(one: Counted, count: number, keys: readonly string[]): Promise<void> {
    // A caller without recent failures needs no further checks, whatever others at the same address or series do.
    if (one.level > 0) await requirePatience(this.#context, this.#caller, one, count, keys)
    const room = this.#context.lookups.failed.begin(one, count)
    if (room !== undefined) await room
    this.#begun.push([one, count])
    // The look-ups that were in progress meanwhile may have failed.
    if (room !== undefined && one.level > 0)
      await requirePatience(this.#context, this.#caller, one, count, keys)
  }

  settle(outcome: LookupOutcome): void {
    if (this.#ofCodes !== undefined) countCodes(this.#context, this.#caller, this.#ofCodes, outcome)
    if (this.#ofCustomers !== undefined)
      countCustomers(this.#context, this.#caller, this.#ofCustomers, outcome)
  }

  failed(error: unknown): unknown {
    if (this.#ofCustomers !== undefined && isAboutCustomer(error))
      countCustomers(this.#context, this.#caller, this.#ofCustomers, { unknownCustomers: 1 })
    return error
  }

  release(): void {
    for (const [one, count] of this.#begun) this.#context.lookups.failed.end(one, count)
    this.#begun = []
  }
}

type Tell = (outcome: LookupOutcome) => void

/** Guards a look-up that is a single step. @param work receives the keys of the codes that were meant. */
export async function guardLookups<Result>(
  context: Context,
  caller: Asker,
  asked: Asked,
  work: (tell: Tell, codeKeys: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const lookup = await admitLookups(context, caller, asked)
  try {
    return await work((outcome) => lookup.settle(outcome), lookup.codeKeys)
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

/**
 * The customer is unknown, or, for a registration or change, taken: either answer reveals whether a customer exists.
 */
const isAboutCustomer = (error: unknown): boolean =>
  error instanceof Refusal && [701, 1047, 8006, 8008, 8015].includes(error.code)

/** The caller's count for codes and coupon ids. Undefined: not counted. */
export function codesOf(context: Context, caller: Asker): Counted | undefined {
  const perHour = perHourOf(context, caller)
  const { orgId, kind, holderId } = caller
  return perHour === 0
    ? undefined
    : context.lookups.failed.get({ orgId, kind, subject: String(holderId) }, perHour)
}

/** The caller's count for customers. Undefined: not counted. */
export function customersOf(context: Context, caller: Asker): Counted | undefined {
  const { orgId, kind, holderId } = caller
  const own = perHourOf(context, caller)
  const configured = context.config.failedCustomerLookups[kind]
  if (own === 0 || configured === 0) return undefined
  // A caller with a higher limit for codes gets the same limit for customers.
  const perHour = Math.max(configured, own)
  const subject = { orgId, kind: `${kind}-customers`, subject: String(holderId) } as const
  return context.lookups.failed.get(subject, perHour)
}

function perHourOf({ config }: Context, { kind, limits, from, isSandbox }: Asker): number {
  // The command line does not guess, and wrong codes are tried on purpose in a sandbox.
  if (!config.abuseLimits || from === undefined || isSandbox) return 0
  return limits?.failedLookupsPerHour ?? config.failedLookups[kind]
}

/** @throws Refusal 429 while the caller has to wait, or if one request exceeds the limit. */
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
  throw refuse.tooManyRequests(
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

/** Number of failures that are still free for the caller; it is lower if others fail at the same address or series. */
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
