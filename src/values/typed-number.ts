import { withoutInvisible } from './trimmed-text.ts'

/** A telephone number as written, before checking whether it exists. */
export interface TypedNumber {
  /** ASCII digits, nothing else. */
  readonly digits: string
  /** A plus preceded the digits. */
  readonly isInternational: boolean
}

/** Longer texts are not telephone numbers, whatever separators they contain. */
const maxRawLength = 120
const maxLength = 40

/** ASCII digits with the usual separators: nearly all numbers. */
const plain = /^\+?[\d\s().-]*\d[\d\s().-]*$/
/** The same with the country code in parentheses, slashes between groups and square brackets. */
const written = /^[\s([]*\+?[\d\s()[\]./-]*\d[\d\s()[\]./-]*$/

/** Every Unicode dash, the minus sign, and the long vowel mark that Japanese keyboards have in its place. */
const dashes = /[\p{Pd}\u2212\u30FC\u2043]/gu
const blanks = /[\p{Zs}\u2800]/gu
const slashes = /[\u2044\u2215\uFF0F]/gu
const dots = /[\uFF0E\u00B7\u2022\u2024\u30FB]/gu
const pluses = /[\uFF0B\uFE62]/gu

/**
 * Reads the digits of a telephone number as people copy it: with invisible characters, any dash or blank, slashes
 * between groups, digits of any script, `(+91) …`, `+(91) …` or `tel:`. Returns undefined for a text that is not a
 * telephone number. A number with an extension is rejected: the extension would become part of it, and without the
 * extension it is another line.
 */
export function readTyped(text: string): TypedNumber | undefined {
  const trimmed = text.trim()
  if (plain.test(trimmed)) {
    if (trimmed.length > maxLength) return undefined
    return { digits: trimmed.replaceAll(/\D/g, ''), isInternational: trimmed.startsWith('+') }
  }
  if (text.length > maxRawLength) return undefined
  const folded = foldTyped(withoutScheme(withoutInvisible(trimmed)))
  if (folded.length > maxLength || !written.test(folded)) return undefined
  return { digits: folded.replaceAll(/\D/g, ''), isInternational: folded.includes('+') }
}

/** Converts equivalent characters of different keyboards and scripts to ASCII. */
function foldTyped(text: string): string {
  return asciiDigits(text)
    .replaceAll(dashes, '-')
    .replaceAll(blanks, ' ')
    .replaceAll(slashes, '/')
    .replaceAll(dots, '.')
    .replaceAll(pluses, '+')
    .replaceAll(/[（［]/g, '(')
    .replaceAll(/[）］]/g, ')')
    .trim()
}

/**
 * The number of a `tel:` address (RFC 3966). A phone context that is a country code precedes a number without a plus.
 * With an extension or a subaddress it is not a mobile number; other parameters do not affect whom it reaches.
 */
function withoutScheme(text: string): string {
  const address = /^tel:(.*)$/i.exec(text)?.[1]
  if (address === undefined) return text
  const [number = '', ...parameters] = unescaped(address).split(';')
  if (parameters.some((one) => /^(?:ext|isub)=/i.test(one.trim()))) return ''
  const context = parameters.map((one) => /^phone-context=(\+[\d().-]+)$/i.exec(one.trim())?.[1])
  const prefix = context.find((one) => one !== undefined)
  return prefix === undefined || /^[\s(]*\+/.test(number) ? number : `${prefix} ${number}`
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

const anyDigit = /\p{Nd}/gu
const isDigit = (codePoint: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(codePoint))
const valueOfDigit = new Map<string, string>()

/** Replaces the decimal digits of every script with ASCII ones. */
export function asciiDigits(text: string): string {
  return text.replaceAll(anyDigit, (digit) => {
    let value = valueOfDigit.get(digit)
    if (value === undefined) {
      // Unicode stores the digits of a script in a row, 0 to 9, and adjacent scripts one after the other.
      const codePoint = digit.codePointAt(0) ?? 0
      let before = 0
      while (isDigit(codePoint - before - 1)) before += 1
      valueOfDigit.set(digit, (value = String(before % 10)))
    }
    return value
  })
}
