import { z, type ZodRawShape } from 'zod'
import { formatInstant, lastS, withinTimeS } from '../../values/calendar.ts'
import { badParameter, refuse } from '../../values/errors.ts'
import { parseStatedTimeS, readDay } from '../../values/stated-time.ts'
import { bodyOf, type Answer, type Call } from './call.ts'
import { code, id } from './read-tools.ts'

/** What a change would do. */
interface Preview {
  /** In words of ours: numbers, times and states, and no text of the ledger. */
  readonly effect: string
  /** The records that it concerns. */
  readonly data: unknown
  /** The version of the record that the change is for; absent: it has none. */
  readonly version?: number
}

/** A tool that changes something, once its effect has been shown. */
export interface WriteTool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: ZodRawShape
  /** What the caller must be allowed to write to be offered the tool; its calls judge that again. */
  readonly needs: 'coupon' | 'campaign'
  /** @throws Refused, or a Refusal if there is nothing to do. */
  readonly preview: (args: never, call: Call, timeZone: string) => Promise<Preview>
  /**
   * @param call states the reason and the idempotency key with every call.
   * @param seenVersion of the preview; null: the record has none.
   */
  readonly carryOut: (
    args: never,
    call: Call,
    timeZone: string,
    seenVersion: number | null,
  ) => Promise<Answer>
  /** Whether an answer says that the change was made; some calls refuse with status 200. */
  readonly isDone: (body: never) => boolean
}

const tool = <Shape extends ZodRawShape>(one: {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly input: Shape
  readonly needs: 'coupon' | 'campaign'
  readonly preview: (args: z.output<z.ZodObject<Shape>>, call: Call, timeZone: string) => Promise<Preview>
  readonly carryOut: (
    args: z.output<z.ZodObject<Shape>>,
    call: Call,
    timeZone: string,
    seenVersion: number | null,
  ) => Promise<Answer>
  readonly isDone: (body: never) => boolean
}): WriteTool => one

interface Explained {
  readonly coupon: {
    readonly id: number
    readonly code: string
    readonly seriesId: number
    readonly holderId: number | null
    readonly validUntil: string
  } | null
  readonly redemptions: readonly {
    readonly id: number
    readonly redeemedAt: string
    readonly useReturned: boolean
  }[]
}

/** The coupon of a code, with its latest redemptions. @throws Refused; Refusal 404 for an unknown code. */
async function readCoupon(call: Call, of: string) {
  const answer = await call('GET', `/admin/v1/coupons/${encodeURIComponent(of)}/explain`)
  const { coupon, redemptions } = bodyOf(answer) as Explained
  if (coupon === null) throw refuse.notFound('There is no coupon with this code')
  return { coupon, redemptions }
}

const holderOf = ({ holderId }: { readonly holderId: number | null }): string =>
  holderId === null ? 'which nobody holds' : `which customer ${holderId} holds`

interface Series {
  readonly id: number
  readonly version: number
  readonly state: string
  readonly endsAt: string
}

const readSeries = async (call: Call, seriesId: number): Promise<Series> =>
  bodyOf(await call('GET', `/admin/v1/series/${seriesId}`)) as Series

/** The new end of a coupon; a day means its end. @throws Refusal 400 for text that is no time. */
function readEnd(expiresAt: string, timeZone: string): number {
  const day = readDay(expiresAt.trim(), timeZone)
  const endS = day === undefined ? parseStatedTimeS(expiresAt, timeZone) : day.endsAtS - 1
  if (endS === undefined || endS > lastS)
    throw badParameter('expiresAt', expiresAt, 'YYYY-MM-DD or ISO 8601, before the year 10000')
  return withinTimeS(timeZone, endS)
}

const issue = tool({
  name: 'issue_coupon',
  title: 'Issue a coupon',
  description: 'Issues one coupon of a series to a customer.',
  input: { seriesId: id('series'), customerId: id('customer') },
  needs: 'coupon',
  preview: async ({ seriesId, customerId }, call) => {
    const series = await readSeries(call, seriesId)
    const customer = bodyOf(await call('GET', `/v2/customers/${customerId}`, { query: { source: 'ALL' } }))
    return {
      effect: `One coupon of series ${seriesId}, which is ${series.state} and ends at ${series.endsAt}, would be issued to customer ${customerId}. If the series gives a customer only one and the customer holds it already, that one is returned instead. Limits are judged when it is carried out.`,
      data: { series, customer },
    }
  },
  carryOut: ({ seriesId, customerId }, call) =>
    call('POST', '/v2/coupon/issue', { body: { seriesId, customer: { id: customerId } } }),
  isDone: (body: { readonly id?: number }) => body.id !== undefined,
})

const extend = tool({
  name: 'extend_coupon',
  title: 'Extend a coupon',
  description: 'Moves the expiry of one coupon to a later time. It never shortens a coupon.',
  input: {
    code,
    expiresAt: z
      .string()
      .min(1)
      .max(64)
      .describe('The new end: YYYY-MM-DD (the end of that day at the organisation) or ISO 8601.'),
  },
  needs: 'coupon',
  preview: async ({ code: of, expiresAt }, call, timeZone) => {
    const { coupon } = await readCoupon(call, of)
    const endS = readEnd(expiresAt, timeZone)
    const until = formatInstant(timeZone, endS)
    if (endS * 1000 <= Date.parse(coupon.validUntil))
      throw refuse.badRequest(`The coupon is valid until ${coupon.validUntil}: state a later time than that`)
    return {
      effect: `Coupon ${coupon.id} of series ${coupon.seriesId}, ${holderOf(coupon)}, would be valid until ${until} instead of ${coupon.validUntil}. It still cannot be redeemed after the end of its series.`,
      data: { coupon },
    }
  },
  carryOut: async ({ code: of, expiresAt }, call, timeZone) => {
    // Somebody may have extended it further since the preview.
    const { coupon } = await readCoupon(call, of)
    const endMs = readEnd(expiresAt, timeZone) * 1000
    if (endMs < Date.parse(coupon.validUntil))
      throw refuse.badRequest(`Meanwhile the coupon is valid until ${coupon.validUntil}, which is later`)
    return call('PUT', '/v2/coupon/bulk/expiry', {
      body: { couponSeriesId: coupon.seriesId, couponCodes: [{ couponCode: of, expiryDate: endMs }] },
    })
  },
  isDone: (body: { readonly entity?: { readonly successCount?: number } }) => body.entity?.successCount === 1,
})

const revoke = tool({
  name: 'revoke_coupon',
  title: 'Revoke a coupon',
  description: 'Revokes one coupon that was never redeemed. A revoked coupon cannot be restored.',
  input: { code },
  needs: 'coupon',
  preview: async ({ code: of }, call) => {
    const { coupon } = await readCoupon(call, of)
    return {
      effect: `Coupon ${coupon.id} of series ${coupon.seriesId}, ${holderOf(coupon)}, would be revoked for good: no till would accept it again.`,
      data: { coupon },
    }
  },
  carryOut: ({ code: of }, call) => call('POST', '/v2/coupon/revoke', { body: { couponCodes: [of] } }),
  isDone: (body: { readonly entity?: { readonly revokedCoupons?: readonly unknown[] } }) =>
    body.entity?.revokedCoupons?.length === 1,
})

const reverse = tool({
  name: 'reverse_redemption',
  title: 'Reverse a redemption',
  description:
    'Takes one redemption of a coupon back, so that the coupon has its use again. explain_coupon tells the ids of redemptions.',
  input: { code, redemptionId: id('redemption, one of the coupon') },
  needs: 'coupon',
  preview: async ({ code: of, redemptionId }, call) => {
    const { coupon, redemptions } = await readCoupon(call, of)
    const redemption = redemptions.find((one) => one.id === redemptionId)
    if (redemption === undefined)
      throw refuse.notFound(`Redemption ${redemptionId} is not among the latest of coupon ${coupon.id}`)
    return {
      effect: `Redemption ${redemptionId} of coupon ${coupon.id}, made at ${redemption.redeemedAt}, would be taken back: the coupon would have its use again.`,
      data: { coupon, redemption },
    }
  },
  carryOut: ({ redemptionId }, call) =>
    call('POST', '/v2/coupon/reactivate', { body: { redemptionIds: [redemptionId] } }),
  isDone: (body: { readonly entity?: { readonly redemptions?: readonly unknown[] } }) =>
    body.entity?.redemptions?.length === 1,
})

interface Reach {
  readonly coupons: number
  readonly customers: number
  readonly liveHolds: number
  readonly isMore: boolean
}

const stop = tool({
  name: 'stop_series',
  title: 'Stop a series',
  description:
    'Stops a series at every till from the next request on: it neither issues nor redeems. Nothing is lost, and people can resume it in the console.',
  input: { seriesId: id('series') },
  needs: 'campaign',
  preview: async ({ seriesId }, call) => {
    const { version, ...series } = await readSeries(call, seriesId)
    if (series.state === 'stopped') throw refuse.badRequest(`Series ${seriesId} is stopped already`)
    const path = `/admin/v1/series/${seriesId}/reach`
    const { coupons, customers, liveHolds, isMore } = bodyOf(await call('GET', path)) as Reach
    return {
      effect: `Series ${seriesId}, which is ${series.state}, would be stopped: every till would refuse its coupons at once. It concerns ${isMore ? 'more than ' : ''}${coupons} working coupons of ${customers} customers, and ${liveHolds} checkouts that have reserved one.`,
      data: { series },
      version,
    }
  },
  carryOut: ({ seriesId }, call, _timeZone, seenVersion) =>
    call('POST', `/admin/v1/series/${seriesId}/stop`, { headers: { 'if-match': `"${seenVersion ?? ''}"` } }),
  isDone: (body: { readonly state?: string }) => body.state === 'stopped',
})

export const writeTools: readonly WriteTool[] = [issue, extend, revoke, reverse, stop]
