/** A number in a JSON text whose value differs from its digits once parsed, or that is written in powers of ten. */
export interface InexactNumber {
  /** Property names and indexes that lead to it. */
  readonly path: readonly (string | number)[]
  /** As written in the text. */
  readonly literal: string
}

/**
 * A text without a match contains no such number: it needs 16 digits or an exponent. In an ordinary body nothing after
 * a colon, a comma or a bracket begins like this, so the check is a single uninterrupted scan.
 */
const suspicious = /[:[,]\s*-?(?:\d{16}|\d[\d.]{16}|\d[\d.]*[eE])/

/** The relevant tokens of a text: a string, or a number. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/** Whether a double represents the number exactly, that is, prints the same digits again. */
function isExact(literal: string): boolean {
  if (/[eE]/.test(literal)) return false
  const [whole = '', fraction = ''] = literal.split('.')
  const digits = fraction.replace(/0+$/, '')
  const plain = digits === '' ? whole : `${whole}.${digits}`
  return (
    plain === '-0' || (digits === '' ? Number.isSafeInteger(Number(plain)) : String(Number(plain)) === plain)
  )
}

/** Finds numbers that parsing rounds, or that are written in powers of ten. Returns none for invalid JSON. */
export function findInexactNumbers(text: string): InexactNumber[] {
  if (!suspicious.test(text)) return []
  const literals: string[] = []
  // Replaces each number with a mark that reveals its path; no text of the body can look like a mark.
  const mark = `${Math.random()}`.repeat(2)
  const marked = text.replaceAll(token, (found) => {
    if (found.startsWith('"') || isExact(found)) return found
    literals.push(found)
    return `"${mark} ${literals.length - 1}"`
  })
  if (literals.length === 0) return []
  let value: unknown
  try {
    value = JSON.parse(marked)
  } catch {
    return []
  }
  const found: InexactNumber[] = []
  walk(value, [], (one, path) => {
    if (!one.startsWith(`${mark} `)) return
    found.push({ path, literal: literals[Number(one.slice(mark.length + 1))] ?? '' })
  })
  return found
}

type Path = readonly (string | number)[]

/** The parser bounds the depth. */
function walk(value: unknown, path: Path, tell: (text: string, path: Path) => void): void {
  if (typeof value === 'string') tell(value, path)
  else if (Array.isArray(value)) value.forEach((one, at) => walk(one, [...path, at], tell))
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) walk(one, [...path, name], tell)
}

/** Explains what is wrong with such a number where text is expected, and how to fix it. */
export const inexactReason = (literal: string): string =>
  `the number ${literal} is not taken as text: ${/[eE]/.test(literal) ? 'it is written in powers of ten' : 'it has more digits than a number keeps'}; write it between quotes`
