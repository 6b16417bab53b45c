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
import { heldIdentifiers } from './lock-customer.ts'
import { readDetailsOn, type CustomerDetails } from './read-details.ts'
import { insertCustomer, insertIdentifiers } from './register-customer.ts'
import { updateProfile } from './update-customer.ts'

export interface CustomerMerge extends IdempotentCommand {
  /** The customer's own id; undefined: the customer is found by the identifiers. */
  readonly customerId: number | undefined
  /** At most one of each type; the first that belongs to a customer decides. */
  readonly identifiers: readonly ShownIdentifier[]
  readonly profile: GivenProfile
  /** Whether to register a new customer if none is found. */
  readonly isAdded: boolean
  /** The till recorded as the registering one; null: none. */
  readonly tillId: number | null
  /** Undefined: unchanged. */
  readonly isBlocked: boolean | undefined
}

export interface MergedCustomer {
  readonly details: CustomerDetails
  readonly isNew: boolean
  /** Types of given identifiers that were ignored because the customer already has another one of the type. */
  readonly kept: readonly IdentifierType[]
  /** Types of given identifiers that were ignored because they belong to another customer. */
  readonly taken: readonly IdentifierType[]
}

/**
 * Registers a customer, or merges the given data into an existing one: names and fields are replaced, missing
 * identifiers are added.
 *
 * @throws Refusal 8015 if the customer does not exist and may not be registered; 1016, 1032 or 1033 if the caller is
 * strict about identifiers and one belongs to another customer; 8018 if the customer would leave the loyalty programme;
 * 422 if the idempotency key was used for another request; 429 after too many unknown customers.
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
      // Another request registered an identifier after it had been looked up: now it belongs to a customer.
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
  const { customerId, kept, taken } =
    found === undefined
      ? {
          customerId: await insertCustomer(transaction, { orgId, tillId }, { identifiers, profile }),
          kept: [],
          taken: [],
        }
      : await fillIn(transaction, caller, found, command, holders)
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

/** @throws Refusal 1032, 1033 or 1016 for the first identifier that belongs to a customer other than the one found. */
function refuseOthers(
  identifiers: readonly ShownIdentifier[],
  holders: ReadonlyMap<string, number>,
  found: number | undefined,
): void {
  const other = identifiers.find(({ type }) => holders.has(type) && holders.get(type) !== found)
  if (other !== undefined) throw ofAnother[other.type]()
}

/** The customers that identifiers belong to, by type of identifier. */
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
  foundId: number,
  { identifiers, profile }: CustomerMerge,
  holders: ReadonlyMap<string, number>,
): Promise<Pick<MergedCustomer, 'kept' | 'taken'> & { readonly customerId: number }> {
  const { id: customerId } = await updateProfile(transaction, caller, foundId, profile)
  const identifiersHeld = await heldIdentifiers(transaction, caller.orgId, customerId)
  const held = new Set(identifiersHeld.filter(({ isShown }) => isShown).map(({ type }) => type))
  const others = identifiers.filter(({ type }) => holders.get(type) !== customerId)
  const missing = others.filter(({ type }) => !held.has(type))
  const free = missing.filter(({ type }) => !holders.has(type))
  await insertIdentifiers(transaction, caller.orgId, customerId, free, 8008)
  return {
    customerId,
    kept: others.filter(({ type }) => held.has(type)).map(({ type }) => type),
    taken: missing.filter(({ type }) => holders.has(type)).map(({ type }) => type),
  }
}
