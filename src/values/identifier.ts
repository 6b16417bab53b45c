import { normaliseMobile } from './phone.ts'
import { hasInvisible, trimmedText } from './trimmed-text.ts'

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
 * in lower case, an external id exactly. Undefined when the text cannot be an identifier of that type.
 */
export function normaliseIdentifier(type: IdentifierType, text: string, country: string): string | undefined {
  if (text.length > maxLength || text.includes('\0')) return undefined
  if (type === 'mobile') return normaliseMobile(text, country)
  if (type === 'email') {
    const trimmed = trimmedText(text).toLowerCase()
    return /^[^\s@]+@[^\s@]+$/.test(trimmed) && !hasInvisible(trimmed) ? trimmed : undefined
  }
  return text === '' ? undefined : text
}
