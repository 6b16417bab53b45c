import { randomFillSync } from 'node:crypto'
import { codeFormOf, type CodeTerms } from '../series/code-form-rules.ts'
import { codeMaker, isFormAtRisk, type CodeForm } from '../../values/code-form.ts'
import { isAtRiskInSpreadsheet } from '../../values/spreadsheet-notation.ts'

/** Asked for at once: a call per character would cost more than the character. */
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

/** A number from 0 to `size` - 1, at most 256 of them, each equally likely. */
function drawBelow(size: number): number {
  const limit = 256 - (256 % size)
  for (;;) {
    const byte = randomByte()
    if (byte < limit) return byte % size
  }
}

/** Draws for one code before it is taken as it comes: a form may have none but such codes. */
const maxDraws = 20

/**
 * A function that makes codes of a form from a cryptographic generator, every code equally likely but for those that a
 * spreadsheet would change, which are drawn anew: all digits, `12E45`, `MAR10`.
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

/** One code of the form that the series states. */
export function generateCode(terms: CodeTerms): string {
  return codeGenerator(codeFormOf(terms))()
}
