import { isConstraint } from './constraint.ts'

const deadlock = '40P01'
const serialisationFailure = '40001'
const uniqueViolation = '23505'

/**
 * Which failures of a transaction are worth another try. In all of them PostgreSQL has undone everything.
 *
 * - `interference`: another transaction was in the way (a deadlock, a serialisation failure).
 * - `same key`: also an idempotency key that the same request, sent twice at once, has stored first. Any other row that is
 *   taken is for the verb to refuse.
 * - `races`: also a row that another process has inserted first. For work that reads what is there before it writes: the
 *   next try sees that row. Where nothing is read before, or where rows that exist are passed over, a row that is taken is
 *   a fault and would be one again.
 */
export type Transient = 'interference' | 'same key' | 'races'

export function isTransient(error: unknown, kind: Transient): boolean {
  const { code } = (error ?? {}) as { code?: unknown }
  if (code === deadlock || code === serialisationFailure) return true
  if (kind === 'same key') return isConstraint(error, 'idempotency_keys__pkey')
  return kind === 'races' && code === uniqueViolation
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
