import type { Random } from './random.ts'
import { open, type BudgetPlan, type SeriesPlan } from './series-plan.ts'

export type ActionKind =
  | 'issue one'
  | 'issue each'
  | 'issue many'
  | 'redeem'
  | 'redeem bulk'
  | 'reverse'
  | 'revoke'
  | 'revoke all'
  | 'expire'
  | 'ask'
  | 'history'
  | CheckoutKind
  | ReturnKind

/** Calls of a checkout under `/till/v1`, and those of the contract that redeem from a hold. */
const checkoutKinds = [
  'quote',
  'hold',
  'hold again',
  'extend',
  'release',
  'redeem at the till',
  'redeem hold',
  'redeem by reference',
  'redeem by header',
] as const
export type CheckoutKind = (typeof checkoutKinds)[number]

export const isCheckoutKind = (kind: ActionKind): kind is CheckoutKind =>
  (checkoutKinds as readonly ActionKind[]).includes(kind)

/** Calls after the sale, under `/till/v1`. */
const returnKinds = ['return', 'return bill'] as const
export type ReturnKind = (typeof returnKinds)[number]

export const isReturnKind = (kind: ActionKind): kind is ReturnKind =>
  (returnKinds as readonly ActionKind[]).includes(kind)

type Mix = Readonly<Partial<Record<ActionKind, number>>>

export interface RoundPlan {
  readonly focus: Focus
  readonly series: readonly SeriesPlan[]
  readonly customers: number
  readonly requests: number
  readonly clients: number
  readonly mix: Mix
  /** In the organisation that recognises a till's retry without a key. */
  readonly recognisesRetries: boolean
}

const everything: Mix = {
  'issue one': 10,
  'issue each': 6,
  'issue many': 4,
  redeem: 35,
  'redeem bulk': 10,
  reverse: 10,
  revoke: 4,
  'revoke all': 1,
  expire: 4,
  ask: 5,
  history: 5,
}
const redeeming: Mix = { ...everything, 'issue one': 4, 'issue each': 3, redeem: 50, 'redeem bulk': 12 }
const issuing: Mix = { ...everything, 'issue one': 40, 'issue each': 15, 'issue many': 10, redeem: 15 }

/** Checkouts beside tills that know no holds. */
const holding: Mix = {
  ...redeeming,
  redeem: 14,
  'redeem bulk': 4,
  reverse: 8,
  revoke: 1,
  'revoke all': 0.2,
  expire: 1,
  quote: 6,
  hold: 34,
  'hold again': 16,
  extend: 5,
  release: 9,
  'redeem at the till': 6,
  'redeem hold': 16,
  'redeem by reference': 7,
  'redeem by header': 12,
  return: 5,
  'return bill': 2,
}
const spending: Mix = {
  ...redeeming,
  quote: 6,
  'redeem at the till': 20,
  hold: 5,
  'redeem hold': 2,
  return: 8,
  'return bill': 3,
}
/** Much is sold, and much of it comes back: in parts, as a whole, and reversed by calls of the contract meanwhile. */
const returning: Mix = {
  ...spending,
  redeem: 12,
  'redeem bulk': 6,
  reverse: 14,
  revoke: 1,
  'revoke all': 0.2,
  expire: 1,
  'redeem at the till': 45,
  'redeem hold': 5,
  return: 40,
  'return bill': 14,
}

const sizes = [1, 10, 1_000] as const
const size = (random: Random): number => random.pick(sizes)
const sizeOrNone = (random: Random): number | null => random.pick([null, ...sizes])

const noBudget: BudgetPlan = {
  total: null,
  perCustomer: null,
  perDay: { amount: null, uses: null, usesPerCustomer: null },
  isGivenInPart: false,
}
/** Sums that are no multiple of any discount, and one that has room for a single one. */
const sums = [9_990, 120_010, 3_333_330] as const
const discounts = (random: Random): Partial<SeriesPlan> => ({
  percent: random.pick([null, 33_330, 12_500]),
  discountUpto: random.pick([0, 0, 25_555]),
  isForShoes: random.chance(0.3),
})
/** @param limits those that the budget has. */
const budgeted = (random: Random, limits: Partial<BudgetPlan>): Partial<SeriesPlan> => ({
  ...discounts(random),
  imported: 20,
  budget: { ...noBudget, ...limits, isGivenInPart: random.chance(0.5) },
})
const anyBudget = (random: Random): Partial<BudgetPlan> => ({
  total: random.pick([null, ...sums]),
  perCustomer: random.pick([null, ...sums]),
  perDay: {
    amount: random.pick([null, ...sums]),
    uses: sizeOrNone(random),
    usesPerCustomer: sizeOrNone(random),
  },
})

interface FocusPlan {
  readonly mix: Mix
  readonly series: (random: Random) => Partial<SeriesPlan>
  readonly pair?: boolean
}

/** The subject of a round. Its series have the limits in question; every round contains all kinds of requests. */
const focuses = {
  'series redemptions': { mix: redeeming, series: (r) => ({ maxRedeemed: size(r), imported: 30 }) },
  'single use': {
    mix: redeeming,
    series: (r) => ({ isMultipleUse: false, isAnyUser: r.chance(0.7), imported: r.pick([1, 10, 100]) }),
  },
  'coupon redemptions': { mix: redeeming, series: (r) => ({ maxPerCoupon: size(r), imported: 5 }) },
  'customer redemptions': {
    mix: redeeming,
    series: (r) => ({ maxPerCustomer: size(r), isAnyUser: r.chance(0.5), imported: 20 }),
  },
  'same customer': { mix: redeeming, series: () => ({ isSameUserMultiple: false, imported: 10 }) },
  'own limit': { mix: redeeming, series: (r) => ({ ownLimit: size(r), imported: 10 }) },
  'series issues': { mix: issuing, series: (r) => ({ maxIssued: size(r) }) },
  'one per customer': {
    mix: issuing,
    series: (r) => ({ isMultiplePerCustomer: false, isWithheld: r.chance(0.5), maxIssued: sizeOrNone(r) }),
  },
  'coupons per customer': { mix: issuing, series: (r) => ({ maxCouponsPerCustomer: size(r) }) },
  pool: { mix: issuing, series: (r) => ({ handling: 'DISC_CODE_PIN', poolSize: size(r) }) },
  generic: {
    mix: everything,
    series: (r) => ({
      handling: 'GENERIC',
      isAnyUser: false,
      isMultiplePerCustomer: false,
      maxIssued: sizeOrNone(r),
      maxRedeemed: sizeOrNone(r),
    }),
  },
  exclusive: {
    mix: issuing,
    pair: true,
    series: (r) => ({ isExclusive: true, isMultiplePerCustomer: r.chance(0.5) }),
  },
  reversals: {
    mix: { ...redeeming, reverse: 45, revoke: 1, 'revoke all': 0.2 },
    series: (r) => ({ maxRedeemed: sizeOrNone(r), isMultipleUse: r.chance(0.7), imported: 20 }),
  },
  'tills that repeat': {
    mix: { ...redeeming, reverse: 0 },
    series: (r) => ({ maxPerCoupon: sizeOrNone(r), imported: 10 }),
  },
  mixed: {
    mix: everything,
    pair: true,
    series: (r) => ({
      handling: r.pick(['DISC_CODE', 'DISC_CODE', 'DISC_CODE_PIN']),
      poolSize: 200,
      isAnyUser: r.chance(0.7),
      isMultipleUse: r.chance(0.7),
      isSameUserMultiple: r.chance(0.6),
      maxIssued: sizeOrNone(r),
      maxRedeemed: sizeOrNone(r),
      maxPerCoupon: sizeOrNone(r),
      maxPerCustomer: sizeOrNone(r),
      maxCouponsPerCustomer: sizeOrNone(r),
      imported: r.pick([0, 10]),
    }),
  },
  budget: { mix: spending, series: (r) => budgeted(r, { total: r.pick(sums) }) },
  'budget of a customer': { mix: spending, series: (r) => budgeted(r, { perCustomer: r.pick(sums) }) },
  'budget of a day': {
    mix: spending,
    series: (r) => budgeted(r, { perDay: { ...noBudget.perDay, amount: r.pick(sums) } }),
  },
  'uses in a day': {
    mix: spending,
    series: (r) => budgeted(r, { perDay: { amount: null, uses: sizeOrNone(r), usesPerCustomer: size(r) } }),
  },
  holds: {
    mix: holding,
    series: (r) => ({
      ...discounts(r),
      imported: r.pick([4, 20]),
      ...r.pick<() => Partial<SeriesPlan>>([
        () => ({ maxRedeemed: size(r) }),
        () => ({ maxPerCoupon: size(r) }),
        () => ({ maxPerCustomer: size(r) }),
        () => ({ ownLimit: size(r) }),
        () => ({ isSameUserMultiple: false }),
        () => ({ isMultipleUse: false }),
      ])(),
    }),
  },
  'holds of a budget': { mix: holding, series: (r) => budgeted(r, anyBudget(r)) },
  returns: {
    mix: returning,
    // What comes back makes room in limits that much is sold within.
    series: (r) => ({
      ...budgeted(r, {
        total: r.pick([333_330, 3_333_330]),
        perCustomer: r.pick([null, 333_330]),
        perDay: { ...noBudget.perDay, amount: r.pick([null, 333_330]) },
      }),
      isMultipleUse: r.chance(0.6),
      maxRedeemed: r.pick([null, 10, 1_000]),
      maxPerCustomer: r.pick([null, 10]),
    }),
  },
  'mixed checkouts': {
    mix: holding,
    pair: true,
    series: (r) => ({
      ...budgeted(r, anyBudget(r)),
      ...(r.chance(0.5) && { budget: null }),
      handling: r.pick(['DISC_CODE', 'DISC_CODE', 'DISC_CODE_PIN']),
      poolSize: 200,
      isAnyUser: r.chance(0.7),
      isMultipleUse: r.chance(0.7),
      isSameUserMultiple: r.chance(0.6),
      maxRedeemed: sizeOrNone(r),
      maxPerCoupon: sizeOrNone(r),
      maxPerCustomer: sizeOrNone(r),
      imported: 10,
    }),
  },
} as const satisfies Record<string, FocusPlan>

export type Focus = keyof typeof focuses
export const focusNames = Object.keys(focuses) as Focus[]

/** @param requests approximate number of requests. */
export function planRound(random: Random, focus: Focus, requests: number): RoundPlan {
  const { mix, series, pair }: FocusPlan = focuses[focus]
  const make = (): SeriesPlan => ({ ...open, ...series(random) })
  const first = make()
  // A second series now and then: bulk requests then lock two.
  const isPair = pair === true || random.chance(0.3)
  return {
    focus,
    series: isPair ? [first, focus === 'exclusive' ? first : make()] : [first],
    customers: random.pick([2, 12, 40]),
    requests,
    clients: random.pick([60, 150, 300]),
    mix,
    recognisesRetries: focus === 'tills that repeat',
  }
}

/** One line with the terms that differ from a series without limits. */
export function describePlan({ focus, series, customers, clients }: RoundPlan): string {
  const terms = series.map((one) =>
    Object.entries(one)
      .filter(([name, value]) => value !== open[name as keyof SeriesPlan])
      .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
      .join(' '),
  )
  return `${focus}: ${terms.join(' | ') || 'no limits'}; ${customers} customers, ${clients} clients`
}
