/** Converts dates as spreadsheets write them to the standard form. */

const clock = String.raw`(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?`
const yearFirst = new RegExp(String.raw`^(\d{4})([/-])(\d{1,2})\2(\d{1,2})${clock}$`)
/** With dots, the day always comes first. */
const dayFirst = new RegExp(String.raw`^(\d{1,2})\.(\d{1,2})\.(\d{4})${clock}$`)

const two = (text: string): string => text.padStart(2, '0')

/**
 * Converts a time with an unambiguous order to `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`: `2026/12/31`, `31.12.2026` and
 * `2026-12-31 18:30` are converted. Every other text is unchanged.
 */
export function plainTime(text: string): string {
  const byYear = yearFirst.exec(text)
  const byDay = byYear === null ? dayFirst.exec(text) : null
  const found = byYear ?? byDay
  if (found === null) return text
  const day = byYear
    ? `${byYear[1]}-${two(byYear[3] ?? '')}-${two(byYear[4] ?? '')}`
    : `${byDay?.[3]}-${two(byDay?.[2] ?? '')}-${two(byDay?.[1] ?? '')}`
  const [hour, minute, second = '00'] = byYear ? byYear.slice(5) : found.slice(4)
  return hour === undefined ? day : `${day} ${two(hour)}:${minute}:${second}`
}

const allowed = 'write YYYY-MM-DD, YYYY-MM-DD HH:MM:SS, or ISO 8601 with an offset'
const millisOfDay = 86_400_000
/** Day 0 of spreadsheets that count from 1900. */
const spreadsheetEpoch = Date.UTC(1899, 11, 30)

/** Advises how to write a text that is not a valid time. */
export function timeAdvice(text: string): string {
  const [, first = '', second = '', year = ''] = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b/.exec(text) ?? []
  if (year !== '') {
    const days = [
      ...(Number(second) <= 12 ? [`${year}-${two(second)}-${two(first)}`] : []),
      ...(Number(first) <= 12 ? [`${year}-${two(first)}-${two(second)}`] : []),
    ]
    if (days.length > 0)
      return `some countries write the day first and some the month; write ${[...new Set(days)].join(' or ')}`
  }
  if (/^\d{5}(\.\d+)?$/.test(text)) {
    const day = new Date(spreadsheetEpoch + Math.floor(Number(text)) * millisOfDay).toISOString().slice(0, 10)
    return `it is how a spreadsheet counts days; show the column as dates, and write ${day} if that is the day`
  }
  return allowed
}
