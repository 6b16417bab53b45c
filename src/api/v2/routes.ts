import type { Context } from '../../ledger/context.ts'
import type { App } from '../../http/app.ts'
import { registerCustomerCoupons } from './customer-coupons.ts'
import { registerCouponDetails } from './coupon-details.ts'
import { registerDetailedCoupons } from './detailed-coupons.ts'
import { registerIssue } from './issue.ts'
import { registerIsRedeemable } from './is-redeemable.ts'
import { registerRedeem } from './redeem.ts'
import { registerUpdateRedemption } from './update-redemption.ts'
import { registerReactivate } from './reactivate.ts'
import { registerBulkExpiry } from './bulk-expiry.ts'
import { registerRevoke } from './revoke.ts'
import { registerSeries } from './series.ts'
import { registerRegisterCustomer } from './register-customer.ts'
import { registerGetCustomer } from './get-customer.ts'
import { registerSearchCustomers } from './search-customers.ts'
import { registerUpdateCustomer } from './update-customer.ts'
import { registerOrgEntity } from './org-entity.ts'
import { registerPlaces } from './places.ts'

/** The calls of version 2 for coupons, customers and places. */
export function registerV2(app: App, context: Context): void {
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
}
