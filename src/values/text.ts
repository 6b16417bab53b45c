/** Half of a surrogate pair is not a character either, and jsonb refuses it. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001F\p{Surrogate}]/u

/** True for a text with characters that names, codes and identifiers cannot have. */
export const hasControlCharacters = (text: string): boolean => control.test(text)
