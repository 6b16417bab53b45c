import { findInexactNumbers, inexactReason } from '../../values/json-numbers.ts'
import { plain, type ColumnRules } from './columns-rules.ts'

/** Numeric columns: their content is not text. */
const numbers = new Set(
  ['customerId', 'couponId', 'maxRedeemed', 'billAmount', 'billId', 'discountAmount'].map(plain),
)

/**
 * Explains why a line of NDJSON has a number in a text column that differs from the intended text; undefined: it has
 * none.
 *
 * @param text the line. @param value the parsed line.
 */
export function faultOfNumbers(text: string, value: unknown, rules: ColumnRules): string | undefined {
  const isText = (name: unknown): boolean => {
    const one = plain(String(name))
    return !numbers.has(one) && rules.known.some((known) => plain(known) === one)
  }
  const lost = findInexactNumbers(text).find(({ path }) => path.length === 1 && isText(path[0]))
  if (lost !== undefined) return `the field ${String(lost.path[0])}: ${inexactReason(lost.literal)}`
  const broken = Object.entries(value as object).find(
    ([name, one]) => typeof one === 'number' && !Number.isSafeInteger(one) && isText(name),
  )
  return (
    broken &&
    `the field ${broken[0]}: the number ${String(broken[1])} is not taken as text: write it between quotes`
  )
}
