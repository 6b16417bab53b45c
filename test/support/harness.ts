import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { inject } from 'vitest'
import { readConfig } from '../../src/platform/config.ts'
import { createContextOn, type Context } from '../../src/ledger/context.ts'
import { applicationName } from '../../src/platform/db/common-key.ts'
import { createConnections, type Database } from '../../src/platform/db/database.ts'
import { DatabaseWatch } from '../../src/platform/db/watch.ts'
import { createQueries } from '../../src/platform/db/queries.ts'
import { createClient } from '../../src/identity/organisations/create-client.ts'
import { createOrganisation } from '../../src/identity/organisations/create-organisation.ts'
import { createStore } from '../../src/identity/organisations/create-store.ts'
import { createTill } from '../../src/identity/organisations/create-till.ts'
import { createServer } from '../../src/api/create-server.ts'
import type { App } from '../../src/http/app.ts'
import { cleanUpLater } from './clean-up.ts'

const log = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' })

/** On a busy machine a lock or a connection may take long to get, and no test is to fail because of that. */
const databaseTimeoutMs = 60_000

/** A new database for the test file, copied from the migrated template and dropped at the end of the file. */
export async function createTestDatabase(
  connections = 10,
  secretKeys: readonly Buffer[] = [],
): Promise<Database> {
  const { host, user, template } = inject('postgres')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = createConnections({ host, user, database: 'postgres' }, log, databaseTimeoutMs).pool(1)
  // The template can be copied by only one session at a time.
  await admin.query('select pg_advisory_lock(1)')
  await admin.query(`create database ${name} template ${template} strategy file_copy`)
  await admin.query('select pg_advisory_unlock(1)')
  const application_name = applicationName(secretKeys)
  const opening = createConnections({ host, user, database: name, application_name }, log, databaseTimeoutMs)
  const pool = opening.pool(connections)
  const watch = new DatabaseWatch(opening, log, () => false)
  cleanUpLater(async () => {
    await pool.end()
    await watch.stop()
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  })
  return {
    pool,
    queries: createQueries(pool),
    connections: opening,
    watch,
    migrated: [],
    secretKeys,
    isDiskFull: () => false,
    close: async () => {},
  }
}

/** A context on a new database of the file. `now` fixes the instant by which rules are judged. */
export async function createTestContext(
  options: { now?: string; database?: Database; env?: NodeJS.ProcessEnv } = {},
): Promise<Context> {
  // Tests of races must not be refused on a slow machine. Tests of limits set their own values.
  const config = readConfig({ MAX_WAIT_MS: '600000', ABUSE_LIMITS: '0', ...options.env })
  const database = options.database ?? (await createTestDatabase(10, config.secrets.keys))
  return createContextOn(config, log, database, options.now === undefined ? null : new Date(options.now))
}

/** A server on a context; send requests with `app.inject`. */
export async function createTestServer(context: Context): Promise<App> {
  const app = await createServer(context)
  cleanUpLater(() => app.close())
  return app
}

export interface TestOrganisation {
  readonly orgId: number
  readonly storeId: number
  readonly storeCode: string
  readonly tillId: number
  readonly tillCode: string
  /** The header with which the till signs in. */
  readonly authorization: string
  readonly clientKey: string
  readonly clientSecret: string
}

export const password = 'correct horse'

export function basic(code: string, secret: string): string {
  return `Basic ${Buffer.from(`${code}:${secret}`).toString('base64')}`
}

/** A new organisation with a store, a till and a client. Every test creates its own. */
export async function createTestOrganisation(
  { database: { queries } }: Context,
  {
    timeZone = 'UTC',
    country = 'IN',
    isSandbox = false,
  }: { timeZone?: string; country?: string; isSandbox?: boolean } = {},
): Promise<TestOrganisation> {
  const unique = randomUUID().slice(0, 8)
  const orgId = await createOrganisation(queries, {
    name: `Brand ${unique}`,
    timeZone,
    country,
    currency: undefined,
    isSandbox,
  })
  const storeCode = `store-${unique}`
  const storeId = await createStore(queries, { orgId, code: storeCode, name: `Store ${unique}` })
  const tillCode = `till-${unique}`
  const tillId = await createTill(queries, {
    orgId,
    storeCode,
    code: tillCode,
    password,
    isReadOnly: false,
    accessGroup: 'default',
  })
  const { key, secret } = await createClient(queries, { orgId, tillCode, name: 'shop' })
  return {
    orgId,
    storeId,
    storeCode,
    tillId,
    tillCode,
    authorization: basic(tillCode, password),
    clientKey: key,
    clientSecret: secret,
  }
}

/** Headers of a new client of an organisation in an access group. */
export async function signInAsClient(
  { database: { queries } }: Context,
  app: App,
  { orgId, tillCode }: Pick<TestOrganisation, 'orgId' | 'tillCode'>,
  accessGroup: string,
): Promise<{ headers: { authorization: string } }> {
  const name = `client ${randomUUID()}`
  const { key, secret } = await createClient(queries, { orgId, tillCode, name, accessGroup })
  const { body } = await app.inject({
    method: 'POST',
    url: '/v3/oauth/token/generate',
    payload: { key, secret },
  })
  const token = (JSON.parse(body) as { data: { accessToken: string } }).data.accessToken
  return { headers: { authorization: `Bearer ${token}` } }
}
