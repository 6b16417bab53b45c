import { isConstraint } from './constraint.ts'

const deadlock = '40P01'
const serialisationFailure = '40001'
const uniqueViolation = '23505'

/**
 * Failures of a transaction that are worth a retry. In all of them PostgreSQL has rolled everything back.
 *
 * - `interference`: a conflict with another transaction (a deadlock, a serialisation failure).
 * - `same key`: also an idempotency key that a concurrent duplicate of the request stored first. Any other duplicate
 *   row is for the operation to refuse.
 * - `races`: also a row that another process inserted first. For work that reads existing rows before it writes: the
 *   retry sees that row. If nothing is read first, or existing rows are skipped, a duplicate row is an error that would
 *   recur.
 */
export type Transient = 'interference' | 'same key' | 'races'

export function isTransient(error: unknown, kind: Transient): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  if (code === deadlock || code === serialisationFailure) return true
  if (kind === 'same key') return isConstraint(error, 'idempotency_keys__pkey')
  return kind === 'races' && code === uniqueViolation
}

/** The data read has turned out to be out of date: roll back and retry. */
export function tryAgain(message: string): Error {
  return Object.assign(new Error(message), { code: serialisationFailure })
}

/** The data is at fault, not the database: a constraint, or a value out of range. */
export function isRefusedByDatabase(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' && /^2[23]...$/.test(code)
}
