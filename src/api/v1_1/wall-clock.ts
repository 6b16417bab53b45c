import { parseStatedTimeS } from '../../values/stated-time.ts'

/**
 * Reads a time of these calls: `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD` in local time of the organisation. A following
 * zone or offset is ignored, as the contract requires. Returns epoch seconds; undefined for anything else.
 */
export function wallClockS(text: string, timeZone: string): number | undefined {
  const [, day = '', time = ''] =
    /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{1,2}:?\d{2})?\s*$/i.exec(
      text,
    ) ?? []
  return day === '' ? undefined : parseStatedTimeS(time === '' ? day : `${day} ${time}`, timeZone)
}
