import type { Caller } from '../../values/caller.ts'
import type { Queries } from '../../platform/db/queries.ts'
import { runnerOf } from '../../platform/db/queries.ts'
import type { Done, IdempotentCommand } from '../../platform/idempotency/idempotent.ts'
import { writeIdempotently } from '../../platform/idempotency/idempotent-write.ts'
import { Refusal, refuse } from '../../values/errors.ts'
import type { IdentifierType } from '../../values/identifier.ts'
import type { Context } from '../context.ts'
import { admitLookups } from '../lookups/guard-lookups.ts'
import { blockCustomer } from './block-customer.ts'
import type { ShownIdentifier } from './customer-rules.ts'
import type { GivenProfile } from './given-profile.ts'
import { heldIdentifiers, lockCustomer } from './lock-customer.ts'
import { readDetailsOn, type CustomerDetails } from './read-details.ts'
import { insertCustomer, insertIdentifiers } from './register-customer.ts'
import { updateProfile } from './update-customer.ts'

export interface CustomerMerge extends IdempotentCommand {
  /** The customer's own id; undefined: the identifiers lead to the customer. */
  readonly customerId: number | undefined
  /** One of a type at most; the first that leads to a customer decides. */
  readonly identifiers: readonly ShownIdentifier[]
  readonly profile: GivenProfile
  /** Whether a customer whom nothing leads to is registered. */
  readonly isAdded: boolean
  /** The till that is named as the registering one; null: nobody's. */
  readonly tillId: number | null
  /** Undefined: as it is. */
  readonly isBlocked: boolean | undefined
}

export interface MergedCustomer {
  readonly details: CustomerDetails
  readonly isNew: boolean
  /** Types of given identifiers of which the customer has another one, which stays. */
  readonly kept: readonly IdentifierType[]
  /** Types of given identifiers that lead to somebody else, and were not taken over. */
  readonly taken: readonly IdentifierType[]
}

/**
 * Registers a customer, or brings what is given into the customer who is there already: names and fields replace,
 * identifiers fill in what is missing.
 *
 * @throws Refusal 8015 when there is no such customer and none may be registered, 1016, 1032 or 1033 where the caller is strict about
 * identifiers and one belongs to another customer, 8018 for one that would leave the loyalty
 * programme, 422 when the key stands with another request, 429 after too many unknown customers.
 */
export async function mergeCustomer(
  context: Context,
  caller: Caller,
  command: CustomerMerge,
): Promise<Done<MergedCustomer>> {
  const lookup = await admitLookups(context, caller, { customers: 1 })
  const write = () =>
    writeIdempotently(context, caller, command, async (transaction) => {
      const outcome = await merge(transaction, caller, command)
      return { outcome, customerIds: [outcome.details.id] }
    })
  try {
    const done = await write().catch((error: unknown) => {
      // An identifier was taken after it had been looked for: now it leads to somebody.
      if (error instanceof Refusal && (error.code === 8006 || error.code === 8008)) return write()
      throw error
    })
    if (!done.isReplay && done.outcome.isNew) lookup.settle({ registered: 1 })
    return done
  } catch (error) {
    throw lookup.failed(error)
  } finally {
    lookup.release()
  }
}

async function merge(transaction: Queries, caller: Caller, command: CustomerMerge): Promise<MergedCustomer> {
  const { orgId } = caller
  const { identifiers, profile, isBlocked, tillId } = command
  const holders = await holdersOf(transaction, orgId, identifiers)
  const found =
    command.customerId ?? identifiers.map(({ type }) => holders.get(type)).find((id) => id !== undefined)
  if (found === undefined && !command.isAdded) throw refuse.customerUnknown()
  if (caller.settings.identifiers === 'strict') refuseOthers(identifiers, holders, found)
  const customerId = found ?? (await insertCustomer(transaction, { orgId, tillId }, { identifiers, profile }))
  const { kept, taken } =
    found === undefined ? { kept: [], taken: [] } : await fillIn(transaction, caller, found, command, holders)
  if (isBlocked !== undefined) await blockCustomer(transaction, orgId, customerId, isBlocked)
  const details = await readDetailsOn(runnerOf(transaction), orgId, customerId)
  if (details === undefined) throw refuse.customerUnknown()
  return { details, isNew: found === undefined, kept, taken }
}

const ofAnother = {
  mobile: refuse.mobileOfAnotherCustomer,
  email: refuse.emailOfAnotherCustomer,
  externalId: refuse.externalIdOfAnotherCustomer,
} as const

/** @throws Refusal 1032, 1033 or 1016 for the first identifier that leads to a customer other than the one found. */
function refuseOthers(
  identifiers: readonly ShownIdentifier[],
  holders: ReadonlyMap<string, number>,
  found: number | undefined,
): void {
  const other = identifiers.find(({ type }) => holders.has(type) && holders.get(type) !== found)
  if (other !== undefined) throw ofAnother[other.type]()
}

/** The customers that identifiers lead to, by the type of identifier. */
async function holdersOf(
  transaction: Queries,
  orgId: number,
  identifiers: readonly ShownIdentifier[],
): Promise<ReadonlyMap<string, number>> {
  if (identifiers.length === 0) return new Map()
  const rows = await transaction
    .selectFrom('customer_identifiers')
    .select(['type', 'customer_id'])
    .where('org_id', '=', orgId)
    .where((is) =>
      is.or(identifiers.map(({ type, value }) => is.and([is('type', '=', type), is('value', '=', value)]))),
    )
    .execute()
  return new Map(rows.map(({ type, customer_id: id }) => [type, id]))
}

async function fillIn(
  transaction: Queries,
  caller: Caller,
  customerId: number,
  { identifiers, profile }: CustomerMerge,
  holders: ReadonlyMap<string, number>,
): Promise<Pick<MergedCustomer, 'kept' | 'taken'>> {
  await lockCustomer(transaction, caller.orgId, customerId)
  await updateProfile(transaction, caller, customerId, profile)
  const held = new Set((await heldIdentifiers(transaction, caller.orgId, customerId)).map(({ type }) => type))
  const others = identifiers.filter(({ type }) => holders.get(type) !== customerId)
  const missing = others.filter(({ type }) => !held.has(type))
  const free = missing.filter(({ type }) => !holders.has(type))
  await insertIdentifiers(transaction, caller.orgId, customerId, free, 8008)
  return {
    kept: others.filter(({ type }) => held.has(type)).map(({ type }) => type),
    taken: missing.filter(({ type }) => holders.has(type)).map(({ type }) => type),
  }
}
