import type { Random } from './random.ts'

/** The terms of a series as far as the proof uses them. Null: no limit. */
export interface SeriesPlan {
  readonly handling: 'DISC_CODE' | 'DISC_CODE_PIN' | 'GENERIC'
  readonly isAnyUser: boolean
  readonly isMultipleUse: boolean
  readonly isSameUserMultiple: boolean
  readonly maxIssued: number | null
  readonly maxRedeemed: number | null
  readonly maxPerCoupon: number | null
  readonly maxPerCustomer: number | null
  readonly isMultiplePerCustomer: boolean
  readonly maxCouponsPerCustomer: number | null
  readonly isWithheld: boolean
  /** Uploaded codes; for DISC_CODE_PIN. */
  readonly poolSize: number
  /** The own limit of each coupon that exists from the start, as after an import. */
  readonly ownLimit: number | null
  /** Coupons that exist from the start. */
  readonly imported: number
  /** Excludes the other series of the round. */
  readonly isExclusive: boolean
}

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

const open: SeriesPlan = {
  handling: 'DISC_CODE',
  isAnyUser: true,
  isMultipleUse: true,
  isSameUserMultiple: true,
  maxIssued: null,
  maxRedeemed: null,
  maxPerCoupon: null,
  maxPerCustomer: null,
  isMultiplePerCustomer: true,
  maxCouponsPerCustomer: null,
  isWithheld: false,
  poolSize: 0,
  ownLimit: null,
  imported: 0,
  isExclusive: false,
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

const sizes = [1, 10, 1_000] as const
const size = (random: Random): number => random.pick(sizes)
const sizeOrNone = (random: Random): number | null => random.pick([null, ...sizes])

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
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' '),
  )
  return `${focus}: ${terms.join(' | ') || 'no limits'}; ${customers} customers, ${clients} clients`
}
