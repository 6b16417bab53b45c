import type { Command } from 'commander'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { budgetFigures } from '../ledger/money/budget-figures-rules.ts'
import { readBudget } from '../ledger/money/read-budget.ts'
import { lockOneSeries } from '../ledger/post/lock.ts'
import { requireBudget, setBudget } from '../ledger/money/set-budget.ts'
import { budgetPeriods, type Budget, type PeriodLimits } from '../ledger/series/terms.ts'
import { inTransaction } from '../platform/db/transaction.ts'
import { maxAmount, readThousandths } from '../values/amount.ts'
import { OperatorError, quote } from '../values/errors.ts'
import { findSeries } from './find-series.ts'
import { print, withDatabase } from './run.ts'

interface Given {
  readonly org: string
  readonly series: string
  readonly total?: string
  readonly perCustomer?: string
  readonly day?: string
  readonly week?: string
  readonly month?: string
  readonly part?: boolean
  readonly remove?: boolean
  readonly json?: boolean
}

const limitNames = ['amount', 'uses', 'usesPerCustomer'] as const

/** `budget`: shows, sets or removes the budget of a series. */
export function addBudgetCommand(program: Command): void {
  const command = program
    .command('budget')
    .description('show the budget of a series; with limits, replace it')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--series <id or code>', 'the series')
    .option('--total <amount>', 'what its discounts may come to')
    .option('--per-customer <amount>', 'the same for each customer')
  for (const per of budgetPeriods)
    command.option(`--${per} <limits>`, `limits of each ${per}, such as amount=100,uses=20,usesPerCustomer=1`)
  command
    .option('--part', 'give what is left where a discount does not fit; otherwise the redemption is refused')
    .option('--remove', 'remove the budget')
    .option('--json', 'print JSON')
    .action(run)
}

async function run(given: Given): Promise<void> {
  const figures = await withDatabase(async (database) => {
    const organisation = await findOrganisation(database.queries, given.org)
    const { orgId, currency, timeZone } = organisation
    const id = await findSeries(database, orgId, given.series)
    const budget = budgetOf(given, timeZone)
    if (budget !== undefined)
      await inTransaction(database.pool, async (client) => {
        await lockOneSeries(client, orgId, id)
        await setBudget(client, orgId, id, budget && requireBudget(budget, currency))
      })
    return budgetFigures(await readBudget({ database, fixedNow: null }, organisation, id), organisation)
  })
  print(given.json, figures, linesOf(figures))
}

/** Undefined: it is only shown; null: it is removed. */
function budgetOf(given: Given, timeZone: string): Budget | null | undefined {
  const periods = budgetPeriods.flatMap((per) =>
    given[per] === undefined ? [] : readLimits(per, given[per]),
  )
  const hasLimits = given.total !== undefined || given.perCustomer !== undefined || periods.length > 0
  if (given.remove === true) {
    if (hasLimits) throw new OperatorError('State limits or --remove, not both')
    return null
  }
  if (!hasLimits) {
    if (given.part === true) throw new OperatorError('State the limits of the budget beside --part')
    return undefined
  }
  return {
    total: given.total === undefined ? null : readSum('--total', given.total),
    perCustomer: given.perCustomer === undefined ? null : readSum('--per-customer', given.perCustomer),
    periods,
    whenItDoesNotFit: given.part === true ? 'part' : 'refuse',
    timeZone,
  }
}

function readLimits(per: PeriodLimits['per'], text: string): PeriodLimits {
  const limits: Record<(typeof limitNames)[number], number | null> = {
    amount: null,
    uses: null,
    usesPerCustomer: null,
  }
  for (const part of text.split(',')) {
    const [typed = '', value = ''] = part.split('=').map((one) => one.trim())
    const name = limitNames.find((one) => one === typed)
    if (name === undefined)
      throw new OperatorError(`${quote(part)} in --${per} is not ${limitNames.join('=…, ')}=…`)
    limits[name] = name === 'amount' ? readSum(`--${per}`, value) : readCount(`--${per}`, value)
  }
  return { per, ...limits }
}

function readSum(option: string, text: string): number {
  const amount = readThousandths(text)
  if (amount === undefined)
    throw new OperatorError(`${quote(text)} in ${option} is not an amount of 0 to ${maxAmount}`)
  return amount
}

function readCount(option: string, text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (count < 1) throw new OperatorError(`${quote(text)} in ${option} is not a number of 1 to 999999999`)
  return count
}

function linesOf(figures: ReturnType<typeof budgetFigures>): string[] {
  const {
    whenItDoesNotFit,
    total,
    perCustomer,
    given,
    held,
    usesHeld,
    left,
    ratePerDay,
    runsOutAt,
    currency,
  } = figures
  if (whenItDoesNotFit === null) return ['The series has no budget']
  const money = (amount: string): string => (currency === null ? amount : `${amount} ${currency}`)
  return [
    total === null || left === null
      ? `Given: ${money(given)}, without a limit in all`
      : `Given: ${money(given)} of ${money(total)}; left: ${money(left)}`,
    ...(usesHeld === 0 ? [] : [`Held: ${money(held)}, ${usesHeld} uses`]),
    ...(perCustomer === null ? [] : [`Each customer: ${money(perCustomer)}`]),
    ...figures.periods.flatMap((one) => [
      ...(one.amount === null ? [] : [`This ${one.per}: given ${money(one.given)} of ${money(one.amount)}`]),
      ...(one.uses === null ? [] : [`This ${one.per}: ${one.used} of ${one.uses} uses`]),
      ...(one.usesPerCustomer === null ? [] : [`Each customer and ${one.per}: ${one.usesPerCustomer} uses`]),
    ]),
    `A discount that does not fit is ${whenItDoesNotFit === 'part' ? 'given in part' : 'refused'}`,
    `Per day: ${money(ratePerDay)}${runsOutAt === null ? '' : `; runs out at ${runsOutAt}`}`,
  ]
}
