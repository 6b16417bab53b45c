import { type Code, quote, refuse } from '../../values/errors.ts'
import {
  identifierTypes,
  normaliseIdentifier,
  registrable,
  registrableIdentifier,
  type Identifier,
  type IdentifierType,
} from '../../values/identifier.ts'
import { trimmedText, withoutInvisible } from '../../values/trimmed-text.ts'

/** Origins of customers. A source is only a label: all sources share one customer register. */
export const sources = [
  'INSTORE',
  'FACEBOOK',
  'WEB_ENGAGE',
  'WECHAT',
  'MARTJACK',
  'TMALL',
  'TAOBAO',
  'JD',
  'ECOMMERCE',
  'WEBSITE',
  'LINE',
  'MOBILE_APP',
  'WHATSAPP',
] as const
export type Source = (typeof sources)[number]

/** Identifier types that the contract defines and that the ledger does not store. */
const foreignTypes = [
  'cardnumber',
  'cardExternalId',
  'wechat',
  'unionId',
  'cuid',
  'martjackId',
  'fbId',
  'line',
  'tmall_uname',
  'ali_uname',
  'jd_uname',
  'vip_uname',
]

/** A part of the request that was ignored although the rest was executed. */
export interface Warning {
  readonly code: Code
  readonly message: string
}

/** An identifier together with its printed form. */
export interface ShownIdentifier extends Identifier {
  readonly shown: string
}

export interface GivenIdentifier {
  readonly type: string
  readonly value: string
}

const sameText = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/**
 * Returns the type for a name in any letter case, or undefined for a known type that is not stored. @throws Refusal
 * 8013.
 */
export function identifierTypeOf(name: string): IdentifierType | undefined {
  const type = identifierTypes.find((one) => sameText(one, name.trim()))
  if (type === undefined && !foreignTypes.some((one) => sameText(one, name.trim())))
    throw refuse.identifierTypeInvalid(
      `Invalid identifier type ${quote(name)}: one of ${identifierTypes.join(', ')}`,
    )
  return type
}

/**
 * Validates and normalises an identifier for a customer.
 *
 * @param country of the organisation. @throws Refusal 8130 for an empty value, 8014 for an invalid mobile number, 8005
 * for any other value that is invalid for its type.
 */
function readIdentifier(type: IdentifierType, text: string, country: string): ShownIdentifier {
  if (withoutInvisible(text).trim() === '') throw refuse.identifierEmpty()
  const value = registrableIdentifier(type, text, country)
  if (value === undefined && type === 'mobile') throw refuse.mobileInvalid()
  if (value === undefined)
    throw refuse.noValidIdentifier(`Invalid value ${quote(text)} for ${type}: ${registrable[type]}`)
  return { type, value, shown: shownOf(type, value, text) }
}

/** The printed form of an identifier: an e-mail address keeps its capitals. */
export function shownOf(type: IdentifierType, value: string, text: string): string {
  const visible = withoutInvisible(text)
  return type === 'mobile' ? value : type === 'email' ? trimmedText(text) : visible
}

/**
 * Reads the identifiers of a request. Types that are not stored are skipped with a warning.
 *
 * @throws Refusal 8013 for an unknown type, 8007 for two values of one type, and as `readIdentifier` does.
 */
export function readIdentifiers(
  given: readonly GivenIdentifier[],
  country: string,
): { identifiers: ShownIdentifier[]; warnings: Warning[] } {
  const identifiers = new Map<IdentifierType, ShownIdentifier>()
  const warnings: Warning[] = []
  for (const { type: name, value } of given) {
    const type = identifierTypeOf(name)
    if (type === undefined) {
      warnings.push({ code: 8013, message: `Identifiers of the type ${name.trim()} are not kept` })
      continue
    }
    const identifier = readIdentifier(type, value, country)
    const other = identifiers.get(type)
    if (other !== undefined && other.value !== identifier.value) throw refuse.identifierTypeTaken()
    identifiers.set(type, identifier)
  }
  return { identifiers: [...identifiers.values()], warnings }
}

/**
 * Reads identifiers to remove, in the form used for comparison. They are not validated: a value that registration would
 * reject may have been imported.
 *
 * @throws Refusal 8013 for a type that is not stored, 8009 for a value that no customer can have.
 */
export function readRemoved(given: readonly GivenIdentifier[], country: string): Identifier[] {
  return given.map(({ type: name, value: text }) => {
    const type = identifierTypeOf(name)
    if (type === undefined)
      throw refuse.identifierTypeInvalid(`Identifiers of the type ${name.trim()} are not kept`)
    const value = normaliseIdentifier(type, text, country)
    if (value === undefined) throw refuse.identifierUnknown()
    return { type, value }
  })
}

/** An identifier that a customer has. */
export interface HeldIdentifier extends Identifier {
  /** False: it came by a merge beside another of its type, and only finds the customer. */
  readonly isShown: boolean
}

/**
 * Returns the identifiers to show in addition after removals and additions: one of each type is shown, and at least one
 * identifier is left. One that is not shown may be added, and is shown from then on.
 *
 * @throws Refusal 8009 to remove one that the customer does not have, 8007 for a second one of a type, 8002 if none is
 * left.
 */
export function changedIdentifiers(
  held: readonly HeldIdentifier[],
  removed: readonly Identifier[],
  added: readonly Identifier[],
): Identifier[] {
  const isSame = (one: Identifier) => (other: Identifier) =>
    one.type === other.type && one.value === other.value
  const missing = removed.find((one) => !held.some(isSame(one)))
  if (missing !== undefined) throw refuse.identifierUnknown()
  const kept = held.filter((one) => !removed.some(isSame(one)))
  const shown = kept.filter(({ isShown }) => isShown)
  const fresh = added.filter((one) => !shown.some(isSame(one)))
  if (fresh.some((one) => shown.some((other) => other.type === one.type))) throw refuse.identifierTypeTaken()
  if (kept.length + fresh.length === 0)
    throw refuse.identifiersMissing('The last identifier of a customer stays: add another one with it')
  return fresh
}
