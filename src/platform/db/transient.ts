const deadlock = '40P01'
const serialisationFailure = '40001'
const uniqueViolation = '23505'

/**
 * Which failures of a transaction are worth another try. In all of them PostgreSQL has undone everything.
 *
 * - `interference`: another transaction was in the way (a deadlock, a serialisation failure).
 * - `races`: also a row that another process has inserted first. For work that reads what is there before it writes: the
 *   next try sees that row. Where nothing is read before, or where rows that exist are passed over, a row that is taken is
 *   a fault and would be one again.
 */
export type Transient = 'interference' | 'races'

export function isTransient(error: unknown, kind: Transient): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return code === deadlock || code === serialisationFailure || (kind === 'races' && code === uniqueViolation)
}

/** What was read has turned out to be out of date: everything is to be undone and tried again. */
export function tryAgain(message: string): Error {
  return Object.assign(new Error(message), { code: serialisationFailure })
}

/** The data is at fault, not the database: a constraint, or a value out of range. */
export function isRefusedByDatabase(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^2[23]...$/.test(code)
}
