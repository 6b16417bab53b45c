import { dayOf, endOfDayS, startOfDayS } from '../../values/calendar.ts'

export interface Day {
  /** YYYY-MM-DD on the clock of the organisation. */
  readonly day: string
  /** Epoch seconds. */
  readonly beginsAtS: number
}

/** The last days of a zone, the one of an instant as the last of them; clocks that change make some longer than others. */
export function lastDays(timeZone: string, nowS: number, count: number): Day[] {
  const days: Day[] = []
  let beginsAtS = startOfDayS(timeZone, Math.floor(nowS))
  while (days.length < count) {
    days.unshift({ day: dayOf(timeZone, beginsAtS), beginsAtS })
    beginsAtS = startOfDayS(timeZone, beginsAtS - 1)
  }
  return days
}

/** Whole days from one instant to the end of the day of another; 0: it is today. Negative: it has passed. */
export function daysUntil(timeZone: string, nowS: number, thenS: number): number {
  const endOf = (atS: number) => endOfDayS(timeZone, dayOf(timeZone, Math.floor(atS)))
  return Math.round((endOf(thenS) - endOf(nowS)) / 86_400)
}
