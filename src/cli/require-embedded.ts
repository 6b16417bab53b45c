import type { Config } from '../platform/config.ts'
import { OperatorError } from '../values/errors.ts'

/** @throws OperatorError when the database is not the embedded one. */
export function requireEmbedded({ isEmbedded }: Config): void {
  if (!isEmbedded)
    throw new OperatorError(
      'This is for the embedded database; back a PostgreSQL of your own up with pg_basebackup (docs/operations.md)',
    )
}
