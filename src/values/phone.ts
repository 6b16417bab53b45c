import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max'
import { readOwnMobile } from './own-mobile.ts'
import { currentBeginning, currentSpellings } from './second-spellings.ts'
import { readTyped, type TypedNumber } from './typed-number.ts'

/** A valid number. */
interface Reading {
  readonly digits: string
  readonly country: CountryCode | undefined
  readonly isMobile: boolean
}

/**
 * The form in which a mobile number is compared and printed: digits with country code, without a plus.
 *
 * The number is read first as a number of `country` (ISO 3166 alpha-2), then as one that already begins with a country
 * code, so that `9400488244`, `919400488244` and `+91 94004 88244` are one number in India. If a country has two
 * spellings of a mobile number, both become the current one. A number that is invalid either way is compared by its
 * digits alone. Returns undefined for a text that is not a telephone number, see `readTyped`.
 */
export function normaliseMobile(text: string, country: string): string | undefined {
  const asked = `${country} ${text}`
  if (remembered.has(asked)) return remembered.get(asked)
  const typed = readTyped(text)
  const mobile = typed && (readNumber(typed, country)?.digits ?? typed.digits)
  if (remembered.size >= maxRemembered) remembered.clear()
  if (text.length <= maxLength) remembered.set(asked, mobile)
  return mobile
}

/** Reading a number costs as much as the rest of a request, and a till sends the same number several times per sale. */
const remembered = new Map<string, string | undefined>()
const maxRemembered = 20_000
const maxLength = 40

/** True for a valid number that can be a mobile number: one that a customer may be registered with. */
export function isMobileNumber(text: string, country: string): boolean {
  const typed = readTyped(text)
  return typed !== undefined && readNumber(typed, country)?.isMobile === true
}

/**
 * Converts a number stored in the normal form of an earlier release: digits, with country code if the number was valid
 * then. If you change which texts are one number, raise the version in `ledger/customers/normal-form.ts`, which applies
 * this to everything stored.
 */
export function renewMobile(stored: string, country: string): string {
  if (!/^\d{1,40}$/.test(stored)) return stored
  if (isSupportedCountry(country) && readOwnMobile(stored, true, country) === stored) return stored
  const asItStands = parsePhoneNumberFromString(`+${stored}`)
  // A valid number includes its country code; read as a number of the country, it could become another one.
  return asItStands?.isValid() === true
    ? (readNumber({ digits: stored, isInternational: true }, country)?.digits ?? stored)
    : (normaliseMobile(stored, country) ?? stored)
}

/**
 * Prefixes of stored mobile numbers that `text`, as the beginning of a number, could stand for: taken literally, and
 * without country code. Empty if it is not the beginning of a number.
 */
export function mobileBeginnings(text: string, country: string): string[] {
  const typed = readTyped(text)
  if (typed === undefined) return []
  const { digits, isInternational } = typed
  const whole = readNumber(typed, country)?.digits
  if (isInternational || !isSupportedCountry(country)) return [whole ?? currentBeginning(digits)]
  const national = currentBeginning(getCountryCallingCode(country) + digits.replace(/^0+/, ''))
  return [currentBeginning(digits), whole ?? national]
}

function readNumber({ digits, isInternational }: TypedNumber, country: string): Reading | undefined {
  const own = isSupportedCountry(country) ? readOwnMobile(digits, isInternational, country) : undefined
  if (own !== undefined) return { digits: own, country: country as CountryCode, isMobile: true }
  const isNational = !isInternational && isSupportedCountry(country)
  const national = isNational ? parsePhoneNumberFromString(digits, country) : undefined
  const first = readValid(national)
  if (first?.isMobile) return first
  const international = parsePhoneNumberFromString(`+${digits}`)
  const second = readValid(international)
  if (second?.isMobile) return second
  // Only in this case, so that a number printed in its current spelling does not change.
  return (
    readRespelt(national, first) ?? readRespelt(international, second) ?? pickLandline(first, second, country)
  )
}

/** A number with a type is valid, and determining the type is the expensive part. */
function readValid(number: PhoneNumber | undefined): Reading | undefined {
  const type = number?.getType()
  return (
    number &&
    type && { digits: number.number.slice(1), country: number.country, isMobile: /MOBILE/.test(type) }
  )
}

/** The mobile number meant by an outdated spelling. */
function readRespelt(number: PhoneNumber | undefined, asItStands: Reading | undefined): Reading | undefined {
  if (number === undefined) return undefined
  const { number: digits, countryCallingCode } = number
  for (const spelling of currentSpellings(digits.slice(1), countryCallingCode, asItStands !== undefined)) {
    const reading = readValid(parsePhoneNumberFromString(`+${spelling}`))
    if (reading?.isMobile) return reading
  }
  return undefined
}

/** Of two landline readings, the one with the country's own code is meant, which is the printed one. */
function pickLandline(
  first: Reading | undefined,
  second: Reading | undefined,
  country: string,
): Reading | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return second.country === country ? second : first
}

/** True for the ISO 3166 alpha-2 code of a country with its own telephone numbers. */
export function isCountry(country: string): boolean {
  return isSupportedCountry(country)
}
