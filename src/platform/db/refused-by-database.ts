/** The meaning of PostgreSQL errors for a caller's row, by SQLSTATE. */
const reasons: Readonly<Record<string, string>> = {
  '22001': 'a text is too long to be kept',
  '22003': 'a number is too large to be kept',
  '22007': 'a date is not one that can be kept',
  '22008': 'a date lies outside the years that can be kept',
  '22021': 'a text has characters that cannot be kept',
  '22P02': 'a value is not of the type of its column',
  '22P05': 'a text has characters that cannot be kept',
  '23502': 'a value is missing',
  '23503': 'it names something that does not exist',
  '23505': 'a value that may stand once is taken',
  '23514': 'a value breaks a rule of the ledger',
  '23P01': 'it contradicts something that is there',
}

/**
 * Describes why the database rejects a row, in our own words: PostgreSQL's messages name tables and values, possibly
 * personal ones. The constraint name is safe and helps an operator; the SQLSTATE gives the rest.
 */
export function whyRefused(error: unknown): string {
  const { code = 'unknown', constraint } = error as { code?: string; constraint?: string }
  const reason = reasons[code] ?? 'a value cannot be kept'
  return `the ledger does not take it: ${reason} (${constraint === undefined ? '' : `${constraint}, `}SQLSTATE ${code})`
}
