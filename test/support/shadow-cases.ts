import { randomBytes } from 'node:crypto'
import type { App } from '../../src/http/app.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import type { Context } from '../../src/ledger/context.ts'
import { organisationTables } from '../../src/platform/db/organisation-tables.ts'
import { readShadowReport, type OrganisationReport } from '../../src/operate/shadow/read-report.ts'
import { createTestContext, createTestServer, password } from './harness.ts'
import { openShop, type Shop } from './write-cases.ts'

/**
 * Two servers with separate databases: one plays the present service, and the other is in front of it in shadow mode.
 */

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
  /** The report when no comparison is pending. */
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

/** Sends a request of the till to the front. */
export function caller({ url }: Front, { shop }: Original) {
  return async (
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ) => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: shop.authorization, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text(), headers: answer.headers }
  }
}

/** The number of rows in each table, except those of shadow mode. */
export const countEverything = async ({ context }: Front): Promise<unknown> => {
  const tables = await organisationTables(context.database.pool)
  const left = tables.filter((one) => !one.startsWith('shadow_') && one !== 'till_addresses')
  const { rows } = await context.database.pool.query(
    left.map((one) => `select '${one}' as name, count(*)::int as n from ${one}`).join(' union all '),
  )
  return rows
}
