import type { Context } from '../ledger/context.ts'
import { readSchemaState } from '../platform/db/migrate.ts'

const timeoutMs = 2_000

/** True if the database answers in time and has every migration of this version. */
export async function isDatabaseReady(context: Context): Promise<boolean> {
  const answered = readSchemaState(context.database.queries).then(
    ({ pending }) => pending.length === 0,
    () => false,
  )
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  return Promise.race([answered, late]).finally(() => clearTimeout(timer))
}
