import { useMemo } from 'react'
import { useSession } from '../api/session.tsx'
import type { CustomerDetails } from '../api/types.ts'

/** Formats of times, amounts and counts. Times are in the organisation's time zone, wherever the browser is. */

/** A unit, its seconds, and the minimum number from which it is used: "in 20 months", not "in 1 year". */
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ['year', 31_557_600, 2],
  ['month', 2_629_800, 2],
  ['day', 86_400, 2],
  ['hour', 3_600, 1],
  ['minute', 60, 1],
]
const relative = new Intl.RelativeTimeFormat('en')
const counts = new Intl.NumberFormat('en')

export const count = (value: number): string => counts.format(value)

/** "in 3 days", "2 months ago". */
export function fromNow(instant: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(instant) - nowMs) / 1000
  if (Math.abs(seconds) < 60) return seconds < 0 ? 'just now' : 'in a minute'
  const [unit, length] = units.find(([, size, least]) => Math.abs(seconds) >= size * least) ?? ['minute', 60]
  return relative.format(Math.trunc(seconds / length), unit)
}

export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

export function nameOf(customer: { firstName: string; lastName: string } | null | undefined): string {
  return `${customer?.firstName ?? ''} ${customer?.lastName ?? ''}`.trim() || 'No name'
}

/** All numbers, addresses and external ids, in this order. */
export const knownBy = ({ profiles }: CustomerDetails): string[] =>
  ['mobile', 'email', 'externalId'].flatMap((type) =>
    (profiles[0]?.identifiers ?? [])
      .filter((one) => one.type === type)
      .map(({ value }) => (type === 'mobile' ? `+${value}` : value)),
  )

export interface Formats {
  /** 19 Aug 2026 */
  readonly day: (instant: string) => string
  /** 19 Aug 2026, 16:52 */
  readonly time: (instant: string) => string
  /** 16:52 */
  readonly clock: (instant: string) => string
  /** 2026-08-19, for fields of dates. */
  readonly isoDay: (instant: string | number) => string
  readonly money: (amount: number) => string
  /** "₹500 off", "10 % off, at most ₹200" */
  readonly discount: (terms: { discountType: string; discountValue: number; discountUpto: number }) => string
  /** "today until 23:59", "in 12 days", "3 months ago" and the exact time. */
  readonly expiry: (instant: string) => { words: string; exact: string; isPast: boolean; isSoon: boolean }
}

const soonMs = 7 * 86_400_000

export function formatsOf(timeZone: string, currency: string | null): Formats {
  const format = (options: Intl.DateTimeFormatOptions, locale = 'en-GB') => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, ...options })
    return (instant: string | number) => formatter.format(new Date(instant))
  }
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const
  const clock = { hour: '2-digit', minute: '2-digit' } as const
  const amounts = new Intl.NumberFormat(
    'en',
    currency === null ? {} : { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' },
  )
  const money = (amount: number): string => amounts.format(amount)
  const time = format({ ...date, ...clock })
  return {
    day: format(date),
    time,
    clock: format(clock),
    isoDay: format({ year: 'numeric', month: '2-digit', day: '2-digit' }, 'sv-SE'),
    money,
    discount: ({ discountType, discountValue, discountUpto }) => {
      const cap = discountUpto > 0 ? `, at most ${money(discountUpto)}` : ''
      return discountType === 'PERC'
        ? `${counts.format(discountValue)} % off${cap}`
        : `${money(discountValue)} off${cap}`
    },
    expiry: (instant) => {
      const leftMs = Date.parse(instant) - Date.now()
      return {
        words: fromNow(instant),
        exact: time(instant),
        isPast: leftMs < 0,
        isSoon: leftMs >= 0 && leftMs < soonMs,
      }
    },
  }
}

export function useFormats(): Formats {
  const { timeZone, currency } = useSession().organisation
  return useMemo(() => formatsOf(timeZone, currency), [timeZone, currency])
}

export const limitText = (limit: number): string => (limit === -1 ? 'No limit' : count(limit))
