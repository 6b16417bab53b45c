import { Type, type Static } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import {
  identifierTypeOf,
  readIdentifiers,
  sources,
  type ShownIdentifier,
  type Source,
  type Warning,
} from '../../ledger/customers/customer-rules.ts'
import type { CommChannel, FieldValue, GivenProfile } from '../../ledger/customers/given-profile.ts'
import { badParameter, type Code, quote, Refusal, refuse } from '../../values/errors.ts'
import { normaliseIdentifier, type Identifier } from '../../values/identifier.ts'
import { trimmedText } from '../../values/trimmed-text.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import { readText as readParameter, type Query } from '../../http/query-parameters.ts'
import { given, optional, readDigits, readText, record } from '../../http/fields.ts'

const maxNameLength = 200
const maxFieldLength = 2_000
/** Total size of the fields and channels of a customer, which searches print for every result. */
const maxProfileCharacters = 65_536

const fieldMap = record(
  Type.Union([Type.String({ maxLength: maxFieldLength }), Type.Number(), Type.Boolean(), Type.Null()]),
  { maxProperties: 100 },
)

export const identifierList = Type.Array(
  Type.Object({
    type: Type.String({ maxLength: 50 }),
    value: optional(Type.Union([Type.String({ maxLength: 320 }), Type.Number()])),
  }),
  { maxItems: 20 },
)

export const commChannel = Type.Object(
  {
    type: optional(Type.String({ maxLength: 50 })),
    value: optional(Type.String({ maxLength: 320 })),
    primary: optional(Type.Union([Type.Boolean(), Type.String({ maxLength: 5 })])),
    verified: optional(Type.Union([Type.Boolean(), Type.String({ maxLength: 5 })])),
    meta: optional(fieldMap),
    attributes: optional(fieldMap),
  },
  { title: 'CommChannel' },
)

const profileFields = Type.Object({
  firstName: optional(Type.String({ maxLength: maxNameLength })),
  lastName: optional(Type.String({ maxLength: maxNameLength })),
  identifiers: optional(identifierList),
  commChannels: optional(Type.Array(commChannel, { maxItems: 20 })),
  fields: optional(fieldMap),
  source: optional(Type.String({ maxLength: 50 })),
})

/** The body of a registration or change of a customer. Other fields of the contract are ignored. */
export const customerBody = Type.Object({
  profiles: optional(Type.Array(profileFields, { maxItems: 10 })),
  loyaltyInfo: optional(
    Type.Object({
      loyaltyType: optional(Type.String({ maxLength: 50 })),
      attributionV2: optional(Type.Object({ createDate: optional(Type.String({ maxLength: 50 })) })),
    }),
  ),
  extendedFields: optional(fieldMap),
})

export const sourceParameter = {
  source: Type.Optional(Type.String({ description: `One of ${sources.join(', ')}.` })),
}

export const lookupParameters = {
  ...sourceParameter,
  identifierName: Type.Optional(
    Type.String({ description: 'mobile, email or externalId; or a comma list.' }),
  ),
  identifierValue: Type.Optional(
    Type.String({ description: 'Its value; or a comma list of the same length.' }),
  ),
}

/** @throws Refusal with `missing` without a source, with `invalid` for an unknown one. */
export function readSource(text: string | undefined, missing: Code, invalid: Code): Source {
  if (text === undefined) throw new Refusal(missing)
  const source = sources.find((one) => one === text.trim().toUpperCase())
  if (source === undefined)
    throw new Refusal(invalid, `Invalid source ${quote(text)}: one of ${sources.join(', ')}`)
  return source
}

/** A look-up may also be for all sources. */
export function checkSource(query: Query, missing: Code): void {
  const text = readParameter(query, 'source')
  if (text?.toUpperCase() !== 'ALL') readSource(text, missing, 8012)
}

/**
 * Reads the identifiers of a look-up. Text that cannot be an identifier is unknown, and is ignored beside others unless
 * all of them have to match; undefined if none is left.
 *
 * @throws Refusal 8092 or 8093 if they are missing, 8013 for a type that is not stored.
 */
export function readLookup(query: Query, { country, settings }: Caller): Identifier[] | undefined {
  const names = readParameter(query, 'identifierName')?.split(',')
  const text = readParameter(query, 'identifierValue')
  if (names === undefined) throw refuse.identifierTypeMissing()
  if (text === undefined) throw refuse.identifierValueMissing()
  // A single value may contain a comma.
  const values = names.length === 1 ? [text] : text.split(',')
  if (values.length !== names.length || names.length > 3)
    throw badParameter('identifierValue', text, 'as many values as identifierName has names, at most 3')
  const identifiers = names.map((name, at) => {
    const type = identifierTypeOf(name)
    if (type === undefined)
      throw refuse.identifierTypeInvalid(`Identifiers of the type ${quote(name)} are not kept`)
    const value = normaliseIdentifier(type, values[at] ?? '', country)
    return value === undefined ? undefined : { type, value }
  })
  const readable = identifiers.filter((one) => one !== undefined)
  const isEnough = settings.identifiers === 'strict' ? readable.length === names.length : readable.length > 0
  return isEnough ? readable : undefined
}

export interface ReadCustomer {
  readonly identifiers: ShownIdentifier[]
  readonly warnings: Warning[]
  readonly profile: GivenProfile
}

/**
 * Reads the body of a registration or an update.
 *
 * @throws Refusal 8001 or 8003 for the source, 8017 for an invalid date of registration, 8010 for a channel without
 * type or value, 400 for text that the database cannot store, and the refusals of `readIdentifiers`.
 */
export function readCustomerBody(
  query: Query,
  body: Static<typeof customerBody>,
  caller: Caller,
): ReadCustomer {
  const profiles = body.profiles ?? []
  if (profiles.length > 1) throw badParameter('profiles', `${profiles.length} profiles`, 'one profile')
  const [first = {}] = profiles
  const source = readSource(readParameter(query, 'source') ?? given(first.source), 8001, 8003)
  const characters = JSON.stringify([first.fields, body.extendedFields, first.commChannels]).length
  if (characters > maxProfileCharacters)
    throw badParameter(
      'fields, extendedFields and commChannels',
      `${characters} characters`,
      `at most ${maxProfileCharacters} together`,
    )
  return {
    ...readIdentifiers(readIdentifierList(first.identifiers ?? []), caller.country),
    profile: {
      source,
      firstName: readName('firstName', first.firstName),
      lastName: readName('lastName', first.lastName),
      fields: readFields('fields', first.fields),
      extendedFields: readFields('extendedFields', body.extendedFields),
      commChannels: first.commChannels?.map(readChannel),
      loyaltyType: readLoyaltyType(given(body.loyaltyInfo?.loyaltyType)),
      registeredAtS: readRegisteredAtS(given(body.loyaltyInfo?.attributionV2?.createDate), caller.timeZone),
    },
  }
}

export function readIdentifierList(list: Static<typeof identifierList>) {
  return list.map(({ type, value }) => ({ type, value: readDigits(type, value ?? '') }))
}

function readName(name: string, value: string | null | undefined): string | undefined {
  return value === undefined || value === null ? undefined : readText(name, trimmedText(value), maxNameLength)
}

function readFields(
  what: string,
  fields: Static<typeof fieldMap> | null | undefined,
): Record<string, FieldValue> {
  for (const [name, value] of Object.entries(fields ?? {})) {
    readText(`a name in ${what}`, name, 200)
    // PostgreSQL stores neither NUL nor unpaired surrogates.
    // oxlint-disable-next-line no-control-regex
    if (typeof value === 'string' && /[\u0000\p{Surrogate}]/u.test(value))
      throw badParameter(`${what}.${name}`, value, 'text that can be stored')
  }
  return fields ?? {}
}

export function readChannel(channel: Static<typeof commChannel>): CommChannel {
  const type = readText('commChannels.type', channel.type ?? '', 50)
  const value = readText('commChannels.value', channel.value ?? '', 320)
  if (type === '' || value === '')
    throw refuse.channelInvalid('A communication channel needs a type and a value')
  return {
    type,
    value,
    primary: String(channel.primary) === 'true',
    verified: String(channel.verified) === 'true',
    meta: readFields('commChannels.meta', channel.meta),
    attributes: readFields('commChannels.attributes', channel.attributes),
  }
}

export function readLoyaltyType(text: string | undefined): GivenProfile['loyaltyType'] {
  const lower = text?.toLowerCase()
  if (lower === undefined || lower === 'loyalty' || lower === 'non_loyalty') return lower
  throw badParameter('loyaltyType', String(text), 'loyalty or non_loyalty')
}

/** The clock of a till may be a few minutes fast. */
const maxAheadS = 300

function readRegisteredAtS(text: string | undefined, timeZone: string): number | undefined {
  if (text === undefined) return undefined
  const registeredAtS = parseStatedTimeS(text, timeZone)
  if (registeredAtS === undefined || registeredAtS < 0 || registeredAtS > Date.now() / 1000 + maxAheadS)
    throw refuse.registrationDateInvalid(
      `Invalid date of registration ${quote(text)}: a time since 1970 that has passed`,
    )
  return registeredAtS
}
