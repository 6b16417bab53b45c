import { isDeepStrictEqual } from 'node:util'
import type { Pool } from 'pg'
import { largestId, type Scale } from '../history/dataset.ts'

interface Day {
  readonly day: string
  readonly issued: number
  readonly redeemed: number
  readonly reversed: number
}

/** The straightforward query: all of the organisation's data by day, in its time zone. $1: series or null. */
export const plainDaysSql = `
with days as (
  select (created_at at time zone 'Asia/Kolkata')::date::text as day, 'issued' as what from coupons
  where org_id = 1 and customer_id is not null and ($1::bigint is null or series_id = $1)
  union all
  select (redeemed_at at time zone 'Asia/Kolkata')::date::text, 'redeemed' from redemptions
  where org_id = 1 and ($1::bigint is null or series_id = $1)
  union all
  select (v.reversed_at at time zone 'Asia/Kolkata')::date::text, 'reversed' from reversals v
  join redemptions r on r.org_id = 1 and r.id = v.redemption_id
  where v.org_id = 1 and ($1::bigint is null or r.series_id = $1)
)
select day, count(*) filter (where what = 'issued')::int as issued,
  count(*) filter (where what = 'redeemed')::int as redeemed, count(*) filter (where what = 'reversed')::int as reversed
from days group by day`

type Read = (path: string) => Promise<Record<string, unknown>>

/**
 * The load contains redemptions in the future, some of which count for today: only earlier days are compared with the
 * rows.
 */
const past = (days: readonly Day[]): readonly Day[] => days.slice(0, -1)

/** Compares the figures of the console with plain counts of the same rows. @returns descriptions of the differences. */
export async function checkFigures(pool: Pool, read: Read, scale: Scale): Promise<string[]> {
  const faults: string[] = []
  const expectSame = (what: string, told: unknown, counted: unknown): void => {
    if (!isDeepStrictEqual(told, counted))
      faults.push(
        `${what}: ${JSON.stringify(told).slice(0, 200)}, counted ${JSON.stringify(counted).slice(0, 200)}`,
      )
  }
  const counted = async (seriesId: number | null, told: readonly Day[]): Promise<Day[]> => {
    const { rows } = await pool.query<Day>(plainDaysSql, [seriesId])
    const known = new Map(rows.map((row) => [row.day, row]))
    return told.map(({ day }) => known.get(day) ?? { day, issued: 0, redeemed: 0, reversed: 0 })
  }
  const overview = (await read('/admin/v1/figures/overview?days=14')) as {
    days: Day[]
    refusals: { refused: number }[]
  }
  expectSame('overview', past(overview.days), await counted(null, past(overview.days)))
  const { rows: refusals } = await pool.query<{ refused: number }>(
    `select sum(refused)::int8 as refused from refusals where org_id = 1 and day between $1 and $2
     group by operation, code order by refused desc`,
    [overview.days.at(0)?.day, overview.days.at(-1)?.day],
  )
  expectSame(
    'refusals',
    overview.refusals.map(({ refused }) => refused),
    refusals.map(({ refused }) => refused),
  )
  const { series } = (await read('/admin/v1/figures/series?ids=1,10,200&days=14')) as {
    series: { id: number; days: Day[] }[]
  }
  for (const { id, days } of series) {
    expectSame(`days of series ${id}`, past(days), await counted(id, past(days)))
    const figures = (await read(`/admin/v1/series/${id}/figures?days=30`)) as { days: Day[]; issued: number }
    expectSame(`figures of series ${id}`, past(figures.days), await counted(id, past(figures.days)))
    const { rows } = await pool.query<{ n: number }>(
      'select count(*)::int as n from coupons where org_id = 1 and series_id = $1 and customer_id is not null',
      [id],
    )
    expectSame(`issued of series ${id}`, figures.issued, rows[0]?.n)
  }
  const { entity } = (await read(`/v2/customers/coupons?id=${largestId(scale)}&limit=100&offset=0`)) as {
    entity: { pagination: { total: number } }
  }
  expectSame('coupons of the largest', entity.pagination.total, scale.couponsOfLargest)
  return faults
}
