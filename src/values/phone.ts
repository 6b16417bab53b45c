import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max'
import { readOwnMobile } from './own-mobile.ts'

/** A valid number. */
interface Reading {
  readonly digits: string
  readonly country: CountryCode | undefined
  readonly isMobile: boolean
}

/**
 * A mobile number as it is compared and printed: digits with country code, no plus.
 *
 * Read as a number of `country` (ISO 3166 alpha-2) first and as one that already begins with a country code second,
 * so that `9400488244`, `919400488244` and `+91 94004 88244` are one number in India. What is no valid number either
 * way is compared by its digits alone. Undefined when there is no digit at all, or when other letters stand among them.
 */
export function normaliseMobile(text: string, country: string): string | undefined {
  const asked = `${country} ${text}`
  if (remembered.has(asked)) return remembered.get(asked)
  const digits = digitsOf(text)
  const mobile = digits && (readNumber(text, digits, country)?.digits ?? digits)
  if (remembered.size >= maxRemembered) remembered.clear()
  if (text.length <= maxLength) remembered.set(asked, mobile)
  return mobile
}

/** Reading a number costs as much as the rest of a request, and a till sends the same one several times in a sale. */
const remembered = new Map<string, string | undefined>()
const maxRemembered = 20_000
const maxLength = 40

/** True for a number that is valid and can be a mobile one: what a customer may be registered with. */
export function isMobileNumber(text: string, country: string): boolean {
  const digits = digitsOf(text)
  return digits !== undefined && readNumber(text, digits, country)?.isMobile === true
}

/**
 * The beginnings that stored mobile numbers could have when `text` is the beginning of one: as it is, and as one
 * without country code. Empty when it is no beginning of a number.
 */
export function mobileBeginnings(text: string, country: string): string[] {
  const digits = digitsOf(text)
  if (digits === undefined) return []
  if (text.trim().startsWith('+') || !isSupportedCountry(country)) return [digits]
  return [digits, getCountryCallingCode(country) + digits.replace(/^0+/, '')]
}

function digitsOf(text: string): string | undefined {
  const trimmed = text.trim()
  if (!/^\+?[\d\s().-]*\d[\d\s().-]*$/.test(trimmed) || trimmed.length > maxLength) return undefined
  return trimmed.replaceAll(/\D/g, '')
}

function readNumber(text: string, digits: string, country: string): Reading | undefined {
  const isInternational = text.trim().startsWith('+')
  const own = isSupportedCountry(country) ? readOwnMobile(digits, isInternational, country) : undefined
  if (own !== undefined) return { digits: own, country: country as CountryCode, isMobile: true }
  const isNational = !isInternational && isSupportedCountry(country)
  const first = isNational ? readValid(digits, country) : undefined
  return first?.isMobile ? first : pick(first, readValid(`+${digits}`), country)
}

/** A number with a type is valid, and to find the type is all the work. */
function readValid(text: string, country?: CountryCode): Reading | undefined {
  const number = country ? parsePhoneNumberFromString(text, country) : parsePhoneNumberFromString(text)
  const type = number?.getType()
  return (
    number &&
    type && { digits: number.number.slice(1), country: number.country, isMobile: /MOBILE/.test(type) }
  )
}

/**
 * Where both readings are valid, that of a mobile number is meant (4915… is one with country code and a landline of Leer
 * without); between two landlines the one with the own country code, which is what is printed.
 */
function pick(first: Reading | undefined, second: Reading | undefined, country: string): Reading | undefined {
  if (first === undefined || second === undefined) return first ?? second
  return second.isMobile || second.country === country ? second : first
}

/** True for an ISO 3166 alpha-2 code of a country with telephone numbers of its own. */
export function isCountry(country: string): boolean {
  return isSupportedCountry(country)
}
