import type { Refused } from '../../api/call.ts'
import type { Budget } from '../../api/types.ts'
import { typedAmount } from '../../parts/typed-amount.ts'

/** The form of a budget: what is typed, what is wrong with it, and what is sent. */

export const periodNames = ['day', 'week', 'month'] as const
type Per = (typeof periodNames)[number]
const limitNames = ['amount', 'uses', 'usesPerCustomer'] as const
export type LimitName = (typeof limitNames)[number]

export interface BudgetFields {
  readonly total: string
  readonly perCustomer: string
  readonly periods: Readonly<Record<Per, Readonly<Record<LimitName, string>>>>
  readonly whenItDoesNotFit: 'refuse' | 'part'
  /** Percentages, separated by commas. */
  readonly alertAtPercent: string
}

export type BudgetField = 'total' | 'perCustomer' | 'alertAtPercent' | `${Per}.${LimitName}`
export type BudgetErrors = Partial<Record<BudgetField, string>>

const usualAlerts = '50, 80, 95'

export function fieldsOf(budget: Budget): BudgetFields {
  const ofPer = (per: Per): Record<LimitName, string> => {
    const found = budget.periods.find((one) => one.per === per)
    return {
      amount: plain(found?.amount),
      uses: String(found?.uses ?? ''),
      usesPerCustomer: String(found?.usesPerCustomer ?? ''),
    }
  }
  return {
    total: plain(budget.total),
    perCustomer: plain(budget.perCustomer),
    periods: { day: ofPer('day'), week: ofPer('week'), month: ofPer('month') },
    whenItDoesNotFit: budget.whenItDoesNotFit ?? 'refuse',
    alertAtPercent: budget.whenItDoesNotFit === null ? usualAlerts : budget.alertAtPercent.join(', '),
  }
}

/** "100.00" is 100 in a field. */
const plain = (amount: string | null | undefined): string => (amount ?? '').replace(/\.0+$/, '')

const typedCount = (text: string): number | undefined => {
  const bare = text.replaceAll(/[\s,]/g, '')
  return /^\d{1,9}$/.test(bare) && Number(bare) > 0 ? Number(bare) : undefined
}

const sharesIn = (text: string): string[] => text.split(/[\s,;%]+/).filter((one) => one !== '')

const isShare = (text: string): boolean => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100

/** Each limit of the form. */
function limitsIn(fields: BudgetFields): (readonly [BudgetField, string, LimitName])[] {
  return [
    ['total', fields.total, 'amount'],
    ['perCustomer', fields.perCustomer, 'amount'],
    ...periodNames.flatMap((per) =>
      limitNames.map((name) => [`${per}.${name}`, fields.periods[per][name], name] as const),
    ),
  ]
}

export const hasLimit = (fields: BudgetFields): boolean =>
  limitsIn(fields).some(([, text]) => text.trim() !== '')

/** What can be told before anything is sent. */
export function checkBudget(fields: BudgetFields): BudgetErrors {
  const errors: BudgetErrors = {}
  for (const [field, text, name] of limitsIn(fields)) {
    if (text.trim() === '') continue
    if (name === 'amount' && typedAmount(text) === undefined)
      errors[field] = 'An amount such as 5000 or 99.50'
    if (name !== 'amount' && typedCount(text) === undefined) errors[field] = 'A whole number of 1 or more'
  }
  const shares = sharesIn(fields.alertAtPercent)
  if (!shares.every(isShare)) errors.alertAtPercent = 'Percentages of 1 to 100, such as 50, 80, 95'
  else if (new Set(shares.map(Number)).size < shares.length) errors.alertAtPercent = 'Each percentage once'
  else if (shares.length > 10) errors.alertAtPercent = 'At most ten'
  return errors
}

/** The body of the request. */
export function bodyOf(fields: BudgetFields) {
  const amount = (text: string): string | null => typedAmount(text) ?? null
  return {
    total: amount(fields.total),
    perCustomer: amount(fields.perCustomer),
    periods: periodNames.flatMap((per) => {
      const { amount: sum, uses, usesPerCustomer } = fields.periods[per]
      const limits = {
        amount: amount(sum),
        uses: typedCount(uses) ?? null,
        usesPerCustomer: typedCount(usesPerCustomer) ?? null,
      }
      return Object.values(limits).every((one) => one === null) ? [] : [{ per, ...limits }]
    }),
    whenItDoesNotFit: fields.whenItDoesNotFit,
    alertAtPercent: sharesIn(fields.alertAtPercent).map(Number),
  }
}

/** The field that the server refused, and what it allows. */
export function refusedField(
  { field = '', allowed }: Pick<Refused, 'field' | 'allowed'>,
  sent: ReturnType<typeof bodyOf>,
): { readonly name: BudgetField; readonly text: string } | undefined {
  const text = allowed ? `Allowed: ${allowed}` : 'This is not allowed'
  const [first = '', at = '', name = ''] = field.split('.')
  if (first === 'total' || first === 'perCustomer' || first === 'alertAtPercent') return { name: first, text }
  const per = first === 'periods' ? sent.periods[Number(at)]?.per : undefined
  const limit = limitNames.find((one) => one === name)
  return per === undefined || limit === undefined ? undefined : { name: `${per}.${limit}`, text }
}
