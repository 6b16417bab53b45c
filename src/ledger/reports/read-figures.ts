import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { type Code, refuse } from '../../values/errors.ts'
import type { RefusedOperation } from '../../platform/refusals/refusal-counts.ts'
import { daysUntil, type Day } from './days-rules.ts'
import { seriesStateSql, type SeriesState } from '../series/series-state-rules.ts'
import type { Halt } from '../series/terms.ts'
import { dailySql, endingSql, haltedSql, refusalsSql, runningOutSql, seriesSql } from './figures-sql.ts'
import { atS, readPeriod, type Period } from './period.ts'

interface DayFigures {
  /** YYYY-MM-DD in the organisation's time zone. */
  readonly day: string
  readonly issued: number
  /** Made on the day, including those reversed later. */
  readonly redeemed: number
  /** Reversed on the day. */
  readonly reversed: number
}

interface SeriesName {
  readonly id: number
  readonly code: string
  readonly description: string
}

/** Number of refusals for one reason. */
export interface RefusalFigures {
  readonly operation: RefusedOperation
  readonly code: Code
  readonly refused: number
}

export interface Overview {
  readonly days: readonly DayFigures[]
  /** In the same days, most frequent first. */
  readonly refusals: readonly RefusalFigures[]
  readonly ending: readonly (SeriesName & { readonly validUntilS: number })[]
  readonly halted: readonly (SeriesName & Pick<Halt, 'as' | 'reason'> & { readonly sinceS: number })[]
  /** Series with at most a tenth of a limit left. Null: no limit. */
  readonly runningOut: readonly (SeriesName & {
    readonly issued: number
    readonly maxIssued: number | null
    readonly redeemed: number
    readonly maxRedeemed: number | null
  })[]
}

interface StoreFigures {
  /** Null in all three properties: the store is unknown. */
  readonly storeId: number | null
  readonly code: string | null
  readonly name: string | null
  readonly issued: number
  /** Standing redemptions. */
  readonly redeemed: number
}

export interface SeriesFigures extends SeriesName {
  readonly state: SeriesState
  readonly validUntilS: number
  readonly daysLeft: number
  /** Totals from the counters since the beginning; only standing redemptions count. */
  readonly issued: number
  readonly maxIssued: number | null
  readonly redeemed: number
  readonly maxRedeemed: number | null
  readonly days: readonly DayFigures[]
  readonly stores: readonly StoreFigures[]
  /** In the same days, most frequent first. */
  readonly refusals: readonly RefusalFigures[]
}

/** The days of one among several series. */
export interface DaysOfSeries {
  readonly id: number
  readonly days: readonly DayFigures[]
}

/** A day, by its index in the period. */
type DayRow = readonly [day: number, issued: number, redeemed: number, reversed: number]

/** All series together are counted as series 0. */
const together = [0]

/** Reads the figures of each day for each series, in the order of the given ids. */
async function readDays(
  { database }: Context,
  orgId: number,
  { days, bounds }: Period,
  seriesIds: readonly number[] = together,
): Promise<DaysOfSeries[]> {
  const isOfSeries = seriesIds !== together
  const { rows } = await database.pool.query<[seriesId: number, ...DayRow]>({
    text: dailySql(isOfSeries),
    rowMode: 'array',
    values: [orgId, ...bounds, ...(isOfSeries ? [seriesIds] : [])],
  })
  const known = new Map(rows.map(([seriesId, ...row]) => [`${seriesId} ${row[0]}`, row]))
  return seriesIds.map((id) => ({ id, days: filled(days, (at) => known.get(`${id} ${at}`)) }))
}

/**
 * Returns every day of a period, including those without activity. @param rowAt returns the row of the day at an index.
 */
function filled(days: readonly Day[], rowAt: (at: number) => DayRow | undefined): DayFigures[] {
  return days.map(({ day }, at) => {
    const [, issued = 0, redeemed = 0, reversed = 0] = rowAt(at) ?? []
    return { day, issued, redeemed, reversed }
  })
}

async function readRefusals(
  { database }: Context,
  orgId: number,
  { days }: Period,
  seriesId: number | null,
): Promise<RefusalFigures[]> {
  const values = [orgId, days.at(0)?.day, days.at(-1)?.day, seriesId]
  return (await database.pool.query<RefusalFigures>(refusalsSql, values)).rows
}

/**
 * Reads an organisation's figures for its last days, and the series that need attention. @param dayCount including
 * today.
 */
export async function readOverview(
  context: Context,
  caller: Caller,
  { dayCount, endingWithinDays }: { readonly dayCount: number; readonly endingWithinDays: number },
): Promise<Overview> {
  const { pool } = context.database
  const { orgId } = caller
  const period = await readPeriod(context, caller, dayCount)
  const now = atS(period.nowS)
  const [[all], refusals, ending, halted, runningOut] = await Promise.all([
    readDays(context, orgId, period),
    readRefusals(context, orgId, period, null),
    pool.query<Overview['ending'][number]>(endingSql, [orgId, now, endingWithinDays]),
    pool.query<Overview['halted'][number]>(haltedSql, [orgId, now]),
    pool.query<Overview['runningOut'][number]>(runningOutSql, [orgId, now]),
  ])
  return {
    days: all?.days ?? [],
    refusals,
    ending: ending.rows,
    halted: halted.rows,
    runningOut: runningOut.rows,
  }
}

/** Reads the figures of a series. @throws Refusal 404 if the organisation has no such series. */
export async function readSeriesFigures(
  context: Context,
  caller: Caller,
  seriesId: number,
  dayCount: number,
): Promise<SeriesFigures> {
  const { pool } = context.database
  const { orgId, timeZone } = caller
  const period = await readPeriod(context, caller, dayCount)
  const { rows } = await pool.query<Omit<SeriesFigures, 'daysLeft' | 'days' | 'stores' | 'refusals'>>(
    `select s.id, s.code, s.description, floor(date_part('epoch', s.valid_until))::bigint as "validUntilS",
       ${seriesStateSql('$3::timestamptz')} as state,
       u.issued, u.max_issued as "maxIssued", u.redeemed, u.max_redeemed as "maxRedeemed"
     from series s join series_usage u on u.org_id = s.org_id and u.series_id = s.id
     where s.org_id = $1 and s.id = $2`,
    [orgId, seriesId, atS(period.nowS)],
  )
  const [series] = rows
  if (series === undefined) throw refuse.notFound(`There is no coupon series ${seriesId}`)
  const [refusals, counted] = await Promise.all([
    readRefusals(context, orgId, period, seriesId),
    pool.query<{ days: DayRow[]; stores: StoreFigures[] }>(seriesSql, [orgId, ...period.bounds, seriesId]),
  ])
  const [{ days, stores } = { days: [], stores: [] }] = counted.rows
  const known = new Map(days.map((row) => [row[0], row]))
  const daysLeft = daysUntil(timeZone, period.nowS, series.validUntilS)
  return { ...series, daysLeft, days: filled(period.days, (at) => known.get(at)), stores, refusals }
}

/**
 * Reads the last days of several series in one statement; series that the organisation does not have get empty days.
 */
export async function readDaysOfSeries(
  context: Context,
  caller: Caller,
  seriesIds: readonly number[],
  dayCount: number,
): Promise<DaysOfSeries[]> {
  return readDays(context, caller.orgId, await readPeriod(context, caller, dayCount), seriesIds)
}
