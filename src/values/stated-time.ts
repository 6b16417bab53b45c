import { Temporal } from 'temporal-polyfill'
import { parseInstantS } from './calendar.ts'

/**
 * Parses a time as integrations state it: ISO 8601 with an offset, or `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD` in the
 * organisation's time zone. Returns epoch seconds; undefined for anything else, including nonexistent times.
 */
export function parseStatedTimeS(text: string, timeZone: string): number | undefined {
  const instant = parseInstantS(text.trim())
  if (instant !== undefined) return instant
  const local = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2}))?$/.exec(text.trim())
  if (local === null) return undefined
  try {
    const wall = Temporal.PlainDateTime.from(`${local[1]}T${local[2] ?? '00:00:00'}`, { overflow: 'reject' })
    return wall.toZonedDateTime(timeZone).epochMilliseconds / 1000
  } catch {
    return undefined
  }
}

/** The instants of a day `YYYY-MM-DD` in a time zone, `[begins, ends)`, epoch seconds; undefined if it is not a day. */
export function readDay(
  text: string,
  timeZone: string,
): { readonly beginsAtS: number; readonly endsAtS: number } | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  try {
    const day = Temporal.PlainDate.from(text, { overflow: 'reject' })
    const startOf = (one: Temporal.PlainDate) => one.toZonedDateTime(timeZone).epochMilliseconds / 1000
    return { beginsAtS: startOf(day), endsAtS: startOf(day.add({ days: 1 })) }
  } catch {
    return undefined
  }
}
