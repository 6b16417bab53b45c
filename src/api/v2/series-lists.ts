import { badParameter, quote, Refusal } from '../../values/errors.ts'
import { placeTypes } from '../../ledger/series/list-series.ts'
import { productTypes, type PlainTerms, type TargetCustomers } from '../../ledger/series/series-fields.ts'
import { isId } from '../../values/ids.ts'
import { given, readId, readNumber, readPlainCode } from '../../http/fields.ts'
import type { SeriesBody } from './series-request.ts'
import { maxInt, readEnum, readInteger, readLines } from './series-values.ts'

/** Readers of the fields of a series that hold lists. Null: nothing stated. */

const maxProducts = { SKU: 10_000, CATEGORY: 1_000, BRAND: 250, ATTRIBUTE: 250 } as const

const numberOf = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && /^-?\d{1,16}$/.test(value.trim())
      ? Number(value)
      : Number.NaN

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A list of ids, or text that holds one as JSON; −1 stands for none. @throws Refusal 756 for anything else. */
export function readExclusiveSeries(value: SeriesBody['mutualExclusiveSeriesIds']): number[] | null {
  const stated = given(value)
  if (stated === undefined) return null
  const list = typeof stated === 'string' ? parseJson(stated) : stated
  const ids = Array.isArray(list) ? list.map(numberOf).filter((id) => id !== -1) : [Number.NaN]
  if (!ids.every(isId) || ids.length > 500) {
    const shown = quote(typeof stated === 'string' ? stated : JSON.stringify(stated))
    throw new Refusal(
      756,
      `invalid value ${shown} for mutually exclusive config series: mutualExclusiveSeriesIds is a JSON list of at most 500 series ids, or [-1]`,
    )
  }
  return ids.length === 0 ? null : [...new Set(ids)]
}

type Range = Pick<PlainTerms, 'redemptionDaysOfMonth' | 'redemptionDaysOfWeek' | 'redemptionHours'>

/** `{"dom": …, "dow": …, "hours": …}`, or text that holds it as JSON: each a list or one number; −1 or absent: any. */
export function readRedemptionRange(value: SeriesBody['redemptionRange']): Range {
  const stated = given(value)
  const range = typeof stated === 'string' ? parseJson(stated) : (stated ?? {})
  if (typeof range !== 'object' || range === null || Array.isArray(range))
    throw badParameter('redemptionRange', JSON.stringify(stated), 'a JSON object of dom, dow and hours')
  const read = (key: string, min: number, max: number): number[] | null => {
    const part = (range as Record<string, unknown>)[key] ?? -1
    const numbers = [part].flat().map(numberOf)
    if (numbers.length > 0 && numbers.every((n) => n === -1)) return null
    if (numbers.length === 0 || !numbers.every((n) => Number.isInteger(n) && n >= min && n <= max)) {
      throw badParameter(
        `redemptionRange.${key}`,
        JSON.stringify(part),
        `numbers from ${min} to ${max}, or -1 for any`,
      )
    }
    return [...new Set(numbers)].sort((a, b) => a - b)
  }
  return {
    redemptionDaysOfMonth: read('dom', 1, 31),
    redemptionDaysOfWeek: read('dow', 1, 7),
    redemptionHours: read('hours', 0, 23),
  }
}

export function readProducts(value: SeriesBody['productInfo']): PlainTerms['products'] {
  const counts = { SKU: 0, CATEGORY: 0, BRAND: 0, ATTRIBUTE: 0 }
  const groups = (value ?? []).map((group, at) => {
    const name = `productInfo.${at}`
    const productType = readEnum(`${name}.productType`, group.productType, productTypes)
    if (productType === undefined) throw new Refusal(756, `${name}.productType is mandatory`)
    const { productIds, productCodes } = group
    const count = (productIds?.length ?? 0) + (productCodes?.length ?? 0)
    if (productIds?.length && productCodes?.length)
      throw badParameter(name, 'productIds and productCodes', 'one of the two')
    if (count === 0) throw badParameter(name, '', 'productIds or productCodes')
    counts[productType] += count
    if (counts[productType] > maxProducts[productType]) {
      throw badParameter(
        name,
        `${counts[productType]} products`,
        `at most ${maxProducts[productType]} of ${productType}`,
      )
    }
    return productIds?.length
      ? { productType, productIds: productIds.map((id) => readId(`${name}.productIds`, id)) }
      : {
          productType,
          productCodes: (productCodes ?? []).map((code) => readPlainCode(`${name}.productCodes`, code)),
        }
  })
  return groups.length === 0 ? null : groups
}

type Places = Pick<
  PlainTerms,
  'redemptionStoreIds' | 'redemptionTillIds' | 'redemptionZoneIds' | 'redemptionConceptIds'
>

export function readPlaces(value: SeriesBody['redemptionOrgEntityDetails']): Places {
  const byType = new Map<string, number[]>()
  for (const [at, place] of (value ?? []).entries()) {
    const name = `redemptionOrgEntityDetails.${at}`
    const type = readEnum(`${name}.redemptionOrgEntityType`, place.redemptionOrgEntityType, placeTypes)
    const id = given(place.orgEntityId)
    if (type === undefined) throw new Refusal(756, `${name}.redemptionOrgEntityType is mandatory`)
    if (id === undefined) throw new Refusal(756, `${name}.orgEntityId is mandatory`)
    byType.set(type, [...(byType.get(type) ?? []), readId(`${name}.orgEntityId`, id)])
  }
  const idsOf = (type: string) => (byType.has(type) ? [...new Set(byType.get(type))] : null)
  return {
    redemptionStoreIds: idsOf('STORE'),
    redemptionTillIds: idsOf('TILL'),
    redemptionZoneIds: idsOf('ZONE'),
    redemptionConceptIds: idsOf('CONCEPT'),
  }
}

const maxEpochMs = Date.UTC(9999, 11, 30)

export function readTarget(value: SeriesBody['targetUserDetails']): TargetCustomers | null {
  if (value === undefined || value === null) return null
  const name = 'targetUserDetails'
  const limit = readInteger(`${name}.validMaxUserTransactionLimit`, value.validMaxUserTransactionLimit, {
    min: -1,
    max: maxInt,
  })
  const read = (field: 'validUserRegistrationStartTime' | 'validUserRegistrationEndTime') =>
    readInteger(`${name}.${field}`, value[field], { min: 0, max: maxEpochMs })
  const start = read('validUserRegistrationStartTime')
  const end = read('validUserRegistrationEndTime')
  if (start !== undefined && end !== undefined && start > end) {
    throw badParameter(
      `${name}.validUserRegistrationStartTime`,
      String(start),
      `at most validUserRegistrationEndTime, ${end}`,
    )
  }
  const target = {
    ...(limit !== undefined && { validMaxUserTransactionLimit: limit }),
    ...(start !== undefined && { validUserRegistrationStartTime: start }),
    ...(end !== undefined && { validUserRegistrationEndTime: end }),
  }
  return Object.keys(target).length === 0 ? null : target
}

const maxProperties = 100
/** All of a series together: lists print them for every series. */
const maxPropertyCharacters = 65_536

export function readProperties(value: SeriesBody['customPropertyMap']): PlainTerms['customProperties'] {
  const properties = Object.entries(value ?? {}).map(([key, property]) => ({
    name: readLines('customPropertyMap', key, 200) ?? '',
    value: readLines(`customPropertyMap.${key}`, String(property ?? ''), 10_000) ?? '',
  }))
  if (properties.length > maxProperties)
    throw badParameter('customPropertyMap', `${properties.length} properties`, `at most ${maxProperties}`)
  const characters = properties.reduce((sum, { name, value: text }) => sum + name.length + text.length, 0)
  if (characters > maxPropertyCharacters)
    throw badParameter('customPropertyMap', `${characters} characters`, `at most ${maxPropertyCharacters}`)
  return properties.length === 0 ? null : properties
}

/** The number of random characters; 0, also for −1: the default. */
export function readCodeLength(value: SeriesBody['randomCodeLength']): number {
  const stated = given(value)
  if (stated === undefined) return 0
  const length = readNumber('randomCodeLength', stated)
  if (length === 0 || length === -1) return 0
  if (!Number.isInteger(length) || length < 4 || length > 40)
    throw badParameter('randomCodeLength', String(stated), '4 to 40, or 0 for the default')
  return length
}
