import { isSupportedCountry, parsePhoneNumberFromString, type PhoneNumber } from 'libphonenumber-js/max'

/**
 * Where both readings are valid, that of a mobile number is meant (4915… is one with country code and a landline of Leer
 * without); between two landlines the one with the own country code, which is what is printed.
 */
function isSecondMeant(first: PhoneNumber | undefined, second: PhoneNumber, country: string): boolean {
  const isMobile = (reading: PhoneNumber | undefined) => /MOBILE/.test(reading?.getType() ?? '')
  if (isMobile(first)) return false
  return isMobile(second) || second.country === country
}

/**
 * A mobile number as it is compared and printed: digits with country code, no plus.
 *
 * Read as a number of `country` (ISO 3166 alpha-2) first and as one that already begins with a country code second,
 * so that `9400488244`, `919400488244` and `+91 94004 88244` are one number in India. What is no valid number either
 * way is compared by its digits alone. Undefined when there is no digit at all, or when other letters stand among them.
 */
export function normaliseMobile(text: string, country: string): string | undefined {
  const trimmed = text.trim()
  if (!/^\+?[\d\s().-]*\d[\d\s().-]*$/.test(trimmed) || trimmed.length > 40) return undefined
  const digits = trimmed.replaceAll(/\D/g, '')
  const international = `+${digits}`
  const readings =
    trimmed.startsWith('+') || !isSupportedCountry(country)
      ? [parsePhoneNumberFromString(international)]
      : [parsePhoneNumberFromString(digits, country), parsePhoneNumberFromString(international)]
  const [first, second] = readings.filter((reading) => reading?.isValid() === true)
  const valid = second && isSecondMeant(first, second, country) ? second : first
  return valid ? valid.number.slice(1) : digits
}

/** True for an ISO 3166 alpha-2 code of a country with telephone numbers of its own. */
export function isCountry(country: string): boolean {
  return isSupportedCountry(country)
}
