import type { Config } from '../platform/config.ts'
import { OperatorError } from '../values/errors.ts'

/** @throws OperatorError when the database is not the embedded one. */
export function requireEmbedded({ databaseUrl }: Config): void {
  if (databaseUrl !== undefined)
    throw new OperatorError(
      'This is for the embedded database; back a PostgreSQL of your own up with pg_basebackup (docs/operations.md)',
    )
}
