import { Temporal } from 'temporal-polyfill'
import { parseInstantS } from './calendar.ts'
import type { ClientSettings } from './client-settings.ts'

/** What a refusal of a time that cannot be read names. */
export const redemptionTimeForms =
  'ISO 8601 with or without an offset, YYYY-MM-DD HH:MM:SS, YYYY-MM-DD, MM/DD/YYYY HH:MM:SS or epoch milliseconds'

interface Reading {
  /** What the wall clock of the organisation shows. */
  readonly timeZone: string
  readonly naiveTime: ClientSettings['naiveTime']
  /** How the contract reads a time without an offset: v2 as UTC, v1.1 as the wall clock of the organisation. */
  readonly published: 'utc' | 'org'
  readonly nowS: number
}

/** When a coupon was redeemed, as a caller states it. */
export interface StatedRedemptionTime {
  /** What the rules are judged at; undefined: at the time of the request. */
  readonly statedTimeS: number | undefined
  /** A time was stated, and lies too far from now to be judged at. */
  readonly isPassedOver: boolean
}

const maxAgeS = 7 * 86_400
const maxAheadS = 5 * 60
/** Clocks of shops differ from ours by minutes; time zones differ by more. */
const nearS = 15 * 60

/**
 * Reads the time of a redemption. It is never a reason to refuse a sale: one that lies ahead of now or far back is passed over.
 *
 * @returns undefined for text that cannot be read.
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
  // The original keeps the day alone of a time whose offset is written with a single digit.
  const time = iso ? (iso[3] === undefined ? iso[2] : undefined) : american?.[4]
  try {
    return Temporal.PlainDateTime.from(`${day}T${time ?? '00:00:00'}`, { overflow: 'reject' })
  } catch {
    return undefined
  }
}

/** Some shops send their UTC clock and others the clock on their wall, and neither says which. */
function epochOf(wall: Temporal.PlainDateTime, { timeZone, naiveTime, published, nowS }: Reading): number {
  const readings = {
    utc: wall.toZonedDateTime('UTC').epochMilliseconds / 1000,
    org: wall.toZonedDateTime(timeZone).epochMilliseconds / 1000,
  }
  if (naiveTime !== 'auto') return readings[naiveTime]
  const near = [readings[published], readings.utc, readings.org].find((one) => Math.abs(one - nowS) <= nearS)
  return near ?? readings[published]
}
