/**
 * Why the database did not do what it was asked: nothing is wrong with the request.
 *
 * - `away`: it cannot be reached, is starting, or does not let the server in.
 * - `full`: its disk is full.
 * - `readOnly`: it takes no writes, as a standby does.
 * - `overloaded`: it has too much to do, or others hold what the request needs.
 */
export type Outage = 'away' | 'full' | 'readOnly' | 'overloaded'

/** By SQLSTATE of PostgreSQL; the first that fits counts. */
const byState: readonly (readonly [state: RegExp, outage: Outage])[] = [
  [/^53100$/, 'full'],
  [/^25006$/, 'readOnly'],
  // Memory, connections; a statement, a lock or a transaction that took too long; transactions in each other's way.
  [/^(53|57014$|55P03$|25P0[34]$|40001$|40P01$)/, 'overloaded'],
  // Connections, a server that starts or stops, a role or database that is gone, files that PostgreSQL does not find.
  [/^(08|57P|28|3D000$|58)/, 'away'],
]

/** Codes of the system, and of Node for connections and certificates. */
const bySystem: readonly (readonly [code: RegExp, outage: Outage])[] = [
  [/^(ENOSPC|EDQUOT)$/, 'full'],
  [/^(ECONN\w+|EPIPE|ETIMEDOUT|EHOST\w+|ENET\w+|ENOTFOUND|EAI_AGAIN)$/, 'away'],
  [/CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_/, 'away'],
]

/** Texts of the client library, which have no code. */
const byText: readonly (readonly [text: RegExp, outage: Outage])[] = [
  // All connections were in use for as long as a request waits for one.
  [/timeout exceeded when trying to connect/, 'overloaded'],
  [/Query read timeout/, 'overloaded'],
  [/Connection terminated|is not queryable|Connection ended/, 'away'],
]

/** @returns undefined: the failure is one of the server, and no outage. Pure. */
export function outageOf(error: unknown): Outage | undefined {
  const {
    code,
    syscall,
    message = '',
  } = (error ?? {}) as { code?: unknown; syscall?: string; message?: string }
  if (typeof code === 'string') {
    // The socket of an embedded PostgreSQL that does not run. Any other file that is missing is a fault of ours.
    if (/^(ENOENT|EACCES)$/.test(code)) return syscall === 'connect' ? 'away' : undefined
    const found = [...(/^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? byState : bySystem)].find(
      ([one]) => one.test(code),
    )
    if (found !== undefined) return found[1]
  }
  return byText.find(([one]) => one.test(message))?.[1]
}
