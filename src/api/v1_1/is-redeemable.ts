import { Type } from 'typebox'
import type { Caller } from '../../values/caller.ts'
import { personFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import type { CustomerProfile } from '../../ledger/customers/customer-profile.ts'
import { checkCodes } from '../../ledger/redemptions/check-redeemable.ts'
import type { CouponVerdict } from '../../ledger/redemptions/redeem-rules.ts'
import { readSeriesById } from '../../ledger/series/list-series.ts'
import type { Series } from '../../ledger/series/terms.ts'
import { codeCases, inCase, type CodeCase } from '../../values/coupon-code.ts'
import { Refusal, refuse } from '../../values/errors.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import { readEnum } from '../../http/query-parameters.ts'
import { redeemable } from '../v2/redemption-wire.ts'
import {
  customerParameters,
  readBodyCustomer,
  readQueryFields,
  requireCustomer,
  sentToWire,
  type CustomerBody,
} from './customer.ts'
import { checkCount, maxItems, orRefusal, sendItems, unwrapped, type Item } from '../../http/v1_1-envelope.ts'
import { flag } from '../../http/v1_1-values.ts'
import { couponRefused } from './refusals.ts'
import {
  answerSchema,
  flagSchema,
  formatParameter,
  oneOrSeveral,
  produces,
  responses,
  text,
  textOrNull,
} from './schemas.ts'
import { extendedInfoFields, extendedInfoToWire, seriesInfoFields, seriesInfoToWire } from './series-info.ts'
import { customerToWire, identifierOf } from './wire.ts'

const answer = answerSchema({
  coupons: Type.Object({
    redeemable: oneOrSeveral({
      mobile: textOrNull,
      code: Type.String(),
      is_redeemable: flagSchema,
      redemptions_left: Type.Optional(Type.Integer({ description: '-1: no limit.' })),
      no_of_redemptions_by_user: Type.Optional(Type.Integer()),
      coupon_value: text,
      customer: Type.Optional(
        Type.Object({ mobile: textOrNull, email: textOrNull, external_id: textOrNull }),
      ),
      series_info: Type.Optional(
        Type.Union([Type.Object(seriesInfoFields), Type.Object(extendedInfoFields)]),
      ),
      item_status: Type.Object({
        success: flagSchema,
        status: flagSchema,
        code: Type.Integer({ description: '700, or why it would be refused.' }),
        message: Type.String(),
      }),
    }),
  }),
})

/** The requested parts and form of the answer. */
interface Presentation {
  readonly codeCase: CodeCase
  readonly timeZone: string
  readonly details: 'false' | 'true' | 'extended'
  /** Series by id; empty unless `details=extended`. */
  readonly series: ReadonlyMap<number, Series>
  /** A refusal is answered as in 2016: the request succeeds, and only the item reports it. */
  readonly isNoSuccess: boolean
}

/** `GET /v1.1/coupon/isredeemable`: would these coupons be redeemed now? */
export function registerIsRedeemable(app: App, context: Context, prefix: string, suffix: string): void {
  route(app, `GET ${prefix}/coupon/isredeemable`, {
    access: ['coupon', 'read'],
    failure: 'v1.1',
    schema: {
      operationId: `isRedeemable${suffix}`,
      summary: 'Would these coupons be redeemed?',
      description:
        'A coupon that would be refused is an item that failed, with the reason in its item_status.',
      tags: ['Version 1.1'],
      produces,
      querystring: Type.Object({
        ...formatParameter,
        code: Type.Optional(Type.String({ description: `Codes, at most ${maxItems}. ${codeListRule}` })),
        details: Type.Optional(
          Type.String({ description: 'true: with the discount of the series; extended: with all of it.' }),
        ),
        coupon_code_case: Type.Optional(
          Type.String({ description: `${codeCases.join(', ')}; default UPPER.` }),
        ),
        ...customerParameters,
      }),
      response: responses(answer),
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const codes = await readCodeList(context, caller, query, 'code', { maxItems: 10_000 })
      if (codes.length === 0) throw refuse.badRequest('Name the coupons by code')
      checkCount('code', codes)
      const asked = {
        codeCase: readEnum(query, 'coupon_code_case', codeCases) ?? 'UPPER',
        timeZone: caller.timeZone,
        details: readEnum(query, 'details', ['false', 'true', 'extended']) ?? 'false',
        isNoSuccess: caller.settings.v1CheckRefusal === 'true200',
      }
      const fields = requireCustomer(readQueryFields(query))
      const checked = await orRefusal(() => checkAll(context, caller, codes, fields, asked))
      const items =
        checked instanceof Refusal ? codes.map((code) => unknownToWire(code, fields, checked)) : checked
      return sendItems(reply, request, { items, content: { coupons: { redeemable: unwrapped(items) } } })
    },
  })
}

/** @throws Refusal 701 for an unknown customer. */
async function checkAll(
  context: Context,
  caller: Caller,
  codes: readonly string[],
  fields: CustomerBody,
  asked: Omit<Presentation, 'series'>,
): Promise<Item[]> {
  const reference = await readBodyCustomer(context, caller, fields)
  const { customer, coupons } = await checkCodes(context, caller, reference, codes)
  if (customer === undefined) throw refuse.customerNotFound()
  const person = personFor(caller, customer)
  const seriesIds = asked.details === 'extended' ? coupons.flatMap(({ state }) => state?.series.id ?? []) : []
  const series = await readSeriesById(context, caller.orgId, seriesIds, 'uncounted')
  return coupons.map((one, at) => itemToWire(one, codes[at] ?? '', person, { ...asked, series }))
}

function itemToWire(
  { state, refusal, redemptionsLeft }: CouponVerdict,
  code: string,
  customer: CustomerProfile,
  presentation: Presentation,
): Item {
  const isYes = refusal === null
  const { codeCase, isNoSuccess } = presentation
  const {
    success,
    code: reason,
    message,
  } = refusal === null ? { success: flag(true), code: 700, message: redeemable } : couponRefused(refusal)
  const isDone = isYes || isNoSuccess
  return {
    isFailed: !isDone,
    wire: {
      mobile: identifierOf(customer, 'mobile'),
      code: inCase(state?.code ?? code, codeCase),
      is_redeemable: flag(isYes),
      ...(state && {
        redemptions_left: redemptionsLeft,
        no_of_redemptions_by_user: state.usage.redeemedThisCoupon,
      }),
      ...(state && isYes && { coupon_value: String(state.series.discountValue) }),
      customer: customerToWire(customer, false),
      ...(state && infoOf(state.series, presentation)),
      item_status: {
        success: isDone ? flag(true) : success,
        status: flag(isDone),
        code: reason,
        message,
      },
    },
  }
}

function infoOf(
  terms: Parameters<typeof seriesInfoToWire>[0],
  { details, series, timeZone }: Presentation,
): { series_info?: object } {
  if (details === 'false') return {}
  if (details === 'true') return { series_info: seriesInfoToWire(terms, timeZone) }
  const all = series.get(terms.id)
  return all === undefined ? {} : { series_info: extendedInfoToWire({ series: all, timeZone }) }
}

/** An unknown customer is printed as it was sent. */
function unknownToWire(code: string, fields: CustomerBody, { code: reason, message }: Refusal): Item {
  const { success, ...status } = couponRefused(reason, message)
  return {
    isFailed: true,
    wire: {
      mobile: sentToWire(fields).mobile,
      code,
      is_redeemable: flag(false),
      item_status: { success, status: flag(false), ...status },
    },
  }
}
