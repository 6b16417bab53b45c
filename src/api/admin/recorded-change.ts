import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../values/caller.ts'
import { recorded } from '../../platform/author.ts'
import type { Context } from '../../ledger/context.ts'
import { requireVersion, type Versioned } from '../../identity/organisations/require-version.ts'
import { readIfMatch } from '../../http/if-match.ts'

type Transaction = Parameters<Parameters<typeof recorded>[2]>[0]

/**
 * Changes something that people edit as a form, in a transaction that is recorded in the caller's name.
 *
 * @param id null for the organisation itself. @throws Refusal 412 when `If-Match` names another version than it is in.
 */
export function recordedChange<Result>(
  { database }: Context,
  request: FastifyRequest,
  caller: Caller,
  [table, id]: readonly [Versioned, number | null],
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const expected = readIfMatch(request)
  return recorded(database.queries, caller, async (transaction) => {
    await requireVersion(transaction, table, caller.orgId, id, expected)
    return work(transaction)
  })
}
