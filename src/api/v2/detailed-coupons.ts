import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Context } from '../../ledger/context.ts'
import { readDetailedCoupons, type DetailedCoupon } from '../../ledger/coupons/read-detailed-coupons.ts'
import { codeCases } from '../../values/coupon-code.ts'
import type { App } from '../../http/app.ts'
import { route } from '../../http/route.ts'
import { readEnum, readEnumList, readInteger } from '../../http/query-parameters.ts'
import { detailedAnswer, detailedCouponsWriter } from './detailed-coupons-wire.ts'
import { entityFailures } from '../../http/envelope.ts'
import { customerParams, readCustomerId } from './get-customer.ts'

const maxLimit = 1_000

/** `GET /v2/customers/{id}/coupons`: a customer's coupons with their series, streamed page by page. */
export function registerDetailedCoupons(app: App, context: Context): void {
  route(app, 'GET /v2/customers/:customerId/coupons', {
    access: ['coupon', 'read'],
    isLong: true,
    limit: 'bulk',
    schema: {
      operationId: 'listDetailedCoupons',
      summary: 'A customer’s coupons in detail',
      description: 'Newest first. Without limit all of them, streamed.',
      tags: ['Coupons'],
      params: customerParams,
      querystring: Type.Object({
        coupon_code_case: Type.Optional(
          Type.String({ description: `${codeCases.join(', ')}; default UPPER.` }),
        ),
        include: Type.Optional(
          Type.String({
            description: 'discount: the discount of each redemption, and its returns.',
          }),
        ),
        limit: Type.Optional(Type.String({ description: `1 to ${maxLimit}; default: all.` })),
        offset: Type.Optional(Type.String({ description: 'Coupons to skip; default 0.' })),
      }),
      response: { 200: detailedAnswer, ...entityFailures },
    },
    handler: async (caller, request, reply) => {
      const { query } = request
      const codeCase = readEnum(query, 'coupon_code_case', codeCases) ?? 'UPPER'
      const include = readEnumList(query, 'include', ['discount'] as const)
      const page = {
        limit: readInteger(query, 'limit', { min: 1, max: maxLimit }) ?? null,
        offset: readInteger(query, 'offset', { min: 0, max: 2_147_483_647 }) ?? 0,
      }
      const pages = readDetailedCoupons(context, caller, readCustomerId(request.params.customerId), page)
      // A request is refused before any part of the answer is sent.
      const first = await pages.next()
      const toBytes = detailedCouponsWriter(codeCase, caller, include.includes('discount'))
      return reply
        .type('application/json; charset=utf-8')
        .send(Readable.from(envelope(first.value ?? [], pages, toBytes), { objectMode: false }) as never)
    },
  })
}

async function* envelope(
  first: readonly DetailedCoupon[],
  rest: AsyncGenerator<DetailedCoupon[], void, undefined>,
  toBytes: (coupons: readonly DetailedCoupon[]) => Buffer,
): AsyncGenerator<Buffer | string> {
  try {
    yield '{"entity":['
    yield toBytes(first)
    for await (const page of rest) {
      if (page.length === 0) continue
      yield ','
      yield toBytes(page)
    }
    yield '],"warnings":[],"errors":[],"success":true}'
  } finally {
    await rest.return()
  }
}
