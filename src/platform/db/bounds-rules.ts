/** How long the database may take, in milliseconds. */
export interface Bounds {
  /** A connection that receives nothing for this long is examined, and given up if the database is not working on it. */
  readonly silenceMs: number
  /** For a new connection to be open, to one host. */
  readonly connectMs: number
  /** For a connection of the pool to be free. */
  readonly poolWaitMs: number
  /** For a transaction of a batch as a whole; a commit may wait for a standby without any other limit. */
  readonly batchMs: number
  /** Limits that PostgreSQL itself applies, and after which the outcome is known; 0: none. */
  readonly lockMs: number
  readonly statementMs: number
  readonly idleInTransactionMs: number
}

/** What serves calls answers in time, whatever the database does. */
export const boundsOfCalls = (timeoutMs: number): Bounds => ({
  silenceMs: timeoutMs,
  connectMs: timeoutMs,
  poolWaitMs: 2 * timeoutMs,
  lockMs: 2 * timeoutMs,
  // After the limit on locks, so that PostgreSQL tells first.
  batchMs: 3 * timeoutMs,
  statementMs: 6 * timeoutMs,
  idleInTransactionMs: 2 * timeoutMs,
})

/**
 * Commands and files have no limit on a statement or a lock: a migration, an audit or an export takes as long as there
 * is data, and somebody watches it. A database that is gone is noticed all the same, by its silence.
 */
export const boundsOfLongWork = (timeoutMs: number): Bounds => ({
  ...boundsOfCalls(timeoutMs),
  batchMs: 0,
  lockMs: 0,
  statementMs: 0,
  idleInTransactionMs: 60_000,
})
