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

/** A look-up that has been admitted. Whoever has it must release it when the look-up has ended. */
export interface AdmittedLookup {
  /** The keys of the codes that are meant, one for each that was typed (see `meant-codes.ts`). */
  readonly codeKeys: readonly string[]
  /** Counts what came of the look-up, before it is released. */
  settle(outcome: LookupOutcome): void
  /** Counts a refusal that says that a customer is unknown or taken; other errors pass. @returns the error. */
  failed(error: unknown): unknown
  /** The look-up has ended: others of the caller that wait for it go on. */
  release(): void
}

/**
 * Admits a look-up of codes, coupons by id and customers on behalf of a caller. Those that are unknown, or somebody else's,
 * are counted: codes and ids of coupons together by caller, address and series, customers by caller. A caller with too many
 * of them is refused, for a period that grows each time.
 *
 * @throws Refusal 429, for what is right too: an answer to that is what a guesser wants. Nothing has been looked for then.
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
    // A caller that has not failed lately need not be looked at further, whoever else fails beside.
    if (one.level > 0) await requirePatience(this.#context, this.#caller, one, count, keys)
    const room = this.#context.lookups.failed.begin(one, count)
    if (room !== undefined) await room
    this.#begun.push([one, count])
    // Those that were under way meanwhile may have been in vain.
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

/** The same around a look-up that is one step. @param work gets the keys of the codes that are meant. */
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

/** Unknown, or, of one that is registered or changed, taken: somebody who asks learns as much from either. */
const isAboutCustomer = (error: unknown): boolean =>
  error instanceof Refusal && [701, 1047, 8006, 8008, 8015].includes(error.code)

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
