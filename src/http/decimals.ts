/** Writes an answer as JSON text. */
export type Writer = (wire: unknown) => string

/** A number as JSON text, with a decimal point. */
export const decimalText = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value))

/**
 * Returns a writer that prints whole numbers under the given names with a decimal point (`500.0`), as the original
 * does: programs compare texts, and some read a number without a point as another type. JavaScript does not distinguish
 * `500.0` from `500`.
 *
 * JSON escapes quotation marks in strings, so no value can be mistaken for a name.
 */
export function decimals(...names: readonly string[]): Writer {
  const whole = new RegExp(`"(?:${names.join('|')})":-?\\d+(?=[,}])`, 'g')
  return (wire) => JSON.stringify(wire).replaceAll(whole, '$&.0')
}
