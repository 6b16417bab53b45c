import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../access/caller.ts'
import { recorded } from '../../audit-log/author.ts'
import type { Context } from '../../context.ts'
import { requireVersion, type Versioned } from '../../organisations/require-version.ts'
import { readIfMatch } from '../if-match.ts'

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
