/**
 * Why the database failed although nothing is wrong with the request.
 *
 * - `unknown`: the connection was lost before the database confirmed a commit, which may have taken place.
 * - `silent`: it does not answer.
 * - `away`: it cannot be reached, is starting, or rejects the server's login.
 * - `full`: its disk is full.
 * - `readOnly`: it accepts no writes, like a standby.
 * - `overloaded`: it has too much work, or others hold what the request needs.
 */
export type Outage = 'unknown' | 'silent' | 'away' | 'full' | 'readOnly' | 'overloaded'

/** A commit was sent but not confirmed, so its effects may be on disk. The transaction must not be retried. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('the outcome of a commit is unknown', { cause })
  }
}

/** By SQLSTATE of PostgreSQL; the first match counts. */
const byState: readonly (readonly [state: RegExp, outage: Outage])[] = [
  [/^53100$/, 'full'],
  [/^25006$/, 'readOnly'],
  // Memory, connections; a statement, a lock or a transaction that took too long; conflicting transactions.
  [/^(53|57014$|55P03$|25P0[34]$|40001$|40P01$)/, 'overloaded'],
  // Connections, a server that starts or stops, a missing role or database, files that PostgreSQL cannot find.
  [/^(08|57P|28|3D000$|58)/, 'away'],
]

/** Error codes of the system, and of Node for connections and certificates. */
const bySystem: readonly (readonly [code: RegExp, outage: Outage])[] = [
  [/^DATABASE_SILENT$/, 'silent'],
  [/^(ENOSPC|EDQUOT)$/, 'full'],
  [/^(ECONN\w+|EPIPE|ETIMEDOUT|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN)$/, 'away'],
  [/CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_/, 'away'],
]

/** Messages of the client library, which have no code. */
const byText: readonly (readonly [text: RegExp, outage: Outage])[] = [
  // All connections were in use for longer than a request waits for one.
  [/timeout exceeded when trying to connect/, 'overloaded'],
  [/Query read timeout|timeout expired|connection timeout/, 'silent'],
  [/Connection terminated|is not queryable|Connection ended/, 'away'],
]

/** @returns undefined: the failure is a fault of the server, not an outage. Pure. */
export function outageOf(error: unknown): Outage | undefined {
  if (error instanceof OutcomeUnknown) return outageOf(error.cause) === undefined ? undefined : 'unknown'
  const {
    code,
    syscall,
    message = '',
    cause,
  } = (error ?? {}) as { code?: unknown; syscall?: string; message?: string; cause?: unknown }
  if (typeof code === 'string') {
    // The file system has become read-only.
    if (code === '42501' && message.startsWith('could not ')) return 'readOnly'
    // The socket of an embedded PostgreSQL that is not running. Any other missing file is a fault of the server.
    if (/^(ENOENT|EACCES)$/.test(code)) return syscall === 'connect' ? 'away' : undefined
    const found = [...(/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? byState : bySystem)].find(
      ([one]) => one.test(code),
    )
    if (found !== undefined) return found[1]
  }
  const found = byText.find(([one]) => one.test(message))?.[1]
  return found ?? (cause instanceof Error ? outageOf(cause) : undefined)
}

export const isOutage = (error: unknown): boolean => outageOf(error) !== undefined
