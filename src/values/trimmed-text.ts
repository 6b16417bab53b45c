/** What takes no room in print: zero-width characters, direction marks, soft hyphens, variation selectors, a BOM. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
const edges = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+$/gu

const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f

/** A text without the blanks and the invisible characters around it: they come along when a value is copied. */
export function trimmedText(text: string): string {
  // Nearly every text begins and ends with a plain character.
  if (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))) return text
  return text.replaceAll(edges, '')
}

// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007F]*$/

export const isAscii = (text: string): boolean => ascii.test(text)

/** The text without characters that nobody sees, such as the marks of direction that are copied with a text. */
export const withoutInvisible = (text: string): string =>
  isAscii(text) ? text : text.replaceAll(invisible, '')
