import { catalogue, refuse, type Refusal } from './errors.ts'

/** Reasons for a 503, each with its text and the seconds after which a retry makes sense. */
export const unavailable = {
  unknown: {
    message:
      'The database was lost before it confirmed the request, which may have been carried out; send it again with the same Idempotency-Key to find out, or without one look first whether it was',
    retryAfterS: 2,
  },
  silent: { message: 'The database does not answer at the moment; try again', retryAfterS: 2 },
  overloaded: { message: catalogue[503].message, retryAfterS: 1 },
  away: { message: 'The database cannot be reached at the moment; try again', retryAfterS: 2 },
  readOnly: { message: 'The database takes no writes at the moment; try again', retryAfterS: 5 },
  full: {
    message: 'The disk of the database is full, and nothing can be saved until the operator has made room',
    retryAfterS: 30,
  },
} as const

/** A 503 caused by the database. */
export function unavailableFor(reason: keyof typeof unavailable): Refusal {
  const { message, retryAfterS } = unavailable[reason]
  return refuse.unavailable(message, { retryAfterS })
}
