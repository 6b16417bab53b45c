import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { roles } from '../access/roles.ts'
import { hashPassword } from '../access/secrets.ts'
import type { Context } from '../context.ts'
import type { Queries } from '../db/queries.ts'
import { importHistory } from '../import/import-history.ts'
import { findAnswerFiles, readAnswers } from '../import/read-answers.ts'
import { createClient } from '../organisations/create-client.ts'
import { createOrganisation } from '../organisations/create-organisation.ts'
import { createStore } from '../organisations/create-store.ts'
import { createTill } from '../organisations/create-till.ts'
import { createUser } from '../users/create-user.ts'

const fixtures = fileURLToPath(new URL('../../fixtures/demo/', import.meta.url))

/** What the documentation promises of the demo. Its credentials are public. */
const demo = {
  orgId: 1,
  name: 'Demo',
  timeZone: 'UTC',
  country: 'IN',
  store: { code: 'doc123', name: 'DocStore' },
  till: { code: 'demo.till', password: 'demo' },
  reader: { code: 'demo.reader', password: 'demo' },
  password: 'demo',
  client: { name: 'demo', key: 'demo-key', secret: 'demo-secret' },
}

/**
 * Loads the demo organisation into a database without organisations, all of it or nothing. Of servers that start at
 * once one loads it and the others wait.
 *
 * @returns true when organisation 1 is the demo organisation, now or since an earlier start.
 */
export async function loadDemo({ database: { queries } }: Context): Promise<boolean> {
  if (await hasOrganisations(queries)) return isDemoThere(queries)
  return queries.transaction().execute(async (transaction) => {
    // Nobody else creates an organisation meanwhile, whatever creates it.
    await sql`lock table organisations in share row exclusive mode`.execute(transaction)
    if (await hasOrganisations(transaction)) return isDemoThere(transaction)
    // An earlier try that was rolled back has used up the first id.
    await sql`select setval('organisations_id_seq', ${demo.orgId}, false)`.execute(transaction)
    await fill(transaction)
    return true
  })
}

async function hasOrganisations(queries: Queries): Promise<boolean> {
  const row = await queries.selectFrom('organisations').select('org_id').limit(1).executeTakeFirst()
  return row !== undefined
}

async function isDemoThere(queries: Queries): Promise<boolean> {
  const row = await queries
    .selectFrom('organisations as o')
    .innerJoin('logins as l', 'l.org_id', 'o.org_id')
    .select('o.org_id')
    .where('o.org_id', '=', demo.orgId)
    .where('o.name', '=', demo.name)
    .where('l.kind', '=', 'client')
    .where('l.login', '=', demo.client.key)
    .executeTakeFirst()
  return row !== undefined
}

/** The demo has people; one that was loaded before there were any has none. */
export async function hasDemoPeople({ database: { queries } }: Context): Promise<boolean> {
  const row = await queries
    .selectFrom('logins')
    .select('holder_id')
    .where('org_id', '=', demo.orgId)
    .where('kind', '=', 'user')
    .where('login', '=', 'admin@example.com')
    .executeTakeFirst()
  return row !== undefined
}

async function fill(queries: Queries): Promise<void> {
  const { name, timeZone, country, store, till, reader, password, client } = demo
  const orgId = await createOrganisation(queries, { name, timeZone, country, currency: undefined })
  await createStore(queries, { orgId, ...store })
  const inStore = { orgId, storeCode: store.code }
  await createTill(queries, { ...inStore, ...till, isReadOnly: false })
  await createTill(queries, { ...inStore, ...reader, isReadOnly: true })
  const passwordHash = await hashPassword(password)
  for (const role of roles) {
    const called = `Demo ${role}`
    await createUser(queries, { orgId, email: `${role}@example.com`, name: called, role, passwordHash })
  }
  const { key, secret } = client
  const credentials = { key, secret }
  await createClient(queries, { orgId, tillCode: till.code, name: client.name, credentials })

  const answers = readAnswers(await findAnswerFiles([fixtures]))
  await importHistory(queries, { orgId, name, timeZone, country, isSandbox: false }, answers, {
    onRefused({ file, path, reason }) {
      throw new Error(`the demo cannot be loaded: ${file} ${path}: ${reason}`)
    },
  })
}
