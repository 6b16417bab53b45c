/**
 * Numbers as PostgreSQL reads an array. The driver writes one too, but quotes and escapes each element as if it were a text,
 * which a hot statement with many arrays feels.
 */
export const numberArray = (values: readonly (number | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`
