import { formatInstant } from '../../values/calendar.ts'

/** Names of currencies, countries and offsets, as the calls for places print them. */

export function currencyOf(code: string | null): { name: string; symbol: string } {
  if (code === null) return { name: '', symbol: '' }
  const parts = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
    currencyDisplay: 'narrowSymbol',
  }).formatToParts(0)
  return {
    name: new Intl.DisplayNames(['en'], { type: 'currency' }).of(code) ?? code,
    symbol: parts.find(({ type }) => type === 'currency')?.value ?? code,
  }
}

export const regionOf = (country: string): string =>
  new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' }).of(country) ?? country

/** The offset of a time zone at an instant, such as `+05:30`. */
export function offsetAt(timeZone: string, epochS: number): string {
  const offset = formatInstant(timeZone, epochS).slice(19)
  return offset === 'Z' ? '+00:00' : offset
}

/** The offsets of a time zone in January and in July, the smaller one first. */
export function offsetsOf(timeZone: string): { std: string; summer: string } {
  const year = new Date().getUTCFullYear()
  const offsets = [0, 6].map((month) => offsetAt(timeZone, Date.UTC(year, month, 1) / 1000))
  const minutes = (offset: string) => {
    const [hours = 0, rest = 0] = offset.slice(1).split(':').map(Number)
    return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + rest)
  }
  const [std = '', summer = ''] = offsets.toSorted((one, other) => minutes(one) - minutes(other))
  return { std, summer }
}
