/** A number of a JSON text that is not what its digits say once it is read, or that is written in powers of ten. */
export interface InexactNumber {
  /** Names and places that lead to it. */
  readonly path: readonly (string | number)[]
  /** As it is written. */
  readonly literal: string
}

/**
 * A text without a match has no such number: it needs 16 digits or an exponent. In an ordinary body nothing after a colon,
 * a comma or a bracket begins like this, so that it is one scan of the text that does not stop.
 */
const suspicious = /[:[,]\s*-?(?:\d{16}|\d[\d.]{16}|\d[\d.]*[eE])/

/** What a text consists of as far as it matters: a string, or a number. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

/** A double keeps a number when it prints as the same digits again. */
function isExact(literal: string): boolean {
  if (/[eE]/.test(literal)) return false
  const [whole = '', fraction = ''] = literal.split('.')
  const digits = fraction.replace(/0+$/, '')
  const plain = digits === '' ? whole : `${whole}.${digits}`
  return (
    plain === '-0' || (digits === '' ? Number.isSafeInteger(Number(plain)) : String(Number(plain)) === plain)
  )
}

/** Numbers that reading rounds, or that are written in powers of ten. None in what is no JSON. */
export function findInexactNumbers(text: string): InexactNumber[] {
  if (!suspicious.test(text)) return []
  const literals: string[] = []
  // A mark in the place of each leads to where it stands; no text of the body can look like one.
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

/** Depth is bounded by whoever parses. */
function walk(value: unknown, path: Path, tell: (text: string, path: Path) => void): void {
  if (typeof value === 'string') tell(value, path)
  else if (Array.isArray(value)) value.forEach((one, at) => walk(one, [...path, at], tell))
  else if (typeof value === 'object' && value !== null)
    for (const [name, one] of Object.entries(value)) walk(one, [...path, name], tell)
}

/** What is wrong with such a number where text is wanted, and what to do about it. */
export const inexactReason = (literal: string): string =>
  `the number ${literal} is not taken as text: ${/[eE]/.test(literal) ? 'it is written in powers of ten' : 'it has more digits than a number keeps'}; write it between quotes`
