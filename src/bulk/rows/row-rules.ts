import { quote, type Code } from '../../values/errors.ts'
import {
  normaliseIdentifier,
  registrable,
  registrableIdentifier,
  type IdentifierType,
} from '../../values/identifier.ts'
import { withoutInvisible } from '../../values/trimmed-text.ts'
import { damageOfCode, damageOfNumber } from '../../values/spreadsheet-notation.ts'
import { parseTimestampMs, timestampText, withinTimeS } from '../../values/calendar.ts'
import { maxCodeLength, newCodeFault, typedCode } from '../../values/coupon-code.ts'
import { parseId } from '../../values/ids.ts'
import { parseStatedTimeS } from '../../values/stated-time.ts'
import { plainTime, timeAdvice } from './file-time-rules.ts'
import { codeColumns, customerColumns } from './columns-rules.ts'
import type { Setting } from './setting.ts'

/** Why a row is refused. `code` is the refusal code of the corresponding call; null: none. */
export class RowFault extends Error {
  readonly code: Code | null

  constructor(reason: string, code: Code | null = null) {
    super(reason)
    this.code = code
  }
}

/** A value of a staged column. */
export type Staged = string | number | boolean | null

export type Read<Name extends string> = (name: Name) => string
export const reader =
  <Name extends string>(
    columns: { readonly known: readonly Name[] },
    values: readonly string[],
  ): Read<Name> =>
  (name) =>
    values[columns.known.indexOf(name)] ?? ''

const types: readonly IdentifierType[] = ['mobile', 'email', 'externalId']

/**
 * The identifiers that a look-up accepts. It is less strict than registration, since recorded histories contain values
 * that were never validated.
 */
const lookedUp: Readonly<Record<IdentifierType, string>> = {
  mobile: 'a mobile number',
  email: 'an e-mail address',
  externalId: 'an external id of at most 320 characters',
}

/** The uniform refusal of an unreadable value. */
export const notA = (column: string, text: string, what: string, code: Code | null = null): RowFault =>
  new RowFault(`${column} ${quote(text)} is not ${what}`, code)

const damageOfIdentifier = (type: IdentifierType, text: string): string | undefined =>
  type === 'email' ? undefined : damageOfNumber(text)

function identifierOf(type: IdentifierType, text: string, country: string): string | null {
  if (text === '') return null
  const damage = damageOfIdentifier(type, text)
  if (damage !== undefined) throw new RowFault(`${type} ${quote(text)} ${damage}`, 701)
  const value = normaliseIdentifier(type, text, country)
  if (value === undefined) throw notA(type, text, lookedUp[type], 701)
  return value
}

export function idOf(name: string, text: string): number | null {
  if (text === '') return null
  const id = parseId(text)
  if (id === undefined) throw notA(name, text, name === 'maxRedeemed' ? 'a whole number from 0' : 'an id')
  return id
}

/** Id, mobile, e-mail and external id, in the form used for comparison. */
export function referenceOf(read: Read<'customerId' | IdentifierType>, country: string): Staged[] {
  return [
    idOf('customerId', read('customerId')),
    ...types.map((type) => identifierOf(type, read(type), country)),
  ]
}

const earliestS = Date.UTC(1900, 0) / 1000

/** In PostgreSQL's input format, including fractions of a second. */
function instantOf(name: string, given: string, setting: Setting): string | null {
  if (given === '') return null
  const text = plainTime(given)
  const shown = /^(\d{4,5}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(\.\d{1,6})?)([+-]\d{2}(?::?\d{2})?|Z)$/.exec(text)
  const iso = shown ? `${shown[1]}T${shown[2]}${padOffset(shown[4] ?? 'Z')}` : text
  const epochS = parseStatedTimeS(iso, setting.timeZone)
  if (epochS === undefined) throw notA(name, given, `a time: ${timeAdvice(given)}`)
  if (epochS < earliestS) throw notA(name, given, 'a time of the years 1900 to 9999')
  const fraction = /:\d{2}(\.\d{1,6})/.exec(iso)?.[1] ?? ''
  return `${timestampText(withinTimeS(setting.timeZone, epochS))}${fraction}Z`
}

const padOffset = (offset: string): string => (/^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset)

export function pastOf(name: string, text: string, setting: Setting): string | null {
  const instant = instantOf(name, text, setting)
  if (instant !== null && parseTimestampMs(instant) / 1000 > setting.nowS)
    throw notA(name, text, 'in the past')
  return instant
}

/** Undefined: it is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** A day without a time means its end. */
function endOf(name: string, text: string, setting: Setting): string | null {
  const day = plainTime(text)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day)
  const isReal = isDay && parseStatedTimeS(day, setting.timeZone) !== undefined
  return instantOf(name, isReal ? `${day} 23:59:59` : text, setting)
}

export function storeOf(name: string, text: string, { storeIds }: Setting): number | null {
  if (text === '') return null
  const id = storeIds.get(text)
  if (id === undefined) throw notA(name, text, 'the code of a store')
  return id
}

const maxTextLength = 200

/** The code of a new coupon. */
function newCodeOf(text: string): string | null {
  if (text === '') return null
  const fault = damageOfCode(text) ?? newCodeFault(text)
  if (fault !== undefined) throw new RowFault(`code ${quote(text)} ${fault}`, 633)
  return text
}

/** The code of an existing coupon. */
export function codeOf(text: string): string | null {
  const code = typedCode(text)
  const damage = damageOfCode(code)
  if (damage !== undefined) throw new RowFault(`code ${quote(text)} ${damage}`, 633)
  // oxlint-disable-next-line no-control-regex
  if (code.length > maxCodeLength || /[\u0000-\u001F]/.test(code))
    throw new RowFault(`code ${quote(text)} is none: at most ${maxCodeLength} characters`, 633)
  return code === '' ? null : code
}

export function textOf(name: string, text: string, maxLength = maxTextLength): string {
  if (text.length > maxLength) throw notA(name, text, `a text of at most ${maxLength} characters`)
  return text
}

/** The number of a bill or a transaction. */
export function numberOf(name: string, text: string): string {
  const damage = damageOfNumber(text)
  if (damage !== undefined) throw new RowFault(`${name} ${quote(text)} ${damage}`)
  return textOf(name, text)
}

function seriesOf(text: string, { series, seriesByCode }: Setting): number {
  if (series !== null) {
    if (text !== '' && text !== series.code)
      throw notA('seriesCode', text, `the series that the file is read for, ${quote(series.code)}`, 707)
    return series.id
  }
  if (text === '') throw new RowFault('it names no series: give seriesCode, or one series for all', 707)
  const found = seriesByCode.get(text)
  if (found === undefined) throw notA('seriesCode', text, 'the code of a series', 707)
  return found.id
}

/** An identifier to register, validated like in the registration call. */
function registeredOf(type: IdentifierType, text: string, country: string): string | null {
  if (text === '') return null
  const refusal = type === 'mobile' ? 8014 : 8005
  const damage = damageOfIdentifier(type, text)
  if (damage !== undefined) throw new RowFault(`${type} ${quote(text)} ${damage}`, refusal)
  const value = registrableIdentifier(type, text, country)
  if (value === undefined) throw notA(type, text, registrable[type], refusal)
  return value
}

/** Columns of `stagedColumns.customers`. @throws RowFault */
export function stageCustomer(values: readonly string[], setting: Setting): Staged[] {
  const read = reader(customerColumns, values)
  const reference = [
    idOf('customerId', read('customerId')),
    ...types.map((type) => registeredOf(type, read(type), setting.country)),
  ]
  if (reference.every((one) => one === null)) throw new RowFault('it names no customer')
  // A mobile number is printed in its normal form, everything else as given.
  return [
    ...reference,
    withoutInvisible(read('email')).trim() || null,
    textOf('firstName', read('firstName')),
    textOf('lastName', read('lastName')),
    pastOf('blockedDate', read('blockedDate'), setting),
  ]
}

/** Columns of `stagedColumns.codes`. @throws RowFault */
export function stageCode(values: readonly string[], setting: Setting): Staged[] {
  const read = reader(codeColumns, values)
  const reference = referenceOf(read, setting.country)
  const code = newCodeOf(read('code'))
  const isTagged = reference.some((one) => one !== null)
  if (code === null && !isTagged) throw new RowFault('it has neither a code nor a customer')
  if (read('revokedDate') !== '') throw new RowFault('it is revoked', 660)
  const maxRedeemed = idOf('maxRedeemed', read('maxRedeemed'))
  if (maxRedeemed !== null && maxRedeemed > 2_147_483_647)
    throw notA('maxRedeemed', read('maxRedeemed'), 'a number up to 2147483647')
  return [
    ...reference,
    seriesOf(read('seriesCode'), setting),
    code,
    isTagged,
    endOf('validTill', read('validTill'), setting),
    storeOf('issuedAt', read('issuedAt'), setting),
    numberOf('transactionNumber', read('transactionNumber')) || null,
    pastOf('createdDate', read('createdDate'), setting),
    maxRedeemed,
  ]
}
