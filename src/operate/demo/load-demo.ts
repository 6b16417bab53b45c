import { inTransaction } from '../../platform/db/transaction.ts'
import { join } from 'node:path'
import { sql } from 'kysely'
import { publicCredentials } from '../../identity/credentials/public-credentials-rules.ts'
import { hashPassword } from '../../identity/credentials/secrets.ts'
import type { Context } from '../../ledger/context.ts'
import { leaveToIssueSql } from '../../ledger/post/limits.ts'
import { runnerOf, type Queries } from '../../platform/db/queries.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { importHistory } from '../../bulk/history/import-history.ts'
import { findAnswerFiles, readAnswers } from '../../bulk/history/read-answers.ts'
import { createClient } from '../../identity/organisations/create-client.ts'
import { createOrganisation } from '../../identity/organisations/create-organisation.ts'
import { createStore } from '../../identity/organisations/create-store.ts'
import { setClientSettings } from '../../identity/organisations/set-client-settings.ts'
import { createTill } from '../../identity/organisations/create-till.ts'
import { writeRefusals } from '../../platform/refusals/keep-refusals.ts'
import { createUser } from '../../identity/people/create-user.ts'
import { currentHistory, currentRefusals, currentSeries, type CurrentSeries } from './current-history.ts'

const fixtures = join(packageRoot, 'fixtures/demo/')

/** The demo as documented. Its credentials are public. */
const demo = {
  orgId: 1,
  name: 'Demo',
  timeZone: 'UTC',
  country: 'IN',
  store: { code: 'doc123', name: 'DocStore' },
  till: { code: publicCredentials.tills.writer, accessGroup: 'default' },
  reader: { code: publicCredentials.tills.reader, accessGroup: 'read-only' },
  /** Gets Booleans and numbers in answers of v1.1, as one family of tills requires. */
  typed: { code: publicCredentials.tills.typed, accessGroup: 'default' },
  password: publicCredentials.password,
  client: { name: 'demo', ...publicCredentials.client },
}

/**
 * Loads the demo organisation into a database without organisations, all or nothing. Of several servers that start
 * concurrently, one loads it and the others wait.
 *
 * @returns true if organisation 1 is the demo organisation, now or since an earlier start.
 */
export async function loadDemo(context: Context): Promise<boolean> {
  const { database, fixedNow, refusals } = context
  const { queries } = database
  const nowS = Math.floor((fixedNow?.getTime() ?? Date.now()) / 1000)
  if (await hasOrganisations(queries)) return isDemoThere(queries)
  let isLoaded = false
  const isDemo = await inTransaction(queries, async (transaction) => {
    // Prevents every other way of creating an organisation meanwhile.
    await sql`lock table organisations in share row exclusive mode`.execute(transaction)
    if (await hasOrganisations(transaction)) return isDemoThere(transaction)
    // An earlier attempt that was rolled back has used up the first id.
    await sql`select setval('organisations_id_seq', ${demo.orgId}, false)`.execute(transaction)
    await fill(transaction, nowS)
    isLoaded = true
    return true
  })
  if (isLoaded) {
    for (const [atS, one] of currentRefusals(nowS)) refusals.add(demo, atS, [one])
    await writeRefusals(context)
  }
  return isDemo
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

/** Whether the demo has people; one loaded by an early version has none. */
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

async function fill(queries: Queries, nowS: number): Promise<void> {
  const { name, timeZone, country, store, till, reader, typed, password, client } = demo
  const orgId = await createOrganisation(queries, { name, timeZone, country, currency: undefined })
  await createStore(queries, { orgId, ...store })
  const inStore = { orgId, storeCode: store.code, password, isReadOnly: false, isPublic: true }
  await createTill(queries, { ...inStore, ...till })
  await createTill(queries, { ...inStore, ...reader })
  await createTill(queries, { ...inStore, ...typed })
  await setClientSettings(queries, orgId, { kind: 'till', which: typed.code }, { v1Types: 'typed' })
  const passwordHash = await hashPassword(password)
  for (const { role, email } of publicCredentials.people)
    await createUser(queries, { orgId, email, name: `Demo ${role}`, role, passwordHash })
  const { key, secret } = client
  const credentials = { key, secret }
  await createClient(queries, { orgId, tillCode: till.code, name: client.name, credentials })

  const organisation = { orgId, name, timeZone, country, currency: null, isSandbox: false }
  for (const answers of [readAnswers(await findAnswerFiles([fixtures])), currentHistory(nowS, timeZone)])
    await importHistory(queries, organisation, answers, {
      onRefused({ file, path, reason }) {
        throw new Error(`the demo cannot be loaded: ${file} ${path}: ${reason}`)
      },
    })
  for (const series of currentSeries) await nameSeries(queries, orgId, series)
}

/** A history contains no names and limits of series. */
async function nameSeries(
  queries: Queries,
  orgId: number,
  { id, code, discountCode, leftToIssue }: CurrentSeries,
): Promise<void> {
  await queries
    .updateTable('series')
    .set({ code, discount_code: discountCode })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute()
  if (leftToIssue === null) return
  await runnerOf(queries).query(leaveToIssueSql, [orgId, id, leftToIssue])
}
