import { readNow } from '../../platform/clock.ts'
import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { lastDays, type Day } from './days-rules.ts'

export interface Period {
  readonly nowS: number
  readonly days: readonly Day[]
  /** Parameters of the statements: beginnings of days, and the end of the period. */
  readonly bounds: readonly [Date[], Date]
}

export const atS = (epochS: number): Date => new Date(epochS * 1000)

/** The last days of an organisation, including today. */
export async function readPeriod(
  context: Pick<Context, 'database' | 'fixedNow'>,
  organisation: Pick<Caller, 'orgId' | 'isSandbox' | 'timeZone'>,
  count: number,
): Promise<Period> {
  const now = (await readNow(context, context.database.pool, organisation)) ?? new Date()
  const nowS = Math.floor(now.getTime() / 1000)
  const days = lastDays(organisation.timeZone, nowS, count)
  // Include rows whose instant is slightly in the future because another machine's clock is ahead.
  return { nowS, days, bounds: [days.map(({ beginsAtS }) => atS(beginsAtS)), atS(nowS + 86_400)] }
}
