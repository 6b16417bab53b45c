import type { Context } from '../ledger/context.ts'
import { readSchemaState } from '../platform/db/migrate.ts'
import { withTimeLimit } from '../platform/time-limit.ts'

const timeoutMs = 2_000

/** True if the database answers in time and has every migration of this version. */
export function isDatabaseReady(context: Context): Promise<boolean> {
  const answered = readSchemaState(context.database.queries).then(
    ({ pending }) => pending.length === 0,
    () => false,
  )
  return withTimeLimit(timeoutMs, answered, () => false)
}
