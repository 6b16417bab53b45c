import type { Caller } from '../../values/caller.ts'
import { refuse } from '../../values/errors.ts'
import { decimalText, decimalsOf } from '../../values/money.ts'
import type { Context } from '../context.ts'
import { moneyFiguresSql } from './money-figures-sql.ts'
import { readPeriod } from './period.ts'

/** All amounts are decimal texts at the exponent of the currency. */
interface BillFigures {
  /** Number of bills that have an amount. */
  readonly bills: number
  readonly billValue: string
  /** Null: there are none. */
  readonly averageBill: string | null
}

interface MoneyOfDay {
  /** YYYY-MM-DD in the organisation's time zone. */
  readonly day: string
  /** Discounts of the day's redemptions, including those reversed later. */
  readonly discountGiven: string
  /** What returns gave back on the day. */
  readonly discountReturned: string
  /** Given back by reversals on the day, in addition to the earlier returns. */
  readonly discountReversed: string
  readonly billValue: string
}

export interface MoneyFigures extends BillFigures {
  /** ISO 4217; null: the organisation has none. */
  readonly currency: string | null
  readonly discountGiven: string
  readonly discountReturned: string
  readonly discountReversed: string
  /** Bills of the same days on which only coupons of other series were redeemed. Null without a series. */
  readonly otherBills: BillFigures | null
  readonly days: readonly MoneyOfDay[]
}

interface Row {
  readonly days: readonly (readonly [
    day: number,
    given: string,
    returned: string,
    reversed: string,
    billed: string,
  ])[]
  readonly given: string
  readonly returned: string
  readonly reversed: string
  readonly billed: string
  readonly bills: number
  readonly average: string | null
  readonly otherBilled: string
  readonly otherBills: number
  readonly otherAverage: string | null
}

/**
 * Reads the discounts of the last days' redemptions, and the amounts of their bills.
 *
 * @param seriesId undefined: all series. @param dayCount including today.
 * @throws Refusal 404 if the organisation has no such series.
 */
export async function readMoneyFigures(
  context: Pick<Context, 'database' | 'fixedNow'>,
  organisation: Pick<Caller, 'orgId' | 'isSandbox' | 'timeZone' | 'currency'>,
  { seriesId, dayCount }: { readonly seriesId: number | undefined; readonly dayCount: number },
): Promise<MoneyFigures> {
  const { pool } = context.database
  const { orgId, currency } = organisation
  if (seriesId !== undefined) {
    const known = await pool.query('select from series where org_id = $1 and id = $2', [orgId, seriesId])
    if (known.rowCount === 0) throw refuse.notFound(`There is no coupon series ${seriesId}`)
  }
  const { days, bounds } = await readPeriod(context, organisation, dayCount)
  const { rows } = await pool.query<Row>(moneyFiguresSql, [
    orgId,
    ...bounds,
    seriesId ?? null,
    decimalsOf(currency),
  ])
  const [row] = rows
  if (row === undefined) throw new Error('an aggregate has one row')
  const text = (decimal: string): string => decimalText(decimal, currency)
  const billsOf = (bills: number, billed: string, average: string | null): BillFigures => ({
    bills,
    billValue: text(billed),
    averageBill: average === null ? null : text(average),
  })
  const known = new Map(row.days.map((one) => [one[0], one]))
  return {
    currency,
    discountGiven: text(row.given),
    discountReturned: text(row.returned),
    discountReversed: text(row.reversed),
    ...billsOf(row.bills, row.billed, row.average),
    otherBills: seriesId === undefined ? null : billsOf(row.otherBills, row.otherBilled, row.otherAverage),
    days: days.map(({ day }, at) => {
      const [, given = '0', returned = '0', reversed = '0', billed = '0'] = known.get(at) ?? []
      return {
        day,
        discountGiven: text(given),
        discountReturned: text(returned),
        discountReversed: text(reversed),
        billValue: text(billed),
      }
    }),
  }
}
