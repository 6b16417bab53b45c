import type { Config } from '../platform/config.ts'
import { OperatorError } from '../values/errors.ts'

/** @throws OperatorError if the database is not the embedded one. */
export function requireEmbedded({ isEmbedded }: Config): void {
  if (!isEmbedded)
    throw new OperatorError(
      'DATABASE_URL is set, and this command is for the embedded database: use pg_basebackup for a PostgreSQL of your own (docs/operations.md)',
    )
}
