import pg from 'pg'
import { whyRefused } from '../platform/db/refused-by-database.ts'
import { OperatorError, Refusal } from '../values/errors.ts'

/**
 * PostgreSQL errors caused by the environment: connections, permissions, space, limits, files. All others concern our
 * statements.
 */
const outside = /^(08|25006|28|53|57|58)/
const notAllowed = '42501'
const damaged = /^XX00[12]$/

/** PostgreSQL cannot read what it has written: a page or an index is corrupt. */
export function isDamage(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && damaged.test(error.code ?? '')
}

/** The permissions that the server's role needs on each kind of object; `migrate` additionally owns the tables. */
const grants: Readonly<Record<string, (name: string) => string>> = {
  table: (name) => `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE ${name} TO …`,
  sequence: (name) => `GRANT USAGE, SELECT ON SEQUENCE ${name} TO …`,
  function: (name) => `GRANT EXECUTE ON FUNCTION ${name} TO …`,
  schema: (name) => `GRANT USAGE, CREATE ON SCHEMA ${name} TO …`,
  database: (name) => `GRANT CONNECT, CREATE ON DATABASE ${name} TO …`,
}

/** The statement that grants the permission that PostgreSQL reports as missing; undefined: there is none. */
function missingGrant(message: string): string | undefined {
  const [, kind = '', name = ''] = /permission denied for (\w+) (\S+)/.exec(message) ?? []
  return grants[kind]?.(name)
}

function describeMissingRight({ message }: pg.DatabaseError): string {
  const grant = missingGrant(message)
  const remedy =
    grant === undefined ? '' : `; the owner can give the right: ${grant} (the role of DATABASE_URL)`
  return `the role of DATABASE_URL may not do this: ${message}${remedy}; docs/operations.md lists the rights of each role`
}

/** Why a command has failed, in one line that its operator can act on. No stack: `LOG_LEVEL=debug` prints it. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof OperatorError || error instanceof Refusal) return error.message
  if (isDamage(error)) return `the database is damaged: ${error.message}; docs/operations.md says what to do`
  if (error instanceof pg.DatabaseError && error.code === notAllowed) return describeMissingRight(error)
  if (error instanceof pg.DatabaseError && outside.test(error.code ?? ''))
    return `PostgreSQL: ${error.message}`
  if (error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')) return whyRefused(error)
  if (error.message.startsWith('Connection terminated'))
    return `the connection to the database was lost: ${error.message}`
  // From the file system or the network: Node's message includes the call, and the path if there is one.
  if ('syscall' in error) return error.message
  return `an error of Counterfoil itself: ${error.message}. Please report it with what LOG_LEVEL=debug prints`
}

/** The stack of an error, for developers; empty unless requested by `LOG_LEVEL`. */
export function stackOf(error: unknown): string {
  const isAsked = /^(debug|trace)$/i.test(process.env['LOG_LEVEL'] ?? '')
  return isAsked && error instanceof Error && error.stack ? `${error.stack}\n` : ''
}
