import { parseStatedTimeS } from '../../values/stated-time.ts'

/**
 * A time of these calls: `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD` on the organisation's clock. A zone or an offset behind it is
 * passed over, as the contract says. Epoch seconds; undefined for anything else.
 */
export function wallClockS(text: string, timeZone: string): number | undefined {
  const [, day = '', time = ''] =
    /^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d+)?)?\s*(?:Z|[+-]\d{1,2}:?\d{2})?\s*$/i.exec(
      text,
    ) ?? []
  return day === '' ? undefined : parseStatedTimeS(time === '' ? day : `${day} ${time}`, timeZone)
}
