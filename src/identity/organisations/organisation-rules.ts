import { quote, refuse } from '../../values/errors.ts'
import { hasControlCharacters } from '../../values/text.ts'
import { isTimeZone } from '../../values/calendar.ts'
import { isCountry } from '../../values/phone.ts'

/** Each function returns the value in its stored form. @throws Refusal 400 that states what is allowed. */

export function checkName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '' || trimmed.length > 200 || hasControlCharacters(trimmed))
    throw refuse.badRequest('The name must have 1 to 200 characters')
  return trimmed
}

export function checkTimeZone(zone: string): string {
  if (!isTimeZone(zone))
    throw refuse.badRequest(`${quote(zone)} is no time zone: give an IANA name such as Asia/Kolkata or UTC`)
  return zone
}

export function checkCountry(country: string): string {
  const upper = country.toUpperCase()
  if (!isCountry(upper))
    throw refuse.badRequest(
      `${quote(country)} is no country: give an ISO 3166 code of two letters such as IN`,
    )
  return upper
}

export function checkCurrency(currency: string): string {
  const upper = currency.toUpperCase()
  if (!/^[A-Z]{3}$/.test(upper))
    throw refuse.badRequest(
      `${quote(currency)} is no currency: give an ISO 4217 code of three letters such as INR`,
    )
  return upper
}

export function checkDescription(text: string): string {
  // oxlint-disable-next-line no-control-regex
  if (text.length > 1_000 || /[\u0000\p{Surrogate}]/u.test(text))
    throw refuse.badRequest('The description must have at most 1000 characters')
  return text
}

/** Null and the empty text mean none. */
export function checkAffix(field: string, affix: string | null): string | null {
  if (affix === null || affix === '') return null
  if (!/^[A-Za-z0-9_-]{1,10}$/.test(affix))
    throw refuse.badRequest(`${field} must have at most 10 letters, digits, hyphens and underscores`)
  return affix
}
