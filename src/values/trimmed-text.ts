/** Characters that take no room in print: zero-width blanks and joiners, direction marks, the soft hyphen, a BOM. */
const invisible = String.raw`\u00AD\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF`
const edges = new RegExp(`^[\\s${invisible}]+|[\\s${invisible}]+$`, 'g')
const invisibles = new RegExp(`[${invisible}]`)

const isPlain = (code: number): boolean => code > 0x20 && code < 0x7f

/** A text without the blanks and the invisible characters around it: they come along when a value is copied. */
export function trimmedText(text: string): string {
  // Nearly every text begins and ends with a plain character.
  if (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))) return text
  return text.replaceAll(edges, '')
}

/** True when a text holds a character that takes no room in print. */
export function hasInvisible(text: string): boolean {
  return invisibles.test(text)
}
