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

/** Where customers come from. A label: all sources share one register of customers. */
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

/** Kinds of identifier that the contract knows and that are not kept here. */
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

/** What was done less than asked for, although the rest was done. */
export interface Warning {
  readonly code: Code
  readonly message: string
}

/** An identifier with the form in which it is printed. */
export interface ShownIdentifier extends Identifier {
  readonly shown: string
}

export interface GivenIdentifier {
  readonly type: string
  readonly value: string
}

const sameText = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** The type that a name means, whatever its capitals; undefined: a known one that is not kept. @throws Refusal 8013. */
export function identifierTypeOf(name: string): IdentifierType | undefined {
  const type = identifierTypes.find((one) => sameText(one, name.trim()))
  if (type === undefined && !foreignTypes.some((one) => sameText(one, name.trim())))
    throw refuse.identifierTypeInvalid(
      `Invalid identifier type ${quote(name)}: one of ${identifierTypes.join(', ')}`,
    )
  return type
}

/**
 * An identifier that a customer may get, checked and normalised.
 *
 * @param country of the organisation. @throws Refusal 8130 for an empty one, 8014 for a bad mobile number, 8005 for
 * another value that cannot be one of its type.
 */
function readIdentifier(type: IdentifierType, text: string, country: string): ShownIdentifier {
  if (withoutInvisible(text).trim() === '') throw refuse.identifierEmpty()
  const value = registrableIdentifier(type, text, country)
  if (value === undefined && type === 'mobile') throw refuse.mobileInvalid()
  if (value === undefined)
    throw refuse.noValidIdentifier(`Invalid value ${quote(text)} for ${type}: ${registrable[type]}`)
  return { type, value, shown: shownOf(type, value, text) }
}

/** What is printed of an identifier: an e-mail address keeps its capitals. */
export function shownOf(type: IdentifierType, value: string, text: string): string {
  const visible = withoutInvisible(text)
  return type === 'mobile' ? value : type === 'email' ? trimmedText(text) : visible
}

/**
 * The identifiers of a request. Kinds that are not kept are passed over with a warning.
 *
 * @throws Refusal 8013 for a type that nobody knows, 8007 for two values of one type, and as `readIdentifier`.
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
 * Identifiers that are to be taken away, in the form in which they are compared. What could not be registered may have
 * been imported, so it is not checked.
 *
 * @throws Refusal 8013 for a type that is not kept, 8009 for what can be nobody's.
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

/**
 * What a customer has after identifiers were removed and added: one of a type, and at least one.
 *
 * @throws Refusal 8009 for one to be removed that is not there, 8007 for a second of a type, 8002 when none is left.
 */
export function changedIdentifiers(
  held: readonly Identifier[],
  removed: readonly Identifier[],
  added: readonly Identifier[],
): Identifier[] {
  const isSame = (one: Identifier) => (other: Identifier) =>
    one.type === other.type && one.value === other.value
  const missing = removed.find((one) => !held.some(isSame(one)))
  if (missing !== undefined) throw refuse.identifierUnknown()
  const kept = held.filter((one) => !removed.some(isSame(one)))
  const fresh = added.filter((one) => !kept.some(isSame(one)))
  if (fresh.some((one) => kept.some((other) => other.type === one.type))) throw refuse.identifierTypeTaken()
  if (kept.length + fresh.length === 0)
    throw refuse.identifiersMissing('The last identifier of a customer stays: add another one with it')
  return fresh
}
