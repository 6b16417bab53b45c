import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { Refusal } from '../../values/errors.ts'
import { listSeries } from '../../ledger/series/list-series.ts'
import type { KeptSeries } from '../../ledger/series/series-fields.ts'
import { dayOf } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readEnum, readInteger, readList } from '../../http/query-parameters.ts'
import { readId } from '../../http/fields.ts'
import { productsToWire } from '../v2/enriched-series.ts'
import {
  checkCount,
  flag,
  itemRefused,
  itemStatus,
  sendItems,
  unwrapped,
  type Item,
} from '../../http/v1_1-envelope.ts'
import {
  answerSchema,
  formatParameter,
  itemFields,
  oneOrSeveral,
  produces,
  responses,
  textOrNull,
} from './schemas.ts'
import { localTime } from './wire.ts'

const maxIds = 100
const maxLimit = 1_000

const text = Type.String()
const shown = Type.Object({
  description: text,
  series_type: Type.Literal('UNDEFINED'),
  client_handling_type: text,
  discount_code: text,
  valid_till_date: text,
  valid_days_from_create: text,
  expiry_strategy_type: text,
  expiry_strategy_value: text,
  max_create: text,
  max_redeem: text,
  transferrable: Type.Literal('0'),
  any_user: text,
  same_user_multiple_redeem: text,
  allow_referral_existing_users: text,
  multiple_use: text,
  is_validation_required: text,
  valid_with_discounted_item: text,
  created_by: text,
  created: text,
  last_used: text,
  series_code: text,
  disable_sms: text,
  info: text,
  allow_multiple_vouchers_per_user: text,
  do_not_resend_existing_voucher: text,
  mutual_exclusive_series_ids: text,
  store_ids_json: Type.Literal('[-1]'),
  dvs_enabled: Type.Literal('0'),
  dvs_expiry_date: text,
  priority: Type.Literal('0'),
  short_sms_template: Type.Literal('Hello {{cust_name}}, your voucher code is {{voucher_code}}'),
  max_vouchers_per_user: text,
  min_days_between_vouchers: text,
  max_referrals_per_referee: text,
  discount_on: Type.Literal('BILL'),
  discount_type: text,
  discount_value: text,
  redemption_range: text,
  min_bill_amount: text,
  max_bill_amount: text,
  redeem_at_store: Type.Literal('[-1]'),
  campaign_id: Type.Literal('-1'),
  max_redemptions_in_series_per_user: text,
  min_days_between_redemption: text,
  redemption_valid_from: text,
  source_org_id: Type.Literal('-1'),
  issue_to_loyalty: Type.Literal('0'),
  redeem_store_type: Type.Literal('redeemable_stores'),
  old_flow_enabled: Type.Literal('0'),
  pre_redeem_event_required: Type.Literal('0'),
  coupons: Type.Object({ issued: text, redeemed: text }),
  offline_redemption_enabled: Type.Literal('false'),
  valid_redemption_org_entities: Type.Object({
    concepts: textOrNull,
    zones: textOrNull,
    stores: textOrNull,
    tills: textOrNull,
  }),
  products: text,
  brands: text,
  categories: text,
})

const answer = answerSchema({
  series: Type.Object({
    items: Type.Object({
      item: oneOrSeveral({
        id: Type.String(),
        ...Type.Partial(shown).properties,
        ...itemFields,
      }),
    }),
  }),
})

/** `GET /v1.1/coupon/series`: series by id, or all of them. Everything in them is text. */
export function registerSeries(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/coupon/series`, {
    access: {
      all: [
        ['coupon', 'read'],
        ['series', 'read'],
      ],
    },
    failure: 'v1.1',
    schema: {
      operationId: `getSeries${suffix}`,
      summary: 'Coupon series with their counters',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        id: Type.Optional(
          Type.String({ description: `Ids, a comma list; at most ${maxIds}. Without it: all.` }),
        ),
        expired: Type.Optional(
          Type.String({
            description:
              'true: those that have ended; false: those that have not; without it or extended: both.',
          }),
        ),
        limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default ${maxLimit}.` })),
        offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const ids = [...new Set(readList(query, 'id', { maxItems: 10_000 }).map((id) => readSeriesId(id)))]
      checkCount('id', ids, maxIds)
      const expired = readEnum(query, 'expired', ['true', 'false', 'extended']) ?? 'extended'
      const found = await listSeries(context, caller, {
        ids,
        codes: [],
        statuses: expired === 'extended' ? [] : [expired === 'true' ? 'EXPIRED' : 'ACTIVE'],
        places: undefined,
        limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? maxLimit,
        offset: readInteger(query, 'offset', { min: 0, max: 2_147_483_647 }) ?? 0,
      })
      const known = new Map(found.map((series) => [series.id, series]))
      const items: Item[] =
        ids.length === 0
          ? found.map((series) => seriesToWire(series, caller.timeZone))
          : ids.flatMap((id) => {
              const series = known.get(id)
              if (series !== undefined) return [seriesToWire(series, caller.timeZone)]
              // One that the filter leaves out is there all the same.
              return expired === 'extended' ? [unknownToWire(id)] : []
            })
      return sendItems(reply, request, items, { series: { items: { item: unwrapped(items) } } })
    },
  })
}

/** @throws Refusal 707 for what cannot be an id. */
function readSeriesId(text: string): number {
  try {
    return readId('id', text)
  } catch {
    throw new Refusal(707)
  }
}

function unknownToWire(id: number): Item {
  const message = `Coupon Series ID = ${id} is invalid`
  return { isFailed: true, wire: { id: String(id), item_status: itemRefused(707, message) } }
}

const digit = (value: boolean): '0' | '1' => (value ? '1' : '0')
const limit = (value: number | null): string => String(value ?? -1)
const idList = (ids: readonly number[] | null): string => JSON.stringify(ids ?? [-1])
const idsOrNull = (ids: readonly number[] | null): string | null =>
  ids === null ? null : JSON.stringify(ids)

/** −1 is text in this list, as the other numbers are. */
function rangeToWire(series: KeptSeries): string {
  const texts = (numbers: readonly number[] | null) => (numbers ?? [-1]).map(String)
  return JSON.stringify({
    dom: texts(series.redemptionDaysOfMonth),
    dow: texts(series.redemptionDaysOfWeek),
    hours: texts(series.redemptionHours),
  })
}

/** Keys without a meaning here carry what they carry everywhere. */
function seriesToWire(series: KeptSeries, timeZone: string): Item {
  const day = (epochS: number) => dayOf(timeZone, epochS)
  const { brands, products, categories } = productsToWire(series)
  const isDays = series.expiryStrategy === 'DAYS'
  const wire = {
    id: String(series.id),
    description: series.description,
    series_type: 'UNDEFINED',
    client_handling_type: series.clientHandlingType,
    discount_code: series.discountCode ?? 'NO_VALUE',
    valid_till_date: day(series.validUntilS),
    valid_days_from_create: String(isDays ? (series.expiryStrategyValue ?? 30) : 30),
    expiry_strategy_type: series.expiryStrategy,
    expiry_strategy_value: limit(series.expiryStrategyValue),
    max_create: limit(series.maxIssued),
    max_redeem: limit(series.maxRedeemed),
    transferrable: '0',
    any_user: digit(series.isAnyUser),
    same_user_multiple_redeem: digit(series.isSameUserMultipleRedeem),
    allow_referral_existing_users: digit(series.isReferralOfExistingAllowed),
    multiple_use: digit(series.isMultipleUseAllowed),
    is_validation_required: digit(series.isValidationRequired),
    valid_with_discounted_item: flag(series.isValidWithDiscountedItem),
    created_by: limit(series.createdTillId),
    created: localTime(timeZone, series.createdAtS),
    last_used: localTime(timeZone, series.updatedAtS),
    series_code: series.code,
    disable_sms: digit(series.isSmsDisabled),
    info: series.info,
    allow_multiple_vouchers_per_user: digit(series.isMultiplePerCustomerAllowed),
    do_not_resend_existing_voucher: digit(series.isExistingCouponWithheld),
    mutual_exclusive_series_ids: idList(series.mutuallyExclusiveSeriesIds),
    store_ids_json: '[-1]',
    dvs_enabled: '0',
    dvs_expiry_date: day(series.updatedAtS),
    priority: '0',
    short_sms_template: 'Hello {{cust_name}}, your voucher code is {{voucher_code}}',
    max_vouchers_per_user: limit(series.maxCouponsPerCustomer),
    min_days_between_vouchers: limit(series.minDaysBetweenCoupons),
    max_referrals_per_referee: limit(series.maxReferralsPerReferee),
    discount_on: 'BILL',
    discount_type: series.discountType,
    discount_value: String(series.discountValue),
    redemption_range: rangeToWire(series),
    min_bill_amount: String(series.minBillAmount ?? 0),
    // 0 is no maximum here.
    max_bill_amount: String(series.maxBillAmount ?? 0),
    redeem_at_store: '[-1]',
    campaign_id: '-1',
    max_redemptions_in_series_per_user: limit(series.maxRedemptionsPerCustomer),
    min_days_between_redemption: limit(series.minDaysBetweenRedemptions),
    redemption_valid_from: day(series.redemptionValidFromS ?? series.updatedAtS),
    source_org_id: '-1',
    issue_to_loyalty: '0',
    redeem_store_type: 'redeemable_stores',
    old_flow_enabled: '0',
    pre_redeem_event_required: '0',
    coupons: { issued: String(series.issued), redeemed: String(series.redeemed) },
    offline_redemption_enabled: 'false',
    item_status: itemStatus(true, 700, fetched),
    valid_redemption_org_entities: {
      concepts: idsOrNull(series.redemptionConceptIds),
      zones: idsOrNull(series.redemptionZoneIds),
      stores: idsOrNull(series.redemptionStoreIds),
      tills: idsOrNull(series.redemptionTillIds),
    },
    products: products.join(','),
    brands: brands.join(','),
    categories: categories.join(','),
  }
  return { isFailed: false, wire }
}

const fetched = 'Coupon series fetched successfully'
