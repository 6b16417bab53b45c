import type { Command } from 'commander'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { readMoneyFigures, type MoneyFigures } from '../ledger/reports/read-money-figures.ts'
import type { Database } from '../platform/db/database.ts'
import { wholeNumber } from './arguments.ts'
import { findSeries } from './find-series.ts'
import { print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series?: string
  readonly days: number
  readonly json?: boolean
}

const maxDays = 92

/** `figures`: the discounts of the last days. */
export function addFiguresCommand(program: Command): void {
  program
    .command('figures')
    .description('sum up discounts and bills of the last days')
    .requiredOption('--org <id or name>', 'the organisation')
    .option('--series <id or code>', 'only of this series, compared with the bills of all others')
    .option('--days <number>', `1 to ${maxDays}, including today`, wholeNumber(1, maxDays), 30)
    .option('--json', 'print JSON')
    .action(async (given: Given) => {
      const figures = await withDatabase((database) => read(database, given, given.days), {
        goOn: 'nothing was changed',
      })
      print(given.json, figures, linesOf(figures))
    })
}

async function read(database: Database, { org, series }: Given, dayCount: number): Promise<MoneyFigures> {
  const organisation = await findOrganisation(database.queries, org)
  const seriesId = series === undefined ? undefined : await findSeries(database, organisation.orgId, series)
  return readMoneyFigures({ database, fixedNow: null }, organisation, { seriesId, dayCount })
}

function linesOf(figures: MoneyFigures): string[] {
  const { currency, discountGiven, discountReturned, discountReversed, otherBills, days } = figures
  const money = (amount: string | null): string =>
    amount === null ? '-' : currency === null ? amount : `${amount} ${currency}`
  const billsOf = (
    what: string,
    { bills, billValue, averageBill }: Omit<MoneyFigures, 'days'>['otherBills'] & object,
  ) => `${what}: ${bills}, together ${money(billValue)}, on average ${money(averageBill)}`
  const busy = days.filter((one) =>
    Object.values(one).some((value) => /^[\d.]*[1-9]/.test(value) && value !== one.day),
  )
  return [
    `Last ${days.length} days`,
    `Discounts given: ${money(discountGiven)}; returned: ${money(discountReturned)}; reversed: ${money(discountReversed)}`,
    billsOf('Bills', figures),
    ...(otherBills === null ? [] : [billsOf('Bills with coupons of other series only', otherBills)]),
    ...busy.map(
      (one) =>
        `${one.day}: given ${one.discountGiven}, returned ${one.discountReturned}, reversed ${one.discountReversed}, bills ${one.billValue}`,
    ),
  ]
}
