import { Temporal } from 'temporal-polyfill'
import { parseInstantS } from './calendar.ts'
import type { ClientSettings } from './client-settings.ts'

/** The accepted formats, as named in refusals. */
export const redemptionTimeForms =
  'ISO 8601 with or without an offset, YYYY-MM-DD HH:MM:SS, YYYY-MM-DD, MM/DD/YYYY HH:MM:SS or epoch milliseconds'

interface Reading {
  /** Local time of the organisation. */
  readonly timeZone: string
  readonly naiveTime: ClientSettings['naiveTime']
  /** How the contract reads a time without an offset: in v2 as UTC, in v1.1 as local time of the organisation. */
  readonly published: 'utc' | 'org'
  readonly nowS: number
}

/** The time of a redemption as a caller states it. */
export interface StatedRedemptionTime {
  /** The instant for which the rules are judged; undefined: that of the request. */
  readonly statedTimeS: number | undefined
  /** A time was stated that is too far from now to judge the rules for it. */
  readonly isPassedOver: boolean
}

const maxAgeS = 7 * 86_400
const maxAheadS = 5 * 60
/** Clocks of shops are off by minutes, whereas time zones differ by more. */
const nearS = 15 * 60

/**
 * Reads the time of a redemption. It never causes the refusal of a sale: a time in the future or too far in the past is
 * ignored.
 *
 * @returns undefined for unreadable text.
 */
export function readRedemptionTime(text: string, reading: Reading): StatedRedemptionTime | undefined {
  const statedS = parse(text.trim(), reading)
  if (statedS === undefined) return undefined
  const { nowS } = reading
  const isPassedOver = statedS > nowS + maxAheadS || statedS < nowS - maxAgeS
  return { statedTimeS: isPassedOver ? undefined : statedS, isPassedOver }
}

function parse(text: string, reading: Reading): number | undefined {
  if (/^\d{12,16}$/.test(text)) return Math.floor(Number(text) / 1000)
  const instant = parseInstantS(text.replace(' ', 'T'))
  if (instant !== undefined) return instant
  const wall = wallClockOf(text)
  return wall && epochOf(wall, reading)
}

function wallClockOf(text: string): Temporal.PlainDateTime | undefined {
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)([+-]\d:\d{2})?)?$/.exec(text)
  const american = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{2}:\d{2}:\d{2}))?$/.exec(text)
  const day = iso ? iso[1] : american && `${american[3]}-${american[1]}-${american[2]}`
  if (day === null || day === undefined) return undefined
  // The original reads only the day of a time whose offset has a single digit of hours.
  const time = iso ? (iso[3] === undefined ? iso[2] : undefined) : american?.[4]
  try {
    return Temporal.PlainDateTime.from(`${day}T${time ?? '00:00:00'}`, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

/** Some shops send UTC and others local time, and neither states which. */
function epochOf(wall: Temporal.PlainDateTime, { timeZone, naiveTime, published, nowS }: Reading): number {
  const readings = {
    utc: wall.toZonedDateTime('UTC').epochMilliseconds / 1000,
    org: wall.toZonedDateTime(timeZone).epochMilliseconds / 1000,
  }
  if (naiveTime !== 'auto') return readings[naiveTime]
  const near = [readings[published], readings.utc, readings.org].find((one) => Math.abs(one - nowS) <= nearS)
  return near ?? readings[published]
}
