/**
 * Alternative spellings of mobile numbers that reach the same telephone. Each is unambiguous: the rewritten spelling is
 * no valid number itself, or differs from the other by a digit that is dialled but not assigned.
 * docs/decisions/0009-phone-numbers.md gives the reason for each.
 */
const rules: readonly (readonly [spelling: RegExp, current: string])[] = [
  // Mexico, until 2019: 1 before mobile numbers dialled from abroad, 044, 045 or 01 domestically.
  [/^52(?:0?1|04[45])(\d{10})$/, '52$1'],
  // Argentina: the domestic 15 after the area code, combined with the 9 of calls from abroad.
  [/^549(\d{12})$/, '54$1'],
  // Brazil, until 2016: eight digits. Landlines begin with 2 to 5; 7 is also used by radio numbers that never got the
  // ninth digit.
  [/^55([1-9][1-9])([689]\d{7})$/, '55$19$2'],
  // Benin, until 2024: eight digits; 01 precedes all of them since.
  [/^229(\d{8})$/, '22901$1'],
]

/** Argentina: 9 before the area code for calls from abroad. Without it a mobile number looks like a landline. */
const argentina = /^54([1-3]\d{9})$/

/**
 * Other spellings of a possible mobile number, as digits with country code. The caller determines whether one of them
 * is a valid mobile number.
 *
 * @param isValid the number is valid as given, though not a mobile number: it is then not rewritten.
 */
export function currentSpellings(digits: string, callingCode: string, isValid: boolean): string[] {
  if (argentina.test(digits)) return [digits.replace(argentina, '549$1')]
  if (isValid) return []
  const found = rules.flatMap(([spelling, current]) =>
    spelling.test(digits) ? [digits.replace(spelling, current)] : [],
  )
  // The 0 of domestic calls, kept after the country code.
  if (digits.startsWith(`${callingCode}0`)) found.push(callingCode + digits.slice(callingCode.length + 1))
  return found
}

/** Converts the beginning of a number, as digits with country code, to the beginning of the stored numbers. */
export function currentBeginning(digits: string): string {
  return digits
    .replace(/^521(?=\d)/, '52')
    .replace(/^54(?=[1-3])/, '549')
    .replace(/^55([1-9][1-9])(?=[68]\d*$)/, '55$19')
}
