import { hasControlCharacters } from './text.ts'
import { isMobileNumber, normaliseMobile } from './phone.ts'
import { isAscii, withoutInvisible } from './trimmed-text.ts'

export const identifierTypes = ['mobile', 'email', 'externalId'] as const
export type IdentifierType = (typeof identifierTypes)[number]

/** What leads to a customer, normalised for comparison. */
export interface Identifier {
  readonly type: IdentifierType
  readonly value: string
}

const maxLength = 320

/**
 * Brings an identifier into the form in which it is compared: a mobile as its organisation's country says, an e-mail
 * without regard to case, an external id exactly; characters that nobody sees count in none of them. Undefined when the
 * text cannot be an identifier of that type.
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

/** An e-mail address as one is written: a name, one @, a domain with a dot. Whether it exists only a mail can tell. */
const mailShape = /^[^\s@,;<>"]{1,64}@[^\s@,;<>".]+(\.[^\s@,;<>".]+)+$/
const maxMailLength = 254

/**
 * The normal form of an identifier that a customer may be registered with, by call or by file: a valid number that can be
 * a mobile one, an address with a name and a domain with a dot, a text without control characters. Undefined for others.
 * Look-ups take more, since recorded histories bring in what was never checked.
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

/** What registration takes, as a refusal says it. */
export const registrable: Record<IdentifierType, string> = {
  mobile: 'a mobile number',
  email: 'an e-mail address with a name and a domain with a dot',
  externalId: 'a text of 1 to 320 characters',
}

/** An e-mail address, or a part of one, in the form in which it is compared. The database's `lower` leaves it as it is. */
export function foldMail(text: string): string {
  if (isAscii(text)) return text.trim().toLowerCase()
  // Lower case alone tells a sigma at the end of a word from others, and letters with accents may be written in two ways.
  const lower = withoutInvisible(text).trim().normalize('NFC').toLowerCase().replaceAll('ς', 'σ')
  return lower.normalize('NFC')
}
