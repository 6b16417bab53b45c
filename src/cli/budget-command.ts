import type { Command } from 'commander'
import { findOrganisation } from '../identity/organisations/find-organisation.ts'
import { budgetFigures } from '../ledger/money/budget-figures-rules.ts'
import { readBudget } from '../ledger/money/read-budget.ts'
import { lockOneSeries } from '../ledger/post/lock.ts'
import { readBurnDown } from '../ledger/money/read-burn-down.ts'
import type { BurnDown } from '../ledger/money/burn-down-rules.ts'
import { requireBudget, setBudget } from '../ledger/money/set-budget.ts'
import { budgetPeriods, defaultAlertShares, type Budget, type PeriodLimits } from '../ledger/series/terms.ts'
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
  readonly alertAt?: string
  readonly days?: string
  readonly remove?: boolean
  readonly json?: boolean
}

const maxDays = 92
const limitNames = ['amount', 'uses', 'usesPerCustomer'] as const

/** `budget`: shows, sets or removes the budget of a series. */
export function addBudgetCommand(program: Command): void {
  const command = program
    .command('budget')
    .description('show the budget of a series; with limits, replace it')
    .requiredOption('--org <id or name>', 'the organisation')
    .requiredOption('--series <id or code>', 'the series')
    .option('--total <amount>', 'limit on the sum of its discounts')
    .option('--per-customer <amount>', 'the same for each customer')
  for (const per of budgetPeriods)
    command.option(`--${per} <limits>`, `limits of each ${per}, such as amount=100,uses=20,usesPerCustomer=1`)
  command
    .option('--part', 'give the amount left if a discount does not fit; otherwise the redemption is refused')
    .option('--alert-at <percents>', 'shares that are announced, such as 50,80,95; none: no shares')
    .option('--remove', 'remove the budget')
    .option('--days <number>', `also show what was given and left on each of the last days, 1 to ${maxDays}`)
    .option('--json', 'print JSON')
    .action(run)
}

async function run(given: Given): Promise<void> {
  const dayCount = given.days === undefined ? undefined : readDays(given.days)
  const [figures, burnDown] = await withDatabase(async (database) => {
    const organisation = await findOrganisation(database.queries, given.org)
    const { orgId, currency, timeZone } = organisation
    const id = await findSeries(database, orgId, given.series)
    const budget = budgetOf(given, timeZone)
    if (budget !== undefined)
      await inTransaction(database.pool, async (client) => {
        await lockOneSeries(client, orgId, id)
        await setBudget(client, orgId, id, budget && requireBudget(budget, currency))
      })
    const context = { database, fixedNow: null }
    return [
      budgetFigures(await readBudget(context, organisation, id), organisation),
      dayCount === undefined ? undefined : await readBurnDown(context, organisation, id, dayCount),
    ] as const
  })
  print(given.json, burnDown === undefined ? figures : { ...figures, days: burnDown.days }, [
    ...linesOf(figures),
    ...(burnDown === undefined ? [] : linesOfDays(burnDown)),
  ])
}

function readDays(text: string): number {
  const days = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (days < 1 || days > maxDays)
    throw new OperatorError(`${quote(text)} is not a number of days from 1 to ${maxDays}`)
  return days
}

const linesOfDays = ({ days }: BurnDown): string[] =>
  days.map(
    ({ day, given, givenBack, takenInAll, left }) =>
      `${day}: given ${given}, given back ${givenBack}, in total ${takenInAll}${left === null ? '' : `, left ${left}`}`,
  )

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
    for (const [option, value] of Object.entries({ '--part': given.part, '--alert-at': given.alertAt }))
      if (value !== undefined)
        throw new OperatorError(`State the limits of the budget together with ${option}`)
    return undefined
  }
  return {
    total: given.total === undefined ? null : readSum('--total', given.total),
    perCustomer: given.perCustomer === undefined ? null : readSum('--per-customer', given.perCustomer),
    periods,
    whenItDoesNotFit: given.part === true ? 'part' : 'refuse',
    alertAtPercent: given.alertAt === undefined ? defaultAlertShares : readShares(given.alertAt),
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

function readShares(text: string): number[] {
  if (text === 'none') return []
  return text.split(',').map((one) => {
    const percent = /^\s*\d{1,3}\s*$/.test(one) ? Number(one) : 0
    if (percent < 1 || percent > 100)
      throw new OperatorError(`${quote(one)} in --alert-at is not a percentage of 1 to 100`)
    return percent
  })
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
    alertAtPercent,
    reached,
  } = figures
  if (whenItDoesNotFit === null) return ['The series has no budget']
  const money = (amount: string): string => (currency === null ? amount : `${amount} ${currency}`)
  return [
    total === null || left === null
      ? `Given: ${money(given)}, without a total limit`
      : `Given: ${money(given)} of ${money(total)}; left: ${money(left)}`,
    ...(usesHeld === 0 ? [] : [`Held: ${money(held)}, ${usesHeld} uses`]),
    ...(perCustomer === null ? [] : [`Each customer: ${money(perCustomer)}`]),
    ...figures.periods.flatMap((one) => [
      ...(one.amount === null ? [] : [`This ${one.per}: given ${money(one.given)} of ${money(one.amount)}`]),
      ...(one.uses === null ? [] : [`This ${one.per}: ${one.used} of ${one.uses} uses`]),
      ...(one.usesPerCustomer === null ? [] : [`Each customer and ${one.per}: ${one.usesPerCustomer} uses`]),
    ]),
    ...(alertAtPercent.length === 0 ? [] : [`Announced at: ${alertAtPercent.join(', ')} %`]),
    ...reached.map(
      ({ per, limitOf, percent, reachedAt }) =>
        `${percent} % of the ${per === 'total' ? 'total' : `${limitOf} of this ${per}`} reached at ${reachedAt}`,
    ),
    `A discount that does not fit is ${whenItDoesNotFit === 'part' ? 'given in part' : 'refused'}`,
    `Per day: ${money(ratePerDay)}${runsOutAt === null ? '' : `; runs out at ${runsOutAt}`}`,
  ]
}
