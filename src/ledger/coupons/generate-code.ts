import { randomFillSync } from 'node:crypto'
import { codeFormOf, type CodeTerms } from '../series/code-form-rules.ts'
import { codeMaker, isFormAtRisk, type CodeForm } from '../../values/code-form.ts'
import { isAtRiskInSpreadsheet } from '../../values/spreadsheet-notation.ts'

/** Random bytes are fetched in bulk: a call per character would cost more than the character. */
const pool = Buffer.allocUnsafe(16_384)
let used = pool.length

function randomByte(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const byte = pool[used] as number
  pool[used] = 0
  used += 1
  return byte
}

/** Returns a uniformly distributed number from 0 to `size` - 1; `size` is at most 256. */
function drawBelow(size: number): number {
  const limit = 256 - (256 % size)
  for (;;) {
    const byte = randomByte()
    if (byte < limit) return byte % size
  }
}

/**
 * Draws per code before the last draw is accepted as it is: a form may allow only codes that a spreadsheet would
 * change.
 */
const maxDraws = 20

/**
 * Returns a function that generates codes of a form with a cryptographic generator. Every code is equally likely,
 * except those that a spreadsheet would change, which are drawn again: all digits, `12E45`, `MAR10`.
 */
export function codeGenerator(form: CodeForm): () => string {
  const make = codeMaker(form, () => drawBelow(form.alphabet.length))
  if (isFormAtRisk(form)) return make
  return () => {
    let code = make()
    for (let draws = 1; draws < maxDraws && isAtRiskInSpreadsheet(code); draws += 1) code = make()
    return code
  }
}

/** Generates one code of the form that the series defines. */
export function generateCode(terms: CodeTerms): string {
  return codeGenerator(codeFormOf(terms))()
}
