import type { Context } from '../ledger/context.ts'
import type { App } from '../http/app.ts'
import { registerV11 } from './v1_1/routes.ts'
import { registerCustomerCoupons } from './v2/customer-coupons.ts'
import { registerCouponDetails } from './v2/coupon-details.ts'
import { registerDetailedCoupons } from './v2/detailed-coupons.ts'
import { registerIssue } from './v2/issue.ts'
import { registerIsRedeemable } from './v2/is-redeemable.ts'
import { registerRedeem } from './v2/redeem.ts'
import { registerUpdateRedemption } from './v2/update-redemption.ts'
import { registerReactivate } from './v2/reactivate.ts'
import { registerBulkExpiry } from './v2/bulk-expiry.ts'
import { registerRevoke } from './v2/revoke.ts'
import { registerSeries } from './v2/series.ts'
import { registerRegisterCustomer } from './v2/register-customer.ts'
import { registerGetCustomer } from './v2/get-customer.ts'
import { registerSearchCustomers } from './v2/search-customers.ts'
import { registerUpdateCustomer } from './v2/update-customer.ts'
import { registerOrgEntity } from './v2/org-entity.ts'
import { registerPlaces } from './v2/places.ts'

/** The calls of the contract about coupons, customers and places, in versions 2 and 1.1. */
export async function registerContract(app: App, context: Context): Promise<void> {
  registerCustomerCoupons(app, context)
  registerCouponDetails(app, context)
  registerDetailedCoupons(app, context)
  registerIssue(app, context)
  registerIsRedeemable(app, context)
  registerRedeem(app, context)
  registerUpdateRedemption(app, context)
  registerReactivate(app, context)
  registerBulkExpiry(app, context)
  registerRevoke(app, context)
  registerSeries(app, context)
  registerRegisterCustomer(app, context)
  registerGetCustomer(app, context)
  registerSearchCustomers(app, context)
  registerUpdateCustomer(app, context)
  registerOrgEntity(app, context)
  registerPlaces(app, context)
  await app.register(async (scope) => registerV11(scope, context))
}
