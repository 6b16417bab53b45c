import { hasControlCharacters } from './text.ts'
import { isMobileNumber, normaliseMobile } from './phone.ts'
import { isAscii, withoutInvisible } from './trimmed-text.ts'

export const identifierTypes = ['mobile', 'email', 'externalId'] as const
export type IdentifierType = (typeof identifierTypes)[number]

/** An identifier of a customer, normalised for comparison. */
export interface Identifier {
  readonly type: IdentifierType
  readonly value: string
}

const maxLength = 320

/**
 * Normalises an identifier for comparison: a mobile number by the rules of its organisation's country, an e-mail
 * address case-insensitively, an external id exactly; invisible characters are ignored in all of them. Returns
 * undefined if the text cannot be an identifier of the type.
 */
export function normaliseIdentifier(type: IdentifierType, text: string, country: string): string | undefined {
  if (text.length > maxLength || text.includes('\0')) return undefined
  if (type === 'mobile') return normaliseMobile(text, country)
  if (type === 'email') {
    const folded = foldMail(text)
    return /^[^\s@]+@[^\s@]+$/.test(folded) && folded.length <= maxLength ? folded : undefined
  }
  return withoutInvisible(text) || undefined
}

/** The syntax of an e-mail address: a name, one @, a domain with a dot. Only a delivered mail proves that it exists. */
const mailShape = /^[^\s@,;<>"]{1,64}@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/
const maxMailLength = 254

/**
 * Normalises an identifier for the registration of a customer, by call or by file: a valid number that can be a mobile
 * number, an address with a name and a domain with a dot, a text without control characters. Returns undefined for
 * others. Look-ups accept more, since recorded histories contain values that were never validated.
 */
export function registrableIdentifier(
  type: IdentifierType,
  text: string,
  country: string,
): string | undefined {
  if (hasControlCharacters(text)) return undefined
  const value = normaliseIdentifier(type, text, country)
  if (value === undefined || type === 'externalId') return value
  if (type === 'mobile') return isMobileNumber(text, country) ? value : undefined
  return value.length <= maxMailLength && mailShape.test(value) ? value : undefined
}

/** The identifiers that registration accepts, as worded in refusals. */
export const registrable: Record<IdentifierType, string> = {
  mobile: 'a mobile number',
  email: 'an e-mail address with a name and a domain with a dot',
  externalId: 'a text of 1 to 320 characters',
}

/** The form in which an e-mail address, or a part of one, is compared. The database's `lower` does not change it. */
export function foldMail(text: string): string {
  if (isAscii(text)) return text.trim().toLowerCase()
  // Lower case alone distinguishes a final sigma from others, and accented letters can be encoded in two ways.
  const lower = withoutInvisible(text).trim().normalize('NFC').toLowerCase().replaceAll('ς', 'σ')
  return lower.normalize('NFC')
}
