import { Type, type Static } from 'typebox'
import { emptyList, status } from '../../http/answer-fields.ts'
import { shapeOf } from '../../http/shape.ts'
import type { StatedSeries } from '../../ledger/series/series-rules.ts'
import type { Series } from '../../ledger/series/terms.ts'
import { startOfDayS } from '../../values/calendar.ts'
import { fields } from './series-fields.ts'
import type { Outgoing, Part } from './series-key.ts'

/** The form of a series in each call and in requests, from the keys in `series-fields.ts`. */

type Fields = typeof fields
type Name = keyof Fields
const entries = Object.entries(fields) as [Name, Fields[Name]][]

type FieldsOf<Parts extends Part> = {
  readonly [Key in Name as Fields[Key]['part'] extends 'all' | Parts ? Key : never]: Fields[Key]
}
const fieldsOf = <Parts extends Part>(...parts: readonly Parts[]) =>
  Object.fromEntries(
    entries.filter(([, { part }]) => part === 'all' || (parts as readonly Part[]).includes(part)),
  ) as unknown as FieldsOf<Parts>

const shape = shapeOf<Outgoing>()
const series = shape(fieldsOf('plain'))
export const seriesAnswer = Type.Object(series.properties)
export const savedSeriesAnswer = Type.Object({
  ...series.properties,
  warnings: Type.Array(status, { description: '745: a term is stored but not judged.' }),
})
export const seriesListAnswer = Type.Object({ entity: Type.Array(seriesAnswer), warnings: emptyList })

/** The series in detailed calls: with its products and places, without the form of its codes. */
export const detailedSeries = shape(fieldsOf('detailed'))

/** The same in checks of a coupon: with the last day as a date. */
export const checkedSeries = shape(fieldsOf('detailed', 'dated'))

const days = Type.Array(Type.Integer(), { description: '[-1]: any.' })
/** The series of a coupon. Only here the contract prints the window as an object. */
export const couponSeries = shape({
  ...fieldsOf('plain', 'dated'),
  redemptionRange: {
    schema: Type.Object({ dom: days, dow: days, hours: days }),
    from: ({
      series: { redemptionDaysOfMonth: dom, redemptionDaysOfWeek: dow, redemptionHours: hours },
    }) => ({
      dom: [...(dom ?? [-1])],
      dow: [...(dow ?? [-1])],
      hours: [...(hours ?? [-1])],
    }),
  },
})

/** @param numTotal the maximum number of coupons, in the form of the call. */
export function outgoing(one: Series, timeZone: string, numTotal = one.maxIssued ?? -1): Outgoing {
  return {
    series: one,
    timeZone,
    numTotal,
    lastDayS: startOfDayS(timeZone, one.validUntilS),
    savedOnS: startOfDayS(timeZone, one.updatedAtS),
    prefix: one.isPrefixOfOrganisation ? one.codePrefix : one.statedPrefix,
    suffix: one.isSuffixOfOrganisation ? one.codeSuffix : one.statedSuffix,
  }
}

/** @param numTotal the maximum number of coupons, in the form of the call. */
export const seriesToWire = (one: Series, timeZone: string, numTotal: number): Static<typeof seriesAnswer> =>
  series.toWire(outgoing(one, timeZone, numTotal))

/**
 * Terms that the calls of the contract do not judge, because the ledger does not have the customer's other bills, and
 * only calls of `/till/v1` name the items of a bill.
 */
export function warningsOf({ targetCustomers, products }: Series) {
  const limit = targetCustomers?.validMaxUserTransactionLimit ?? -1
  const unjudged = [
    ...(limit >= 0 ? ['targetUserDetails.validMaxUserTransactionLimit'] : []),
    ...(products !== null && products.length > 0 ? ['productInfo'] : []),
  ]
  return unjudged.map((name) => ({ status: true, code: 745, message: `${name} is kept and not judged` }))
}

type Stated = { [Key in Name as Fields[Key] extends { body: unknown } ? Key : never]: Fields[Key] }
type Bodies = { [Key in keyof Stated]: Stated[Key]['body'] }
type AllOf<Union> = (Union extends unknown ? (one: Union) => void : never) extends (one: infer All) => void
  ? All
  : never

const statedEntries = entries.flatMap(([name, field]) => ('body' in field ? [[name, field] as const] : []))

/** A series as a caller states it; other fields are ignored. */
const body = Type.Object(
  Object.fromEntries(statedEntries.map(([name, field]) => [name, field.body])) as unknown as Bodies,
)
export type SeriesBody = Static<typeof body>
export const seriesRequest = Type.Object({ CouponSeriesV2: body })

/**
 * Reads the keys of a series separately; the rules of series judge their combination.
 *
 * @throws Refusal 400 with the name of the key for a value outside its type or range, 756 for malformed exclusions.
 */
export function readSeriesFields(given: SeriesBody, timeZone: string): StatedSeries {
  const parts = statedEntries.map(([name, { read }]) =>
    (read as (name: string, value: unknown, timeZone: string) => object)(
      name,
      given[name as keyof SeriesBody],
      timeZone,
    ),
  )
  return Object.assign({}, ...parts) as AllOf<ReturnType<Stated[keyof Stated]['read']>>
}
