import { XMLParser } from 'fast-xml-parser'
import { quote, refuse } from '../values/errors.ts'

/** No body of the contract is nested deeper than a few levels. */
const maxDepth = 32

/** The largest body of the contract, with fifty complete coupons, has a quarter of this. */
export const xmlLimitBytes = 64 * 1024

/** Each element costs the parser some microseconds; a body of only short elements could have three times as many. */
const maxTags = 6_000

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Characters that XML 1.0 does not allow, including unpaired surrogates. */
// oxlint-disable-next-line no-control-regex
const notInXml = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

function decodeReference(whole: string, name: string): string {
  const digits = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name)
  if (digits === null) {
    const text = Object.hasOwn(predefined, name) ? predefined[name] : undefined
    if (text === undefined) throw new Error(`The entity ${quote(whole)} is not known`)
    return text
  }
  const codePoint = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16)
  const text = codePoint <= 0x10_ffff ? String.fromCodePoint(codePoint) : '\0'
  if (text.search(notInXml) >= 0) throw new Error(`${quote(whole)} is no character of XML`)
  return text
}

/** The five entities of XML and character references. Without a document type there are no others. */
const entities = {
  decode: (text: string): string => text.replaceAll(/&([^;&]*);?/g, decodeReference),
  reset: () => {},
  setExternalEntities: () => {},
  addInputEntities: () => {},
  setXmlVersion: () => {},
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Codes of digits are text, so that they keep their zeros.
  parseTagValue: false,
  maxNestedTags: maxDepth,
  processEntities: true,
  entityDecoder: entities,
})

/** An empty element is equivalent to an absent one, as an empty text and null are in JSON. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty).filter((one) => one !== undefined)
  if (typeof value !== 'object' || value === null) return value === '' || value === null ? undefined : value
  const entries = Object.entries(value).map(([name, one]) => [name, withoutEmpty(one)] as const)
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined))
}

/** The message of the parser in one line: a reason, usually followed by `:line:column`. */
function reasonOf(message: string): string {
  const [, reason = '', line] = /^(.*?)(?::(\d+):\w+)?$/s.exec(message) ?? []
  const open = /^Invalid '\[([^]*)\]' found\.$/.exec(reason)?.[1]
  // For these errors it always reports the first line.
  if (open !== undefined)
    return `: elements are not closed: ${open
      .replaceAll(/["\s]+/g, ' ')
      .trim()
      .replaceAll(' , ', ', ')
      .slice(0, 200)}`
  return `${line === undefined ? '' : ` in line ${line}`}: ${reason.slice(0, 200)}`
}

/**
 * Reads a document into objects: an element becomes its text or an object of its children, several elements of one name
 * become a list, and empty ones are omitted. Attributes are ignored. Document types are refused, because they can
 * define entities, which no request needs.
 *
 * @throws Refusal 400, with the line if it is known; also for too many elements.
 */
export function parseXml(text: string): unknown {
  if (/<!DOCTYPE/i.test(text)) throw refuse.badRequest('DOCTYPE declarations are not allowed')
  if (text.split('<', maxTags + 2).length > maxTags + 1)
    throw refuse.badRequest(`The body has too many elements: ${maxTags} tags are allowed`)
  let read: Readonly<Record<string, unknown>>
  try {
    // With the second argument the document is validated before it is read.
    read = parser.parse(text, true) as Readonly<Record<string, unknown>>
  } catch (error) {
    throw refuse.badRequest(`The body is not valid XML${reasonOf((error as Error).message)}`)
  }
  const roots = Object.values(read)
  if (roots.length !== 1 || Array.isArray(roots[0]))
    throw refuse.badRequest('The body is not valid XML: it has one outermost element')
  return withoutEmpty(read)
}

/** XML text in which every character that XML does not allow is U+FFFD. Only values can contain such characters. */
export function withXmlCharacters(text: string): string {
  // A carriage return on its own would be read as a line break.
  return text.replaceAll(notInXml, '\uFFFD').replaceAll('\r', '&#13;')
}
