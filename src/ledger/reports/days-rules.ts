import { dayOf, endOfDayS, startOfDayS } from '../../values/calendar.ts'

export interface Day {
  /** YYYY-MM-DD in the organisation's time zone. */
  readonly day: string
  /** Epoch seconds. */
  readonly beginsAtS: number
}

/**
 * Returns the last days in a time zone, ending with the day of an instant. Clock changes make some days longer than
 * others.
 */
export function lastDays(timeZone: string, nowS: number, count: number): Day[] {
  const days: Day[] = []
  let beginsAtS = startOfDayS(timeZone, Math.floor(nowS))
  while (days.length < count) {
    days.unshift({ day: dayOf(timeZone, beginsAtS), beginsAtS })
    beginsAtS = startOfDayS(timeZone, beginsAtS - 1)
  }
  return days
}

/**
 * Number of whole days from an instant to the end of another instant's day. 0: it is today; negative: it has passed.
 */
export function daysUntil(timeZone: string, nowS: number, thenS: number): number {
  const endOf = (atS: number) => endOfDayS(timeZone, dayOf(timeZone, Math.floor(atS)))
  return Math.round((endOf(thenS) - endOf(nowS)) / 86_400)
}
