/** Time limits on the database's work, in milliseconds. */
export interface Bounds {
  /**
   * A connection that receives nothing for this long is examined, and closed if the database is not working on its
   * statement.
   */
  readonly silenceMs: number
  /** For opening a new connection to one host. */
  readonly connectMs: number
  /** For obtaining a connection from the pool. */
  readonly poolWaitMs: number
  /** For a transaction of a batch as a whole; without it, a commit could wait for a standby indefinitely. */
  readonly batchMs: number
  /** Limits that PostgreSQL itself applies, and after which the outcome is known; 0: none. */
  readonly lockMs: number
  readonly statementMs: number
  readonly idleInTransactionMs: number
}

/** Calls are answered in time, whatever the database does. */
export const boundsOfCalls = (timeoutMs: number): Bounds => ({
  silenceMs: timeoutMs,
  connectMs: timeoutMs,
  poolWaitMs: 2 * timeoutMs,
  lockMs: 2 * timeoutMs,
  // Longer than the limit on locks, so that PostgreSQL reports its failure first.
  batchMs: 3 * timeoutMs,
  statementMs: 6 * timeoutMs,
  idleInTransactionMs: 2 * timeoutMs,
})

/**
 * Commands and files have no limit on a statement or a lock: the time of a migration, an audit or an export grows with
 * the data, and an operator watches it. An unreachable database is still detected by its silence.
 */
export const boundsOfLongWork = (timeoutMs: number): Bounds => ({
  ...boundsOfCalls(timeoutMs),
  batchMs: 0,
  lockMs: 0,
  statementMs: 0,
  idleInTransactionMs: 60_000,
})
