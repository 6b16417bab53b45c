import type { Caller } from '../../values/caller.ts'
import type { Context } from '../context.ts'
import { moneyOf, type Money } from '../../values/money.ts'
import { greatestPart } from '../money/budget-rules.ts'
import { openBill } from '../money/discount-rules.ts'
import { discountUpTo } from './bill-rules.ts'
import type { CustomerProfile } from '../customers/customer-profile.ts'
import { refuse } from '../../values/errors.ts'
import { guardLookups } from '../lookups/guard-lookups.ts'
import { bearsCode } from '../sql.ts'
import { readNow } from '../../platform/clock.ts'
import { codeKey } from '../../values/coupon-code.ts'
import type { RedemptionCircumstances } from './redemption-facts.ts'
import { explain, type ExplainedRule } from './redemption-rules.ts'
import { heldCountsOf, withHeld } from '../holds/held-counts-rules.ts'
import type { HeldInSeries, LiveHold } from '../holds/held-uses-rules.ts'
import { holderOf } from '../holds/holder.ts'
import { readLatestRedemptions, type LatestRedemption } from './read-latest-redemptions.ts'
import { readRedemptionState, type CustomerReference, type RedemptionState } from './redemption-state.ts'

export interface RedemptionQuestion {
  readonly code: string
  /** Undefined: the holder. */
  readonly customer: CustomerReference | undefined
  /** Ids; a till implies its store. Undefined: unknown, and not judged. */
  readonly place: { readonly storeId: number } | { readonly tillId: number } | undefined
  /** Without an amount, it is judged as a bill of 0. */
  readonly bill: { readonly amount: number | undefined; readonly transactionNumber: string } | undefined
  /** The instant of judgement; undefined: now. Limits and usage are always the current ones. */
  readonly at: Date | undefined
}

export interface Explanation {
  readonly judgedAtS: number
  /** 701: no such customer; 702: no such code. Then no rule is judged. */
  readonly unknown: 701 | 702 | null
  readonly customer: CustomerProfile | undefined
  readonly state: RedemptionState | undefined
  readonly place: RedemptionCircumstances['place']
  /** Every rule of the judge, in order; empty if the customer or the coupon is unknown. */
  readonly rules: readonly ExplainedRule[]
  /** The discount on the bill; null: the redemption would be refused, or the amount of the bill is unknown. */
  readonly discountAmount: Money | null
  /** The latest redemptions of the coupon, by anybody, newest first. */
  readonly redemptions: readonly LatestRedemption[]
}

const latestRedemptions = 10

/**
 * Explains the verdict of each rule on redeeming a coupon. The state is read and the rules are applied exactly as by a
 * redemption; nothing is locked or changed.
 *
 * @throws Refusal 400 for a nonexistent store or till, and for a coupon without a holder if no customer is named; 429
 * after too many unknown codes or customers.
 */
export function explainRedemption(
  context: Context,
  caller: Caller,
  question: RedemptionQuestion,
): Promise<Explanation> {
  return guardLookups(
    context,
    caller,
    { codeKeys: [codeKey(question.code)], customers: 1 },
    async (tell, codeKeys) => {
      const explanation = await explainOne(context, caller, question, codeKeys)
      const { unknown, state, rules } = explanation
      const isForeign = rules.some(({ code, verdict }) => code === 703 && verdict === 'fail')
      if (unknown === 701) tell({ unknownCustomers: 1 })
      if (unknown === 702) tell({ unknown: codeKeys })
      if (state !== undefined && isForeign) tell({ foreignSeriesIds: [state.series.id] })
      return explanation
    },
  )
}

async function explainOne(
  context: Context,
  caller: Caller,
  question: RedemptionQuestion,
  codeKeys: readonly string[],
): Promise<Explanation> {
  const { orgId, timeZone, requiresTransactionNumber } = caller
  const { pool } = context.database
  const at = question.at ?? (await readNow(context, pool, caller))
  const place = await readPlace(context, orgId, question.place)
  const customer = question.customer ?? (await findHolder(context, orgId, codeKeys[0] ?? ''))
  if (customer === undefined) {
    const judgedAtS = Math.floor((at ?? new Date()).getTime() / 1000)
    const nothing = {
      customer: undefined,
      state: undefined,
      rules: [],
      discountAmount: null,
      redemptions: [],
    }
    return { judgedAtS, unknown: 702, place, ...nothing }
  }
  const reference = question.bill?.transactionNumber ?? ''
  const checkout = reference === '' ? undefined : { holder: holderOf(caller), reference }
  const [item] = await readRedemptionState(
    pool,
    context.seriesMemory,
    orgId,
    [{ customer, codeKeys, tillId: null, replayedTransaction: '', checkout }],
    at,
    false,
  )
  if (item === undefined) throw new Error('one request has one state')
  const state = item.customer && item.coupons[0]
  const isOwn = (hold: LiveHold): boolean =>
    hold.reference === checkout?.reference &&
    hold.holder.kind === checkout.holder.kind &&
    hold.holder.id === checkout.holder.id
  const counted = state && withHeld(state, heldCountsOf(item.held, state, isOwn), item.nowS)
  const amount = question.bill?.amount
  const reserved = state && reservedOf(item.held, state, isOwn)
  const discount =
    counted === undefined || amount === undefined
      ? undefined
      : discountOn(amount, counted, caller.currency, reserved)
  const rules =
    counted === undefined
      ? []
      : explain(counted.coupon, counted.series, counted.seriesUsage, counted.usage, {
          nowS: item.nowS,
          timeZone,
          ...(place && { place }),
          discount,
          isReserved: reserved !== undefined,
          ...(question.bill && {
            bill: {
              amount: question.bill.amount ?? 0,
              transactionNumber: question.bill.transactionNumber,
              isNumberRequired: requiresTransactionNumber,
            },
          }),
        })
  const isRedeemable = rules.every(({ verdict }) => verdict !== 'fail')
  const discountAmount = isRedeemable ? (discount ?? null) : null
  const unknown = item.customer === undefined ? 701 : state === undefined ? 702 : null
  return {
    judgedAtS: Math.floor(item.nowS),
    unknown,
    customer: item.customer,
    state,
    place,
    rules,
    discountAmount,
    redemptions: state ? await readLatestRedemptions(pool, orgId, state.couponId, latestRedemptions) : [],
  }
}

/** The amount that the checkout has reserved for a coupon; undefined: nothing. */
function reservedOf(
  held: HeldInSeries | undefined,
  { couponId }: RedemptionState,
  isOwn: (hold: LiveHold) => boolean,
): Money | undefined {
  const uses = held?.holds.filter(isOwn).flatMap((hold) => hold.uses) ?? []
  return uses.find((use) => use.couponId === couponId)?.discount
}

/** The discount of a coupon on a bill with an amount and unknown items. */
function discountOn(
  amount: number,
  { series, seriesUsage: { budgetUsage: usage } }: RedemptionState,
  currency: string | null,
  reserved = Number.POSITIVE_INFINITY,
): Money {
  const { budget } = series
  const bill = openBill({ amount: moneyOf(amount) }, currency)
  const greatest =
    budget === null || usage === undefined
      ? undefined
      : Math.min(reserved, greatestPart(budget, usage, bill.unit))
  return discountUpTo(greatest, series, bill).amount
}

/** The holder of the coupon; undefined: no such code. */
async function findHolder(
  { database }: Context,
  orgId: number,
  codeKey: string,
): Promise<CustomerReference | undefined> {
  const { rows } = await database.pool.query<{ customer_id: number | null }>(
    `select c.customer_id from coupons c where ${bearsCode('$2')}`,
    [orgId, codeKey],
  )
  const [row] = rows
  if (row === undefined) return undefined
  if (row.customer_id === null)
    throw refuse.badRequest(
      'Nobody holds the coupon: say who is to redeem it, by customerId, mobile, email or externalId',
    )
  return { customerId: row.customer_id, identifier: undefined }
}

async function readPlace(
  { database: { queries } }: Context,
  orgId: number,
  place: RedemptionQuestion['place'],
): Promise<RedemptionCircumstances['place']> {
  if (place === undefined) return undefined
  if ('tillId' in place) {
    const till = await queries
      .selectFrom('tills')
      .select('store_id')
      .where('org_id', '=', orgId)
      .where('id', '=', place.tillId)
      .executeTakeFirst()
    if (till === undefined) throw refuse.badRequest(`There is no till ${place.tillId}`)
    return { storeId: till.store_id, tillId: place.tillId }
  }
  const store = await queries
    .selectFrom('stores')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', place.storeId)
    .executeTakeFirst()
  if (store === undefined) throw refuse.badRequest(`There is no store ${place.storeId}`)
  return { storeId: store.id, tillId: null }
}
