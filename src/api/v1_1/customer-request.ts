import { Type, type Static } from 'typebox'
import type { IncomingHttpHeaders } from 'node:http'
import { isGranted, type Caller } from '../../values/caller.ts'
import { shownOf, sources, type ShownIdentifier } from '../../ledger/customers/customer-rules.ts'
import type { GivenProfile } from '../../ledger/customers/given-profile.ts'
import { badParameter, quote, refuse } from '../../values/errors.ts'
import { registrableIdentifier, type IdentifierType } from '../../values/identifier.ts'
import { hasControlCharacters } from '../../values/text.ts'
import { trimmedText } from '../../values/trimmed-text.ts'
import { given, numeric, optional, readId } from '../../http/fields.ts'
import { commChannel, readChannel, readLoyaltyType } from '../v2/customer-request.ts'
import { scalar, textOf, type Scalar } from './customer.ts'
import type { CustomerWarning } from './customer-wire.ts'
import { fieldListBody, listedFields } from './field-list.ts'
import { wallClockS } from './wall-clock.ts'

const maxName = 100
const maxExternalId = 250
const maxFields = 100
const maxFieldName = 200
/** The clock of a till may be a few minutes fast. */
const maxAheadS = 300

/** A customer to add or to update. Other fields of the contract are ignored. */
export const wantedCustomer = Type.Object({
  id: optional(numeric),
  user_id: optional(numeric),
  mobile: scalar,
  email: scalar,
  external_id: scalar,
  firstname: scalar,
  lastname: scalar,
  registered_on: scalar,
  registered_till: scalar,
  associated_with: scalar,
  type: scalar,
  source: scalar,
  gender: scalar,
  fraud_status: optional(Type.Union([Type.Object({ status: scalar }), Type.String({ maxLength: 50 })])),
  commChannels: optional(Type.Union([commChannel, Type.Array(commChannel, { maxItems: 20 })])),
  custom_fields: fieldListBody,
  extended_fields: fieldListBody,
})
export type WantedCustomer = Static<typeof wantedCustomer>

/** A validated customer. */
export interface ReadCustomer {
  readonly customerId: number | undefined
  /** In the order in which they are looked up. */
  readonly identifiers: readonly ShownIdentifier[]
  readonly profile: GivenProfile
  readonly isBlocked: boolean | undefined
  /** Code of the till that the caller names as the registering one. */
  readonly tillCode: string | undefined
  readonly warnings: readonly CustomerWarning[]
}

const spellings = [
  ['mobile', 'mobile', refuse.olderMobileInvalid],
  ['external_id', 'externalId', refuse.olderExternalIdInvalid],
  ['email', 'email', refuse.olderEmailInvalid],
] as const satisfies readonly (readonly [string, IdentifierType, unknown])[]

/**
 * @throws Refusal 1001 to 1003 for an invalid identifier, 1007 without one, 1034 for an invalid date of registration,
 * 400 for text that the database cannot store.
 */
export function readWantedCustomer(
  sent: WantedCustomer,
  caller: Caller,
  headers: IncomingHttpHeaders,
): ReadCustomer {
  const identifiers = spellings.flatMap(([name, type, invalid]) => {
    const text = textOf(name, sent[name])
    if (text === undefined) return []
    const value = readRegistrable(type, text, caller, headers)
    if (value === undefined) throw invalid()
    return [{ type, value, shown: shownOf(type, value, text) }]
  })
  const customerId = given(sent.id) ?? given(sent.user_id)
  if (identifiers.length === 0 && customerId === undefined) throw refuse.olderIdentifierMissing()
  const warnings: CustomerWarning[] = []
  const isBlocked = readBlock(sent, caller, warnings)
  const extendedFields = readFields('extended_fields', sent.extended_fields, warnings)
  const gender = textOf('gender', sent.gender)
  return {
    customerId: customerId === undefined ? undefined : readId('id', customerId),
    identifiers,
    profile: {
      source: readSource(textOf('source', sent.source)),
      firstName: readName('firstname', sent.firstname, warnings),
      lastName: readName('lastname', sent.lastname, warnings),
      fields: readFields('custom_fields', sent.custom_fields, warnings),
      extendedFields: gender === undefined ? extendedFields : { ...extendedFields, gender },
      commChannels: sent.commChannels ? [sent.commChannels].flat().map(readChannel) : undefined,
      loyaltyType: readLoyaltyType(textOf('type', sent.type)),
      registeredAtS: readRegisteredAtS(textOf('registered_on', sent.registered_on), caller.timeZone),
    },
    isBlocked,
    tillCode:
      textOf('registered_till', sent.registered_till) ?? textOf('associated_with', sent.associated_with),
    warnings,
  }
}

/** Reads an identifier to register. The country code of a mobile number may be in a header. */
export function readRegistrable(
  type: IdentifierType,
  text: string,
  { country }: Caller,
  headers: IncomingHttpHeaders,
): string | undefined {
  if (type === 'externalId' && text.length > maxExternalId) return undefined
  const value = registrableIdentifier(type, text, country)
  const callingCode = type === 'mobile' ? callingCodeOf(headers) : undefined
  if (value !== undefined || callingCode === undefined) return value
  return registrableIdentifier('mobile', `+${callingCode}${text.trim().replace(/^0+/, '')}`, country)
}

/** The calling code for mobile numbers without one. */
export function callingCodeOf(headers: IncomingHttpHeaders): string | undefined {
  return /^\s*\+?(\d{1,4})\s*$/.exec(String(headers['x-cap-client-countrycode'] ?? ''))?.[1]
}

/** A name that is too long is omitted with a warning. */
function readName(name: string, sent: Scalar, warnings: CustomerWarning[]): string | undefined {
  const text = textOf(name, sent)
  if (text === undefined) return undefined
  const value = trimmedText(text)
  if (value.length <= maxName && !hasControlCharacters(value)) return value
  warnings.push(refuse.fieldTooLong(`The ${name} is longer than ${maxName} characters and was left out`))
  return undefined
}

/** A field that cannot be stored is omitted with a warning, so that it does not prevent a registration. */
function readFields(
  what: string,
  sent: WantedCustomer['custom_fields'],
  warnings: CustomerWarning[],
): Record<string, string> {
  const fields = Object.fromEntries(
    listedFields(what, sent).filter(([name, value]) => {
      const isKept = name.length <= maxFieldName && !hasControlCharacters(name + value)
      if (!isKept) warnings.push(refuse.customFieldInvalid())
      return isKept
    }),
  )
  const count = Object.keys(fields).length
  if (count > maxFields) throw badParameter(what, `${count} fields`, `at most ${maxFields}`)
  return fields
}

function readSource(text = 'INSTORE'): GivenProfile['source'] {
  const source = sources.find((one) => one === text.trim().toUpperCase())
  if (source === undefined) throw badParameter('source', text, `one of ${sources.join(', ')}`)
  return source
}

/** Marking a customer as a fraud, which blocks coupons, requires administrative permission. */
function readBlock(
  { fraud_status: sent }: WantedCustomer,
  caller: Caller,
  warnings: CustomerWarning[],
): boolean | undefined {
  const status = given(
    typeof sent === 'string' ? sent : textOf('fraud_status.status', sent?.status),
  )?.toUpperCase()
  if (status === undefined) return undefined
  if (status !== 'CONFIRMED' && status !== 'NONE')
    throw badParameter('fraud_status', status, 'CONFIRMED or NONE')
  if (isGranted(caller, 'organisation', 'write')) return status === 'CONFIRMED'
  // Tills send NONE with every customer, which requests no change.
  if (status === 'CONFIRMED') warnings.push(refuse.fraudStatusKept())
  return undefined
}

function readRegisteredAtS(text: string | undefined, timeZone: string): number | undefined {
  if (text === undefined) return undefined
  const registeredAtS = wallClockS(text, timeZone)
  if (registeredAtS === undefined || registeredAtS < 0 || registeredAtS > Date.now() / 1000 + maxAheadS)
    throw refuse.olderDateInvalid(
      `Invalid date of registration ${quote(text)}: a time since 1970 that has passed`,
    )
  return registeredAtS
}
