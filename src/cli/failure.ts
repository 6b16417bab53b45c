import pg from 'pg'
import { whyRefused } from '../db/refused-by-database.ts'
import { OperatorError, Refusal } from '../errors.ts'

/** What PostgreSQL says of its surroundings: connections, rights, room, limits, files. Anything else is a statement of ours. */
const outside = /^(08|25006|28|53|57|58)/
const notAllowed = '42501'
const damaged = /^XX00[12]$/

/** PostgreSQL cannot read what it has written: a page or an index is broken. */
export function isDamage(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && damaged.test(error.code ?? '')
}

/** Why a command has failed: a line where its operator can help, else all that is known. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof OperatorError || error instanceof Refusal) return error.message
  if (isDamage(error)) return `the database is damaged: ${error.message}; docs/operations.md says what to do`
  if (error instanceof pg.DatabaseError && error.code === notAllowed)
    return `the role of DATABASE_URL may not do this: ${error.message}; docs/operations.md has the rights that it needs`
  if (error instanceof pg.DatabaseError && outside.test(error.code ?? ''))
    return `PostgreSQL: ${error.message}`
  if (error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')) return whyRefused(error)
  if (error.message.startsWith('Connection terminated'))
    return `the connection to the database was lost: ${error.message}`
  // Of the file system or the network: Node's text has the call, and the path where there is one.
  if ('syscall' in error) return error.message
  return error.stack ?? error.message
}
