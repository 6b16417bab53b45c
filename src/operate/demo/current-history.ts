import type { SavedAnswer } from '../../bulk/history/read-answers.ts'
import type { Refused } from '../../platform/refusals/refusal-counts.ts'
import { dayOf, endOfDayS, formatInstant } from '../../values/calendar.ts'

/** Two weeks of invented campaigns up to now, in addition to the demo's saved answers, whose series ended long ago. */

const daysBack = 14
const dayS = 86_400

export interface CurrentSeries {
  readonly id: number
  readonly code: string
  readonly description: string
  readonly discountType: 'ABS' | 'PERC'
  readonly discountValue: number
  readonly discountUpto: number
  readonly discountCode: string
  /** It ends at the end of the day this many days from now. */
  readonly endsInDays: number
  readonly coupons: number
  /** Coupons that may still be issued; null: no limit. */
  readonly leftToIssue: number | null
}

export const currentSeries: readonly CurrentSeries[] = [
  {
    id: 850001,
    code: 'WELCOME10',
    description: 'Welcome back: 10 % off',
    discountType: 'PERC',
    discountValue: 10,
    discountUpto: 200,
    discountCode: 'WELCOME10',
    endsInDays: 45,
    coupons: 70,
    leftToIssue: null,
  },
  {
    id: 850002,
    code: 'WEEKEND150',
    description: 'Weekend: 150 off',
    discountType: 'ABS',
    discountValue: 150,
    discountUpto: 0,
    discountCode: 'WEEKEND',
    endsInDays: 5,
    coupons: 48,
    leftToIssue: null,
  },
  {
    id: 850003,
    code: 'FESTIVAL500',
    description: 'Festival gift: 500 off',
    discountType: 'ABS',
    discountValue: 500,
    discountUpto: 0,
    discountCode: 'FESTIVAL',
    endsInDays: 30,
    coupons: 38,
    leftToIssue: 2,
  },
]

const firstNames =
  'Anil Bina Chetan Divya Esha Farhan Gita Hari Isha Jai Kavya Lata Mohan Neha Omar Pooja'.split(' ')
const lastNames = 'Bose Das Gupta Iyer Joshi Khan Nair Patel Rao Shah Verma'.split(' ')
const stores = [
  { code: 'doc123', name: 'DocStore' },
  { code: 'mall01', name: 'Mall Road' },
  { code: 'station', name: 'Station Square' },
]
const customerCount = 48
const firstIds = { customer: 700_000_001, coupon: 2_000_000_001, redemption: 30_000_001 }
/** Omits characters that are easily confused, such as 0 and O or 1 and I. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/**
 * Pseudo-random numbers from 0 to below 1, the same in every demo. The demo's contents are public, including its codes.
 */
function scatter(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/**
 * Customers with coupons of the current series, in the form of the history call: issued within the last two weeks, more
 * of them recently, about half of them redeemed, a few of those reversed. Nothing is later than `nowS`.
 */
export async function* currentHistory(nowS: number, timeZone: string): AsyncGenerator<SavedAnswer> {
  const next = scatter(20_261)
  const held: object[][] = Array.from({ length: customerCount }, () => [])
  const print = (atS: number): string => formatInstant(timeZone, Math.floor(atS))
  let number = 0
  for (const series of currentSeries) {
    const endsAtS = endOfDayS(timeZone, dayOf(timeZone, nowS + series.endsInDays * dayS))
    for (let n = 0; n < series.coupons; n += 1) {
      number += 1
      // The square root favours recent instants.
      const issuedAtS = nowS - (1 - Math.sqrt(next())) * daysBack * dayS - 60
      const redemption = redemptionOf(next, number, issuedAtS, nowS, print)
      held[Math.floor(next() * customerCount)]?.push({
        code:
          series.code.slice(0, 4) +
          Array.from({ length: 8 }, () => alphabet[Math.floor(next() * 32)]).join(''),
        id: firstIds.coupon + number,
        seriesId: series.id,
        description: series.description,
        discountType: series.discountType,
        discountValue: series.discountValue,
        discountUpto: series.discountUpto,
        createdDate: print(issuedAtS),
        validTill: print(endsAtS),
        validTillDateTime: print(endsAtS),
        issuedAt: stores[number % stores.length],
        transactionNumber: '0',
        ...redemption,
      })
    }
  }
  const customers = held.map((coupons, at) => ({
    id: firstIds.customer + at,
    firstname: firstNames[at % firstNames.length],
    lastname: lastNames[(at * 7) % lastNames.length],
    mobile: `9194${String(40_000_000 + at * 7919).padStart(8, '0')}`,
    email: `customer${at + 1}@example.com`,
    coupons,
  }))
  yield { file: 'the current history of the demo', root: '$', value: { entity: { customers } } }
}

/** About half of the coupons are redeemed within three days, and one in twelve redemptions is reversed. */
function redemptionOf(
  next: () => number,
  number: number,
  issuedAtS: number,
  nowS: number,
  print: (atS: number) => string,
): object {
  const redeemedAtS = issuedAtS + next() ** 2 * 3 * dayS
  const reversedAtS = redeemedAtS + 1_800
  if (next() < 0.4 || redeemedAtS > nowS)
    return { redemptionCount: 0, redemptionsLeft: 1, redemptions: [], reversedRedemptions: [] }
  const redemption = {
    id: firstIds.redemption + number,
    date: print(redeemedAtS),
    transactionNumber: `B${10_000 + number}`,
    redeemedAt: stores[(number * 5) % stores.length],
  }
  return number % 12 === 0 && reversedAtS <= nowS
    ? {
        redemptionCount: 0,
        redemptionsLeft: 1,
        redemptions: [],
        reversedRedemptions: [{ ...redemption, reversedOn: print(reversedAtS) }],
      }
    : { redemptionCount: 1, redemptionsLeft: 0, redemptions: [redemption], reversedRedemptions: [] }
}

/** Refusals at tills in this period: how often, and why. */
const refused: readonly (readonly [times: number, Refused])[] = [
  [9, { operation: 'redeem', seriesId: 850001, code: 711 }],
  [6, { operation: 'redeem', seriesId: undefined, code: 702 }],
  [4, { operation: 'redeem', seriesId: 850002, code: 703 }],
  [2, { operation: 'redeem', seriesId: 840067, code: 712 }],
  [1, { operation: 'issue', seriesId: 850003, code: 5001 }],
]

/** Refusals of the same period, each with its instant in epoch seconds. */
export function currentRefusals(nowS: number): (readonly [atS: number, Refused])[] {
  const next = scatter(4_711)
  return refused.flatMap(([times, one]) =>
    Array.from({ length: times }, () => [nowS - next() * (daysBack - 1) * dayS, one] as const),
  )
}
