import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { refuse } from '../../values/errors.ts'
import { listSeries } from '../../ledger/series/list-series.ts'
import type { Series } from '../../ledger/series/terms.ts'
import { dayOf } from '../../values/calendar.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readEnum, readInteger, readList } from '../../http/query-parameters.ts'
import { readId } from '../../http/fields.ts'
import { constant, shapeOf } from '../../http/shape.ts'
import { idList, productsOf } from '../v2/series-lists.ts'
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

interface Outgoing {
  readonly series: Series
  readonly timeZone: string
}

const shown = (from: (series: Series) => string) => ({
  schema: Type.String(),
  from: ({ series }: Outgoing) => from(series),
})
const flagged = (from: (series: Series) => boolean) => shown((series) => (from(series) ? '1' : '0'))
const limit = (from: (series: Series) => number | null) => shown((series) => String(from(series) ?? -1))
const day = (from: (series: Series) => number) => ({
  schema: Type.String(),
  from: ({ series, timeZone }: Outgoing) => dayOf(timeZone, from(series)),
})
const moment = (from: (series: Series) => number) => ({
  schema: Type.String(),
  from: ({ series, timeZone }: Outgoing) => localTime(timeZone, from(series)),
})
const productCodes = (type: Parameters<typeof productsOf>[1]) =>
  shown((series) => productsOf(series, type).join(','))

const idsOrNull = (ids: readonly number[] | null): string | null => ids && JSON.stringify(ids)

/** −1 is text in this list, as the other numbers are. */
function rangeToWire(series: Series): string {
  const texts = (numbers: readonly number[] | null) => (numbers ?? [-1]).map(String)
  return JSON.stringify({
    dom: texts(series.redemptionDaysOfMonth),
    dow: texts(series.redemptionDaysOfWeek),
    hours: texts(series.redemptionHours),
  })
}

/** A series in the contract's keys and their order; constants are keys without a meaning here. */
const shape = shapeOf<Outgoing>()({
  id: shown(({ id }) => String(id)),
  description: shown((series) => series.description),
  series_type: constant('UNDEFINED'),
  client_handling_type: shown((series) => series.clientHandlingType),
  discount_code: shown((series) => series.discountCode ?? 'NO_VALUE'),
  valid_till_date: day((series) => series.validUntilS),
  valid_days_from_create: shown(({ expiryStrategy, expiryStrategyValue }) =>
    String(expiryStrategy === 'DAYS' ? (expiryStrategyValue ?? 30) : 30),
  ),
  expiry_strategy_type: shown((series) => series.expiryStrategy),
  expiry_strategy_value: limit((series) => series.expiryStrategyValue),
  max_create: limit((series) => series.maxIssued),
  max_redeem: limit((series) => series.maxRedeemed),
  transferrable: constant('0'),
  any_user: flagged((series) => series.isAnyUser),
  same_user_multiple_redeem: flagged((series) => series.isSameUserMultipleRedeem),
  allow_referral_existing_users: flagged((series) => series.isReferralOfExistingAllowed),
  multiple_use: flagged((series) => series.isMultipleUseAllowed),
  is_validation_required: flagged((series) => series.isValidationRequired),
  valid_with_discounted_item: shown((series) => flag(series.isValidWithDiscountedItem)),
  created_by: limit((series) => series.createdTillId),
  created: moment((series) => series.createdAtS),
  last_used: moment((series) => series.updatedAtS),
  series_code: shown((series) => series.code),
  disable_sms: flagged((series) => series.isSmsDisabled),
  info: shown((series) => series.info),
  allow_multiple_vouchers_per_user: flagged((series) => series.isMultiplePerCustomerAllowed),
  do_not_resend_existing_voucher: flagged((series) => series.isExistingCouponWithheld),
  mutual_exclusive_series_ids: shown((series) => idList(series.mutuallyExclusiveSeriesIds)),
  store_ids_json: constant('[-1]'),
  dvs_enabled: constant('0'),
  dvs_expiry_date: day((series) => series.updatedAtS),
  priority: constant('0'),
  short_sms_template: constant('Hello {{cust_name}}, your voucher code is {{voucher_code}}'),
  max_vouchers_per_user: limit((series) => series.maxCouponsPerCustomer),
  min_days_between_vouchers: limit((series) => series.minDaysBetweenCoupons),
  max_referrals_per_referee: limit((series) => series.maxReferralsPerReferee),
  discount_on: constant('BILL'),
  discount_type: shown((series) => series.discountType),
  discount_value: shown((series) => String(series.discountValue)),
  redemption_range: shown(rangeToWire),
  min_bill_amount: shown((series) => String(series.minBillAmount ?? 0)),
  // 0 is no maximum here.
  max_bill_amount: shown((series) => String(series.maxBillAmount ?? 0)),
  redeem_at_store: constant('[-1]'),
  campaign_id: constant('-1'),
  max_redemptions_in_series_per_user: limit((series) => series.maxRedemptionsPerCustomer),
  min_days_between_redemption: limit((series) => series.minDaysBetweenRedemptions),
  redemption_valid_from: day((series) => series.redemptionValidFromS ?? series.updatedAtS),
  source_org_id: constant('-1'),
  issue_to_loyalty: constant('0'),
  redeem_store_type: constant('redeemable_stores'),
  old_flow_enabled: constant('0'),
  pre_redeem_event_required: constant('0'),
  coupons: {
    schema: Type.Object({ issued: Type.String(), redeemed: Type.String() }),
    from: ({ series }) => ({ issued: String(series.issued), redeemed: String(series.redeemed) }),
  },
  offline_redemption_enabled: constant('false'),
  item_status: {
    schema: itemFields.item_status,
    from: () => itemStatus(true, 700, 'Coupon series fetched successfully'),
  },
  valid_redemption_org_entities: {
    schema: Type.Object({ concepts: textOrNull, zones: textOrNull, stores: textOrNull, tills: textOrNull }),
    from: ({ series }) => ({
      concepts: idsOrNull(series.redemptionConceptIds),
      zones: idsOrNull(series.redemptionZoneIds),
      stores: idsOrNull(series.redemptionStoreIds),
      tills: idsOrNull(series.redemptionTillIds),
    }),
  },
  products: productCodes('SKU'),
  brands: productCodes('BRAND'),
  categories: productCodes('CATEGORY'),
})
const { id, item_status, ...others } = shape.properties

const answer = answerSchema({
  series: Type.Object({
    items: Type.Object({
      // A series that is unknown has these two alone.
      item: oneOrSeveral({ id, ...Type.Partial(Type.Object(others)).properties, item_status }),
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
    throw refuse.seriesInvalid()
  }
}

function unknownToWire(id: number): Item {
  const message = `Coupon Series ID = ${id} is invalid`
  return { isFailed: true, wire: { id: String(id), item_status: itemRefused(707, message) } }
}

const seriesToWire = (series: Series, timeZone: string): Item => ({
  isFailed: false,
  wire: shape.toWire({ series, timeZone }),
})
