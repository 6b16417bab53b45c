import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { registerAccessGroups } from './admin/access-groups.ts'
import { registerAreas } from './admin/areas.ts'
import { registerAudit } from './admin/audit.ts'
import { registerClients } from './admin/clients.ts'
import { registerCustomers } from './admin/customers.ts'
import { registerCustomerMerges } from './admin/customer-merges.ts'
import { registerCustomerNotes } from './admin/customer-notes.ts'
import { registerHistory } from './admin/history.ts'
import { registerSandbox } from './admin/sandbox.ts'
import { registerHeld } from './admin/holds.ts'
import { registerJobs } from './admin/jobs.ts'
import { registerOrganisation } from './admin/organisation.ts'
import { registerBills } from './admin/bills.ts'
import { registerPasswordLinks } from './admin/password-links.ts'
import { registerSearch } from './admin/search.ts'
import { registerUploadPreview } from './admin/upload-preview.ts'
import { registerSession } from './admin/session.ts'
import { registerClientSettings } from './admin/client-settings.ts'
import { registerLogins } from './admin/logins.ts'
import { registerTills } from './admin/tills.ts'
import { registerUsers } from './admin/users.ts'
import { registerCodeBatches } from './admin/code-batches.ts'
import { registerSeriesControl } from './admin/series-control.ts'
import { registerSeriesList } from './admin/series-list.ts'
import { registerSeriesCodes } from './admin/series-codes.ts'
import { registerSeriesBudget } from './admin/series-budget.ts'
import { registerSeriesItemRules } from './admin/series-item-rules.ts'
import type { App } from '../http/app.ts'
import { registerWebhookMessages } from './admin/webhook-messages.ts'
import { registerWebhooks } from './admin/webhooks.ts'
import { registerExplain } from './admin/explain.ts'
import { registerFigures } from './admin/figures.ts'
import { registerMoneyFigures } from './admin/money-figures.ts'
import { registerExport } from './admin/export.ts'
import { registerConsole } from './console.ts'
import { registerGuide } from './guide.ts'
import { registerMcp } from './mcp/register-mcp.ts'
import { registerGenerateToken } from './oauth/generate-token.ts'
import { nameSchemas, type ApiDocument } from '../http/named-schemas.ts'
import { openApi, referencePage } from '../http/open-api.ts'
import { registerFrontPage } from './operations/front-page.ts'
import { registerProbes } from './operations/probes.ts'
import { registerAccess } from '../http/access.ts'
import { route } from '../http/route.ts'
import { registerUploads } from './uploads/register-uploads.ts'
import { registerEventLog } from './v3/event-log.ts'
import { registerV3WebHooks } from './v3/web-hooks.ts'
import { createJudgingContext, type Context } from '../ledger/context.ts'
import { Judge } from '../http/shadow/judge.ts'
import { Shadow } from '../http/shadow/shadow.ts'
import { registerTill } from './till/routes.ts'
import { registerV11 } from './v1_1/routes.ts'
import { registerV2 } from './v2/routes.ts'
import { createApp } from '../http/create-app.ts'

/** Creates the HTTP server on a context. Every feature is listed here by hand. */
export async function createServer(context: Context): Promise<App> {
  const shadow = await openShadow(context)
  const app = createApp(context, shadow)
  await app.register(swagger, openApi)
  let named: Record<string, unknown> | undefined
  const document = () => (named ??= nameSchemas(app.swagger() as Record<string, unknown> & ApiDocument))
  await app.register(async (features) => {
    registerAccess(features, context)
    registerFrontPage(features)
    registerProbes(features, context)
    registerGenerateToken(features, context)
    registerV2(features, context)
    registerTill(features, context)
    registerSession(features, context)
    registerUsers(features, context)
    registerPasswordLinks(features, context)
    registerAudit(features, context)
    registerFigures(features, context)
    registerMoneyFigures(features, context)
    registerJobs(features, context)
    registerSearch(features, context)
    registerBills(features, context)
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
    registerCustomerMerges(features, context)
    registerCustomerNotes(features, context)
    registerHistory(features, context)
    registerSeriesList(features, context)
    registerSeriesControl(features, context)
    registerSeriesCodes(features, context)
    registerSeriesItemRules(features, context)
    registerSeriesBudget(features, context)
    registerHeld(features, context)
    registerCodeBatches(features, context)
    registerExport(features, context)
    registerWebhooks(features, context)
    registerWebhookMessages(features, context)
    registerV3WebHooks(features, context)
    registerEventLog(features, context)
    registerMcp(features, context)
    await features.register(async (uploads) => registerUploads(uploads, context))
    await features.register(async (scope) => registerV11(scope, context))
    route(features, 'GET /openapi.json', {
      access: 'public',
      schema: { hide: true },
      handler: async () => document(),
    })
  })
  await app.register(swaggerUi, {
    ...referencePage,
    transformSpecification: document,
    transformSpecificationClone: false,
  })
  await registerConsole(app)
  await registerGuide(app)
  await app.ready()
  return app
}

/**
 * Creates shadow mode, with a second set of the contract's calls on a context that cannot change anything.
 *
 * @returns undefined if it is off. @throws OperatorError without a key for hashing examples.
 */
async function openShadow(context: Context): Promise<Shadow | undefined> {
  if (context.config.shadow.mode === 'off') return undefined
  const judge = new Judge()
  const judging = createJudgingContext(context)
  const shadow = new Shadow(context, judge, judging)
  const app = createApp(judging)
  await app.register(async (features) => {
    registerAccess(features, judging, judge.findCaller)
    registerV2(features, judging)
    await features.register(async (scope) => registerV11(scope, judging))
  })
  await app.ready()
  judge.use(app)
  return shadow
}
