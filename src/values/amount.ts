/** The largest stored amount, in whole units: `numeric(15, 3)`. */
export const maxAmount = 999_999_999_999

/**
 * Reads an amount of money to the thousandth, the precision of stored amounts: no currency has more decimals. A JSON
 * number is read as the decimal that it prints as, so 0.7999999999999999 is 0.8; half a thousandth is rounded up.
 *
 * @param value a number, or the text of a decimal number, with or without an exponent.
 * @returns undefined if it is not a number, negative, or above the maximum. Never negative zero.
 */
export function readThousandths(value: number | string): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return withinBounds(value)
  const decimal = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:e([+-]?\d{1,6}))?$/i.exec(String(value).trim())
  if (decimal === null) return undefined
  if (withinBounds(Number(decimal[0])) === undefined) return undefined
  // Moving the decimal point in the text loses no precision, unlike a multiplication.
  return Math.round(Number(`${decimal[1]}e${Number(decimal[2] ?? 0) + 3}`)) / 1000 + 0
}

function withinBounds(amount: number): number | undefined {
  return amount >= 0 && amount <= maxAmount ? amount + 0 : undefined
}
