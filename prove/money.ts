import type { SeriesPlan } from './series-plan.ts'

/** An amount in thousandths. The discounts of the proof are whole hundredths: its organisations have no currency. */
type Thousandths = number

export interface Item {
  readonly category: string
  readonly quantity: number
  readonly price: Thousandths
}

export interface Bill {
  readonly amount: Thousandths
  /** Undefined: unknown. */
  readonly items?: readonly Item[]
}

/** The smallest discount. */
export const unit: Thousandths = 10

const worthOfItem = ({ quantity, price }: Item): Thousandths => quantity * price
const sumOf = (amounts: readonly Thousandths[]): Thousandths => amounts.reduce((sum, one) => sum + one, 0)
const wholeUnits = (amount: Thousandths): Thousandths => amount - (amount % unit)

/** The items that coupons of a series apply to. */
export const itemsFor = ({ isForShoes }: SeriesPlan, { items = [] }: Bill): readonly Item[] =>
  items.filter(({ category }) => !isForShoes || category === 'SHOES')

/** What a coupon is worth on a bill that no other discount has touched, whatever is left of a budget. */
export function worthOf(plan: SeriesPlan, bill: Bill): Thousandths {
  const ofItems = sumOf(itemsFor(plan, bill).map(worthOfItem))
  const basis = bill.items === undefined ? bill.amount : Math.min(ofItems, bill.amount)
  // Half up: a percentage is in thousandths of a per cent.
  const worth =
    plan.percent === null ? 10_000 : Math.floor((basis * plan.percent) / (100_000 * unit) + 0.5) * unit
  const capped = plan.discountUpto === 0 ? worth : Math.min(worth, wholeUnits(plan.discountUpto))
  return Math.min(capped, wholeUnits(basis))
}

/** What the n-th coupon of a bill is worth after the discounts of those before it. */
export const worthAfter = (plan: SeriesPlan, bill: Bill, before: readonly Thousandths[]): Thousandths =>
  Math.min(worthOf(plan, bill), wholeUnits(Math.max(0, bill.amount - sumOf(before))))

/** A decimal text of an answer. */
export const thousandthsOf = (text: string | number): Thousandths => Math.round(Number(text) * 1_000)

/** The bill as a request states it. */
export const billBody = ({ amount, items }: Bill, transactionNumber: string) => ({
  amount: String(amount / 1_000),
  transactionNumber,
  ...(items && {
    items: items.map(({ category, quantity, price }, n) => ({
      sku: `SKU-${n}`,
      category,
      quantity,
      price: String(price / 1_000),
    })),
  }),
})
