import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { registerAccessGroups } from './admin/access-groups.ts'
import { registerAreas } from './admin/areas.ts'
import { registerAudit } from './admin/audit.ts'
import { registerClients } from './admin/clients.ts'
import { registerCustomers } from './admin/customers.ts'
import { registerSandbox } from './admin/sandbox.ts'
import { registerJobs } from './admin/jobs.ts'
import { registerOrganisation } from './admin/organisation.ts'
import { registerSearch } from './admin/search.ts'
import { registerUploadPreview } from './admin/upload-preview.ts'
import { registerSession } from './admin/session.ts'
import { registerClientSettings } from './admin/client-settings.ts'
import { registerLogins } from './admin/logins.ts'
import { registerTills } from './admin/tills.ts'
import { registerUsers } from './admin/users.ts'
import { registerCodeBatches } from './admin/code-batches.ts'
import { registerSeriesCodes } from './admin/series-codes.ts'
import type { App } from '../http/app.ts'
import { registerWebhookMessages } from './admin/webhook-messages.ts'
import { registerWebhooks } from './admin/webhooks.ts'
import { registerExplain } from './admin/explain.ts'
import { registerFigures } from './admin/figures.ts'
import { registerExport } from './admin/export.ts'
import { registerConsole } from './console.ts'
import { registerGenerateToken } from './oauth/generate-token.ts'
import { openApi, referencePage } from '../http/open-api.ts'
import { registerFrontPage } from './operations/front-page.ts'
import { registerProbes } from './operations/probes.ts'
import { registerAccess } from '../http/access.ts'
import { route } from '../http/route.ts'
import { registerUploads } from './uploads/register-uploads.ts'
import { registerV11 } from './v1_1/routes.ts'
import { registerBulkExpiry } from './v2/bulk-expiry.ts'
import { registerCouponDetails } from './v2/coupon-details.ts'
import { registerCustomerCoupons } from './v2/customer-coupons.ts'
import { registerDetailedCoupons } from './v2/detailed-coupons.ts'
import { registerGetCustomer } from './v2/get-customer.ts'
import { registerIsRedeemable } from './v2/is-redeemable.ts'
import { registerIssue } from './v2/issue.ts'
import { registerOrgEntity } from './v2/org-entity.ts'
import { registerPlaces } from './v2/places.ts'
import { registerReactivate } from './v2/reactivate.ts'
import { registerRedeem } from './v2/redeem.ts'
import { registerRegisterCustomer } from './v2/register-customer.ts'
import { registerRevoke } from './v2/revoke.ts'
import { registerSearchCustomers } from './v2/search-customers.ts'
import { registerUpdateCustomer } from './v2/update-customer.ts'
import { registerSeries } from './v2/series.ts'
import { registerUpdateRedemption } from './v2/update-redemption.ts'
import { registerEventLog } from './v3/event-log.ts'
import { registerV3WebHooks } from './v3/web-hooks.ts'
import type { Context } from '../ledger/context.ts'
import { createApp } from '../http/create-app.ts'

/** The HTTP server on a context. Every feature is listed here by hand; nothing is found by magic. */
export async function createServer(context: Context): Promise<App> {
  const app = createApp(context)
  await app.register(swagger, openApi)
  await app.register(async (features) => {
    registerAccess(features, context)
    registerFrontPage(features)
    registerProbes(features, context)
    registerGenerateToken(features, context)
    registerCustomerCoupons(features, context)
    registerCouponDetails(features, context)
    registerDetailedCoupons(features, context)
    registerIssue(features, context)
    registerIsRedeemable(features, context)
    registerRedeem(features, context)
    registerUpdateRedemption(features, context)
    registerReactivate(features, context)
    registerBulkExpiry(features, context)
    registerRevoke(features, context)
    registerSeries(features, context)
    registerRegisterCustomer(features, context)
    registerGetCustomer(features, context)
    registerSearchCustomers(features, context)
    registerUpdateCustomer(features, context)
    registerOrgEntity(features, context)
    registerPlaces(features, context)
    registerSession(features, context)
    registerUsers(features, context)
    registerAudit(features, context)
    registerFigures(features, context)
    registerJobs(features, context)
    registerSearch(features, context)
    registerUploadPreview(features)
    registerExplain(features, context)
    registerOrganisation(features, context)
    registerSandbox(features, context)
    registerClients(features, context)
    registerTills(features, context)
    registerClientSettings(features, context)
    registerLogins(features, context)
    registerAccessGroups(features, context)
    registerAreas(features, context)
    registerCustomers(features, context)
    registerSeriesCodes(features, context)
    registerCodeBatches(features, context)
    registerExport(features, context)
    registerWebhooks(features, context)
    registerWebhookMessages(features, context)
    registerV3WebHooks(features, context)
    registerEventLog(features, context)
    await features.register(async (uploads) => registerUploads(uploads, context))
    await features.register(async (scope) => registerV11(scope, context))
    route(features, 'GET /openapi.json', {
      access: 'public',
      schema: { hide: true },
      handler: async () => app.swagger(),
    })
  })
  await app.register(swaggerUi, referencePage)
  await registerConsole(app)
  await app.ready()
  return app
}
