import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { readFormat } from '../../http/v1_1-envelope.ts'
import { registerV11Body } from '../../http/v1_1-body.ts'
import { registerAddCustomer, registerUpdateCustomer } from './add-and-update.ts'
import { registerCouponDetails } from './coupon-details.ts'
import { registerCustomerCoupons } from './customer-coupons.ts'
import { registerCustomerRedemptions } from './customer-redemptions.ts'
import { registerEntities } from './entities.ts'
import { registerGetCustomer } from './get-customer.ts'
import { registerIsRedeemable } from './is-redeemable.ts'
import { registerIssue } from './issue.ts'
import { registerRedeem } from './redeem.ts'
import { registerResend } from './resend.ts'
import { registerSearchCustomers } from './search-customers.ts'
import { registerSeries } from './series.ts'
import { registerGetStore } from './get-store.ts'
import { registerUpdateIdentity } from './update-identity.ts'

/** The older spelling of every call differs in nothing else. */
const prefixes = [
  ['/v1.1', 'V11'],
  ['/v1', 'V1'],
] as const

const calls = [
  registerIssue,
  registerResend,
  registerRedeem,
  registerCouponDetails,
  registerIsRedeemable,
  registerSeries,
  registerCustomerCoupons,
  registerCustomerRedemptions,
  registerGetCustomer,
  registerAddCustomer,
  registerUpdateCustomer,
  registerUpdateIdentity,
  registerSearchCustomers,
  registerGetStore,
  registerEntities,
]

/** The calls of version 1.1, in their own scope, since only here bodies may be XML. */
export function registerV11(app: App, context: Context): void {
  registerV11Body(app)
  // An unknown format is refused before anything is read.
  app.addHook('preHandler', async (request) => void readFormat(request))
  for (const [prefix, suffix] of prefixes) {
    for (const register of calls) register(app, context, prefix, suffix)
  }
}
