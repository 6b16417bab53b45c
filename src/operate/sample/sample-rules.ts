import { refuse } from '../../values/errors.ts'

/** Invented contents of a sample organisation. Everything is derived from the seed, the size and the day. */

export const sampleOrganisation = { timeZone: 'Asia/Kolkata', country: 'IN', currency: 'INR' }

/** How many days back the first series begins. */
export const historyDays = 540

export interface SampleSeries {
  readonly code: string
  readonly description: string
  /** Codes begin with it. */
  readonly prefix: string
  readonly type: 'ABS' | 'PERC'
  readonly value: number
  /** The most that a percentage takes off; 0: no cap. */
  readonly upto: number
  readonly minBill: number | null
  /** Days before the last day of the history; a negative end lies in the future. */
  readonly beganDaysAgo: number
  readonly endedDaysAgo: number
  /** How many days a coupon is valid. */
  readonly validDays: number
  /** Of all coupons. */
  readonly share: number
  /** The share of its coupons that are redeemed, if they live long enough. */
  readonly redeemed: number
}

const series = (
  code: string,
  description: string,
  prefix: string,
  discount: Pick<SampleSeries, 'type' | 'value' | 'upto' | 'minBill'>,
  [beganDaysAgo, endedDaysAgo, validDays]: readonly [number, number, number],
  [share, redeemed]: readonly [number, number],
): SampleSeries => ({
  code,
  description,
  prefix,
  ...discount,
  beganDaysAgo,
  endedDaysAgo,
  validDays,
  share,
  redeemed,
})

const off = (value: number, minBill: number | null = null) =>
  ({ type: 'ABS', value, upto: 0, minBill }) as const
const percent = (value: number, upto: number, minBill: number | null = null) =>
  ({ type: 'PERC', value, upto, minBill }) as const

export const sampleSeries: readonly SampleSeries[] = [
  series('WELCOME10', 'Welcome: 10 % off', 'WEL', percent(10, 200), [540, -180, 60], [0.2, 0.46]),
  series('BIRTHDAY15', 'Birthday: 15 % off', 'BDY', percent(15, 500), [540, -180, 30], [0.16, 0.52]),
  series('WINBACK200', 'We miss you: 200 off', 'WIN', off(200, 999), [400, -90, 45], [0.1, 0.18]),
  series('FESTIVAL500', 'Festival: 500 off', 'FES', off(500, 2500), [390, 330, 40], [0.12, 0.37]),
  series('SUMMER20', 'Summer: 20 % off', 'SUM', percent(20, 400), [300, 240, 60], [0.12, 0.33]),
  series('APP100', 'First order in the app: 100 off', 'APP', off(100), [260, -60, 30], [0.08, 0.41]),
  series('MONSOON12', 'Monsoon: 12 % off', 'MON', percent(12, 250), [170, 110, 45], [0.08, 0.29]),
  series('REFER150', 'You brought a friend: 150 off', 'REF', off(150, 600), [200, -120, 90], [0.05, 0.57]),
  series('WEEKEND50', 'Weekend: 50 off', 'WKD', off(50), [60, -30, 14], [0.06, 0.38]),
  series('SORRY75', 'Our apologies: 75 off', 'SRY', off(75), [540, -365, 120], [0.03, 0.63]),
]

export const sampleStores: readonly { readonly code: string; readonly name: string }[] = [
  'Mall Road',
  'Station Square',
  'Lake View',
  'Old Market',
  'Ring Road North',
  'Ring Road South',
  'Airport',
  'Harbour',
  'Garden City',
  'University Gate',
  'Temple Street',
  'Tech Park',
].map((name, at) => ({ code: `S${String(at + 1).padStart(2, '0')}`, name }))

export const sampleFirstNames =
  'Aarav Aditi Anil Asha Bina Chetan Deepa Divya Esha Farhan Gita Hari Isha Jai Kavya Kiran Lata Meera Mohan Neha Nikhil Omar Pooja Ravi Rohan Sana Tara Uma Vikram Zoya'.split(
    ' ',
  )
export const sampleLastNames =
  'Bose Chopra Das Fernandes Gupta Iyer Joshi Kapoor Khan Menon Nair Patel Pillai Rao Reddy Roy Shah Sharma Singh Verma'.split(
    ' ',
  )

export interface SampleSize {
  readonly customers: number
  readonly seed: number
}

const maxSampleCustomers = 1_000_000

/** @throws Refusal 400, which says what is allowed. */
export function checkSample({ customers, seed }: SampleSize): void {
  if (!Number.isInteger(customers) || customers < 1 || customers > maxSampleCustomers)
    throw refuse.badRequest(`The number of customers must be a whole number from 1 to ${maxSampleCustomers}`)
  if (!Number.isInteger(seed) || seed < 0 || seed > 999_999_999)
    throw refuse.badRequest('The seed must be a whole number from 0 to 999999999')
}
