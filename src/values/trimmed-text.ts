/** Characters without width: zero-width characters, direction marks, soft hyphens, variation selectors, a BOM. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
const edges = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+|[\s\p{Cf}\p{Default_Ignorable_Code_Point}]+$/gu

const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f

/** Trims blanks and invisible characters, which are often copied along with a value. */
export function trimmedText(text: string): string {
  // Nearly every text begins and ends with an ordinary character.
  if (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))) return text
  return text.replaceAll(edges, '')
}

// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007F]*$/

export const isAscii = (text: string): boolean => ascii.test(text)

/** Removes invisible characters, such as the direction marks that are copied along with a text. */
export const withoutInvisible = (text: string): string =>
  isAscii(text) ? text : text.replaceAll(invisible, '')
