import { z, type ZodRawShape } from 'zod'
import { couponStatuses } from '../../ledger/coupons/coupon-status.ts'
import { seriesStates } from '../../ledger/series/series-state-rules.ts'
import { bodyOf, type Call } from './call.ts'

/** A tool that reads. */
export interface ReadTool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: ZodRawShape
  /** @param args validated by `input`. @returns the data. @throws Refused. */
  readonly read: (args: never, call: Call) => Promise<unknown>
}

/** Infers the type of the arguments from the shape of the input. */
const tool = <Shape extends ZodRawShape>(one: {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Shape
  readonly read: (args: z.output<z.ZodObject<Shape>>, call: Call) => Promise<unknown>
}): ReadTool => one

const get = async (call: Call, path: string, query: Parameters<Call>[2] = {}): Promise<unknown> =>
  bodyOf(await call('GET', path, query))

export const id = (of: string) => z.int().min(1).describe(`Id of the ${of}.`)
export const code = z.string().min(1).max(100).describe('The whole code of the coupon.')
const days = z.int().min(1).max(92).optional().describe('The last days, today among them.')
const limit = z.int().min(1).max(100).optional().describe('How many at most; default 20.')
const offset = z.int().min(0).optional().describe('How many to skip.')
const text = (description: string) => z.string().min(1).max(200).optional().describe(description)

/** The circumstances in which a redemption is judged. */
const circumstances = {
  code,
  customerId: id('customer who redeems; without it the holder of the coupon').optional(),
  storeId: id('store').optional(),
  tillId: id('till; instead of storeId').optional(),
  billAmount: text('Amount of the bill, such as 120.50.'),
  transactionNumber: text('Number of the bill.'),
  at: text('The moment to judge at: ISO 8601 or YYYY-MM-DD. Usage is that of now. Without it: now.'),
}

function explain(args: { readonly [name: string]: string | number | undefined }, call: Call) {
  const { code: one, ...query } = args
  return get(call, `/admin/v1/coupons/${encodeURIComponent(String(one))}/explain`, { query })
}

interface Explained {
  readonly rules: readonly { readonly verdict: string }[]
}

export const readTools: readonly ReadTool[] = [
  tool({
    name: 'find_customer',
    title: 'Find a customer, coupon, redemption or series',
    description:
      'Finds customers by mobile number, e-mail address, external id, id or name (also the beginning, or the last digits of a mobile number), coupons by their code, and for people also redemptions by id and series by words. Use it first when an id is not known.',
    input: { text: z.string().min(1).max(200).describe('What to look for.') },
    read: ({ text: q }, call) => get(call, '/admin/v1/search', { query: { q } }),
  }),
  tool({
    name: 'coupon_history',
    title: "A customer's coupons",
    description:
      'The coupons of a customer with validity, discount, redemptions and reversals, the latest first. redemptionStatus says of each whether it would be redeemed now, and if not, why.',
    input: {
      customerId: id('customer'),
      status: z
        .enum(couponStatuses)
        .optional()
        .describe('Only these. Without it all but revoked ones; REDEEMABLE: those that work now.'),
      limit,
      offset,
    },
    read: ({ customerId, limit: most = 20, ...query }, call) =>
      get(call, '/v2/customers/coupons', {
        query: { id: customerId, include: 'redemptionStatus,discount,iso', limit: most, ...query },
      }),
  }),
  tool({
    name: 'explain_coupon',
    title: 'Explain a coupon',
    description:
      'Judges a redemption of a coupon rule by rule, in the order in which tills are refused, without redeeming anything; with its holder, validity and latest redemptions.',
    input: circumstances,
    read: explain,
  }),
  tool({
    name: 'why_refused',
    title: 'Why a coupon was refused',
    description:
      'Only the rules that a redemption breaks, the first of which is what the till was told. State the time, the till or store and the bill of the refused attempt as far as they are known: rules about what is not stated are not judged.',
    input: circumstances,
    read: async (args, call) => {
      const { rules, ...explained } = (await explain(args, call)) as Explained
      return { ...explained, broken: rules.filter(({ verdict }) => verdict === 'fail') }
    },
  }),
  tool({
    name: 'find_bill',
    title: 'Find the coupons of a bill',
    description:
      'The redemptions on a bill by its whole number, with ids of redemptions, customers and series.',
    input: {
      number: z.string().min(1).max(100).describe('The whole number of the bill.'),
      day: text('YYYY-MM-DD: the day of the bill. Without it the last days are searched.'),
    },
    read: (query, call) => get(call, '/admin/v1/bills', { query }),
  }),
  tool({
    name: 'list_series',
    title: 'List coupon series',
    description: 'Coupon series with their terms, state and counters, the latest first.',
    input: {
      q: text('Words of the description, the codes, the tags, or the id.'),
      state: z.enum(seriesStates).optional().describe('Only series in this state.'),
      tag: text('Only series with this tag.'),
      limit,
      offset,
    },
    read: ({ limit: most = 20, ...query }, call) =>
      get(call, '/admin/v1/series', { query: { limit: most, ...query } }),
  }),
  tool({
    name: 'show_series',
    title: 'Show a coupon series',
    description: 'The terms, state, schedule and counters of one series.',
    input: { seriesId: id('series') },
    read: ({ seriesId }, call) => get(call, `/admin/v1/series/${seriesId}`),
  }),
  tool({
    name: 'overview',
    title: 'Figures of the organisation',
    description:
      'What was issued, redeemed and reversed by day, the most frequent refusals, and series that end soon, run out or are halted.',
    input: { days },
    read: (query, call) => get(call, '/admin/v1/figures/overview', { query }),
  }),
  tool({
    name: 'series_figures',
    title: 'Figures of a series',
    description:
      'What was issued, redeemed and reversed of one series, by day and by store, and its refusals.',
    input: { seriesId: id('series'), days },
    read: ({ seriesId, ...query }, call) => get(call, `/admin/v1/series/${seriesId}/figures`, { query }),
  }),
  tool({
    name: 'money_figures',
    title: 'Discounts given',
    description: 'What discounts were given and went back, by day, of all series or one.',
    input: { series: id('series').optional(), days },
    read: (query, call) => get(call, '/admin/v1/figures/money', { query }),
  }),
  tool({
    name: 'audit_log',
    title: 'Search the audit log',
    description: 'Who changed what, when, from where and for which reason; the latest first.',
    input: {
      actor: text('Who: user, client, till or command-line; or one of them, as user:12.'),
      action: text('What, exactly: coupon.redeemed, say.'),
      subject: text('On what: coupon, series, customer, user; or one of them, as coupon:5.'),
      from: text('At this time or later: YYYY-MM-DD or ISO 8601.'),
      to: text('Before this time.'),
      limit,
      cursor: text('nextCursor of the page before.'),
    },
    read: ({ limit: most = 20, ...query }, call) =>
      get(call, '/admin/v1/audit', { query: { limit: most, ...query } }),
  }),
]
