import { Type, type Static } from 'typebox'
import { type Caller } from '../../values/caller.ts'
import { historyFor } from '../../identity/credentials/contact-rules.ts'
import type { Context } from '../../ledger/context.ts'
import { couponStatuses } from '../../ledger/coupons/coupon-status.ts'
import { listCustomerCoupons, type CustomerCouponsQuery } from '../../ledger/coupons/list-customer-coupons.ts'
import { badParameter, Refusal, refuse } from '../../values/errors.ts'
import { codeCases } from '../../values/coupon-code.ts'
import {
  identifierTypes,
  normaliseIdentifier,
  type Identifier,
  type IdentifierType,
} from '../../values/identifier.ts'
import { maxId } from '../../values/ids.ts'
import { contentTypes } from '../../http/answer.ts'
import { codeListRule, readCodeList } from '../../http/code-list.ts'
import {
  readBoolean,
  readEnum,
  readEnumList,
  readInteger,
  readList,
  readText,
  spelled,
  type Query,
} from '../../http/query-parameters.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { historyAnswer, historyText, inclusions, type Presentation } from './customer-coupons-wire.ts'
import { entityFailures } from '../../http/envelope.ts'

const maxLimit = 1_000
const maxCodes = 100
const maxOffset = 2_147_483_647

const parameters = Type.Object({
  mobile: Type.Optional(Type.String({ description: 'Mobile number, with or without country code.' })),
  email: Type.Optional(Type.String({ description: 'E-mail address; capitals do not matter.' })),
  external_Id: spelled('External id, exactly.', 'externalId', 'external_id'),
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
  coupon_codes: Type.Optional(
    Type.String({
      description: `Whole codes in any letter case, at most ${maxCodes}: only these coupons; without status, revoked ones too. ${codeListRule}`,
    }),
  ),
  include: Type.Optional(
    Type.String({
      description: `Comma-separated list of members to add to each coupon: ${inclusions.join(', ')}.`,
    }),
  ),
})

/** `GET /v2/customers/coupons`: a page of a customer's coupon history. */
export function registerCustomerCoupons(app: App, context: Context): void {
  route(app, 'GET /v2/customers/coupons', {
    access: ['coupon', 'read'],
    schema: {
      operationId: 'getCustomerCoupons',
      summary: 'A customer’s coupon history',
      description: 'All coupons of one customer, with validity, discount, redemptions and reversals.',
      tags: ['Coupons'],
      querystring: parameters,
      response: { 200: historyAnswer, ...entityFailures },
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const found = await listCustomerCoupons(context, caller, await readQuery(context, query, caller)).catch(
        withoutOwnCode,
      )
      reply.type(contentTypes.json)
      const text = historyText(
        historyFor(caller, found),
        caller.timeZone,
        readPresentation(query, caller),
        readPage(query),
      )
      // Fastify sends a text unchanged. Its type is that of the answer that it contains.
      return text as unknown as Static<typeof historyAnswer>
    },
  })
}

/** A parameter of the contract and its type of identifier. */
const spellings: readonly (readonly [string, IdentifierType])[] = [
  ...identifierTypes.map((type) => [type, type] as const),
  // This includes `external_id`, since names are read in any letter case.
  ['external_Id', 'externalId'],
]

/**
 * Reads the identifiers of a query. Text that cannot be an identifier is ignored beside other identifiers, unless the
 * caller's settings require all of them to match.
 *
 * @throws Refusal 400 for such a text if it is the only identifier, or if all of them have to match.
 */
export function readIdentifiers(query: Query, { country, settings }: Caller): Identifier[] {
  const identifiers = new Map<string, Identifier>()
  let unreadable: Refusal | undefined
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
      unreadable ??= badParameter(name, text, allowed[type])
      continue
    }
    identifiers.set(`${type} ${value}`, { type, value })
  }
  const isAlone = identifiers.size === 0 && readText(query, 'id') === undefined
  if (unreadable !== undefined && (isAlone || settings.identifiers === 'strict')) throw unreadable
  return [...identifiers.values()]
}

/** Customer calls of v2 have no specific code for identifiers of different customers. */
export function withoutOwnCode(error: unknown): never {
  throw error instanceof Refusal && error.code === 1047 ? refuse.badRequest(error.message) : error
}

function readPage(query: Query): { limit: number; offset: number } {
  return {
    limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? 100,
    offset: readInteger(query, 'offset', { min: 0, max: maxOffset }) ?? 0,
  }
}

async function readQuery(context: Context, query: Query, caller: Caller): Promise<CustomerCouponsQuery> {
  const identifiers = readIdentifiers(query, caller)
  const customerId = readInteger(query, 'id', { min: 1, max: maxId })
  if (identifiers.length === 0 && customerId === undefined) {
    throw refuse.badRequest('Name the customer by one of mobile, email, external_Id or id')
  }
  const include = readEnumList(query, 'include', inclusions)
  return {
    identifiers,
    customerId,
    statuses: readEnumList(query, 'status', couponStatuses),
    transactionNumbers: readList(query, 'transaction_numbers', { maxItems: 1_000 }),
    codes: await readCodeList(context, caller, query, 'coupon_codes', { maxItems: maxCodes }),
    sortOrder: readEnum(query, 'sort_order', ['ASC', 'DESC'] as const) ?? 'DESC',
    ...readPage(query),
    withVerdicts: include.includes('redemptionStatus'),
    withDiscounts: include.includes('discount'),
  }
}

function readPresentation(query: Query, { currency }: Caller): Presentation {
  return {
    codeCase: readEnum(query, 'coupon_code_case', codeCases) ?? 'UPPER',
    withReversals: readBoolean(query, 'include_reversed_redemptions') ?? true,
    include: readEnumList(query, 'include', inclusions),
    currency,
  }
}
