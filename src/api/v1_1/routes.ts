import type { FastifyRequest } from 'fastify'
import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { registerCouponDetails } from './coupon-details.ts'
import { registerCustomerCoupons } from './customer-coupons.ts'
import { registerCustomerRedemptions } from './customer-redemptions.ts'
import { registerGetCustomer } from './get-customer.ts'
import { registerIsRedeemable } from './is-redeemable.ts'
import { registerIssue } from './issue.ts'
import { registerRedeem } from './redeem.ts'
import { registerResend } from './resend.ts'
import { registerSeries } from './series.ts'
import { readFormat } from '../../http/v1_1-envelope.ts'
import { parseXml, xmlLimitBytes } from '../../http/xml.ts'

/** Older spellings of the coupon calls, the same in everything else. */
const prefixes = [
  ['/v1.1', 'V11'],
  ['/v1', 'V1'],
] as const

/** The calls of version 1.1, in a scope of their own: here alone bodies may be XML. */
export function registerV11(app: App, context: Context): void {
  app.addContentTypeParser(
    ['application/xml', 'text/xml'],
    { parseAs: 'string', bodyLimit: xmlLimitBytes },
    (_request: FastifyRequest, body: string, done) => {
      try {
        done(null, parseXml(body))
      } catch (error) {
        done(error as Error)
      }
    },
  )
  // A format that cannot be answered in is refused before anything is read.
  app.addHook('preHandler', async (request) => void readFormat(request))
  for (const [prefix, suffix] of prefixes) {
    registerIssue(app, context, prefix, suffix)
    registerResend(app, context, prefix, suffix)
    registerRedeem(app, context, prefix, suffix)
    registerCouponDetails(app, context, prefix, suffix)
    registerIsRedeemable(app, context, prefix, suffix)
    registerSeries(app, context, prefix, suffix)
  }
  registerCustomerCoupons(app, context)
  registerCustomerRedemptions(app, context)
  registerGetCustomer(app, context)
}
