import { Type, type Static } from 'typebox'
import { given, numeric, optional, readId, readPlainCode, record } from '../../http/fields.ts'
import { placeTypes, type PlaceType } from '../../ledger/series/list-series.ts'
import {
  productTypes,
  type Series,
  type SeriesTerms,
  type TargetCustomers,
} from '../../ledger/series/terms.ts'
import { badParameter, quote, refuse } from '../../values/errors.ts'
import { isId } from '../../values/ids.ts'
import { maxInt, readEnum, readInteger, readLines } from './series-values.ts'

/** The keys of a series with lists and objects, as requests state them and answers print them. Null: not stated. */

const text = optional(Type.String())
const number = optional(numeric)

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

/** Ids as JSON; −1 means none. */
export const idList = (ids: readonly number[] | null): string => JSON.stringify(ids ?? [-1])

export const exclusiveBody = optional(
  Type.Union([Type.String({ maxLength: 10_000 }), Type.Array(numeric, { maxItems: 1_000 })]),
)

/** Reads a list of ids, or its JSON text; −1 means none. @throws Refusal 756 for anything else. */
export function readExclusiveSeries(
  _name: string,
  value: Static<typeof exclusiveBody> | undefined,
): number[] | null {
  const stated = given(value)
  if (stated === undefined) return null
  const list = typeof stated === 'string' ? parseJson(stated) : stated
  const ids = Array.isArray(list) ? list.map(numberOf).filter((id) => id !== -1) : [Number.NaN]
  if (!ids.every(isId) || ids.length > 500) {
    const shown = quote(typeof stated === 'string' ? stated : JSON.stringify(stated))
    throw refuse.fieldMissing(
      `invalid value ${shown} for mutually exclusive config series: mutualExclusiveSeriesIds is a JSON list of at most 500 series ids, or [-1]`,
    )
  }
  return ids.length === 0 ? null : [...new Set(ids)]
}

type Window = Pick<SeriesTerms, 'redemptionDaysOfMonth' | 'redemptionDaysOfWeek' | 'redemptionHours'>

/** The blanks are those of the contract. */
export const rangeToWire = (window: Window): string =>
  `{"dom" : ${idList(window.redemptionDaysOfMonth)}, "dow": ${idList(window.redemptionDaysOfWeek)}, "hours": ${idList(window.redemptionHours)}}`

export const rangeBody = optional(Type.Union([Type.String({ maxLength: 2_000 }), Type.Object({})]))

/**
 * Reads `{"dom": …, "dow": …, "hours": …}` or its JSON text. Each is a list or a number; −1 or absent means any value.
 */
export function readRedemptionRange(_name: string, value: Static<typeof rangeBody> | undefined): Window {
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

export const productGroups = Type.Array(
  Type.Object({
    productType: Type.String(),
    productIds: Type.Optional(Type.Array(Type.Integer())),
    productCodes: Type.Optional(Type.Array(Type.String())),
  }),
  { description: 'As it was stated.' },
)

/** jsonb does not preserve the order of keys. */
export const productGroupsToWire = ({ products }: Pick<Series, 'products'>) =>
  products?.map(({ productType, productIds, productCodes }) => ({
    productType,
    ...(productIds ? { productIds: [...productIds] } : { productCodes: [...(productCodes ?? [])] }),
  }))

/** The stated ids or codes of one type; empty: all products. */
export const productsOf = ({ products }: Series, type: 'BRAND' | 'SKU' | 'CATEGORY'): (number | string)[] =>
  (products ?? [])
    .filter(({ productType }) => productType === type)
    .flatMap(({ productIds, productCodes }) => [...(productIds ?? productCodes ?? [])])

export const productsBody = optional(
  Type.Array(
    Type.Object({
      productType: text,
      productIds: optional(Type.Array(numeric, { maxItems: 20_000 })),
      productCodes: optional(
        Type.Array(Type.Union([Type.String({ maxLength: 100 }), Type.Number()]), { maxItems: 20_000 }),
      ),
    }),
    { maxItems: 100 },
  ),
)

export function readProducts(
  field: string,
  value: Static<typeof productsBody> | undefined,
): SeriesTerms['products'] {
  const counts = { SKU: 0, CATEGORY: 0, BRAND: 0, ATTRIBUTE: 0 }
  const groups = (value ?? []).map((group, at) => {
    const name = `${field}.${at}`
    const productType = readEnum(`${name}.productType`, group.productType, productTypes)
    if (productType === undefined) throw refuse.fieldMissing(`${name}.productType is mandatory`)
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

/** The terms that name places, by type, in the order in which they are printed. */
const placeTerms = {
  CONCEPT: 'redemptionConceptIds',
  ZONE: 'redemptionZoneIds',
  STORE: 'redemptionStoreIds',
  TILL: 'redemptionTillIds',
} as const satisfies Readonly<Record<PlaceType, keyof SeriesTerms>>
type Places = Pick<SeriesTerms, (typeof placeTerms)[PlaceType]>

export const places = Type.Array(
  Type.Object({ redemptionOrgEntityType: Type.String(), orgEntityId: Type.Integer() }),
  { description: 'As it was stated.' },
)

export function placesToWire(series: Places): Static<typeof places> | undefined {
  const named = placeTypes.flatMap((redemptionOrgEntityType) =>
    (series[placeTerms[redemptionOrgEntityType]] ?? []).map((orgEntityId) => ({
      redemptionOrgEntityType,
      orgEntityId,
    })),
  )
  return named.length > 0 ? named : undefined
}

export const placeIdsToWire = (series: Places) => ({
  concepts: [...(series.redemptionConceptIds ?? [])],
  zones: [...(series.redemptionZoneIds ?? [])],
  stores: [...(series.redemptionStoreIds ?? [])],
  tills: [...(series.redemptionTillIds ?? [])],
})

export const placesBody = optional(
  Type.Array(Type.Object({ redemptionOrgEntityType: text, orgEntityId: number }), { maxItems: 5_000 }),
)

export function readPlaces(field: string, value: Static<typeof placesBody> | undefined): Places {
  const byType = new Map<PlaceType, number[]>()
  for (const [at, place] of (value ?? []).entries()) {
    const name = `${field}.${at}`
    const type = readEnum(`${name}.redemptionOrgEntityType`, place.redemptionOrgEntityType, placeTypes)
    const id = given(place.orgEntityId)
    if (type === undefined) throw refuse.fieldMissing(`${name}.redemptionOrgEntityType is mandatory`)
    if (id === undefined) throw refuse.fieldMissing(`${name}.orgEntityId is mandatory`)
    byType.set(type, [...(byType.get(type) ?? []), readId(`${name}.orgEntityId`, id)])
  }
  const idsOf = (type: PlaceType) => (byType.has(type) ? [...new Set(byType.get(type))] : null)
  return Object.fromEntries(placeTypes.map((type) => [placeTerms[type], idsOf(type)])) as unknown as Places
}

const maxEpochMs = Date.UTC(9999, 11, 30)

export const target = Type.Object({
  validMaxUserTransactionLimit: Type.Optional(Type.Integer()),
  validUserRegistrationStartTime: Type.Optional(Type.Integer()),
  validUserRegistrationEndTime: Type.Optional(Type.Integer()),
})

/** jsonb does not preserve the order of keys; undefined ones are omitted. */
const targetOf = (
  limit: number | undefined,
  start: number | undefined,
  end: number | undefined,
): TargetCustomers => ({
  ...(limit !== undefined && { validMaxUserTransactionLimit: limit }),
  ...(start !== undefined && { validUserRegistrationStartTime: start }),
  ...(end !== undefined && { validUserRegistrationEndTime: end }),
})

export const targetToWire = ({ targetCustomers: stated }: Series): TargetCustomers | undefined =>
  stated === null
    ? undefined
    : targetOf(
        stated.validMaxUserTransactionLimit,
        stated.validUserRegistrationStartTime,
        stated.validUserRegistrationEndTime,
      )

export const targetBody = optional(
  Type.Object({
    validMaxUserTransactionLimit: number,
    validUserRegistrationStartTime: number,
    validUserRegistrationEndTime: number,
  }),
)

export function readTarget(
  name: string,
  value: Static<typeof targetBody> | undefined,
): TargetCustomers | null {
  if (value === undefined || value === null) return null
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
  return limit === undefined && start === undefined && end === undefined ? null : targetOf(limit, start, end)
}

const maxProperties = 100
/** The total size for a series, since lists print it for every series. */
const maxPropertyCharacters = 65_536

export const propertiesToWire = ({ customProperties }: Series): Record<string, string> | undefined =>
  customProperties === null
    ? undefined
    : Object.fromEntries(customProperties.map(({ name, value }) => [name, value]))

export const propertiesBody = optional(
  record(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])),
)

export function readProperties(
  field: string,
  value: Static<typeof propertiesBody> | undefined,
): SeriesTerms['customProperties'] {
  const properties = Object.entries(value ?? {}).map(([key, property]) => ({
    name: readLines(field, key, 200) ?? '',
    value: readLines(`${field}.${key}`, String(property ?? ''), 10_000) ?? '',
  }))
  if (properties.length > maxProperties)
    throw badParameter(field, `${properties.length} properties`, `at most ${maxProperties}`)
  const characters = properties.reduce((sum, { name, value: text }) => sum + name.length + text.length, 0)
  if (characters > maxPropertyCharacters)
    throw badParameter(field, `${characters} characters`, `at most ${maxPropertyCharacters}`)
  return properties.length === 0 ? null : properties
}
