import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { App } from '../../src/http/app.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import type { Context } from '../../src/ledger/context.ts'
import { readShadowReport, type OrganisationReport } from '../../src/operate/shadow/read-report.ts'
import { cleanUpLater } from './clean-up.ts'
import { createTestContext, createTestServer, password } from './harness.ts'
import { openShop, type Shop } from './write-cases.ts'

/** Two servers with databases of their own: one plays the service of today, the other stands before it in shadow mode. */

export interface Original {
  readonly context: Context
  readonly app: App
  readonly url: string
  readonly shop: Shop
}

export async function startOriginal(): Promise<Original> {
  const context = await createTestContext()
  const app = await createTestServer(context)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return { context, app, url, shop: await openShop(context, app) }
}

export interface Front {
  readonly context: Context
  readonly app: App
  readonly url: string
  readonly orgId: number
  /** The report when nothing waits any more. */
  report(): Promise<OrganisationReport[]>
}

/** A server in shadow mode, with the till of the original. */
export async function startFront(
  upstream: string,
  tillCode: string | undefined,
  env: Record<string, string> = {},
): Promise<Front> {
  const context = await createTestContext({
    env: {
      UPSTREAM_URL: upstream,
      SHADOW: 'upstream',
      SECRET_KEYS: randomBytes(32).toString('base64'),
      ...env,
    },
  })
  const { queries } = context.database
  const orgId = await createOrganisation(queries, {
    name: 'The same brand',
    timeZone: 'UTC',
    country: 'IN',
    currency: undefined,
    isSandbox: false,
  })
  if (tillCode !== undefined) {
    await createStore(queries, { orgId, code: `store of ${tillCode}`, name: 'The same store' })
    await createTill(queries, {
      orgId,
      storeCode: `store of ${tillCode}`,
      code: tillCode,
      password,
      isReadOnly: false,
      accessGroup: 'default',
    })
  }
  const app = await createTestServer(context)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    context,
    app,
    url,
    orgId,
    report: async () => {
      await app.shadow?.settled()
      return readShadowReport(context.database.pool)
    },
  }
}

/** A service other than Counterfoil. @returns its address. */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  cleanUpLater(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
