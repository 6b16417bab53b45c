/** The meaning of PostgreSQL errors for a caller's row, by SQLSTATE. */
const reasons: Readonly<Record<string, string>> = {
  '22001': 'a text is too long to store',
  '22003': 'a number is too large to store',
  '22007': 'a date is invalid',
  '22008': 'a date is outside the years that can be stored',
  '22021': 'a text has characters that cannot be stored',
  '22P02': 'a value does not have the type of its column',
  '22P05': 'a text has characters that cannot be stored',
  '23502': 'a value is missing',
  '23503': 'it refers to something that does not exist',
  '23505': 'a value that must be unique is already taken',
  '23514': 'a value breaks a rule of the ledger',
  '23P01': 'it conflicts with an existing row',
}

/**
 * Describes why the database rejects a row, in our own words: PostgreSQL's messages name tables and values, possibly
 * personal ones. The constraint name is safe and helps an operator; the SQLSTATE gives the rest.
 */
export function whyRefused(error: unknown): string {
  const { code = 'unknown', constraint } = error as { code?: string; constraint?: string }
  const reason = reasons[code] ?? 'a value cannot be stored'
  return `the ledger rejects it: ${reason} (${constraint === undefined ? '' : `${constraint}, `}SQLSTATE ${code})`
}
