import { Temporal } from 'temporal-polyfill'

/**
 * Calendar arithmetic in an organisation's time zone. Instants are epoch seconds (UTC), whole ones as arguments; days
 * are `YYYY-MM-DD`.
 */

/** A period in which a zone has a constant offset: `[from, to)`, epoch seconds. */
interface OffsetSpan {
  readonly from: number
  readonly to: number
  readonly offsetS: number
  /** As printed: `Z` or `+05:30`. */
  readonly suffix: string
}

const spansByZone = new Map<string, OffsetSpan[]>()

/** True if the runtime knows the IANA zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return (
      /^[A-Za-z]/.test(zone) && Boolean(Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone))
    )
  } catch {
    return false
  }
}

function formatOffset(offsetS: number): string {
  if (offsetS === 0) return 'Z'
  const minutes = Math.floor(Math.abs(offsetS) / 60)
  const pad = (n: number) => String(n).padStart(2, '0')
  return `${offsetS < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`
}

function findSpan(zone: string, epochS: number): OffsetSpan {
  // Clocks change on whole seconds, and the database clock has fractions of milliseconds.
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochS) * 1000).toZonedDateTimeISO(zone)
  const next = at.getTimeZoneTransition('next')
  const previous = at.add({ seconds: 1 }).getTimeZoneTransition('previous')
  const offsetS = at.offsetNanoseconds / 1e9
  return {
    from: previous ? previous.epochMilliseconds / 1000 : Number.NEGATIVE_INFINITY,
    to: next ? next.epochMilliseconds / 1000 : Number.POSITIVE_INFINITY,
    offsetS,
    suffix: formatOffset(offsetS),
  }
}

/** Spans are cached per zone, the latest used first: a page of coupons touches two or three. */
function spanAt(zone: string, epochS: number): OffsetSpan {
  let spans = spansByZone.get(zone)
  if (spans === undefined) spansByZone.set(zone, (spans = []))
  for (const span of spans) if (epochS >= span.from && epochS < span.to) return span
  const span = findSpan(zone, epochS)
  spans.unshift(span)
  return span
}

const dayS = 86_400

/** Texts of days, by days since 1970: a history prints the same ones repeatedly. */
const dayTexts = new Map<number, string>()
const maxDayTexts = 20_000
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))

function dayText(day: number): string {
  let text = dayTexts.get(day)
  if (text === undefined) {
    if (dayTexts.size >= maxDayTexts) dayTexts.clear()
    text = new Date(day * dayS * 1000).toISOString().slice(0, -14)
    dayTexts.set(day, text)
  }
  return text
}

/** `yyyy-MM-dd'T'HH:mm:ssXXX` in the zone, e.g. `2026-06-11T23:59:59Z`. */
export function formatInstant(zone: string, epochS: number): string {
  const { offsetS, suffix } = spanAt(zone, epochS)
  const localS = Math.floor(epochS + offsetS)
  const day = Math.floor(localS / dayS)
  const second = localS - day * dayS
  const hours = twoDigits[Math.floor(second / 3600)]
  const minutes = twoDigits[Math.floor(second / 60) % 60]
  return `${dayText(day)}T${hours}:${minutes}:${twoDigits[second % 60]}${suffix}`
}

/** The day of an instant in the zone. */
export function dayOf(zone: string, epochS: number): string {
  return dayText(Math.floor((epochS + spanAt(zone, epochS).offsetS) / dayS))
}

/** The first second of an instant's day: midnight, unless a clock change skips midnight. */
export function startOfDayS(zone: string, epochS: number): number {
  const { offsetS, from, to } = spanAt(zone, epochS)
  const local = epochS + offsetS
  const midnight = local - (((local % dayS) + dayS) % dayS) - offsetS
  if (midnight >= from && midnight < to) return midnight
  return Temporal.PlainDate.from(dayOf(zone, epochS)).toZonedDateTime(zone).epochMilliseconds / 1000
}

/** The last second of a day in the zone: 23:59:59, one second before the next day begins. */
export function endOfDayS(zone: string, day: string): number {
  const next = Temporal.PlainDate.from(day).add({ days: 1 })
  return next.toZonedDateTime(zone).epochMilliseconds / 1000 - 1
}

/** 9999-12-31 ends latest where clocks are twelve hours behind UTC. */
export const lastS = Date.UTC(9999, 11, 31, 36) / 1000 - 1
const lastSByZone = new Map<string, number>()

/**
 * Limits an instant to the last second of 9999-12-31 in the zone. That day is used for a coupon that never expires, and
 * it ends at a different instant in every zone: without the limit, its year would have five digits in some.
 */
export function withinTimeS(zone: string, epochS: number): number {
  let last = lastSByZone.get(zone)
  if (last === undefined) lastSByZone.set(zone, (last = endOfDayS(zone, '9999-12-31')))
  return Math.min(epochS, last)
}

/**
 * An instant in PostgreSQL's input format: whole seconds, UTC, without offset; the end of 9999 may be in the year 10000
 * in UTC.
 */
export function timestampText(epochS: number): string {
  return new Date(epochS * 1000).toISOString().slice(0, -5).replace(/^\+0*/, '')
}

/** Converts an instant as PostgreSQL writes it into JSON to milliseconds since 1970. */
export function parseTimestampMs(text: string): number {
  return Date.parse(withSign(text))
}

/** ISO 8601 requires a sign and six digits for years beyond 9999. */
const withSign = (text: string): string => text.replace(/^(\d{5})-/, '+0$1-')

/** Day of month (1-31), day of week (1 = Monday) and hour (0-23) of an instant in the zone. */
export function wallClock(
  zone: string,
  epochS: number,
): { dayOfMonth: number; dayOfWeek: number; hour: number } {
  const local = new Date((epochS + spanAt(zone, epochS).offsetS) * 1000)
  return { dayOfMonth: local.getUTCDate(), dayOfWeek: local.getUTCDay() || 7, hour: local.getUTCHours() }
}

/**
 * Parses an ISO 8601 instant with an offset (`2025-08-19T16:52:11Z`, `…+05:30`) to epoch seconds, truncated. Returns
 * undefined for anything else, including nonexistent dates. The end of 9999 in zones behind UTC is accepted with the
 * year 10000 in UTC, as an export writes it.
 */
export function parseInstantS(text: string): number | undefined {
  if (!/^(\d{4}|10000)-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/.test(text))
    return undefined
  try {
    const epochS = Math.floor(Temporal.Instant.from(withSign(text)).epochMilliseconds / 1000)
    return epochS > lastS ? undefined : epochS
  } catch {
    return undefined
  }
}

/** The first day of the week (its Monday) or month that a day is in, or the day itself. */
export function firstDayOf(per: 'day' | 'week' | 'month', day: string): string {
  const date = Temporal.PlainDate.from(day)
  if (per === 'week') return date.subtract({ days: date.dayOfWeek - 1 }).toString()
  return per === 'month' ? date.with({ day: 1 }).toString() : day
}
