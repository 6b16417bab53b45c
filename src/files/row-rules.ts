import { quote, type Code } from '../errors.ts'
import { normaliseIdentifier, type IdentifierType } from '../values/identifier.ts'
import { maxCodeLength, newCodeFault, typedCode } from '../values/coupon-code.ts'
import { isId } from '../values/ids.ts'
import { parseStatedTimeS } from '../values/stated-time.ts'
import { codeColumns, customerColumns, redemptionColumns } from './columns-rules.ts'
import type { Setting } from './setting.ts'

/** Why a row is refused. `code` is the number that the call of the same purpose would answer with; null: it has none. */
export class RowFault extends Error {
  readonly code: Code | null

  constructor(reason: string, code: Code | null = null) {
    super(reason)
    this.code = code
  }
}

/** A value of a staged column. */
export type Staged = string | number | boolean | null

type Read<Name extends string> = (name: Name) => string
const reader =
  <Name extends string>(
    columns: { readonly known: readonly Name[] },
    values: readonly string[],
  ): Read<Name> =>
  (name) =>
    values[columns.known.indexOf(name)] ?? ''

const types: readonly IdentifierType[] = ['mobile', 'email', 'externalId']

function identifierOf(type: IdentifierType, text: string, country: string): string | null {
  if (text === '') return null
  const value = normaliseIdentifier(type, text, country)
  if (value === undefined) throw new RowFault(`${type} ${quote(text)} is none`, 701)
  return value
}

function idOf(name: string, text: string): number | null {
  if (text === '') return null
  const id = Number(text)
  if (!/^\d{1,16}$/.test(text) || !isId(id)) throw new RowFault(`${name} ${quote(text)} is no id`)
  return id
}

/** Id, mobile, e-mail and external id, in the form in which they are compared. */
function referenceOf(read: Read<'customerId' | IdentifierType>, country: string): Staged[] {
  return [
    idOf('customerId', read('customerId')),
    ...types.map((type) => identifierOf(type, read(type), country)),
  ]
}

/** As PostgreSQL reads it, below the second too. */
function instantOf(name: string, text: string, setting: Setting): string | null {
  if (text === '') return null
  const shown = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(\.\d{1,6})?)([+-]\d{2}(?::?\d{2})?|Z)$/.exec(text)
  const iso = shown ? `${shown[1]}T${shown[2]}${padOffset(shown[4] ?? 'Z')}` : text
  const epochS = parseStatedTimeS(iso, setting.timeZone)
  if (epochS === undefined)
    throw new RowFault(
      `${name} ${quote(text)} is no time: give YYYY-MM-DD, YYYY-MM-DD HH:MM:SS or ISO 8601 with an offset`,
    )
  const fraction = /:\d{2}(\.\d{1,6})/.exec(iso)?.[1] ?? ''
  return `${new Date(epochS * 1000).toISOString().slice(0, 19)}${fraction}Z`
}

const padOffset = (offset: string): string => (/^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset)

function pastOf(name: string, text: string, setting: Setting): string | null {
  const instant = instantOf(name, text, setting)
  if (instant !== null && Date.parse(instant) / 1000 > setting.nowS)
    throw new RowFault(`${name} ${quote(text)} lies in the future`)
  return instant
}

/** A day without a time is valid to its end. */
function endOf(name: string, text: string, setting: Setting): string | null {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  return instantOf(name, isDay ? `${text} 23:59:59` : text, setting)
}

function storeOf(name: string, text: string, { storeIds }: Setting): number | null {
  if (text === '') return null
  const id = storeIds.get(text)
  if (id === undefined) throw new RowFault(`${name}: there is no store ${quote(text)}`)
  return id
}

const maxTextLength = 200
const maxDetailsLength = 1_000

/** A code that a coupon gets. */
function newCodeOf(text: string): string | null {
  if (text === '') return null
  const fault = newCodeFault(text)
  if (fault !== undefined) throw new RowFault(`code ${quote(text)} ${fault}`, 633)
  return text
}

/** A code that a coupon has. */
function codeOf(text: string): string | null {
  const code = typedCode(text)
  // oxlint-disable-next-line no-control-regex
  if (code.length > maxCodeLength || /[\u0000-\u001F]/.test(code))
    throw new RowFault(`code ${quote(text)} is none: at most ${maxCodeLength} characters`, 633)
  return code === '' ? null : code
}

function textOf(name: string, text: string, maxLength = maxTextLength): string {
  if (text.length > maxLength) throw new RowFault(`${name} has more than ${maxLength} characters`)
  return text
}

function seriesOf(text: string, { series, seriesByCode }: Setting): number {
  if (series !== null) {
    if (text !== '' && text !== series.code)
      throw new RowFault(
        `it is of the series ${quote(text)}, the file is read for ${quote(series.code)}`,
        707,
      )
    return series.id
  }
  if (text === '') throw new RowFault('it names no series: give seriesCode, or one series for all', 707)
  const found = seriesByCode.get(text)
  if (found === undefined) throw new RowFault(`there is no series ${quote(text)}`, 707)
  return found.id
}

/** Columns of `stagedColumns.customers`. @throws RowFault */
export function stageCustomer(values: readonly string[], setting: Setting): Staged[] {
  const read = reader(customerColumns, values)
  const reference = referenceOf(read, setting.country)
  if (reference.every((one) => one === null)) throw new RowFault('it names no customer')
  // A mobile is shown as it is compared, everything else as it was given.
  return [
    ...reference,
    read('email') || null,
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
  if (maxRedeemed !== null && maxRedeemed > 2_147_483_647) throw new RowFault('maxRedeemed is too large')
  return [
    ...reference,
    seriesOf(read('seriesCode'), setting),
    code,
    isTagged,
    endOf('validTill', read('validTill'), setting),
    storeOf('issuedAt', read('issuedAt'), setting),
    textOf('transactionNumber', read('transactionNumber')) || null,
    pastOf('createdDate', read('createdDate'), setting),
    maxRedeemed,
  ]
}

/** Columns of `stagedColumns.redemptions`. @throws RowFault */
export function stageRedemption(values: readonly string[], setting: Setting): Staged[] {
  const read = reader(redemptionColumns, values)
  const reference = referenceOf(read, setting.country)
  if (reference.every((one) => one === null)) throw new RowFault('it names no customer', 701)
  const code = codeOf(read('code'))
  const couponId = idOf('couponId', read('couponId'))
  if (code === null && couponId === null) throw new RowFault('it names no coupon', 702)
  const redeemedAt = pastOf('redeemedDate', read('redeemedDate'), setting)
  if (redeemedAt === null) throw new RowFault('redeemedDate is missing')
  const reversedAt = pastOf('reversedDate', read('reversedDate'), setting)
  if (reversedAt !== null && Date.parse(reversedAt) < Date.parse(redeemedAt))
    throw new RowFault('reversedDate lies before redeemedDate')
  const till = read('till') === '' ? null : setting.tills.get(read('till'))
  if (till === undefined) throw new RowFault(`till: there is no till ${quote(read('till'))}`)
  const storeId = storeOf('redeemedAt', read('redeemedAt'), setting) ?? till?.storeId ?? null
  if (till && till.storeId !== storeId) throw new RowFault(`till ${quote(read('till'))} is in another store`)
  const amount = read('billAmount')
  if (!/^(\d{1,12}(\.\d{1,3})?)?$/.test(amount))
    throw new RowFault(
      `billAmount ${quote(amount)} is no amount: digits, and at most three behind the point`,
      733,
    )
  return [
    ...reference,
    code,
    couponId,
    redeemedAt,
    reversedAt,
    storeId,
    till?.id ?? null,
    textOf('billNumber', read('billNumber')),
    amount || null,
    idOf('billId', read('billId')),
    textOf('details', read('details'), maxDetailsLength) || null,
  ]
}
