import { Type, type Static } from 'typebox'
import { requireAccess, type Caller } from '../../access/caller.ts'
import type { Context } from '../../context.ts'
import { couponStatuses } from '../../coupons/coupon-status.ts'
import type { HistoryRedemption, HistoryReversal } from '../../coupons/customer-coupons-lane.ts'
import {
  listCustomerCoupons,
  type CustomerCoupons,
  type CustomerCouponsQuery,
  type ListedCoupon,
} from '../../coupons/list-customer-coupons.ts'
import { badParameter, catalogue, Refusal } from '../../errors.ts'
import { formatInstant, startOfDayS } from '../../values/calendar.ts'
import { codeCases, inCase, type CodeCase } from '../../values/coupon-code.ts'
import {
  identifierTypes,
  normaliseIdentifier,
  type Identifier,
  type IdentifierType,
} from '../../values/identifier.ts'
import { maxId } from '../../values/ids.ts'
import {
  readBoolean,
  readEnum,
  readEnumList,
  readInteger,
  readList,
  readText,
  type Query,
} from '../query-parameters.ts'
import type { App } from '../app.ts'
import { entityFailures } from './envelope.ts'

const maxLimit = 1_000
const maxOffset = 2_147_483_647
const inclusions = ['customer', 'redemptionStatus', 'iso'] as const
type Inclusion = (typeof inclusions)[number]

const parameters = Type.Object({
  mobile: Type.Optional(Type.String({ description: 'Mobile number, with or without country code.' })),
  email: Type.Optional(Type.String({ description: 'E-mail address; capitals do not matter.' })),
  external_Id: Type.Optional(
    Type.String({ description: 'External id, exactly; also external_id and externalId.' }),
  ),
  externalId: Type.Optional(Type.String({ description: 'The same as external_Id.' })),
  external_id: Type.Optional(Type.String({ description: 'The same as external_Id.' })),
  id: Type.Optional(Type.String({ description: 'The customer’s own id.' })),
  status: Type.Optional(
    Type.String({
      description: `One or several (comma, semicolon or the key repeated), their union: ${couponStatuses.join(', ')}. Without it: all but revoked ones.`,
    }),
  ),
  coupon_code_case: Type.Optional(Type.String({ description: `${codeCases.join(', ')}; default UPPER.` })),
  sort_order: Type.Optional(
    Type.String({ description: 'ASC or DESC by createdDate, then id; default DESC.' }),
  ),
  limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default 100.` })),
  offset: Type.Optional(Type.String({ description: 'Rows to skip; default 0.' })),
  include_reversed_redemptions: Type.Optional(Type.String({ description: 'true or false; default true.' })),
  transaction_numbers: Type.Optional(
    Type.String({ description: 'Comma list: only coupons issued under one of these; 0 means without one.' }),
  ),
  include: Type.Optional(
    Type.String({ description: `Comma list of what is added to each coupon: ${inclusions.join(', ')}.` }),
  ),
})

const place = Type.Object({ code: Type.String(), name: Type.String() })
const instant = (description: string) => Type.String({ description })

const redemption = Type.Object({
  id: Type.Integer(),
  date: instant('When it was redeemed.'),
  dateISO: Type.Optional(instant('The same, with include=iso.')),
  transactionNumber: Type.String({ description: 'Empty: none.' }),
  redeemedAt: Type.Optional(place),
})

const reversedRedemption = Type.Object({
  id: Type.Integer(),
  date: instant('When it was redeemed.'),
  dateISO: Type.Optional(instant('The same, with include=iso.')),
  reversedOn: instant('When it was taken back.'),
  redeemedAt: Type.Optional(place),
})

/** Keys stand in the order in which they are printed. */
const coupon = Type.Object({
  code: Type.String(),
  seriesId: Type.Integer(),
  description: Type.String(),
  validTill: instant('Midnight of the last day.'),
  discountType: Type.String({ description: 'ABS or PERC.' }),
  discountValue: Type.Number(),
  discountUpto: Type.Number({ description: '0: no cap.' }),
  redemptionCount: Type.Integer({ description: 'Redemptions that stand.' }),
  redemptionsLeft: Type.Integer({ description: 'By the limits alone; -1: no limit.' }),
  id: Type.Integer(),
  createdDate: instant('When it was issued.'),
  createdDateISO: Type.Optional(instant('The same, with include=iso.')),
  transactionNumber: Type.String({ description: 'The transaction it was issued with; 0: none.' }),
  issuedAt: Type.Optional(place),
  customProperty: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.String() }))),
  redemptions: Type.Array(redemption),
  reversedRedemptions: Type.Array(reversedRedemption),
  validTillDateTime: instant('The last instant at which it works.'),
  customer: Type.Optional(
    Type.Object(
      { id: Type.Integer(), firstname: Type.String(), lastname: Type.String() },
      { description: 'With include=customer.' },
    ),
  ),
  redemptionStatus: Type.Optional(
    Type.Object(
      { status: Type.Boolean(), message: Type.String(), code: Type.Integer() },
      { description: 'Would it be redeemed now? With include=redemptionStatus.' },
    ),
  ),
})

const answer = Type.Object({
  entity: Type.Object({
    pagination: Type.Object({ limit: Type.String(), offset: Type.String(), total: Type.Integer() }),
    customers: Type.Array(
      Type.Object({
        firstname: Type.String(),
        lastname: Type.String(),
        email: Type.Optional(Type.String()),
        mobile: Type.Optional(Type.String()),
        id: Type.Integer(),
        externalId: Type.Optional(Type.String()),
        coupons: Type.Array(coupon),
      }),
    ),
  }),
  warnings: Type.Array(Type.Unknown()),
  errors: Type.Array(Type.Unknown()),
  success: Type.Boolean(),
})

/** `GET /v2/customers/coupons`: a customer's coupon history, a page of it. */
export function registerCustomerCoupons(app: App, context: Context): void {
  app.get(
    '/v2/customers/coupons',
    {
      schema: {
        operationId: 'getCustomerCoupons',
        summary: 'A customer’s coupon history',
        description: 'All coupons of one customer, with validity, discount, redemptions and reversals.',
        tags: ['Coupons'],
        querystring: parameters,
        response: { 200: answer, ...entityFailures },
      },
    },
    async (request) => {
      const caller = await request.signIn()
      requireAccess(caller, 'coupon', 'read')
      const query = request.query as Query
      const found = await listCustomerCoupons(context, caller, readQuery(query, caller))
      return toWire(found, caller.timeZone, readPresentation(query), readPage(query))
    },
  )
}

/** A parameter of the contract and the identifier that it gives. */
const spellings: readonly (readonly [string, IdentifierType])[] = [
  ...identifierTypes.map((type) => [type, type] as const),
  ['external_Id', 'externalId'],
  ['external_id', 'externalId'],
]

function readIdentifiers(query: Query, country: string): Identifier[] {
  const identifiers = new Map<string, Identifier>()
  for (const [name, type] of spellings) {
    const text = readText(query, name)
    if (text === undefined) continue
    const value = normaliseIdentifier(type, text, country)
    if (value === undefined) {
      const allowed = {
        mobile: 'a mobile number',
        email: 'an e-mail address',
        externalId: 'at most 320 characters',
      }
      throw badParameter(name, text, allowed[type])
    }
    identifiers.set(`${type} ${value}`, { type, value })
  }
  return [...identifiers.values()]
}

function readPage(query: Query): { limit: number; offset: number } {
  return {
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? 100,
    offset: readInteger(query, 'offset', { min: 0, max: maxOffset }) ?? 0,
  }
}

function readQuery(query: Query, caller: Caller): CustomerCouponsQuery {
  const identifiers = readIdentifiers(query, caller.country)
  const customerId = readInteger(query, 'id', { min: 1, max: maxId })
  if (identifiers.length === 0 && customerId === undefined) {
    throw new Refusal(400, 'Name the customer by one of mobile, email, external_Id or id')
  }
  return {
    identifiers,
    customerId,
    statuses: readEnumList(query, 'status', couponStatuses),
    transactionNumbers: readList(query, 'transaction_numbers', { maxItems: 1_000 }),
    sortOrder: readEnum(query, 'sort_order', ['ASC', 'DESC'] as const) ?? 'DESC',
    ...readPage(query),
    withVerdicts: readEnumList(query, 'include', inclusions).includes('redemptionStatus'),
  }
}

interface Presentation {
  readonly codeCase: CodeCase
  readonly withReversals: boolean
  readonly include: readonly Inclusion[]
}

function readPresentation(query: Query): Presentation {
  return {
    codeCase: readEnum(query, 'coupon_code_case', codeCases) ?? 'UPPER',
    withReversals: readBoolean(query, 'include_reversed_redemptions') ?? true,
    include: readEnumList(query, 'include', inclusions),
  }
}

function toWire(
  found: CustomerCoupons,
  timeZone: string,
  presentation: Presentation,
  page: { limit: number; offset: number },
): Static<typeof answer> {
  const customer = { id: found.customerId, firstname: found.firstName, lastname: found.lastName }
  return {
    entity: {
      pagination: { limit: String(page.limit), offset: String(page.offset), total: found.total },
      customers: [
        {
          firstname: found.firstName,
          lastname: found.lastName,
          ...(found.email !== null && { email: found.email }),
          ...(found.mobile !== null && { mobile: found.mobile }),
          id: found.customerId,
          ...(found.externalId !== null && { externalId: found.externalId }),
          coupons: found.coupons.map((one) => couponToWire(one, customer, timeZone, presentation)),
        },
      ],
    },
    warnings: [],
    errors: [],
    success: true,
  }
}

/** Keys in the order of the contract; JSON leaves out those that are undefined. No spreads: they cost on hot paths. */
function couponToWire(
  one: ListedCoupon,
  customer: { id: number; firstname: string; lastname: string },
  timeZone: string,
  { codeCase, withReversals, include }: Presentation,
): Static<typeof coupon> {
  const createdDate = formatInstant(timeZone, one.createdAtS)
  const withIso = include.includes('iso')
  return {
    code: inCase(one.code, codeCase),
    seriesId: one.seriesId,
    description: one.description,
    validTill: formatInstant(timeZone, startOfDayS(timeZone, one.validUntilS)),
    discountType: one.discountType,
    discountValue: one.discountValue,
    discountUpto: one.discountUpto,
    redemptionCount: one.redemptions.length,
    redemptionsLeft: one.redemptionsLeft,
    id: one.id,
    createdDate,
    createdDateISO: withIso ? createdDate : undefined,
    transactionNumber: one.transactionNumber ?? '0',
    issuedAt: one.issuedAt ?? undefined,
    customProperty: one.customProperties ?? undefined,
    redemptions: one.redemptions.map((each) => redemptionToWire(each, timeZone, withIso)),
    reversedRedemptions: withReversals
      ? one.reversals.map((each) => reversalToWire(each, timeZone, withIso))
      : [],
    validTillDateTime: formatInstant(timeZone, one.validUntilS),
    customer: include.includes('customer') ? customer : undefined,
    redemptionStatus: one.refusal === undefined ? undefined : verdictToWire(one.refusal),
  } as Static<typeof coupon>
}

function redemptionToWire(one: HistoryRedemption, timeZone: string, withIso: boolean) {
  const date = formatInstant(timeZone, one.redeemedAtS)
  return {
    id: one.id,
    date,
    dateISO: withIso ? date : undefined,
    transactionNumber: one.transactionNumber,
    redeemedAt: one.redeemedAt ?? undefined,
  }
}

function reversalToWire(one: HistoryReversal, timeZone: string, withIso: boolean) {
  const date = formatInstant(timeZone, one.redeemedAtS)
  return {
    id: one.id,
    date,
    dateISO: withIso ? date : undefined,
    reversedOn: formatInstant(timeZone, one.reversedAtS),
    redeemedAt: one.redeemedAt ?? undefined,
  }
}

function verdictToWire(refusal: NonNullable<ListedCoupon['refusal']> | null) {
  const code = refusal ?? 700
  return { status: refusal === null, message: catalogue[code].message, code }
}
