import { firstAuthor } from './fill.ts'
import { seededIntegers } from '../random.ts'
import { largestId, mobileOf, type Scale } from '../history/dataset.ts'

/** A request of the console, for varying subjects where that makes a difference. */
export interface Question {
  readonly name: string
  readonly path: () => string
}

const seed = 20_261_124

/** As sent by the console: a hundred coupons with the reasons why each does not work. */
const couponsOf = (id: number, offset: number): string =>
  `/v2/customers/coupons?id=${id}&sort_order=DESC&limit=100&offset=${offset}&include=redemptionStatus&coupon_code_case=AS_IT_IS`

/** @param codes of coupons, to search for. */
export function questionsOf(scale: Scale, codes: readonly string[]): readonly Question[] {
  const customer = seededIntegers(seed, scale.customers)
  const series = seededIntegers(seed + 1, scale.series)
  const code = seededIntegers(seed + 2, codes.length)
  const largest = largestId(scale)
  const last = Math.floor((Math.min(scale.couponsOfLargest, 10_000) - 1) / 100) * 100
  const page = (from: number): string => Array.from({ length: 50 }, (_, at) => from + at).join(',')
  const search = (text: string): string => `/admin/v1/search?q=${encodeURIComponent(text)}`
  return [
    { name: 'nothing (health)', path: () => '/health' },
    { name: 'overview, 14 days', path: () => '/admin/v1/figures/overview?days=14&endingWithinDays=14' },
    { name: `list of ${scale.series} series, first 100`, path: () => '/admin/v1/series?limit=100' },
    {
      name: 'series by words and state',
      path: () => `/admin/v1/series?q=${series()}&state=running&sort=-rate`,
    },
    { name: 'reach of a series', path: () => `/admin/v1/series/${series()}/reach` },
    {
      name: 'days of 50 series',
      path: () => `/admin/v1/figures/series?ids=${page(1 + 50 * (series() % 4))}&days=14`,
    },
    { name: 'figures of a series, 30 days', path: () => `/admin/v1/series/${series()}/figures?days=30` },
    { name: 'search: mobile, beginning', path: () => search(mobileOf(customer()).slice(0, 10)) },
    { name: 'search: mobile, last digits', path: () => search(mobileOf(customer()).slice(-5)) },
    { name: 'search: bill', path: () => `/admin/v1/bills?number=B${customer()}` },
    { name: 'search: name, beginning', path: () => search(`First${customer()}`.slice(0, 8)) },
    { name: 'search: e-mail, whole', path: () => search(`customer${customer()}@mail.example.com`) },
    { name: 'search: coupon code', path: () => search(codes[code() - 1] ?? '') },
    { name: 'customer', path: () => `/v2/customers/${customer()}?source=ALL` },
    { name: 'coupons of a customer, first 100', path: () => couponsOf(customer(), 0) },
    { name: 'coupons of the largest, first 100', path: () => couponsOf(largest, 0) },
    { name: `coupons of the largest, from ${last}`, path: () => couponsOf(largest, last) },
    { name: 'audit log, latest 50', path: () => '/admin/v1/audit?limit=50' },
    { name: 'audit log of a person', path: () => `/admin/v1/audit?limit=50&actor=user:${firstAuthor + 3}` },
    { name: 'audit log of a thing', path: () => `/admin/v1/audit?limit=50&subject=series:${series()}` },
    { name: 'jobs', path: () => '/admin/v1/jobs' },
  ]
}
