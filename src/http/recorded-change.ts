import type { FastifyRequest } from 'fastify'
import { editVersion, requireVersion, type Versioned } from '../identity/organisations/require-version.ts'
import type { Context } from '../ledger/context.ts'
import { recorded } from '../platform/author.ts'
import type { Caller } from '../values/caller.ts'
import { readIfMatch } from './if-match.ts'

type Transaction = Parameters<Parameters<typeof recorded>[2]>[0]

/** Executes a change in a transaction that is recorded in the caller's name. */
export function recordedChange<Result>(
  { database }: Context,
  caller: Caller,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return recorded(database.queries, caller, work)
}

/**
 * Changes a row that people edit in a form, in a transaction that is recorded in the caller's name.
 *
 * @param id null for the organisation itself. @throws Refusal 412 if `If-Match` names another version of the row.
 */
export function recordedEdit<Result>(
  { database }: Context,
  caller: Caller,
  request: FastifyRequest,
  [table, id]: readonly [Versioned, number | null],
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const expected = readIfMatch(request)
  return recorded(database.queries, caller, (transaction) =>
    editVersion(transaction, [table, caller.orgId, id], expected, () => work(transaction)),
  )
}

/**
 * The same for data of the row that its version does not count, such as whether a webhook is paused: a change for an
 * old version is refused even if it is a repetition.
 */
export function recordedSetting<Result>(
  { database }: Context,
  caller: Caller,
  request: FastifyRequest,
  [table, id]: readonly [Versioned, number],
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const expected = readIfMatch(request)
  return recorded(database.queries, caller, async (transaction) => {
    await requireVersion(transaction, [table, caller.orgId, id], expected)
    return work(transaction)
  })
}
