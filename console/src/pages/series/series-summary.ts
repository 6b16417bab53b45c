import { count, plural, type Formats } from '../../parts/format.ts'
import type { SeriesFields } from './series-fields.ts'

/** All terms of a series in one sentence, so that a person sees what they come to. */

const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})
const dayWords = (date: string, time: string): string =>
  `${day.format(new Date(`${date}T12:00:00Z`))}${time === '' ? '' : `, ${time}`}`

const isStated = (text: string): boolean => text.trim() !== ''
const often = (text: string): string =>
  text === '1' ? 'once' : text === '2' ? 'twice' : `${countOf(text)} times`
const countOf = (text: string): string => count(Number(text))

function discountWords(fields: SeriesFields, { discount }: Formats): string {
  if (!isStated(fields.discountValue)) return 'No discount yet'
  return discount({
    discountType: fields.discountType,
    discountValue: Number(fields.discountValue),
    discountUpto: fields.discountType === 'PERC' ? Number(fields.discountUpto) : 0,
  })
}

function billWords(
  { minBillAmount: min, maxBillAmount: max }: SeriesFields,
  { money }: Formats,
): string | false {
  const [least, most] = [min, max].map((text) => (isStated(text) ? money(Number(text)) : ''))
  if (least && most) return `on bills of ${least} to ${most}`
  if (least) return `on bills of ${least} or more`
  return most ? `on bills of at most ${most}` : false
}

function productWords(fields: SeriesFields): string | false {
  const kinds = [
    ['includedSkus', 'products'],
    ['includedBrands', 'brands'],
    ['includedCategories', 'categories'],
  ] as const
  const named = kinds.flatMap(([name, words]) => (isStated(fields[name]) ? words : []))
  return named.length > 0 && `on some ${named.join(' and ')}`
}

function usesWords(fields: SeriesFields): string {
  if (fields.clientHandlingType === 'GENERIC')
    return `with the code ${fields.genericCode || 'that all share'}`
  if (!fields.isMultipleUseAllowed) return 'each coupon once'
  const most = fields.redemptionPerCouponMaxLimit
  return isStated(most) ? `each coupon ${often(most)}` : 'each coupon any number of times'
}

const limitWords = ({ maxRedemptionsInSeriesPerUser: each, maxRedeem: all, ...fields }: SeriesFields) => [
  isStated(each) && `${often(each)} per customer`,
  isStated(fields.minDaysBetweenRedemption) &&
    `${plural(Number(fields.minDaysBetweenRedemption), 'day')} apart`,
  isStated(all) && `${often(all)} in all`,
]

function timeWords(fields: SeriesFields): string {
  const from = fields.redemptionValidFrom
  const begins = from === '' ? '' : `from ${dayWords(from, fields.redemptionValidFromTime)} `
  if (fields.validTillDate === '') return `${begins}with no end yet`
  return `${begins}${begins === '' ? 'until' : 'to'} ${dayWords(fields.validTillDate, fields.validTillTime)}`
}

function lifeWords({
  redemptionValidAfterDays: rests,
  expiryStrategyType,
  expiryStrategyValue,
}: SeriesFields) {
  const after = isStated(rests) && `from ${plural(Number(rests), 'day')} after issue`
  const value = Number(expiryStrategyValue)
  if (expiryStrategyType === 'DAYS' && isStated(expiryStrategyValue))
    return [after, `for ${plural(value, 'day')} after issue`]
  if (expiryStrategyType === 'MONTHS_END')
    return [
      after,
      value > 0
        ? `until the end of the month, ${plural(value, 'month')} after issue`
        : 'until the end of the month of issue',
    ]
  return [after]
}

const weekdays = ['', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays']

function windowWords({ dow, dom, hours }: SeriesFields) {
  const sorted = (list: readonly string[]): number[] => list.map(Number).sort((a, b) => a - b)
  return [
    dow.length > 0 && `on ${listed(sorted(dow).map((one) => weekdays[one] ?? ''))}`,
    dom.length > 0 && `on day ${listed(sorted(dom).map(String))} of the month`,
    hours.length > 0 && `in the hours from ${listed(sorted(hours).map((hour) => `${hour}:00`))}`,
  ]
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** @param otherPlaces the number of zones, concepts and tills beside the stores of the form. */
export function summaryOf(fields: SeriesFields, formats: Formats, otherPlaces = 0): string {
  const stores = fields.redemptionOrgEntityDetails.length
  const places = [
    stores > 0 && plural(stores, 'store'),
    otherPlaces > 0 && plural(otherPlaces, 'other place'),
  ]
  const named = places.filter((one) => one !== false)
  const parts = [
    discountWords(fields, formats),
    billWords(fields, formats),
    productWords(fields),
    usesWords(fields),
    ...limitWords(fields),
    timeWords(fields),
    ...lifeWords(fields),
    ...windowWords(fields),
    named.length > 0 && `in ${listed(named)}`,
    fields.clientHandlingType !== 'GENERIC' &&
      (fields.anyUser ? 'for anybody with the code' : 'for its holder'),
  ]
  return `${parts.filter((one) => one !== false).join(', ')}.`
}
