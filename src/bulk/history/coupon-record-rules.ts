import { quote } from '../../values/errors.ts'
import { endOfDayS, withinTimeS } from '../../values/calendar.ts'
import { newCodeFault } from '../../values/coupon-code.ts'
import { maxImportedCouponId } from '../../values/ids.ts'
import { damageOfCode } from '../../values/spreadsheet-notation.ts'
import { BadRecord, type Fields } from './field-rules.ts'
import type { CouponRecord, PlaceRecord, RedemptionRecord, SeriesRecord } from './history-record.ts'
import { readDiscount } from './return-record-rules.ts'

const maxInteger = 2_147_483_647
const maxPerCoupon = 100_000
const maxMicros = 999_999

/** Lengths in characters. */
const max = {
  code: 100,
  description: 2_000,
  transactionNumber: 200,
  place: 200,
  properties: 200,
  propertyName: 200,
  propertyValue: 20_000,
}

/**
 * Reads the coupon of a saved answer, in an organisation's time zone.
 *
 * @param createdAtUs see `CouponRecord`. @throws BadRecord with the reason.
 */
export function readCoupon(
  fields: Fields,
  path: string,
  createdAtUs: number,
  timeZone: string,
): CouponRecord {
  const redemptions = readRedemptions(fields)
  const count = fields.integer('redemptionCount', 0, maxInteger)
  const standing = redemptions.filter((one) => one.reversedAtS === null).length
  if (count !== standing) {
    throw new BadRecord(`redemptionCount is ${count} and redemptions has ${standing} elements`)
  }
  const left = fields.integer('redemptionsLeft', -1, maxInteger - count)
  const transactionNumber = fields.optionalText('transactionNumber', max.transactionNumber)
  return {
    path,
    id: fields.id('id', maxImportedCouponId),
    code: readCode(fields),
    series: readSeries(fields),
    createdAtS: fields.firstInstantS(['createdDateISO', 'createdDate']),
    createdAtUs,
    validUntilS: readValidity(fields, timeZone),
    transactionNumber: transactionNumber === '0' ? null : transactionNumber,
    place: readPlace(fields, 'issuedAt'),
    maxRedeemed: left === -1 ? null : count + left,
    redemptions,
  }
}

function readCode(fields: Fields): string {
  const code = fields.text('code', max.code)
  const fault = code === '' ? 'is empty' : newCodeFault(code)
  if (fault !== undefined)
    throw fields.fail('code', `must have 1 to ${max.code} characters that can be seen; it ${fault}`)
  const damage = damageOfCode(code)
  if (damage !== undefined) throw new BadRecord(`code ${quote(code)} ${damage}`)
  return code
}

function readSeries(fields: Fields): SeriesRecord {
  const discountType = fields.text('discountType', 10)
  if (discountType !== 'ABS' && discountType !== 'PERC') {
    throw fields.fail('discountType', 'must be ABS or PERC')
  }
  return {
    id: fields.id('seriesId'),
    description: fields.text('description', max.description),
    discountType,
    discountValue: fields.amount('discountValue'),
    discountUpto: fields.has('discountUpto') ? fields.amount('discountUpto') : 0,
    customProperties: fields.has('customProperty')
      ? fields.list('customProperty', max.properties).map((one, at) => {
          const property = fields.element('customProperty', at, one)
          return {
            name: property.text('name', max.propertyName),
            value: property.text('value', max.propertyValue),
          }
        })
      : null,
  }
}

/** Files from before 2025 lack the instant: then the end of the day in `validTill` applies. */
function readValidity(fields: Fields, timeZone: string): number {
  if (fields.has('validTillDateTime')) return withinTimeS(timeZone, fields.instantS('validTillDateTime'))
  fields.instantS('validTill')
  return endOfDayS(timeZone, fields.text('validTill', 40).slice(0, 10))
}

function readPlace(fields: Fields, key: string): PlaceRecord | null {
  if (!fields.has(key)) return null
  const place = fields.object(key)
  const code = place.text('code', max.place)
  const name = place.optionalText('name', max.place) || code
  if (code === '') throw place.fail('code', 'must not be empty')
  return { code, name }
}

function readRedemptions(fields: Fields): RedemptionRecord[] {
  const all = (['redemptions', 'reversedRedemptions'] as const).flatMap((key) =>
    fields.list(key, maxPerCoupon).map((one, at): RedemptionRecord => {
      const redemption = fields.element(key, at, one)
      const reversedAtS = key === 'redemptions' ? null : redemption.instantS('reversedOn')
      return {
        id: redemption.id('id'),
        redeemedAtS: redemption.firstInstantS(['dateISO', 'date']),
        redeemedAtUs: Math.min(at, maxMicros),
        transactionNumber: redemption.optionalText('transactionNumber', max.transactionNumber),
        place: readPlace(redemption, 'redeemedAt'),
        customFields: redemption.customFields('customFields'),
        ...readDiscount(redemption, reversedAtS),
        reversedAtS,
      }
    }),
  )
  const ids = new Set<number>()
  for (const { id } of all) {
    if (ids.has(id)) throw new BadRecord(`redemption ${id} stands in it twice`)
    ids.add(id)
  }
  return all
}
