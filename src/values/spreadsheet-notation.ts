/**
 * Detects damage by a spreadsheet, or another program that read a column of text as numbers or dates. Only visible
 * traces can be detected: removed leading zeros, and digits after the 15th replaced by zeros, cannot.
 */

/** `4.71235E+15`, `4,71E+15`, `4.7e15`. A code such as `12E45` has neither a sign nor decimals. */
const powerOfTen = /^[+-]?(?:\d+(?:[.,]\d+)?[eE][+-]\d{1,3}|\d+[.,]\d+[eE]\d{1,3})$/

/** `10-Mar` for MAR10, `Jan-02` for JAN2002, in the letter case that a spreadsheet writes. */
const dateOfCode =
  /^(?:\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2})$/

/** `919400488244.0` */
const decimalOfWhole = /^\d{5,}\.0+$/

const advice =
  'format the column as text before the values are put in, or import the CSV with this column as text'

/**
 * Explains why a text is a number as displayed by a spreadsheet rather than the original value. Undefined: no trace of
 * damage.
 */
export function damageOfNumber(text: string): string | undefined {
  const plain = text.trim()
  if (powerOfTen.test(plain))
    return `is a number as a spreadsheet shortens it, and its digits are lost: ${advice}`
  if (decimalOfWhole.test(plain)) return `is a number with decimals that a program has added: ${advice}`
  return undefined
}

/** The same for a code, which may also have been read as a date. */
export function damageOfCode(text: string): string | undefined {
  if (dateOfCode.test(text.trim())) return `is a date that a spreadsheet has made of a code: ${advice}`
  return damageOfNumber(text)
}

/** Whether a spreadsheet would change a code when opening it, so that it could no longer be found. */
export function isAtRiskInSpreadsheet(code: string): boolean {
  // More than 15 digits are rounded, leading zeros are removed, and E between digits is a power of ten.
  if (/^\d+$/.test(code)) return code.length > 15 || code.startsWith('0')
  if (/^\d+(?:\.\d+)?E\d+$/i.test(code)) return true
  return (
    /^(?:\d{1,2}[-./]\d{1,2}(?:[-./]\d{2,4})?|\d{4}[-./]\d{1,2}[-./]\d{1,2})$/.test(code) ||
    /^(?:\d{1,4}[-. ]?)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)(?:[-. ]?\d{1,4})?$/i.test(code)
  )
}
