import { quote, refuse } from '../values/errors.ts'

/** The characters of Windows-1252 at 0x80 to 0x9F, where ISO-8859-1 has control characters that are not used. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ'

/** Node decodes these as ISO-8859-1 throughout. */
const decodeWestern = (bytes: Buffer): string =>
  bytes
    .toString('latin1')
    .replaceAll(/[\u0080-\u009F]/g, (letter) => windows1252[letter.charCodeAt(0) - 0x80] ?? letter)

const western = new Set([
  'iso-8859-1',
  'iso8859-1',
  'latin1',
  'latin-1',
  'windows-1252',
  'cp1252',
  'us-ascii',
  'ascii',
])
const unicode: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
}

/** @throws Refusal 400 for an unknown encoding, and for bytes that are invalid in it. */
function decode(bytes: Buffer, encoding: string): string {
  const name = encoding.trim().toLowerCase()
  if (western.has(name)) return decodeWestern(bytes)
  const label = unicode[name]
  if (label === undefined)
    throw refuse.badRequest(
      `The encoding ${quote(encoding)} of the body is not known: send UTF-8, UTF-16, ISO-8859-1, windows-1252 or US-ASCII`,
    )
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch {
    throw refuse.badRequest(`The body is not valid ${label.toUpperCase()}`)
  }
}

/** The `charset` of a Content-Type. */
function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1]
}

/** Recognises UTF-16 by its first bytes: a byte order mark, or `<` with the other half of its code unit. */
function utf16Of(bytes: Buffer): string | undefined {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le'
  return (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c) ? 'utf-16be' : undefined
}

/** Whether a body begins like XML, in any encoding. */
export function looksLikeXml(bytes: Buffer): boolean {
  if (utf16Of(bytes) !== undefined) return true
  const at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const begin = bytes
    .subarray(at)
    .findIndex((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
  return begin >= 0 && bytes[at + begin] === 0x3c
}

/**
 * Decodes an XML body by the encoding of its declaration, else of the Content-Type, else as UTF-8.
 *
 * @throws Refusal 400 for an unknown encoding, and for bytes that are invalid in it.
 */
export function decodeXml(bytes: Buffer, contentType: string | undefined): string {
  const utf16 = utf16Of(bytes)
  if (utf16 !== undefined) return decode(bytes, utf16)
  const head = bytes.subarray(0, 200).toString('latin1')
  const declared = /^(?:\xEF\xBB\xBF)?\s*<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']/i.exec(head)?.[1]
  // A declaration that is readable byte by byte names UTF-16 only by mistake.
  if (declared !== undefined && /^utf-?16/i.test(declared)) return decode(bytes, 'utf-8')
  return decode(bytes, declared ?? charsetOf(contentType) ?? 'utf-8')
}

/** Decodes a JSON body. @throws the refusals of `decodeXml`. */
export function decodeJson(bytes: Buffer, contentType: string | undefined): string {
  return decode(bytes, charsetOf(contentType) ?? 'utf-8')
}
