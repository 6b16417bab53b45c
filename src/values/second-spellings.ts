/**
 * Ways to write a mobile number that lead to the same telephone as another way. Each stands for one number only: what is
 * rewritten is nobody's number as it stands, or differs from the other spelling by a digit that is dialled and not
 * assigned. docs/decisions/0009-phone-numbers.md says for each why.
 */
const rules: readonly (readonly [spelling: RegExp, current: string])[] = [
  // Mexico, until 2019: 1 before mobile numbers that are dialled from abroad, 044, 045 or 01 inside.
  [/^52(?:0?1|04[45])(\d{10})$/, '52$1'],
  // Argentina: the domestic 15 behind the area code, and the 9 of calls from abroad kept before it.
  [/^549(\d{12})$/, '54$1'],
  // Brazil, until 2016: eight digits. 2 to 5 begin landlines, 7 also numbers of radios that never got the ninth digit.
  [/^55([1-9][1-9])([689]\d{7})$/, '55$19$2'],
  // Benin, until 2024: eight digits, and 01 before all of them since.
  [/^229(\d{8})$/, '22901$1'],
]

/** Argentina: 9 before the area code from abroad. Without it a mobile number looks like a landline. */
const argentina = /^54([1-3]\d{9})$/

/**
 * Other spellings of what may be a mobile number, digits with country code. Whether one of them is a valid mobile number
 * is for the caller to find out.
 *
 * @param isValid the number is valid as it stands, though not as a mobile number: then it is what it is.
 */
export function currentSpellings(digits: string, callingCode: string, isValid: boolean): string[] {
  if (argentina.test(digits)) return [digits.replace(argentina, '549$1')]
  if (isValid) return []
  const found = rules.flatMap(([spelling, current]) =>
    spelling.test(digits) ? [digits.replace(spelling, current)] : [],
  )
  // The 0 that is dialled inside a country and was left behind its code.
  if (digits.startsWith(`${callingCode}0`)) found.push(callingCode + digits.slice(callingCode.length + 1))
  return found
}

/** The beginning of a number, digits with country code, as numbers are stored that begin so. */
export function currentBeginning(digits: string): string {
  return digits
    .replace(/^521(?=\d)/, '52')
    .replace(/^54(?=[1-3])/, '549')
    .replace(/^55([1-9][1-9])(?=[68]\d*$)/, '55$19')
}
