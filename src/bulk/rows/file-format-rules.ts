/** Determines the format of a file from its first bytes. */

const signatures: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], 'an Excel workbook (.xls)'],
  [[...Buffer.from('%PDF-')], 'a PDF document'],
  [[...Buffer.from(String.raw`{\rtf`)], 'a document in rich text format (.rtf)'],
  [[0x1f, 0x8b], 'packed with gzip'],
  [[...Buffer.from('BZh')], 'packed with bzip2'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'packed with zstd'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'packed with xz'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive'],
  [[...Buffer.from('Rar!')], 'a RAR archive'],
]
const zip = Buffer.from('PK\u0003\u0004')

const saveAsCsv = 'Open it in the spreadsheet program, save it as "CSV UTF-8" and use that file'
const unpackIt = 'Unpack it and use the file inside'

/** Explains why a file with these first bytes cannot contain rows of text, and how to fix it; null if it can. */
export function foreignFormat(head: Buffer): string | null {
  if (head.subarray(0, zip.length).equals(zip)) return zipFormat(head)
  const found = signatures.find(([bytes]) => bytes.every((byte, at) => head[at] === byte))
  if (found !== undefined) {
    const [, what] = found
    return `it is ${what}. ${/packed|archive/.test(what) ? unpackIt : saveAsCsv}`
  }
  const start = head
    .subarray(0, 1_000)
    .toString('latin1')
    .replace(/^(\u00EF\u00BB\u00BF)?\s+/, '')
  if (/^(\u00EF\u00BB\u00BF)?<(!doctype html|html|head|body|table|meta)\b/i.test(start))
    return `it is a page in HTML. ${saveAsCsv}`
  return /^(\u00EF\u00BB\u00BF)?<(\?xml|!--|[a-z]+[ >:])/i.test(start) ? `it is XML. ${saveAsCsv}` : null
}

function zipFormat(head: Buffer): string {
  const inside = head.subarray(0, 8_000).toString('latin1')
  if (inside.includes('opendocument')) return `it is an OpenDocument spreadsheet (.ods). ${saveAsCsv}`
  return /\[Content_Types\]|xl\/|_rels\//.test(inside)
    ? `it is an Excel workbook (.xlsx). ${saveAsCsv}`
    : `it is a zip archive. ${unpackIt}`
}

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** Number of byte pairs checked for zeros. */
const maxPairs = 2_000

/**
 * The encoding of a text with these first bytes: by its BOM, else by the zero bytes that UTF-16 has in every character
 * of most languages. Undefined: UTF-32, which is practically unused.
 */
export function encodingOf(head: Buffer): TextEncoding | undefined {
  const [first, second, third, fourth] = head
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? undefined : 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return undefined
  const pairs = Math.min(maxPairs, head.length >> 1)
  let even = 0
  let odd = 0
  for (let at = 0; at < pairs; at += 1) {
    if (head[2 * at] === 0) even += 1
    if (head[2 * at + 1] === 0) odd += 1
  }
  // A stray zero byte in a row of UTF-8 is refused with its line.
  if (odd > pairs / 4 && even <= odd / 10) return 'utf-16le'
  return even > pairs / 4 && odd <= even / 10 ? 'utf-16be' : 'utf-8'
}

/** Guesses the encoding of a line that is not UTF-8. */
export function describeForeignLine(line: Buffer): string {
  const isSingleByte = !line.some((byte) => byte < 0x09 || [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte))
  if (!isSingleByte) return 'it is not a text in UTF-8'
  const at = line.findIndex((byte) => byte > 0x7f)
  const letter = new TextDecoder('windows-1252').decode(line.subarray(at, at + 1))
  return `it looks like Windows-1252 or Latin-1, where byte ${(line[at] ?? 0).toString(16).toUpperCase()} is "${letter}"`
}
