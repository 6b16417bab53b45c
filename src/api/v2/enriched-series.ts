import { Type, type TSchema } from 'typebox'
import type { KeptSeries } from '../../ledger/series/series-fields.ts'
import { dayOf, startOfDayS } from '../../values/calendar.ts'
import { emptyList } from '../../http/answer-fields.ts'
import { seriesFields } from './series-answer.ts'
import { seriesToWire } from './series-wire.ts'

/** The series as the detailed calls print it: with its products and places, without how its codes are made. */

/** Keys of a series that these calls do not print. */
const absent = new Set([
  'customPropertyMap',
  'validTillDateTime',
  'targetUserDetails',
  'numUploadedNonIssued',
  'numUploadedTotal',
  'redemptionValidAfterDays',
  'ownedBy',
  'ownerId',
  'ownerValidity',
  'alphaNumeric',
  'shortCodeLength',
  'randomCodeLength',
  'fixedExpiryDate',
  'numTotal',
  'latestIssualTime',
  'latestRedemptionTime',
  'genericCode',
  'resendMessageEnabled',
  'couponPrefix',
  'couponSuffix',
  'isPrefixEnabled',
  'isSuffixEnabled',
  'orgPrefixOverride',
  'orgSuffixOverride',
  'externalIssual',
  'productInfo',
  'redemptionOrgEntityDetails',
])

/** Ids, or codes where the series states those. */
const products = Type.Array(Type.Union([Type.Integer(), Type.String()]), { description: 'Empty: all.' })
const ids = Type.Array(Type.Integer())
const places = Type.Object({ concepts: ids, zones: ids, stores: ids, tills: ids })

export const enrichedSeriesFields: Record<string, TSchema> = {
  ...Object.fromEntries(Object.entries(seriesFields).filter(([key]) => !absent.has(key))),
  isUpdateProductData: Type.Literal(false),
  brands: products,
  products,
  categories: products,
  validRedemptionOrgEntityDetails: places,
  entityLevelRedemptionConfigsValues: emptyList,
  validTilldateFormat: Type.String({ description: 'The last day, yyyy-MM-dd.' }),
  redemptionValidFromFormat: Type.String({ description: 'The first day, yyyy-MM-dd.' }),
  dvsExpiryDateFormat: Type.String(),
}

/** @param withIsoDate with `validTillISODate` too. */
export function enrichedSeriesToWire(
  series: KeptSeries,
  timeZone: string,
  withIsoDate = false,
): Record<string, unknown> {
  const common = seriesToWire(series, timeZone, series.maxIssued ?? -1)
  const lastDay = dayOf(timeZone, series.validUntilS)
  const wire: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(common)) {
    Object.assign(wire, keysBefore(key, series, withIsoDate ? lastDay : undefined))
    if (!absent.has(key)) wire[key] = value
  }
  wire['validTilldateFormat'] = lastDay
  wire['redemptionValidFromFormat'] = dayOf(timeZone, series.redemptionValidFromS ?? series.updatedAtS)
  wire['dvsExpiryDateFormat'] = dayOf(timeZone, startOfDayS(timeZone, series.updatedAtS))
  return wire
}

/** Keys of these calls alone, by the key of the common series that they stand before. */
function keysBefore(
  key: string,
  series: KeptSeries,
  isoDate: string | undefined,
): Record<string, unknown> | undefined {
  switch (key) {
    case 'validDaysFromCreation':
      return isoDate === undefined ? undefined : { validTillISODate: isoDate }
    case 'info':
      return { isUpdateProductData: false }
    case 'termsAndConditions':
      return productsToWire(series)
    case 'seriesType':
      return { validRedemptionOrgEntityDetails: placesToWire(series) }
    case 'updateProductData':
      return { entityLevelRedemptionConfigsValues: [] }
    default:
      return undefined
  }
}

function placesToWire(series: KeptSeries) {
  return {
    concepts: series.redemptionConceptIds ?? [],
    zones: series.redemptionZoneIds ?? [],
    stores: series.redemptionStoreIds ?? [],
    tills: series.redemptionTillIds ?? [],
  }
}

/** Ids or codes, as the series states them; empty: all products. */
export function productsToWire({ products: groups }: KeptSeries) {
  const ofType = (type: string) =>
    (groups ?? [])
      .filter(({ productType }) => productType === type)
      .flatMap(({ productIds, productCodes }): (number | string)[] => [...(productIds ?? productCodes ?? [])])
  return { brands: ofType('BRAND'), products: ofType('SKU'), categories: ofType('CATEGORY') }
}
