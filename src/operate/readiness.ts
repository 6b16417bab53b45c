import type { Context } from '../ledger/context.ts'
import { readSchemaState } from '../platform/db/migrate.ts'
import type { Trouble } from '../platform/db/watch.ts'
import { withTimeLimit } from '../platform/time-limit.ts'

const timeoutMs = 2_000

const reasons: Readonly<Record<Trouble, string>> = {
  silent: 'The database does not answer.',
  away: 'The database cannot be reached.',
  readOnly: 'The database takes no writes: it is a standby, or set to read only.',
  full: 'The disk of the database is full.',
  noConnections: 'The database has no connection left: others use all of its max_connections.',
}

/** Why the server should get no requests, in a sentence; undefined: it is ready. */
export async function whyNotReady(context: Context): Promise<string | undefined> {
  if (context.life.isStopping) return 'The server is stopping.'
  const trouble = await context.database.watch.check()
  return trouble === undefined ? whySchemaIsNotReady(context) : reasons[trouble]
}

function whySchemaIsNotReady({ database }: Context): Promise<string | undefined> {
  const answered = readSchemaState(database.queries).then(
    ({ pending }) =>
      pending.length === 0
        ? undefined
        : 'Migrations are to be applied to the database: run npx counterfoil migrate.',
    () => 'The database cannot be reached.',
  )
  return withTimeLimit(
    timeoutMs,
    answered,
    () => 'No connection to the database has become free: the server is overloaded.',
  )
}
